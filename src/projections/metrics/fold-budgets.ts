import type { EventOf } from '../../events/event.ts'
import type { Unit } from '../../events/policy.ts'
import { noteTenantRefusal, noteTenantUse } from './budgets/books.ts'
import { OTHER } from '../../events/names.ts'
import type { ValueOf } from '../labels.ts'
import type { MetricsState } from './metrics-state.ts'

/** Dollars are not cost units: each has a name of its own. */
export const RESOURCE_OF: Readonly<Record<Unit, ValueOf<'resource'>>> = {
  calls: 'calls',
  cost: 'cost',
  llm_tokens: 'tokens',
  llm_usd: 'usd',
  effects: 'effects',
}

export function foldBudgetUpdate(state: MetricsState, event: EventOf<'budget_updated'>): void {
  const { profile, accounts } = event.data
  const budget = state.series.knows('profile', profile) ? profile : OTHER
  for (const account of accounts) {
    if (account.scope === 'tenant') noteTenantUse(state.books, account, { profile: budget, at: event.at })
  }
}

function foldBudgetWarning({ series }: MetricsState, event: EventOf<'budget_warning'>): void {
  const { profile, unit } = event.data
  series.add('cugar_budget_events_total', { budget: profile, resource: RESOURCE_OF[unit], event: 'warning' })
}

function foldBudgetExceeded(state: MetricsState, event: EventOf<'budget_exceeded'>): void {
  const { series, books } = state
  const { profile, unit, scope } = event.data
  const budget = series.knows('profile', profile) ? profile : OTHER
  if (scope === 'tenant') noteTenantRefusal(books, event.data, { profile: budget, at: event.at })
  series.add('cugar_budget_events_total', { budget: profile, resource: RESOURCE_OF[unit], event: 'exceeded' })
}

export const foldBudgetNotice = (
  state: MetricsState,
  event: EventOf<'budget_warning'> | EventOf<'budget_exceeded'>,
): void =>
  event.type === 'budget_warning' ? foldBudgetWarning(state, event) : foldBudgetExceeded(state, event)
