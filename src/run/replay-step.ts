// What the events of a step mean. A reviewed output is not `completed`, and so not released, before its approval.
import type { EventOf } from '../events/event.ts'
import type { PlanStep } from '../events/plan.ts'
import { toMicro } from '../registry/registry.ts'
import type { Hold, RunState, StepState } from './state.ts'

type StepEvent = EventOf<
  | 'route_decision'
  | 'tool_call_start'
  | 'tool_call_complete'
  | 'tool_call_error'
  | 'step_skipped'
  | 'budget_updated'
>

export const openStep = (plan: PlanStep): StepState => ({
  plan,
  status: plan.carried === null ? 'pending' : 'completed',
  attempt: 0,
  tries: 0,
  revision: 1,
  adapter: null,
  editedInputs: null,
  inputs: null,
  output: plan.carried,
  idempotencyKey: null,
  retryAt: null,
  startedAt: null,
  calledAt: null,
  endedAt: null,
  holds: [],
  spent: 0,
  error: null,
  skipReason: null,
  approvalIds: [],
})

export function patchStep(state: RunState, stepId: string, patch: Partial<StepState>): RunState {
  const step = state.steps[stepId]
  if (step === undefined) return state
  return { ...state, steps: { ...state.steps, [stepId]: { ...step, ...patch } } }
}

function started(state: RunState, step: StepState, event: EventOf<'tool_call_start'>): RunState {
  const { data } = event
  const after = patchStep(state, data.step_id, {
    status: 'running',
    attempt: data.attempt,
    tries: step.tries + 1,
    inputs: data.inputs,
    idempotencyKey: data.idempotency_key,
    startedAt: step.startedAt ?? event.at,
    calledAt: event.at,
    retryAt: null,
    error: null,
  })
  const approval = data.approval_id === null ? undefined : state.approvals[data.approval_id]
  const approvals = approval
    ? { ...state.approvals, [approval.approvalId]: { ...approval, used: true } }
    : state.approvals
  return { ...after, approvals, calls: state.calls + 1 }
}

function completed(state: RunState, step: StepState, event: EventOf<'tool_call_complete'>): RunState {
  const spent = toMicro(event.data.cost)
  const reviewed = step.plan.review === 'output' && event.data.reconciled_by === null
  const after = patchStep(state, event.data.step_id, {
    status: reviewed ? 'reviewing' : 'completed',
    output: event.data.output,
    endedAt: event.at,
    spent: step.spent + spent,
    error: null,
  })
  return { ...after, spentCost: state.spentCost + spent }
}

function failed(state: RunState, step: StepState, event: EventOf<'tool_call_error'>): RunState {
  const { data } = event
  const spent = toMicro(data.cost)
  const unknown = data.mode === 'system_unknown_outcome'
  const status = unknown ? 'unknown' : data.retry_at === null ? 'failed' : 'retrying'
  const after = patchStep(state, data.step_id, {
    status,
    retryAt: data.retry_at,
    endedAt: event.at,
    spent: step.spent + spent,
    error: { mode: data.mode, category: data.category, message: data.message },
  })
  const isCancel = data.mode === 'user_cancelled' || data.cancelled === true
  const mode = isCancel ? 'user_cancelled' : data.mode
  const cause = status === 'failed' || isCancel ? (state.cause ?? mode) : state.cause
  const cancelled = state.cancelled || isCancel
  return { ...after, spentCost: state.spentCost + spent, cause, cancelled }
}

const CAUSE_OF_SKIP = {
  condition_false: null,
  dependency_failed: null,
  budget_exceeded: 'policy_budget',
  approval_denied: 'policy_denied',
  approval_timeout: 'user_approval_timeout',
  run_timeout: 'resource_run_timeout',
  cancelled: 'user_cancelled',
} as const

function skipped(state: RunState, event: EventOf<'step_skipped'>): RunState {
  const { reason, step_id } = event.data
  const after = patchStep(state, step_id, { status: 'skipped', skipReason: reason, endedAt: event.at })
  return {
    ...after,
    cause: state.cause ?? CAUSE_OF_SKIP[reason],
    cancelled: state.cancelled || reason === 'cancelled',
  }
}

function held(state: RunState, step: StepState, event: EventOf<'budget_updated'>): RunState {
  const { scope, key, unit, delta, limit, window_end, kind, step_id } = event.data
  const others = step.holds.filter((hold) => hold.scope !== scope || hold.key !== key || hold.unit !== unit)
  const hold: Hold = { scope, key, unit, amount: delta, limit, window_end }
  return patchStep(state, step_id, { holds: kind === 'reserved' ? [...others, hold] : others })
}

/** The run after an event of one of its steps; an event of a step it does not have changes nothing. */
export function evolveStep(state: RunState, event: StepEvent): RunState {
  const step = state.steps[event.data.step_id]
  if (step === undefined) return state
  switch (event.type) {
    case 'route_decision':
      return patchStep(state, event.data.step_id, { adapter: event.data.selected })
    case 'tool_call_start':
      return started(state, step, event)
    case 'tool_call_complete':
      return completed(state, step, event)
    case 'tool_call_error':
      return failed(state, step, event)
    case 'step_skipped':
      return skipped(state, event)
    case 'budget_updated':
      return held(state, step, event)
  }
}
