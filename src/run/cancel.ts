// What cancelling a run records: calls under way are given up (with effects: their outcome is unknown until a
// person says), what waits for a person is withdrawn, the rest does not start.
import type { Line } from './line.ts'
import { closings } from './budget.ts'
import { endApproval } from './decide.ts'
import { failure } from './failure.ts'
import { isRepeatable, lastApproval } from './next.ts'
import { callError } from './call.ts'
import { finish } from './outcome.ts'
import type { RunState, StepState } from './state.ts'
import { isOver } from './waiting.ts'

function cancelStep(state: RunState, step: StepState, now: number): Line[] {
  if (isOver(step) || step.status === 'unknown') return []
  if (step.status === 'running') {
    const known = isRepeatable(step)
    const mode = known ? 'user_cancelled' : 'system_unknown_outcome'
    const message = known ? 'The run was cancelled during the call.' : 'Cancelled during a call with effects.'
    const given = known ? {} : ({ cancelled: true } as const)
    const failed = { ...failure(mode, message), now, retryAt: null, made: true, ...given }
    return [callError(state, step, failed), ...closings(state, step, true)]
  }
  const approval = lastApproval(state, step)
  const withdrawn =
    approval?.status === 'pending'
      ? [endApproval(state, approval.approvalId, { cause: 'cancelled', now })]
      : []
  return [...withdrawn, { type: 'step_skipped', data: { step_id: step.plan.step_id, reason: 'cancelled' } }]
}

/** Everything that a cancel ends at once, step by step in plan order; a run without a plan is over with it. */
export function cancelLines(state: RunState, now: number): Line[] {
  if (state.plan === null) {
    return [finish(state, now, { cause: 'user_cancelled', message: 'Cancelled before there was a plan.' })]
  }
  return state.plan.order.flatMap((id) => {
    const step = state.steps[id]
    return step === undefined ? [] : cancelStep(state, step, now)
  })
}
