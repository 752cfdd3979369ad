import { describe, expect, test } from 'vitest'
import type { PlanStep } from '../../src/events/plan.ts'
import { next, PLANNING, wakeAt, type Surroundings } from '../../src/run/next.ts'
import type { RunState } from '../../src/run/state.ts'
import * as past from './history.ts'

const { ACTING, LIMITS, asked, at, broke, called, done, given, planned, runStarted, skipped, voted } = past

const around: Surroundings = { now: 100, busy: new Set(), parallel: 8 }
const opened = (...steps: readonly Partial<PlanStep>[]) => [at(0, runStarted()), at(1, planned(...steps))]
const movesOf = (state: RunState, more: Partial<Surroundings> = {}) => next(state, { ...around, ...more })
const request = (moments: ReturnType<typeof opened>, review: 'call' | 'output' = 'call') =>
  at(10, asked(given(...moments), 's1', review))

describe('what happens next', () => {
  test('is the plan, once', () => {
    const state = given(at(0, runStarted()))
    expect(movesOf(state)).toEqual([{ do: 'plan' }])
    expect(movesOf(state, { busy: new Set([PLANNING]) })).toEqual([])
  })

  test('is every step that waits for nothing, as many at once as may be', () => {
    const state = given(...opened({}, { depends_on: ['s1'] }, {}, {}))
    const calls = ['s1', 's3', 's4'].map((stepId) => ({ do: 'call', stepId }))
    expect(movesOf(state)).toEqual(calls)
    expect(movesOf(state, { parallel: 2 })).toEqual(calls.slice(0, 2))
    const running = given(...opened({}, { depends_on: ['s1'] }, {}, {}), at(5, called('s1')))
    expect(movesOf(running, { parallel: 2, busy: new Set(['s1/1']) })).toEqual(calls.slice(1, 2))
  })

  test('is a step when what it depends on is released, and its skip when that will never be', () => {
    const moments = opened({ review: 'output' }, { depends_on: ['s1'] })
    const reviewed = [...moments, at(5, called('s1')), at(6, done('s1'))]
    expect(movesOf(given(...reviewed))).toEqual([{ do: 'request_approval', stepId: 's1', review: 'output' }])
    const approved = given(...reviewed, request(reviewed, 'output'), at(20, voted('apr_1_1', 'approved')))
    expect(movesOf(approved)).toEqual([{ do: 'call', stepId: 's2' }])
    const lost = [at(5, called('s1')), at(6, broke('s1', 'agent_bug'))]
    const skip = [{ do: 'skip', stepId: 's2', reason: 'dependency_failed' }]
    expect(movesOf(given(...moments, ...lost))).toEqual(skip)
    expect(movesOf(given(...moments, at(5, skipped('s1', 'approval_denied'))))).toEqual(skip)
  })

  test('is a person before the call, the call on a live approval, and a person again when it is too old', () => {
    const moments = opened(ACTING)
    expect(movesOf(given(...moments))).toEqual([{ do: 'request_approval', stepId: 's1', review: 'call' }])
    const waiting = given(...moments, request(moments))
    expect(movesOf(waiting)).toEqual([])
    const expiresAt = waiting.approvals['apr_1_1']?.expiresAt ?? 0
    expect(wakeAt(waiting)).toBe(expiresAt)
    expect(movesOf(waiting, { now: expiresAt - 1 })).toEqual([])
    const expire = { do: 'expire', approvalId: 'apr_1_1', cause: 'expired' }
    expect(movesOf(waiting, { now: expiresAt })).toEqual([expire])
    const long = at(0, runStarted({ limits: { ...LIMITS, timeout_ms: 10_000_000 } }))
    const approved = given(long, ...moments.slice(1), request(moments), at(20, voted('apr_1_1', 'approved')))
    expect(movesOf(approved, { now: expiresAt - 1 })).toEqual([{ do: 'call', stepId: 's1' }])
    expect(movesOf(approved, { now: expiresAt })).toEqual([
      { do: 'request_approval', stepId: 's1', review: 'call' },
    ])
  })

  test('is the same call again after a restart where that does no harm, else to say that nobody knows', () => {
    const running = (more: Partial<PlanStep>) => given(...opened(more), at(5, called('s1')))
    expect(movesOf(running({}))).toEqual([{ do: 'repeat', stepId: 's1' }])
    expect(movesOf(running({ ...ACTING, idempotent: true }))).toEqual([{ do: 'repeat', stepId: 's1' }])
    expect(movesOf(running(ACTING))).toEqual([{ do: 'admit_unknown', stepId: 's1' }])
    expect(movesOf(running(ACTING), { busy: new Set(['s1/1']) })).toEqual([])
  })

  test('is a retry when it is due and not before', () => {
    const state = given(...opened({}), at(5, called('s1')), at(6, broke('s1', 'system_network', 500)))
    expect(wakeAt(state)).toBe(500)
    expect(movesOf(state, { now: 499 })).toEqual([])
    expect(movesOf(state, { now: 500 })).toEqual([{ do: 'call', stepId: 's1' }])
  })

  test('is to withdraw and skip what is left, once the budget has stopped the run', () => {
    const moments = [
      at(0, runStarted({ limits: { ...LIMITS, on_exceeded: 'stop' } })),
      at(1, planned(ACTING, {}, {})),
    ]
    const refused = past.at(20, {
      type: 'budget_exceeded',
      data: {
        scope: 'run',
        key: 'run_1',
        unit: 'calls',
        profile: 'test',
        call_id: 's2/1',
        step_id: 's2',
        spent: 1,
        reserved: 0,
        requested: 1,
        limit: 1,
      },
    })
    const state = given(...moments, request(moments), refused, at(20, skipped('s2', 'budget_exceeded')))
    expect(movesOf(state)).toEqual([
      { do: 'expire', approvalId: 'apr_1_1', cause: 'cancelled' },
      { do: 'skip', stepId: 's3', reason: 'budget_exceeded' },
    ])
  })

  test('is the end when every step is over, and then nothing', () => {
    const moments = [...opened({}), at(5, called('s1')), at(6, done('s1'))]
    expect(movesOf(given(...moments))).toEqual([{ do: 'finish' }])
    expect(
      wakeAt(
        given(...opened({ ...ACTING }), at(5, called('s1')), at(6, broke('s1', 'system_unknown_outcome'))),
      ),
    ).toBeNull()
  })

  test('is nothing for a step that was carried over: it is completed', () => {
    const state = given(...opened({ carried: past.BODY }, { depends_on: ['s1'] }))
    expect(movesOf(state)).toEqual([{ do: 'call', stepId: 's2' }])
  })
})
