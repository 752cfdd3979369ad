import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  boundedMap,
  fixedMap,
  keyedCache,
  memoize,
  memoizeWide,
  releasingMap,
  type Key,
} from '../src/cache.ts'

const key: fc.Arbitrary<Key> = fc.constantFrom('a', 'b', 1, 2, true, false, null, undefined)
const keys = fc.array(key, { minLength: 1, maxLength: 3 })

test('a bounded map forgets what was not used for longest', () => {
  const map = boundedMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.get('a')).toBe(1)
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
  map.clear()
  expect(map.get('a')).toBeUndefined()
})

test('a bounded map with much room keeps what is used once it fills', () => {
  const map = boundedMap<number>(10)
  for (let index = 0; index < 9; index += 1) {
    map.set(`${index}`, index)
    map.get('0')
  }
  for (let index = 9; index < 15; index += 1) map.set(`${index}`, index)
  expect(map.get('0')).toBe(0)
  expect(map.get('1')).toBeUndefined()
})

test('a fixed map keeps what was set first', () => {
  const map = fixedMap<number>(2)
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index)
  expect(['a', 'b', 'c'].map(map.get)).toEqual([0, 1, undefined])
})

test('a map that lets go of what is deleted has what any map has, in the same order', () => {
  const step = fc.record({ act: fc.constantFrom('set', 'delete'), key: fc.nat(4), value: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [map, model] = [releasingMap<number, number>(), new Map<number, number>()]
      for (const { act, key: of, value } of steps) {
        if (act === 'set') [map, model].forEach((each) => each.set(of, value))
        else [map, model].forEach((each) => each.delete(of))
        expect([[...map.values()], map.get(of), map.has(of)]).toEqual([
          [...model.values()],
          model.get(of),
          model.has(of),
        ])
      }
    }),
  )
})

describe('a cache by several keys', () => {
  test('finds a value by its very keys, and by no others', () => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 100 }), (asked) => {
        const cache = keyedCache<string>()
        const made = new Map<string, string>()
        for (const each of asked) {
          const name = each.map(String).join()
          const found = cache.get(each)
          expect(found).toBe(made.get(name))
          made.set(name, found ?? cache.set(each, `made of ${name}`))
        }
      }),
    )
  })

  test('still has a value when another first key has had too many', () => {
    const cache = keyedCache<string>()
    cache.set(['rare', 1], 'cached')
    for (let index = 0; index < 900; index += 1) cache.set(['frequent', index], 'one of many')
    expect(cache.get(['rare', 1])).toBe('cached')
  })

  test.each([
    ['one first key', (index: number): Key[] => ['the same', index]],
    ['many first keys', (index: number): Key[] => [index, 'the same']],
  ])('holds a bounded number of values, with %s', (_, keysOf) => {
    const cache = keyedCache<number>()
    for (let index = 0; index < 10_000; index += 1) cache.set(keysOf(index), index)
    const cached = Array.from({ length: 10_000 }, (_each, index) => cache.get(keysOf(index))).filter(
      (value) => value !== undefined,
    )
    expect(cached).toContain(9999)
    expect(cached.length).toBeLessThanOrEqual(1000)
  })
})

test('what is memoized by an object is made once for each object', () => {
  let made = 0
  const named = memoize((of: { readonly id: number }, prefix: string) => {
    made += 1
    return { name: `${prefix}${of.id}` }
  })
  const [one, other] = [{ id: 1 }, { id: 1 }]
  expect(named(one, 'a')).toBe(named(one, 'b'))
  expect(named(one, 'a')).not.toBe(named(other, 'a'))
  expect(made).toBe(2)
})

test('what is made of a record is kept where the record has many keys', () => {
  let made = 0
  const counted = memoizeWide((record) => ({ size: Object.keys(record).length, nth: (made += 1) }))
  const wide = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`column ${at}`, at]))
  const { ['column 0']: _first, ...narrow } = wide
  expect([wide, wide, { ...wide }, narrow, narrow].map(counted)).toEqual([
    { size: 17, nth: 1 },
    { size: 17, nth: 1 },
    { size: 17, nth: 2 },
    { size: 16, nth: 3 },
    { size: 16, nth: 4 },
  ])
})
