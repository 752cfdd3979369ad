import { describe, expect, test } from 'vitest'
import { cancelLines } from '../../src/run/cancel.ts'
import { decideApproval, endApproval, type Vote } from '../../src/run/decide.ts'
import { tighten } from '../../src/run/budgets/limits.ts'
import { finish } from '../../src/run/outcome.ts'
import type { RunState } from '../../src/run/state.ts'
import * as past from './history.ts'

const {
  ACTING,
  APPROVERS,
  LIMITS,
  asked,
  at,
  broke,
  called,
  done,
  given,
  planned,
  runStarted,
  skipped,
  voted,
} = past

const opened = (quorum = 1) => [
  at(0, runStarted({ approvers: { ...APPROVERS, quorum } })),
  at(1, planned(ACTING, { depends_on: ['s1'] })),
]
const waiting = (quorum = 1) => [...opened(quorum), at(10, asked(given(...opened(quorum))))]

const vote = (more: Partial<Vote> = {}): Vote => ({
  approvalId: 'apr_1_1',
  decision: 'approve',
  by: { id: 'bob', roles: ['approver'] },
  now: 1000,
  reason: null,
  changes: null,
  ...more,
})
const refusal =
  (state: RunState, more: Partial<Vote> = {}) =>
  () =>
    decideApproval(state, vote(more))

describe('a decision', () => {
  test('is recorded with who, what and how long it took; a denial ends the step', () => {
    const state = given(...waiting())
    const data = { approval_id: 'apr_1_1', step_id: 's1', by: 'bob', wait_ms: 990, decision: 'approved' }
    expect(decideApproval(state, vote())).toMatchObject([{ type: 'approval_received', data }])
    expect(decideApproval(state, vote({ decision: 'deny' }))).toMatchObject([
      { type: 'approval_received', data: { ...data, decision: 'denied' } },
      { type: 'step_skipped', data: { step_id: 's1', reason: 'approval_denied' } },
    ])
  })

  test('is refused to the wrong person', () => {
    const state = given(...waiting())
    expect(refusal(state, { by: { id: 'bob', roles: ['viewer'] } })).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    )
    const requester = { id: 'alice', roles: ['approver'] }
    expect(refusal(state, { by: requester })).toThrow(
      expect.objectContaining({ code: 'APPROVER_IS_REQUESTER' }),
    )
    const open = { ...state, approvers: { ...state.approvers, exclude_requester: false } }
    expect(refusal(open, { by: requester })).not.toThrow()
  })

  test('is refused when it comes too late, with what the approval is by then', () => {
    const cases = [
      ['approved', [at(20, voted('apr_1_1', 'approved'))]],
      ['denied', [at(20, voted('apr_1_1', 'denied')), at(20, skipped('s1', 'approval_denied'))]],
      [
        'changes_requested',
        [at(20, voted('apr_1_1', 'changes_requested', { edits: 'inputs', changes: past.BODY }))],
      ],
    ] as const
    for (const [status, moments] of cases) {
      const late = { code: 'APPROVAL_DECIDED', params: { status } }
      expect(refusal(given(...waiting(), ...moments))).toThrow(expect.objectContaining(late))
    }
    const expired = { code: 'APPROVAL_DECIDED', params: { status: 'expired' } }
    expect(refusal(given(...waiting()), { now: 60_001 })).toThrow(expect.objectContaining(expired))
    expect(refusal(given(...waiting()), { now: 60_000 })).not.toThrow()
    expect(refusal(given(...waiting()), { approvalId: 'apr_1_9' })).toThrow(
      expect.objectContaining({ code: 'APPROVAL_NOT_FOUND' }),
    )
  })

  test('counts once for each person until the quorum is there', () => {
    const once = given(...waiting(2), at(20, voted('apr_1_1', 'approved')))
    expect(once.approvals['apr_1_1']?.status).toBe('pending')
    expect(refusal(once)).toThrow(expect.objectContaining({ code: 'ALREADY_VOTED' }))
    const twice = given(
      ...waiting(2),
      at(20, voted('apr_1_1', 'approved')),
      at(30, voted('apr_1_1', 'approved', { by: 'carol' })),
    )
    expect(twice.approvals['apr_1_1']?.status).toBe('approved')
  })

  test('that asks for changes makes a new revision, which the old approval does not cover', () => {
    const edits = { edits: 'inputs', changes: past.BODY } as const
    const state = given(...waiting(), at(20, voted('apr_1_1', 'changes_requested', edits)))
    expect(past.stepIn(state)).toMatchObject({
      status: 'pending',
      revision: 2,
      tries: 0,
      editedInputs: past.BODY,
    })
    const before = state.approvals['apr_1_1']?.digest
    expect(asked(state)).toMatchObject({ data: { approval_id: 'apr_1_2', revision: 2 } })
    expect(asked(state)).not.toMatchObject({ data: { digest: before } })
  })

  test('that nobody made ends as expired or, with the run, as cancelled', () => {
    for (const cause of ['expired', 'cancelled'] as const) {
      const end = endApproval(given(...waiting()), 'apr_1_1', { cause, now: 500 })
      expect(end).toMatchObject({ type: 'approval_timeout', data: { cause, wait_ms: 490 } })
      expect(given(...waiting(), at(500, end)).approvals['apr_1_1']?.status).toBe(cause)
    }
  })
})

describe('cancelling', () => {
  const who = { by: 'ana', reason: null }
  const typesOf = (state: RunState) => cancelLines(state, 100, who).map((line) => line.type)

  test('without a plan is the end of the run', () => {
    expect(cancelLines(given(at(0, runStarted())), 100, who)).toMatchObject([
      { type: 'run_cancelled', data: who },
      { type: 'run_finished', data: { status: 'cancelled', cause: 'user_cancelled', recovery: 'none' } },
    ])
  })

  test('withdraws what is asked and skips what has not started', () => {
    expect(typesOf(given(...waiting()))).toEqual([
      'run_cancelled',
      'approval_timeout',
      'step_skipped',
      'step_skipped',
    ])
  })

  test('gives up a harmless call; of one with effects it says that nobody knows', () => {
    const harmless = given(at(0, runStarted()), at(1, planned({})), at(2, called('s1')))
    expect(cancelLines(harmless, 100, who)).toMatchObject([
      { type: 'run_cancelled' },
      { data: { mode: 'user_cancelled', retry_at: null } },
    ])
    const acting = given(at(0, runStarted()), at(1, planned(ACTING)), at(2, called('s1')))
    const [said, line] = cancelLines(acting, 100, who)
    expect(line).toMatchObject({ data: { mode: 'system_unknown_outcome' } })
    if (said === undefined || said.type === 'posting') throw new Error('a fact was expected')
    if (line === undefined || line.type === 'posting') throw new Error('a fact was expected')
    const before = [at(0, runStarted()), at(1, planned(ACTING)), at(2, called('s1'))]
    const state = given(...before, at(100, said), at(100, line))
    expect(state).toMatchObject({ cancelled: true, cause: 'user_cancelled', status: 'waiting' })
  })

  test('leaves alone what is over or already unknown', () => {
    const over = [at(2, called('s1')), at(3, done('s1')), at(4, skipped('s2', 'dependency_failed'))]
    expect(typesOf(given(at(0, runStarted()), at(1, planned({}, {})), ...over))).toEqual(['run_cancelled'])
    const unknown = [at(2, called('s1')), at(3, broke('s1', 'system_unknown_outcome'))]
    expect(typesOf(given(at(0, runStarted()), at(1, planned(ACTING)), ...unknown))).toEqual(['run_cancelled'])
  })
})

describe('the outcome of a run', () => {
  const begun = [at(0, runStarted()), at(1, planned({}, {}))]
  const first = [at(2, called('s1')), at(3, done('s1'))]

  test.each([
    ['succeeded', 'none', null, [...first, at(4, called('s2')), at(5, done('s2'))]],
    ['partial', 'resume', 'agent_bug', [...first, at(4, called('s2')), at(5, broke('s2', 'agent_bug'))]],
    ['partial', 'resume', 'policy_denied', [...first, at(4, skipped('s2', 'approval_denied'))]],
    [
      'failed',
      'resume',
      'agent_bug',
      [at(2, called('s1')), at(3, broke('s1', 'agent_bug')), at(4, skipped('s2', 'dependency_failed'))],
    ],
    [
      'failed',
      'resume',
      'policy_budget',
      [at(2, skipped('s1', 'budget_exceeded')), at(3, skipped('s2', 'run_timeout'))],
    ],
    [
      'cancelled',
      'resume',
      'user_cancelled',
      [
        ...first,
        at(4, { type: 'run_cancelled', data: { by: 'ana', reason: null } }),
        at(4, skipped('s2', 'cancelled')),
      ],
    ],
  ] as const)('is %s, can be helped by %s, and is caused by %s', (...row) => {
    const [status, recovery, cause, moments] = row
    const state = given(...begun, ...moments)
    const { data } = finish(state, 1000) as { data: Record<string, unknown> }
    expect(data).toMatchObject({ status, recovery, cause, duration_ms: 1000, calls: state.calls })
    expect(data['cost']).toBe(state.spentCost / 1e6)
  })
})

describe('the limits of one run', () => {
  const limits = { ...LIMITS, run: { calls: 10, cost: 2_500_000 } }

  test('may be tightened, in the units of the caller', () => {
    expect(tighten(limits, { calls: 3, cost: 1.5, llm_usd: 0.25, timeout_seconds: 2 })).toMatchObject({
      run: { calls: 3, cost: 1_500_000, llm_usd: 250_000 },
      timeout_ms: 2000,
    })
    expect(tighten(limits, {})).toEqual(limits)
    expect(tighten(limits, { calls: 0 }).run.calls).toBe(0)
  })

  test.each([{ calls: 11 }, { cost: 2.6 }, { timeout_seconds: 10.1 }])('are never loosened: %j', (more) => {
    expect(() => tighten(limits, more)).toThrow(expect.objectContaining({ code: 'LIMIT_LOOSENED' }))
  })
})
