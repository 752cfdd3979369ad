// The budgets of the made-up history: one that is used up, one that stays below its threshold, and their tenants.
import type { Series } from '../../src/projections/metrics/series.ts'

const WARNS_AT = 0.8
const CALLS = 400
/** What other budgets use of theirs against the cost of `demo`. */
const CALLS_SHARE = 0.625
const SALES_SHARE = 0.33

type Books = {
  /** Cost units of the profile `demo` in this window. */
  readonly spent: number
  readonly limit: number
  /** Epoch seconds. */
  readonly windowEnd: number
}

export function showBudgets(series: Series, { spent, limit, windowEnd }: Books): void {
  const share = spent / limit
  const shares = [
    [{ budget: 'demo', resource: 'cost' }, share],
    [{ budget: 'demo', resource: 'calls' }, share * CALLS_SHARE],
    [{ budget: 'sales_rep', resource: 'cost' }, share * SALES_SHARE],
  ] as const
  for (const [labels, used] of shares) series.set('cugar_budget_utilization_ratio', labels, used)
  for (const [budget, part] of [
    ['demo', 1],
    ['sales_rep', SALES_SHARE],
  ] as const) {
    series.set('cugar_budget_used_cost_units', { budget }, spent * part)
    series.set('cugar_budget_limit_cost_units', { budget }, limit)
    series.set('cugar_budget_warning_threshold_ratio', { budget }, WARNS_AT)
    series.set('cugar_budget_window_end_timestamp_seconds', { budget }, windowEnd)
    series.set('cugar_profile_frozen', { profile: budget }, 0)
  }
  series.set('cugar_budget_used_calls', { budget: 'demo' }, share * CALLS_SHARE * CALLS)
  series.set('cugar_budget_limit_calls', { budget: 'demo' }, CALLS)
  for (const [tenant, part] of [
    ['acme', 1],
    ['globex', 0.85],
  ] as const) {
    const line = { tenant, budget: 'demo', resource: 'cost', window: 'day' } as const
    series.set('cugar_tenant_budget_utilization_ratio', line, share * part)
    series.set('cugar_tenant_budget_warning_threshold_ratio', line, WARNS_AT)
    series.set('cugar_tenant_budget_refusing', line, share * part >= 1 ? 1 : 0)
    series.set('cugar_tenant_budget_window_end_timestamp_seconds', line, windowEnd)
  }
}
