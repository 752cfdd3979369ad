// Who planned, and why, in one line for every surface.
import type { DataOf } from '../events/event.ts'

type FallbackReason = NonNullable<DataOf<'plan_created'>['fallback_reason']>

const REASONS: Readonly<Record<FallbackReason, string>> = {
  no_key: 'no key',
  timeout: 'the model took too long',
  rate_limited: 'the model is too busy',
  unavailable: 'the model cannot be reached',
  invalid_plan: 'the model gave no plan that holds',
  over_budget: 'the budget allows no more',
  refused: 'the model refused',
  not_asked: 'not asked',
}

/** `LLM: gpt-4o-mini`, or `LLM: offline mode (rule-based), no key`. */
export function plannedBy(plan: {
  readonly model: string | null
  readonly fallbackReason: FallbackReason | null
}): string {
  if (plan.model !== null) return `LLM: ${plan.model}`
  const why = plan.fallbackReason === null ? '' : `, ${REASONS[plan.fallbackReason]}`
  return `LLM: offline mode (rule-based)${why}`
}
