import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { openapiDocument } from '../../src/http/openapi.ts'
import { routeTable } from '../../src/http/app.ts'
import { ROLES } from '../../src/events/names.ts'
import { DEFAULT_LIMITS } from '../../src/http/route.ts'
import { METRIC_NAMES } from '../../src/projections/metrics/catalogue.ts'
import { SCRIPT } from '../cli/hand.ts'
import { openDoor } from '../http/door.ts'
import manifest from '../../package.json' with { type: 'json' }
import { anchorsOf, DOCUMENTS, found, read } from './read.ts'

const texts = DOCUMENTS.map((name) => [name, read(name)] as const)
const all = texts.map(([, text]) => text).join('\n')

/** What the help of the command line offers, its groups one level down: `runs`, `keys new`. */
function offered(above: readonly string[] = []): string[] {
  const flags = ['--disable-warning=ExperimentalWarning']
  const { stdout } = spawnSync(process.execPath, [...flags, SCRIPT, ...above, '--help'], { encoding: 'utf8' })
  const [, commands = ''] = stdout.split('\nCommands:\n')
  return found(commands, /^ {2}([a-z-]+)/gm).filter((name) => name !== 'help')
}

describe('the documents', () => {
  test('name commands that the command line has', () => {
    const named = found(all, /(?:`|^|\s|npm run )cugar (?:-- )?([a-z][a-z-]+)(?=[\s`)])/gm)
    const commands = offered()
    expect(named.length).toBeGreaterThan(12)
    for (const name of named) expect(commands).toContain(name)
    for (const group of ['keys', 'registry'])
      for (const name of found(all, new RegExp(`cugar ${group} ([a-z]+)`, 'g')))
        expect(offered([group])).toContain(name)
  })

  test('name npm scripts that package.json has', () => {
    const named = found(all, /npm run ([a-z]+)/g)
    expect(named).toContain('bench')
    for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name)
  })

  test('name benchmarks that exist', () => {
    const menu = `${read('bench/menu.ts')}${read('bench/benches.ts')}`
    const isThere = (name: string): boolean =>
      menu.includes(`bench as ${name} }`) || menu.includes(`name === '${name}'`)
    const named = found(all, /npm run bench -- ([a-z]+)/g)
    expect(named.filter((name) => !isThere(name))).toEqual([])
  })

  test('name settings that are read', () => {
    const source = `${read('src/config.ts')}${read('src/config-otel.ts')}${read('src/config-oidc.ts')}`
    const known = found(source, /'([A-Z][A-Z_]+)'/g)
    const [, table = ''] = /^## Settings\n(.+?)^## /ms.exec(read('README.md')) ?? []
    const named = found(table, /^\| ([A-Z][A-Z_, ]+) \|/gm).flatMap((cell) => cell.split(', '))
    expect(named.length).toBeGreaterThan(8)
    for (const name of named) expect(known).toContain(name)
  })

  test('name calls that the API has', async () => {
    const { parts } = await openDoor()
    const table = routeTable(parts, DEFAULT_LIMITS)
    const { paths } = openapiDocument(table, 'test') as { paths: Record<string, unknown> }
    const shapes = Object.keys(paths).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`))
    const named = found(all, /(\/v1\/[\w/{}.…-]*[\w}…])/g)
    expect(named.length).toBeGreaterThan(8)
    for (const path of named) expect([path, shapes.some((shape) => shape.test(path))]).toEqual([path, true])
    for (const path of ['/healthz', '/readyz', '/metrics']) expect(Object.keys(paths)).toContain(path)
  })

  test('name metrics and recording rules that exist', () => {
    const rules = read('dashboards/generated/rules.yml')
    const named = found(all, /(?<![\w:/-])((?:[a-z_]+:)?cugar_[a-z_]+(?::[a-z0-9_]+)*)/g)
    expect(named.length).toBeGreaterThan(8)
    for (const name of named.filter((one) => one !== 'cugar_budget_')) {
      const isMetric = METRIC_NAMES.some((metric) => metric === name)
      expect([name, isMetric || rules.includes(`record: ${name}\n`)]).toEqual([name, true])
    }
  })

  test('list every role that a key may have', () => {
    const [, section = ''] = /^## Keys and roles\n(.+?)^## /ms.exec(read('docs/operations.md')) ?? []
    expect(found(section, /^\| ([a-z]+) \| .* \|$/gm).filter((name) => name !== 'role')).toEqual([...ROLES])
  })

  test('link to files and headings that exist', () => {
    const links = texts.flatMap(([name, text]) =>
      found(text, /\]\((?!https?:)([^)\s]+)\)/g).map((link) => new URL(link, `file:///${name}`)),
    )
    expect(links.length).toBeGreaterThan(8)
    const broken = links.filter(({ pathname, hash }) => {
      const anchors = anchorsOf(read(pathname.slice(1)))
      return hash !== '' && !anchors.includes(hash.slice(1))
    })
    expect(broken.map(String)).toEqual([])
  })
})
