// The part of the table of metrics that speaks of budgets, approvals and freezes.
import { RATIO, SECS_HUMAN } from './buckets.ts'
import { capped, journal, state } from './spec.ts'

const budget = { budget: 'profile', resource: 'resource' } as const
/** Whose budget, under which profile (`own`: the tenant's own limit), of what, in which window. */
const ledger = { tenant: 'tenant', budget: 'budget', resource: 'resource', window: 'budget_window' } as const
/** The same without what it is of, which its name says: amounts of several units never share one. */
const amount = { tenant: 'tenant', budget: 'budget', window: 'budget_window' } as const
/** Lines of tenants at a scrape: the highest ones, and one `other` for the rest. */
export const LEDGER_SERIES = 21

export const GOVERNANCE = {
  cugar_budget_utilization_ratio: state.gauge(
    budget,
    'Used share of a named budget window, 0 to 1 and above.',
  ),
  cugar_budget_reserved_ratio: state.gauge(
    budget,
    'Share of a named budget window that calls under way hold; of its highest tenant.',
  ),
  cugar_budget_pace_ratio: state.gauge(
    budget,
    'Used share against the elapsed share of the window: 1 is even, above 1 it runs out early; of its highest tenant.',
  ),
  cugar_budget_refusing: state.gauge(
    budget,
    'Budgets of tenants under this profile that have refused a call and refuse until their window ends or their limit rises.',
  ),
  cugar_budget_warning_threshold_ratio: state.gauge(
    { budget: 'profile' },
    'Used share at which the tenant budgets of this profile warn.',
  ),
  cugar_budget_limit_usd: state.gauge({ budget: 'profile' }, 'Limit of a named budget window in dollars.'),
  cugar_budget_used_usd: state.gauge({ budget: 'profile' }, 'Dollars used in the current budget window.'),
  cugar_budget_limit_cost_units: state.gauge(
    { budget: 'profile' },
    'Limit of a named budget window in cost units.',
  ),
  cugar_budget_used_cost_units: state.gauge(
    { budget: 'profile' },
    'Cost units used in the current budget window.',
  ),
  cugar_budget_limit_calls: state.gauge({ budget: 'profile' }, 'Limit of a named budget window in calls.'),
  cugar_budget_used_calls: state.gauge({ budget: 'profile' }, 'Calls used in the current budget window.'),
  cugar_budget_limit_tokens: state.gauge({ budget: 'profile' }, 'Limit of a named budget window in tokens.'),
  cugar_budget_used_tokens: state.gauge({ budget: 'profile' }, 'Tokens used in the current budget window.'),
  cugar_budget_limit_effects: state.gauge(
    { budget: 'profile' },
    'Limit of a named budget window in calls with effects.',
  ),
  cugar_budget_used_effects: state.gauge(
    { budget: 'profile' },
    'Calls with effects in the current budget window.',
  ),
  cugar_tenant_budget_utilization_ratio: capped(
    LEDGER_SERIES,
    state.gauge(
      ledger,
      'Used share of a budget that is above its warning threshold, refuses or will run out; the highest ones.',
    ),
  ),
  cugar_tenant_budget_warning_threshold_ratio: capped(
    LEDGER_SERIES,
    state.gauge(ledger, 'Used share at which this budget warns.'),
  ),
  cugar_tenant_budget_refusing: capped(
    LEDGER_SERIES,
    state.gauge(ledger, '1 from a refused call until the window ends or the limit rises; 0 before.'),
  ),
  cugar_tenant_budget_window_end_timestamp_seconds: capped(
    LEDGER_SERIES,
    state.gauge(ledger, 'Unix time at which the window of this budget ends.'),
  ),
  cugar_tenant_budget_reserved_ratio: capped(
    LEDGER_SERIES,
    state.gauge(ledger, 'Share of this budget that calls under way hold.'),
  ),
  cugar_tenant_budget_pace_ratio: capped(
    LEDGER_SERIES,
    state.gauge(ledger, 'Used share against the elapsed share of its window: 1 is even.'),
  ),
  cugar_tenant_budget_limit_calls: capped(
    LEDGER_SERIES,
    state.gauge(amount, 'Limit of this budget in calls.'),
  ),
  cugar_tenant_budget_limit_cost_units: capped(
    LEDGER_SERIES,
    state.gauge(amount, 'Limit of this budget in cost units.'),
  ),
  cugar_tenant_budget_limit_tokens: capped(
    LEDGER_SERIES,
    state.gauge(amount, 'Limit of this budget in tokens.'),
  ),
  cugar_tenant_budget_limit_usd: capped(
    LEDGER_SERIES,
    state.gauge(amount, 'Limit of this budget in dollars.'),
  ),
  cugar_tenant_budget_limit_effects: capped(
    LEDGER_SERIES,
    state.gauge(amount, 'Limit of this budget in calls with effects.'),
  ),
  cugar_tenant_budget_exhaustion_timestamp_seconds: capped(
    LEDGER_SERIES,
    state.gauge(
      ledger,
      'Unix time at which this budget is used up at its pace; absent where that is not before its window ends.',
    ),
  ),
  cugar_budget_window_end_timestamp_seconds: state.gauge(
    { budget: 'profile' },
    'Unix time at which the budget window resets.',
  ),
  cugar_budget_events_total: journal.counter(
    { ...budget, event: 'budget_event' },
    'Budget threshold crossings.',
  ),
  cugar_run_budget_utilization_ratio: journal.histogram(
    RATIO,
    { resource: 'resource' },
    'Share of its own budget that a finished run used.',
  ),
  cugar_approvals_requested_total: journal.counter(
    { domain: 'domain', risk: 'risk' },
    'Approvals requested.',
  ),
  cugar_approvals_resolved_total: journal.counter(
    { domain: 'domain', risk: 'risk', decision: 'decision' },
    'Approvals resolved.',
  ),
  cugar_approval_wait_seconds: journal.histogram(
    SECS_HUMAN,
    { risk: 'risk', decision: 'decision' },
    'Time from request to resolution.',
  ),
  cugar_approvals_pending: state.gauge({ risk: 'risk' }, 'Approvals waiting now.'),
  cugar_approval_oldest_pending_timestamp_seconds: state.gauge(
    { risk: 'risk' },
    'Unix time of the oldest waiting request; 0 when none waits.',
  ),
  cugar_approval_next_expiry_timestamp_seconds: state.gauge(
    { risk: 'risk' },
    'Unix time at which the first of the waiting approvals expires; 0 when none waits.',
  ),
  cugar_profile_frozen: journal.gauge(
    { profile: 'profile' },
    '1 while the profile takes no new runs, until a person lifts it.',
  ),
  cugar_profile_frozen_by: state.gauge(
    { profile: 'profile', by: 'frozen_by' },
    '1 while the profile takes no new runs, for who froze it: an alert or a person.',
  ),
  cugar_tenant_frozen_by: capped(
    LEDGER_SERIES,
    state.gauge(
      { tenant: 'tenant', by: 'frozen_by' },
      '1 while the tenant takes no new runs, for who froze it; the longest frozen ones. Tenants that neither the registry nor the ledger names are other.',
    ),
  ),
  cugar_tenants_frozen: journal.gauge({}, 'Tenants that take no new runs now.'),
  cugar_freezes_total: journal.counter(
    { scope: 'freeze_scope', action: 'freeze_action' },
    'Freezes of profiles and tenants set by alerts or people, and lifted by people.',
  ),
  cugar_freeze_oldest_timestamp_seconds: state.gauge(
    { scope: 'freeze_scope' },
    'Unix time since which the longest frozen profile or tenant takes no new runs; 0 when none is frozen.',
  ),
} as const
