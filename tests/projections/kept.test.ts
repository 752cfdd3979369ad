import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sharing, type Key } from '../../src/projections/kept.ts'

const key: fc.Arbitrary<Key> = fc.constantFrom('a', 'b', 1, 2, true, false, null, undefined)
const keys = fc.array(key, { minLength: 1, maxLength: 3 })

describe('what is made once', () => {
  test('is found again by its very keys, and by no others', () => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 100 }), (asked) => {
        const shared = sharing<string>()
        const made = new Map<string, string>()
        for (const each of asked) {
          const name = each.map(String).join()
          const found = shared.find(each)
          expect(found).toBe(made.get(name))
          made.set(name, found ?? shared.keep(each, `made of ${name}`))
        }
      }),
    )
  })

  test('is there still when others of another first key are too many', () => {
    const shared = sharing<string>()
    shared.keep(['rare', 1], 'kept')
    for (let index = 0; index < 900; index += 1) shared.keep(['frequent', index], 'one of many')
    expect(shared.find(['rare', 1])).toBe('kept')
  })

  test.each([
    ['one first key', (index: number): Key[] => ['the same', index]],
    ['many first keys', (index: number): Key[] => [index, 'the same']],
  ])('is a bounded number of values, with %s', (_, keysOf) => {
    const shared = sharing<number>()
    for (let index = 0; index < 10_000; index += 1) shared.keep(keysOf(index), index)
    const kept = Array.from({ length: 10_000 }, (_each, index) => shared.find(keysOf(index))).filter(
      (value) => value !== undefined,
    )
    expect(kept).toContain(9999)
    expect(kept.length).toBeLessThanOrEqual(1000)
  })
})
