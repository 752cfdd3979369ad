// The one failure taxonomy: every way a call, a plan or a run can fail, by the five categories. Codes are
// metric labels and API values; what a mode allows (a retry, going on) is decided here alone.
import { z } from 'zod'

export const CATEGORIES = ['AGENT', 'SYSTEM', 'RESOURCE', 'POLICY', 'USER'] as const
export type Category = (typeof CATEGORIES)[number]

export type FailureTraits = {
  readonly category: Category
  /** The same call may succeed when it is tried again. */
  readonly retryable: boolean
  /** The run ends with it. */
  readonly terminal: boolean
}

const traits = (category: Category, flags: Partial<Omit<FailureTraits, 'category'>>): FailureTraits => ({
  category,
  retryable: false,
  terminal: false,
  ...flags,
})

export const FAILURES = {
  agent_planning: traits('AGENT', { terminal: true }),
  agent_invalid_output: traits('AGENT', {}),
  agent_missing_input: traits('AGENT', {}),
  agent_bug: traits('AGENT', {}),
  agent_condition: traits('AGENT', {}),
  system_timeout: traits('SYSTEM', { retryable: true }),
  system_network: traits('SYSTEM', { retryable: true }),
  system_unavailable: traits('SYSTEM', { retryable: true }),
  system_crash: traits('SYSTEM', { retryable: true }),
  system_unknown_outcome: traits('SYSTEM', {}),
  resource_rate_limited: traits('RESOURCE', { retryable: true }),
  resource_quota: traits('RESOURCE', {}),
  resource_not_found: traits('RESOURCE', {}),
  resource_run_timeout: traits('RESOURCE', { terminal: true }),
  policy_budget: traits('POLICY', {}),
  policy_security: traits('POLICY', {}),
  policy_denied: traits('POLICY', {}),
  policy_not_allowed: traits('POLICY', { terminal: true }),
  user_invalid_input: traits('USER', {}),
  user_conflict: traits('USER', {}),
  user_approval_timeout: traits('USER', {}),
  user_cancelled: traits('USER', { terminal: true }),
} as const satisfies Record<string, FailureTraits>

export type FailureMode = keyof typeof FAILURES
export const FAILURE_MODES = Object.keys(FAILURES).map((mode) => mode as FailureMode)
export const failureModeSchema = z.enum(FAILURE_MODES)
export const categorySchema = z.enum(CATEGORIES)
