// What the events of a step mean. A reviewed output is not `completed`, and so not released, before its approval.
import type { FactOf } from '../events/event.ts'
import type { PlanStep } from '../events/plan.ts'
import { toMicro } from '../registry/registry.ts'
import { toolCallId, withEnd, withStart } from './calls/call.ts'
import { askJudgesAgain } from './judge.ts'
import type { ApprovalState, RunState, StepState } from './state.ts'

type StepFact = FactOf<
  | 'route_decision'
  | 'tool_call_start'
  | 'tool_call_complete'
  | 'tool_call_error'
  | 'call_looked_up'
  | 'step_revised'
  | 'step_skipped'
  | 'condition_met'
  | 'step_failed'
>

/** A fact about a step, and when it happened (epoch milliseconds). */
type Dated<T extends StepFact['type']> = { readonly data: FactOf<T>['data']; readonly at: number }

export const openStep = (plan: PlanStep): StepState => ({
  plan,
  status: plan.carried === null ? 'pending' : 'completed',
  attempt: 0,
  tries: 0,
  cuts: 0,
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
  spent: 0,
  error: null,
  skipReason: null,
  approvalIds: [],
})

/** In place, as `withStep`. */
export function withApproval(
  approvals: Record<string, ApprovalState>,
  approval: ApprovalState,
): RunState['approvals'] {
  approvals[approval.approvalId] = approval
  return approvals
}

/**
 * A copy that is a dictionary from the start: ids of approvals are nobody else's, and an ordinary object takes each of
 * them for a new shape of objects.
 */
function approvalsCopy(approvals: RunState['approvals']): RunState['approvals'] {
  const copy = Object.create(null) as Record<string, ApprovalState>
  for (const [id, approval] of Object.entries(approvals)) copy[id] = approval
  return copy
}

/**
 * The run with steps and approvals that nobody else has: the facts that are folded into it change these in place. A copy
 * for each fact made a run of a thousand items cost the square of them.
 */
export const ownRecords = (state: RunState): RunState => ({
  ...state,
  steps: { ...state.steps },
  approvals: approvalsCopy(state.approvals),
})

export function patchStep(state: RunState, stepId: string, patch: Partial<StepState>): RunState {
  const step = state.steps[stepId]
  return step === undefined ? state : { ...state, steps: withStep(state, step, patch) }
}

/** In place: a fold has its own steps, see `ownRecords`. */
function withStep(state: RunState, step: StepState, patch: Partial<StepState>): RunState['steps'] {
  const steps: Record<string, StepState> = state.steps
  steps[step.plan.step_id] = { ...step, ...patch }
  return steps
}

function started(state: RunState, step: StepState, { data, at }: Dated<'tool_call_start'>): RunState {
  const steps = withStep(state, step, {
    status: 'running',
    attempt: data.attempt,
    tries: step.tries + 1,
    inputs: data.inputs,
    idempotencyKey: data.idempotency_key,
    startedAt: step.startedAt ?? at,
    calledAt: at,
    retryAt: null,
    error: null,
    ...(step.lookUp ? { lookUp: null } : {}),
  })
  const approval = data.approval_id === null ? undefined : state.approvals[data.approval_id]
  const approvals = approval ? withApproval(state.approvals, { ...approval, used: true }) : state.approvals
  const name = { call_id: toolCallId(data.step_id, data.attempt), step_id: data.step_id }
  const openCalls = withStart(state.openCalls, name, { at })
  return { ...state, steps, approvals, openCalls, calls: state.calls + 1 }
}

function completed(state: RunState, step: StepState, { data, at }: Dated<'tool_call_complete'>): RunState {
  const spent = toMicro(data.cost)
  const reviewed = step.plan.review === 'output' && data.reconciled_by === null
  const judged = state.steps[step.plan.judges ?? '']
  const held = judged !== undefined && judged.status !== 'completed'
  const steps = withStep(state, step, {
    status: reviewed || held ? 'reviewing' : 'completed',
    output: data.output,
    endedAt: at,
    spent: step.spent + spent,
    error: null,
    ...(data.receipt === undefined ? {} : { receipt: data.receipt.record }),
  })
  const openCalls = withEnd(state.openCalls, toolCallId(data.step_id, data.attempt))
  return { ...state, steps, openCalls, spentCost: state.spentCost + spent }
}

/** 0.1.0 had no run_cancelled: that a run was cancelled shows in what became of its steps. */
const showsCancel = (state: RunState, data: FactOf<'tool_call_error'>['data']): boolean =>
  !state.rules.includes('cancel_recorded') && (data.mode === 'user_cancelled' || data.cancelled === true)

function failed(state: RunState, step: StepState, { data, at }: Dated<'tool_call_error'>): RunState {
  const spent = toMicro(data.cost)
  const unknown = data.mode === 'system_unknown_outcome'
  const status = unknown ? 'unknown' : data.retry_at === null ? 'failed' : 'retrying'
  const steps = withStep(state, step, {
    status,
    retryAt: data.retry_at,
    endedAt: at,
    spent: step.spent + spent,
    // A call that was cut is none of the tries that the retry policy counts.
    ...(data.cut === true
      ? { tries: step.tries - 1, cuts: data.stopped === true ? step.cuts : step.cuts + 1 }
      : {}),
    ...(unknown && step.plan.reconcile === 'auto' ? { lookUp: { made: 0, nextAt: at } } : {}),
    error: {
      mode: data.mode,
      category: data.category,
      message: data.message,
      ...(data.problems === undefined ? {} : { problems: data.problems }),
    },
  })
  const isCancel = data.mode === 'user_cancelled' || showsCancel(state, data)
  const mode = isCancel ? 'user_cancelled' : data.mode
  const cause = status === 'failed' || isCancel ? (state.cause ?? mode) : state.cause
  const cancelled = state.cancelled || showsCancel(state, data)
  const openCalls = withEnd(state.openCalls, toolCallId(data.step_id, data.attempt))
  return { ...state, steps, openCalls, spentCost: state.spentCost + spent, cause, cancelled }
}

/** Other inputs, and so another revision: the call is made again, and judged again. */
export const revised = (
  state: RunState,
  stepId: string,
  { revision, inputs }: { readonly revision: number; readonly inputs: string | null },
): RunState =>
  patchStep(askJudgesAgain(state, stepId), stepId, {
    status: 'pending',
    revision,
    tries: 0,
    editedInputs: inputs,
  })

const CAUSE_OF_SKIP = {
  condition_false: null,
  branch_not_taken: null,
  replanned: null,
  dependency_failed: null,
  budget_exceeded: 'policy_budget',
  approval_denied: 'policy_denied',
  approval_timeout: 'user_approval_timeout',
  run_timeout: 'resource_run_timeout',
  cancelled: 'user_cancelled',
} as const

function skipped(state: RunState, { data, at }: Dated<'step_skipped'>): RunState {
  const { reason, step_id, why } = data
  const after = patchStep(state, step_id, {
    status: 'skipped',
    skipReason: reason,
    endedAt: at,
    ...(why === undefined ? {} : { condition: { holds: false, why } }),
  })
  const showsIt = reason === 'cancelled' && !state.rules.includes('cancel_recorded')
  return {
    ...after,
    cause: state.cause ?? CAUSE_OF_SKIP[reason],
    cancelled: state.cancelled || showsIt,
  }
}

/** Only where it is or was so: steps that have their own vendor stay as they were. */
function degradedOf(
  { degraded }: StepState,
  { from, reason }: FactOf<'route_decision'>['data'],
): Pick<StepState, 'degraded'> {
  if (from !== undefined) return { degraded: { from, reason } }
  return degraded ? { degraded: null } : {}
}

function lookedUp(state: RunState, step: StepState, data: FactOf<'call_looked_up'>['data']): RunState {
  const { call_id, look_up: made, next_at: nextAt } = data
  const steps = withStep(state, step, { lookUp: { made, nextAt } })
  return { ...state, steps, openCalls: withEnd(state.openCalls, call_id) }
}

/** Without a call: nothing was spent. */
function failedUncalled(state: RunState, { data, at }: Dated<'step_failed'>): RunState {
  const { mode, category, message } = data
  const after = patchStep(state, data.step_id, {
    status: 'failed',
    endedAt: at,
    error: { mode, category, message },
  })
  return { ...after, cause: state.cause ?? mode }
}

/** The run after a fact about one of its steps, at `at`; a fact about a step it does not have changes nothing. */
export function evolveStep(state: RunState, fact: StepFact, at: number): RunState {
  const step = state.steps[fact.data.step_id]
  if (step === undefined) return state
  switch (fact.type) {
    case 'route_decision':
      return patchStep(state, fact.data.step_id, {
        adapter: fact.data.selected,
        ...degradedOf(step, fact.data),
      })
    case 'call_looked_up':
      return lookedUp(state, step, fact.data)
    case 'tool_call_start':
      return started(state, step, { data: fact.data, at })
    case 'tool_call_complete':
      return completed(state, step, { data: fact.data, at })
    case 'tool_call_error':
      return failed(state, step, { data: fact.data, at })
    case 'step_revised':
      return revised(state, fact.data.step_id, fact.data)
    case 'step_skipped':
      return skipped(state, { data: fact.data, at })
    case 'condition_met':
      return patchStep(state, fact.data.step_id, { condition: { holds: true, why: fact.data.why } })
    case 'step_failed':
      return failedUncalled(state, { data: fact.data, at })
  }
}
