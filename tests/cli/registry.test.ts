import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cugar, documents, file, lines, REGISTRY } from './hand.ts'

const shipped = readFileSync(REGISTRY, 'utf8')

describe('cugar registry check', () => {
  test('finds the shipped registry valid and counts what is in it', async () => {
    const { code, out, err } = await cugar(['registry', 'check'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /registry.yaml is valid: \d+ tools, \d+ profiles, \d+ adapters, at most \d+ of 8000 series\n$/,
    )
  })

  test('lists every problem with its line and ends with 1', async () => {
    const broken = shipped
      .replace('side_effects: propose', 'side_effects: perhaps')
      .replace('      - qualify_opportunity\n', '      - qualify_everything\n')
      .replace('cost: 0.3', 'cost: -1')
    const path = file('registry.yaml', broken)
    const { code, out } = await cugar(['registry', 'check', path])
    const found = lines(out)
    const numbers = found.slice(0, -1).map((line) => Number(/: line (\d+): /.exec(line)?.[1]))
    expect(code).toBe(1)
    expect(out).toContain('qualify_everything')
    expect(found.at(-1)).toBe(`${path}: ${numbers.length} problems`)
    expect(numbers.length).toBeGreaterThanOrEqual(3)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    const json = await cugar(['registry', 'check', path, '--json'])
    expect(json.code).toBe(1)
    expect(documents(json.out)).toMatchObject([{ file: path, valid: false, summary: null }])
  })

  test('finds metrics that could outgrow their limit, and tools that have no implementation', async () => {
    const text = shipped
      .replace('max_series: 8000', 'max_series: 100')
      .replace('domain: territory', 'domain: governance')
    const { code, out } = await cugar(['registry', 'check', '-'], {}, text)
    expect(code).toBe(1)
    expect(out).toContain('labels.max_series: The metrics could reach')
    expect(out).toMatch(/Raise it to \d+, or to \d+ to tell every name apart\.$/m)
    expect(out).toContain('tools.simulate_territory_change: has no implementation')
  })
})
