// What cancelling a run records: who did, and what ends with it. Calls under way are given up (with effects: their
// outcome is unknown until a person says), what waits for a person is withdrawn, the rest does not start.
import type { Fact } from '../events/event.ts'
import { toolCallId } from './calls/call.ts'
import { settle } from './budgets/charge.ts'
import { endApproval } from './decide.ts'
import { failure } from './failure.ts'
import type { Line } from './line.ts'
import { modelCallLost } from './calls/model-call.ts'
import { lastApproval } from './approval.ts'
import { isRepeatable } from './next.ts'
import { finish } from './outcome.ts'
import type { RunState, StepState } from './state.ts'
import { callError } from './calls/tool-call.ts'
import { isOver } from './waiting.ts'

/** Who cancels, and the payload of why. */
export type Cancellation = { readonly by: string; readonly reason: string | null }

function cancelStep(state: RunState, step: StepState, now: number): Line[] {
  if (isOver(step) || step.status === 'unknown') return []
  const { step_id } = step.plan
  if (step.status === 'running') {
    const known = isRepeatable(step)
    const mode = known ? 'user_cancelled' : 'system_unknown_outcome'
    const message = known ? 'The run was cancelled during the call.' : 'Cancelled during a call with effects.'
    const failed = { ...failure(mode, message), now, retryAt: null, made: true }
    const call = state.openCalls[toolCallId(step_id, step.attempt)]
    return [callError(state, step, failed), ...settle(state, call, 'as_reserved')]
  }
  const approval = lastApproval(state, step)
  const withdrawn =
    approval?.status === 'pending'
      ? [endApproval(state, approval.approvalId, { cause: 'cancelled', now })]
      : []
  return [...withdrawn, { type: 'step_skipped', data: { step_id, reason: 'cancelled' } }]
}

/** Models are not waited for: what they were given is charged. */
const cancelModelCalls = (state: RunState, now: number): Line[] =>
  Object.values(state.openCalls)
    .filter(({ kind }) => kind === 'model')
    .flatMap((call): Line[] => [
      ...modelCallLost(state.runId, call, { outcome: 'cancelled', now }),
      ...settle(state, call, 'as_reserved'),
    ])

/** Everything that a cancel ends at once, step by step in plan order; a run without a plan is over with it. */
export function cancelLines(state: RunState, now: number, { by, reason }: Cancellation): Line[] {
  // Once: who cancels again changes nothing.
  const said: Fact[] = state.cancelled ? [] : [{ type: 'run_cancelled', data: { by, reason } }]
  const calls = cancelModelCalls(state, now)
  if (state.plan === null) {
    const message = 'Cancelled before there was a plan.'
    return [...said, ...calls, finish(state, now, { cause: 'user_cancelled', message })]
  }
  const steps = state.plan.order.flatMap((id) => {
    const step = state.steps[id]
    return step === undefined ? [] : cancelStep(state, step, now)
  })
  return [...said, ...calls, ...steps]
}
