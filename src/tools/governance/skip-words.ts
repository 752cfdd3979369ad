// Why a step of a past run gave nothing, in words.
import type { StepState } from '../../run/state.ts'

const SKIPPED = {
  approval_denied: 'a person denied it',
  approval_timeout: 'nobody decided about it in time',
  budget_exceeded: 'the budget did not allow it',
  run_timeout: 'the time of the run was over',
  cancelled: 'the run was cancelled',
  condition_false: 'its condition was not met',
  dependency_failed: 'a step that it needs gave nothing',
} as const

export function whySkipped({ status, error, skipReason }: StepState): string {
  if (status === 'completed') return 'its result was erased'
  if (status === 'failed') return `it failed: ${error?.message ?? 'nobody knows why'}`
  if (status === 'unknown') return 'nobody knows whether it happened'
  if (status !== 'skipped') return `it is not over: ${status.replaceAll('_', ' ')}`
  const why = skipReason === null ? undefined : (SKIPPED as Readonly<Record<string, string>>)[skipReason]
  return why ?? 'it was skipped'
}
