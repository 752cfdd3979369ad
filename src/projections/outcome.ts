// How a run ended, in the one word that metrics and signals use.
import type { DataOf } from '../events/event.ts'
import type { FailureMode } from '../events/taxonomy.ts'
import type { ValueOf } from './labels.ts'

export type RunOutcome = ValueOf<'outcome'>

const BY_CAUSE: { readonly [M in FailureMode]?: RunOutcome } = {
  policy_budget: 'budget_exceeded',
  policy_denied: 'approval_denied',
  user_approval_timeout: 'approval_timeout',
  resource_run_timeout: 'timeout',
  user_invalid_input: 'rejected',
  agent_planning: 'rejected',
}

type Ending = Pick<DataOf<'run_finished'>, 'status' | 'cause'>

/**
 * Distinguishes a policy's stop, a person's refusal, a time-out and what the caller asked wrongly (a goal that no plan
 * fits, an input that a tool refuses) from the system's own failures.
 */
export function outcomeOf({ status, cause }: Ending): RunOutcome {
  if (status === 'succeeded') return 'success'
  if (status === 'cancelled') return 'cancelled'
  const byCause = cause === null ? undefined : BY_CAUSE[cause]
  if (byCause) return byCause
  return status === 'partial' ? 'partial' : 'error'
}

/** What the success rate is a share of: policy stops, refusals and callers' mistakes are neither good nor bad. */
export const MEASURED = ['success', 'partial', 'error', 'timeout'] as const satisfies readonly RunOutcome[]

/** Does the outcome count for the success rate? */
export const isMeasured = (outcome: RunOutcome): boolean => MEASURED.some((measured) => measured === outcome)

export type CallStatus = ValueOf<'call_status'>

/** How a failed tool call counts: what policy refused, and an input that is wrong, is no error of the tool. */
export function callStatusOf(mode: FailureMode): CallStatus {
  if (mode === 'system_timeout') return 'timeout'
  return mode.startsWith('policy_') || mode === 'user_invalid_input' ? 'denied' : 'error'
}

/** Number of steps of a finished run that were executed, whatever their outcome. */
export const executedSteps = (
  data: Pick<DataOf<'run_finished'>, 'completed' | 'failed' | 'unknown'>,
): number => data.completed.length + data.failed.length + data.unknown.length
