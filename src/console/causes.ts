// Why something did not succeed, as people say it: the failures by their words.
import type { FailureMode } from '../events/taxonomy.ts'
import { plain } from './words.ts'

const WORDS: Readonly<Record<FailureMode, string>> = {
  agent_planning: 'could not be planned',
  agent_invalid_output: 'a tool gave an answer of another shape than it promises',
  agent_missing_input: 'something that a tool needs was not there',
  agent_bug: 'a tool broke down',
  agent_condition: 'a condition has no answer',
  system_timeout: 'no answer in time',
  system_network: 'the connection failed',
  system_unavailable: 'a system was not there',
  system_crash: 'the process ended in the middle',
  system_unknown_outcome: 'nobody knows what became of it',
  resource_rate_limited: 'too many calls at once for a vendor',
  resource_quota: 'a quota is used up',
  resource_not_found: 'no such record',
  resource_run_timeout: 'out of time',
  policy_budget: 'the budget is used up',
  policy_security: 'refused for security',
  policy_denied: 'a person said no',
  policy_not_allowed: 'not allowed',
  user_invalid_input: 'what was given is wrong',
  user_conflict: 'something else was there already',
  user_approval_timeout: 'nobody decided in time',
  user_cancelled: 'cancelled',
}

/** `cause`: a failure by its name, or how a run ended without one. */
export const causeWords = (cause: string): string =>
  Object.entries(WORDS).find(([mode]) => mode === cause)?.[1] ?? plain(cause)
