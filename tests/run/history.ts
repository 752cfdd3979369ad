// A run's past as a test gives it: facts with the moment they happened at, and the state that follows from them.
import { digestOf } from '../../src/events/digest.ts'
import { EMPTY_HASH, type DataOf, type Draft, type StoredEvent } from '../../src/events/event.ts'
import { RULES } from '../../src/events/run.ts'
import type { PlanStep } from '../../src/events/plan.ts'
import type { Approvers, Limits } from '../../src/events/policy.ts'
import { FAILURES, type FailureMode } from '../../src/events/taxonomy.ts'
import { approvalRequest } from '../../src/run/approval.ts'
import { replay } from '../../src/run/replay.ts'
import type { RunState, StepState } from '../../src/run/state.ts'

export const BODY = digestOf('some content')

export const LIMITS: Limits = {
  run: {},
  domain: {},
  tool: {},
  tenant: {},
  window: 'day',
  warning_threshold: 0.8,
  on_exceeded: 'skip',
  timeout_ms: 10_000,
}
export const APPROVERS: Approvers = { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 60 }

export type Moment = { readonly at: number; readonly fact: Draft; readonly writer?: string }

export const at = (time: number, fact: Draft, writer?: string): Moment =>
  writer === undefined ? { at: time, fact } : { at: time, fact, writer }

const stored = ({ at: time, fact, writer }: Moment, index: number): StoredEvent => ({
  ...fact,
  position: index + 1,
  id: `run_1-${index + 1}`,
  run_id: 'run_1',
  seq: index + 1,
  trace_id: '0'.repeat(32),
  span_id: fact.span_id ?? '0'.repeat(16),
  at: time,
  tenant: 'team',
  writer: writer ?? 'one',
  prev: EMPTY_HASH,
})

/** The run after what happened to it. */
export function given(...moments: readonly Moment[]): RunState {
  const state = replay(moments.map(stored))
  if (state === null) throw new Error('nothing happened')
  return state
}

export const stepIn = (state: RunState, id = 's1'): StepState => {
  const step = state.steps[id]
  if (step === undefined) throw new Error(`no step ${id}`)
  return step
}

export const runStarted = (more: Partial<DataOf<'run_started'>> = {}): Draft => ({
  type: 'run_started',
  data: {
    goal: BODY,
    context: BODY,
    profile: 'test',
    requester: 'alice',
    planner: 'rules',
    limits: LIMITS,
    approvers: APPROVERS,
    registry: BODY,
    idempotency_key: null,
    resumes: null,
    parent_span_id: null,
    rules: [...RULES],
    ...more,
  },
})

export const planStep = (more: Partial<PlanStep> = {}): PlanStep => ({
  step_id: 's1',
  tool: 'find',
  domain: 'intelligence',
  side_effects: 'read-only',
  review: 'none',
  risk: 'low',
  inputs: {},
  depends_on: [],
  interface: null,
  cost: 1_000_000,
  timeout_ms: 1000,
  retry: { strategy: 'none', base_ms: 0, factor: 1, cap_ms: 0, jitter: 0, attempts: 1 },
  idempotent: true,
  reason: 'asked for',
  carried: null,
  ...more,
})

/** Seen before its call, and not to be made twice. */
export const ACTING = { side_effects: 'execute', review: 'call', idempotent: false } as const

export const planned = (...steps: readonly Partial<PlanStep>[]): Draft => ({
  type: 'plan_created',
  data: {
    plan_id: 'run_1-p1',
    profile: 'test',
    revision: 1,
    planner: 'rules',
    fallback_reason: null,
    steps: steps.map((step, index) => planStep({ step_id: `s${index + 1}`, ...step })),
    explanation: '',
    estimated_cost: steps.length,
    worst_case: { calls: steps.length, cost: steps.length, approvals: 0 },
    duration_ms: 0,
  },
})

const where = (step_id: string) => ({ step_id, tool: 'find', domain: 'intelligence' as const })

export const called = (step: string, attempt = 1, approval: string | null = null): Draft => ({
  type: 'tool_call_start',
  data: {
    ...where(step),
    attempt,
    adapter: 'builtin',
    side_effects: 'read-only',
    idempotency_key: `run_1/${step}/${attempt}`,
    inputs: BODY,
    approval_id: approval,
  },
})

export const done = (step: string, attempt = 1, reconciled_by: string | null = null): Draft => ({
  type: 'tool_call_complete',
  data: {
    ...where(step),
    attempt,
    duration_ms: 1,
    cost: 1,
    output: BODY,
    output_bytes: 2,
    reconciled_by,
  },
})

export const broke = (step: string, mode: FailureMode, retry_at: number | null = null): Draft => ({
  type: 'tool_call_error',
  data: {
    ...where(step),
    attempt: 1,
    duration_ms: 1,
    cost: 1,
    mode,
    category: FAILURES[mode].category,
    retryable: FAILURES[mode].retryable,
    retry_at,
    message: '',
    reconciled_by: null,
  },
})

export const skipped = (step_id: string, reason: DataOf<'step_skipped'>['reason']): Draft => ({
  type: 'step_skipped',
  data: { step_id, reason },
})

/** As the product asks, for a step of this very state. */
export const asked = (state: RunState, step = 's1', review: 'call' | 'output' = 'call'): Draft => {
  const subject = { review, inputs: BODY, output: review === 'call' ? null : BODY }
  return approvalRequest(state, stepIn(state, step), { ...subject, now: state.updatedAt, consequences: [] })
}

export const voted = (
  approval_id: string,
  decision: DataOf<'approval_received'>['decision'],
  more: Partial<DataOf<'approval_received'>> = {},
): Draft => ({
  type: 'approval_received',
  data: {
    approval_id,
    step_id: 's1',
    domain: 'intelligence',
    risk: 'low',
    decision,
    by: 'bob',
    reason: null,
    changes: null,
    edits: null,
    wait_ms: 0,
    ...more,
  },
})
