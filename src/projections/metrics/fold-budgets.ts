import type { EventOf } from '../../events/event.ts'
import type { Unit } from '../../events/policy.ts'
import { noteTenantUse } from './budget-books.ts'
import { OTHER, type ValueOf } from '../labels.ts'
import type { MetricsState } from './metrics-state.ts'

/** Cost units and dollars are both `cost`: a share or a count of crossings has no unit. */
export const RESOURCE_OF: Readonly<Record<Unit, ValueOf<'resource'>>> = {
  calls: 'calls',
  cost: 'cost',
  llm_tokens: 'tokens',
  llm_usd: 'cost',
}

export function foldBudgetUpdate(state: MetricsState, event: EventOf<'budget_updated'>): void {
  const { profile, accounts } = event.data
  const budget = state.series.knows('profile', profile) ? profile : OTHER
  for (const account of accounts) {
    if (account.scope === 'tenant') noteTenantUse(state.books, account, { profile: budget, at: event.at })
  }
}

export function foldBudgetWarning({ series }: MetricsState, event: EventOf<'budget_warning'>): void {
  const { profile, unit } = event.data
  series.add('cugar_budget_events_total', { budget: profile, resource: RESOURCE_OF[unit], event: 'warning' })
}

export function foldBudgetExceeded({ series }: MetricsState, event: EventOf<'budget_exceeded'>): void {
  const { profile, unit } = event.data
  series.add('cugar_budget_events_total', { budget: profile, resource: RESOURCE_OF[unit], event: 'exceeded' })
}
