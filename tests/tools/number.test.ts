import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { percent, r0, r1, r2 } from '../../src/tools/number.ts'

describe('rounding', () => {
  test('exact ties go to the even digit', () => {
    expect([44.5, 45.5, 0.5, 1.5, -0.5, -1.5, -2.5].map(r0)).toEqual([44, 46, 0, 2, 0, -2, -2])
    expect([10.75, 11.75, 0.25, 0.35, 1.25].map(r1)).toEqual([10.8, 11.8, 0.2, 0.3, 1.2])
    expect([0.125, 0.375, 0.625, 2.125, -0.125].map(r2)).toEqual([0.12, 0.38, 0.62, 2.12, -0.12])
  })

  test('what only looks like a tie is rounded from its binary value', () => {
    expect([0.525, 0.175, 0.775, 1.005, 2.675, 0.285].map(r2)).toEqual([0.53, 0.17, 0.78, 1, 2.67, 0.28])
    expect(r2(0.7 * 0.75)).toBe(0.52)
  })

  test('percent text has one decimal by the same rule', () => {
    expect(percent(0.8625)).toBe('86.2%')
    expect(percent(0.8575)).toBe('85.8%')
    expect(percent(1.3)).toBe('130.0%')
    expect(percent(0)).toBe('0.0%')
  })

  test('there is no negative zero, and huge numbers stay as they are', () => {
    expect(Object.is(r2(-0.001), 0)).toBe(true)
    expect(r2(1e21)).toBe(1e21)
    expect(r0(2 ** 53 + 2)).toBe(2 ** 53 + 2)
  })

  test('a rounded number is the nearest one, exactly, and even where two are as near', () => {
    // x = n / 2^20 exactly, so that the distance to every multiple of 1/100 can be told in whole numbers.
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (n) => {
        const scaled = BigInt(n) * 100n
        const unit = 2n ** 20n
        const floor = scaled >= 0n ? scaled / unit : -((-scaled + unit - 1n) / unit)
        const rest = (scaled - floor * unit) * 2n
        const isUp = rest > unit || (rest === unit && floor % 2n !== 0n)
        expect(r2(n / 2 ** 20)).toBe(Number(isUp ? floor + 1n : floor) / 100)
      }),
    )
  })
})
