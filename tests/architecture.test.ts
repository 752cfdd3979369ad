import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()

const SOURCES = filesIn('src')
const TESTS = filesIn('tests')
const ALL = [
  ...SOURCES,
  ...TESTS,
  ...filesIn('bench'),
  ...filesIn('dashboards'),
  ...filesIn('docs'),
  ...filesIn('deploy'),
  ...filesIn('examples'),
]
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const LAYERS: Readonly<Record<string, number>> = {
  events: 0,
  registry: 1,
  run: 2,
  journal: 3,
  models: 3,
  adapters: 3,
  planner: 3,
  tools: 3,
  engine: 4,
  projections: 4,
  http: 5,
  console: 5,
  cli: 6,
}
/** Files at the top of src: who they may be imported by is settled by their own layer. */
const TOP: Readonly<Record<string, number>> = {
  'aborts.ts': 0,
  'cache.ts': 0,
  'containment.ts': 0,
  'errors.ts': 0,
  'config.ts': 0,
  'config-otel.ts': 0,
  'config-oidc.ts': 0,
  'environment.ts': 0,
  'lending.ts': 0,
  'limited-fetch.ts': 0,
  'modules.ts': 0,
  'process-ends.ts': 0,
  'version.ts': 0,
}

/** Folders that act: the rest of the tree sees only their types; main, runtime and cli build them. */
const ACTS: ReadonlySet<string> = new Set([
  'journal',
  'models',
  'adapters',
  'planner',
  'engine',
  'projections',
  'http',
  'console',
])
const SIDEWAYS: ReadonlySet<string> = new Set(['tools>adapters', 'planner>adapters', 'console>http'])

type Import = { readonly from: string; readonly to: string; readonly isType: boolean }

const folderOf = (file: string): string => {
  const [, first = '', second] = file.split('/')
  return second === undefined ? first : first === '' ? file : first
}

const layerOf = (file: string): number => {
  const folder = folderOf(file)
  return LAYERS[folder] ?? TOP[folder] ?? 6
}

function importsOf(file: string): Import[] {
  const found = textOf(file).matchAll(/^(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"](\.[^'"]+)['"]/gms)
  return [...found].map(([, type, path = '']) => ({
    from: file,
    to: relative(ROOT, resolve(ROOT, dirname(file), path)),
    isType: type !== undefined,
  }))
}

const IMPORTS = SOURCES.flatMap(importsOf).filter(({ to }) => to.startsWith('src/'))

const named = ({ from, to }: Import): string => `${from} -> ${to}`

describe('the tree', () => {
  test('has the imports this test reasons about', () => {
    expect(IMPORTS.length).toBeGreaterThan(200)
  })

  test('imports go down, never up', () => {
    expect(IMPORTS.filter(({ from, to }) => layerOf(to) > layerOf(from)).map(named)).toEqual([])
  })

  test('no file imports itself, by whichever way', () => {
    const imports = new Map(SOURCES.map((file) => [file, new Set<string>()]))
    for (const { from, to } of IMPORTS) imports.get(from)?.add(to)
    // Files that import nothing that is left are let go; what remains stands in a circle, or above one.
    for (let left = -1; left !== imports.size;) {
      left = imports.size
      for (const [file, targets] of imports)
        if (![...targets].some((target) => imports.has(target))) imports.delete(file)
    }
    expect([...imports.keys()]).toEqual([])
  })

  test('imports do not go sideways', () => {
    const sideways = IMPORTS.filter((line) => {
      const [from, to] = [folderOf(line.from), folderOf(line.to)]
      if (from === to || layerOf(line.from) !== layerOf(line.to) || layerOf(line.from) >= 6) return false
      return from in LAYERS && !(line.isType && SIDEWAYS.has(`${from}>${to}`))
    })
    expect(sideways.map(named)).toEqual([])
  })

  test('folders that act are seen from outside by their types only', () => {
    const values = IMPORTS.filter((line) => {
      const [from, to] = [folderOf(line.from), folderOf(line.to)]
      return from !== to && ACTS.has(to) && !line.isType && layerOf(line.from) < 6
    })
    expect(values.map(named)).toEqual([])
  })

  test('the pure core has no clock, no randomness, no input or output, no await', () => {
    const impure =
      /\bDate\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|\bawait\b|\bfetch\(|node:(fs|net|http|child_process|worker_threads)/
    const pure = SOURCES.filter((file) => folderOf(file) in LAYERS && layerOf(file) <= 2)
    expect(pure.length).toBeGreaterThan(30)
    expect(pure.filter((file) => impure.test(textOf(file).replaceAll(/^\s*(\/\/|\*).*$/gm, '')))).toEqual([])
  })

  test('only config.ts reads the environment', () => {
    expect(SOURCES.filter((file) => textOf(file).includes('process.env'))).toEqual(['src/config.ts'])
  })

  test('no file is longer than 300 lines', () => {
    const limit = (file: string): number => (/^(tests|bench)\//.test(file) ? 400 : 300)
    expect(ALL.filter((file) => textOf(file).split('\n').length > limit(file))).toEqual([])
  })

  test('no folder of the source has more than 25 files', () => {
    const sizes = new Map<string, number>()
    for (const file of SOURCES) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1)
    expect(sizes.size).toBeGreaterThan(30)
    expect([...sizes].filter(([, files]) => files > 25)).toEqual([])
  })

  test('files are named by nouns, in kebab case, and none is a barrel', () => {
    const wrong = ALL.filter((file) => {
      const name = file.split('/').at(-1) ?? ''
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(name) || name === 'index.ts'
    })
    expect(wrong).toEqual([])
  })

  test('nobody is a manager, a service, a helper, a util, a handler or a wrapper', () => {
    const soup =
      /\b(?:class|interface|const|function)\s+\w*(?:Manager|Service|Helper|Utils?|Handler|Wrapper|Impl)\b|\btype\s+\w*(?:Manager|Service|Helper|Utils?|Handler|Wrapper|Impl)\b\s*[=<]/
    expect(SOURCES.filter((file) => soup.test(textOf(file)))).toEqual([])
    expect(
      SOURCES.filter((file) => /\/(core|common|shared|lib|utils?|types|services|managers)\//.test(file)),
    ).toEqual([])
  })

  test('the type checker and the linter are never silenced', () => {
    const silencer = new RegExp(
      ['@ts-', 'ignore|@ts-', 'expect-error|eslint-', 'disable|oxlint-', 'disable|as unknown', ' as '].join(
        '',
      ),
    )
    expect(ALL.filter((file) => silencer.test(textOf(file)))).toEqual([])
  })

  test('no test is skipped and none mocks a module', () => {
    const off = new RegExp(['\\b(?:test|it|describe)\\.', '(?:skip|only|todo)\\b|vi\\.', 'mock\\('].join(''))
    expect(TESTS.filter((file) => off.test(textOf(file)))).toEqual([])
  })
})
