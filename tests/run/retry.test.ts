import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RetryPolicy } from '../../src/events/policy.ts'
import { failure } from '../../src/run/failure.ts'
import { draw, retryAt, retryDelay } from '../../src/run/calls/retry.ts'
import { ACTING, at, called, given, planned, runStarted, stepIn } from './history.ts'

const policy = (more: Partial<RetryPolicy>): RetryPolicy => ({
  strategy: 'exponential',
  base_ms: 100,
  factor: 2,
  cap_ms: 1000,
  jitter: 0,
  attempts: 5,
  ...more,
})

const delays = (retry: RetryPolicy): number[] =>
  [1, 2, 3, 4, 5, 6].map((tries) => retryDelay(retry, tries, 'seed'))

describe('the delay before a retry', () => {
  test('grows by its factor up to the cap when it is exponential', () => {
    expect(delays(policy({}))).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(delays(policy({ factor: 1 }))).toEqual([100, 100, 100, 100, 100, 100])
  })

  test('grows by its base up to the cap when it is linear, whatever the factor', () => {
    expect(delays(policy({ strategy: 'linear', cap_ms: 450 }))).toEqual([100, 200, 300, 400, 450, 450])
    expect(delays(policy({ strategy: 'linear', factor: 9 }))).toEqual([100, 200, 300, 400, 500, 600])
  })

  test('is drawn within its jitter, the same for the same seed', () => {
    const jitters = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(jitters, fc.integer({ min: 1, max: 20 }), fc.string(), (jitter, tries, seed) => {
        const plain = retryDelay(policy({}), tries, seed)
        const drawn = retryDelay(policy({ jitter }), tries, seed)
        expect(drawn).toBe(retryDelay(policy({ jitter }), tries, seed))
        expect(drawn).toBeGreaterThanOrEqual(Math.floor(plain * (1 - jitter)))
        expect(drawn).toBeLessThanOrEqual(Math.ceil(plain * (1 + jitter)))
      }),
    )
  })

  test('is spread by the seed over the whole of its jitter', () => {
    const draws = Array.from({ length: 2000 }, (_, index) => draw(`run_${index}/s1/1`))
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = draws.filter((value) => Math.floor(value * 10) === tenth).length
      expect(share).toBeGreaterThan(120)
    }
  })
})

describe('a failed call', () => {
  const network = failure('system_network', 'Down.', 'no')
  const after = (calls: number, retry: RetryPolicy, more = {}) =>
    given(
      at(0, runStarted()),
      at(1, planned({ retry, ...more })),
      ...Array.from({ length: calls }, (_, index) => at(2 + index, called('s1', index + 1))),
    )
  const again = (calls: number, retry: RetryPolicy, failed = network) =>
    retryAt(stepIn(after(calls, retry)), failed, { now: 1000, runId: 'run_1' })

  test('is tried again until the policy has made all its calls, the first one included', () => {
    expect(again(1, policy({ attempts: 3 }))).toBe(1100)
    expect(again(2, policy({ attempts: 3 }))).toBe(1200)
    expect(again(3, policy({ attempts: 3 }))).toBeNull()
    expect(again(1, policy({ attempts: 1 }))).toBeNull()
  })

  test('is never tried again without a strategy, or when trying again cannot help', () => {
    expect(again(1, policy({ strategy: 'none' }))).toBeNull()
    expect(again(1, policy({}), failure('agent_bug', 'A bug.', 'no'))).toBeNull()
  })

  test('with effects is tried again only when it certainly did not happen', () => {
    const step = stepIn(after(1, policy({}), ACTING))
    const when = { now: 1000, runId: 'run_1' }
    expect(retryAt(step, network, when)).toBe(1100)
    expect(retryAt(step, { ...network, happened: 'unknown' }, when)).toBeNull()
    expect(retryAt(step, { ...network, happened: 'yes' }, when)).toBeNull()
  })
})
