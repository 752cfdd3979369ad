// Who planned, and why, in one line for every surface.
import type { DataOf } from '../events/event.ts'
import { CALLER, PLAYBOOK } from '../registry/names.ts'

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

/** Where nobody had to plan. */
const GIVEN: Readonly<Record<string, string>> = {
  [CALLER]: 'not asked, the caller gave the plan',
  [PLAYBOOK]: 'not asked, a playbook is the plan',
}

/** Of a plan, as its event or a preview has it: `LLM: gpt-4o-mini`, or `LLM: offline mode (rule-based), no key`. */
export function plannedBy(plan: {
  readonly planner: string
  /** Absent or null: no language model proposed it. */
  readonly model?: string | null | undefined
  readonly fallback_reason: FallbackReason | null
}): string {
  if (plan.model != null) return `LLM: ${plan.model}`
  const given = GIVEN[plan.planner]
  if (given !== undefined) return `LLM: ${given}`
  const why = plan.fallback_reason === null ? '' : `, ${REASONS[plan.fallback_reason]}`
  return `LLM: offline mode (rule-based)${why}`
}
