// Recorded series in promtool's notation say exactly what was recorded.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { minutesOf, notation } from '../../bench/chaos/recording/sequence.ts'

/** As promtool reads it: `axn` is a and n times a, `a+bxn` a and n steps, `_` and `stale` nothing. */
function read(text: string): (number | null)[] {
  return text.split(' ').flatMap((word): (number | null)[] => {
    if (word === 'stale' || word === '_') return [null]
    const [, first = '', step = '0', times = '0'] =
      /^(_|[^x+]+(?:e\+\d+)?)(?:\+([^x]+))?(?:x(\d+))?$/.exec(word) ?? []
    if (first === '_') return Array.from({ length: Number(times) }, () => null)
    return Array.from({ length: Number(times) + 1 }, (_, index) => Number(first) + index * Number(step))
  })
}

const values = fc.oneof(
  fc.constant(null),
  fc.constant(0),
  fc.integer({ min: 0, max: 5 }),
  fc.double({ min: 0.001, max: 1000, noNaN: true }),
)

test('what was scraped comes back minute by minute, whatever it was', () => {
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 60 }), (minutes) => {
      expect(read(notation(minutes))).toEqual(minutes)
    }),
  )
})

test('steps of a counter are short, and what is gone for longer than a scrape is stale', () => {
  expect(notation([null, 0, 0, 0, 2, 4, 6, null, 6, null, null, null])).toBe('_ 0x2 2+2x2 _ 6 stale _x2')
})

test('a scrape that comes a little late is of its own minute of the rules', () => {
  const samples = [
    [100.4, 1],
    [101.45, 2],
    [103.38, 3],
  ] as const
  expect(minutesOf(samples, { from: 100, count: 5, minuteS: 1 })).toEqual([1, 2, null, 3, null])
  const slower = samples.map(([at, value]) => [10 * at, value] as const)
  expect(minutesOf(slower, { from: 1000, count: 5, minuteS: 10 })).toEqual([1, 2, null, 3, null])
})
