import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isAboveZero,
  nativeBound,
  nativeIndex,
  spansOf,
  ZERO_THRESHOLD,
} from '../../../src/projections/metrics/native.ts'

/** The bounds of schema 3 between a half and one, as Prometheus has them (model/histogram/generic.go). */
const PROMETHEUS = [
  0.5, 0.5452538663326288, 0.5946035575013605, 0.6484197773255048, 0.7071067811865475, 0.7711054127039704,
  0.8408964152537144, 0.9170040432046711,
]

describe('the buckets of native histograms', () => {
  test('have the bounds that Prometheus has', () => {
    for (const [index, bound] of PROMETHEUS.entries()) {
      expect(nativeBound(index - 8)).toBeCloseTo(bound, 15)
      expect(nativeBound(index)).toBe(2 * nativeBound(index - 8))
    }
    expect([nativeBound(0), nativeBound(8), nativeBound(-8)]).toEqual([1, 2, 0.5])
  })

  test('each value lies above the bound below it and not above its own, on a bound too', () => {
    const value = fc.oneof(
      fc.double({ min: ZERO_THRESHOLD, max: 1e7, minExcluded: true, noNaN: true }),
      fc.integer({ min: -159, max: 180 }).map(nativeBound),
    )
    fc.assert(
      fc.property(value, (seen) => {
        const index = nativeIndex(seen)
        expect(seen).toBeLessThanOrEqual(nativeBound(index))
        expect(seen).toBeGreaterThan(nativeBound(index - 1))
      }),
      { numRuns: 2000 },
    )
  })

  test('what is not above a microsecond, or is no number, is in the zero bucket', () => {
    for (const value of [0, -1, ZERO_THRESHOLD, Number.NaN, Number.POSITIVE_INFINITY])
      expect(isAboveZero(value)).toBe(false)
    expect(isAboveZero(0.000_002)).toBe(true)
  })

  test('are written as spans of neighbours, each count as its difference from the one before', () => {
    const counts = new Map([
      [4, 7],
      [-3, 2],
      [-2, 5],
      [0, 1],
    ])
    expect(spansOf(counts)).toEqual([
      { offset: -3, deltas: [2, 3] },
      { offset: 1, deltas: [-4] },
      { offset: 3, deltas: [6] },
    ])
    expect(spansOf(new Map())).toEqual([])
  })
})
