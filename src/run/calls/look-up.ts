// The facts around one look-up: what became of a call whose outcome nobody knows, asked of its vendor. A reading: what is
// reserved for it is its intent, and what it says settles the call as a person would.
import type { DataOf, Fact } from '../../events/event.ts'
import type { Charge } from '../budgets/charge.ts'
import type { StepState } from '../state.ts'
import { lookUpId } from './call.ts'
import { retryDelay } from './retry.ts'

type Said = DataOf<'call_looked_up'>

export const nextLookUpId = ({ plan, attempt, lookUp }: StepState): string =>
  lookUpId(plan.step_id, attempt, (lookUp?.made ?? 0) + 1)

/** One call, and no effect. */
export const chargeOfLookUp = (step: StepState): Charge => ({
  callId: nextLookUpId(step),
  stepId: step.plan.step_id,
  domain: step.plan.domain,
  tool: step.plan.tool,
  most: { calls: 1 },
})

/** As many as the policy has attempts, with its pauses between them; null: it was the last one. */
export function nextLookUpAt(
  step: StepState,
  at: { readonly now: number; readonly runId: string },
): number | null {
  const { retry, step_id } = step.plan
  const made = (step.lookUp?.made ?? 0) + 1
  if (retry.strategy === 'none' || made >= retry.attempts) return null
  return at.now + retryDelay(retry, made, `${at.runId}/${step_id}/${step.attempt}/look-up`)
}

export const callLookedUp = (
  step: StepState,
  said: Pick<Said, 'call_id' | 'outcome' | 'mode' | 'next_at' | 'duration_ms'>,
): Fact => ({
  type: 'call_looked_up',
  data: {
    step_id: step.plan.step_id,
    attempt: step.attempt,
    tool: step.plan.tool,
    domain: step.plan.domain,
    adapter: step.adapter ?? 'builtin',
    look_up: (step.lookUp?.made ?? 0) + 1,
    ...said,
  },
})

/** Who is said to have settled a call that its vendor was asked about. */
export const BY_ADAPTER = 'adapter'
