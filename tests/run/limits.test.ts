import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Limits } from '../../src/events/policy.ts'
import { fromMicro, limitMicro, priceMicro } from '../../src/registry/registry.ts'
import { tighten } from '../../src/run/budgets/limits.ts'

const LIMITS: Limits = {
  run: { calls: 10, cost: 700_000 },
  domain: {},
  tool: {},
  tenant: {},
  window: 'day',
  warning_threshold: 0.8,
  on_exceeded: 'skip',
  timeout_ms: 1000,
}

describe('amounts that are finer than the ledger counts', () => {
  test('allow no more than was written, and cost no less', () => {
    expect(tighten(LIMITS, { cost: 0.6999999 }).run.cost).toBe(699_999)
    expect([limitMicro(0.7), priceMicro(0.7)]).toEqual([700_000, 700_000])
    expect([limitMicro(0.6999999), priceMicro(0.6999999)]).toEqual([699_999, 700_000])
    expect([limitMicro(0.7000001), priceMicro(0.7000001)]).toEqual([700_000, 700_001])
    expect(tighten(LIMITS, { timeout_seconds: 0.0019 }).timeout_ms).toBe(1)
  })

  test('are above a limit that they pass by a hair', () => {
    expect(() => tighten(LIMITS, { cost: 0.7000001 })).toThrow('is above')
    expect(() => tighten(LIMITS, { calls: 10.5 })).toThrow('is above')
    expect(tighten(LIMITS, { cost: 0.7 }).run.cost).toBe(700_000)
  })

  test('are exact where the ledger can count them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (micro) => {
        expect(limitMicro(fromMicro(micro))).toBe(micro)
        expect(priceMicro(fromMicro(micro))).toBe(micro)
      }),
    )
  })
})
