import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { found, read } from './read.ts'

const text = read('CONTRIBUTING.md')
const ROOT = new URL('../../', import.meta.url)

describe('CONTRIBUTING.md', () => {
  test('names files and folders that exist', () => {
    const named = found(
      text,
      /`((?:\.ci|src|tests|docs|bench|dashboards|examples|deploy)\/[\w./-]*|[\w-]+\.(?:yaml|md|json))`/g,
    )
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([])
  })

  test('names folders of which placeholders are part', () => {
    const folders = found(text, /`(src\/[\w/]+\/)<\w+>/g)
    expect(folders).toEqual(['src/tools/', 'src/adapters/'])
    for (const folder of folders) expect(existsSync(new URL(folder, ROOT))).toBe(true)
  })

  test('names npm commands that there are', () => {
    const scripts = found(text, /npm run ([a-z]+)/g)
    expect(scripts.length).toBeGreaterThan(6)
    for (const name of scripts) expect(Object.keys(manifest.scripts)).toContain(name)
  })

  test('has the four lines of the map, word by word', () => {
    const lines = (document: string): string[] => found(read(document), /^> (.+)$/gm)
    expect(lines('CONTRIBUTING.md')).toEqual(lines('src/README.md'))
    expect(lines('CONTRIBUTING.md')).toHaveLength(4)
  })

  test('says the sizes that the tests and the linter hold', () => {
    const { rules, overrides } = JSON.parse(read('.oxlintrc.json')) as {
      rules: Record<string, [string, { max: number }]>
      overrides: [{ rules: Record<string, [string, { max: number }]> }]
    }
    const row = (name: string): string => new RegExp(`^\\| ${name} \\|.*$`, 'm').exec(text)?.[0] ?? ''
    expect(row('file')).toContain(
      `| ${rules['max-lines']?.[1].max} (tests and benchmarks ${overrides[0].rules['max-lines']?.[1].max}) |`,
    )
    expect(row('function')).toContain(`| ${rules['max-lines-per-function']?.[1].max} |`)
    expect(row('parameters')).toContain(`| ${rules['max-params']?.[1].max} (`)
    expect(row('nesting')).toContain(`| ${rules['max-depth']?.[1].max} |`)
  })
})
