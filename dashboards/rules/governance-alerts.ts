import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { counter, gauge, lately, type Group } from './rule.ts'

const perJob = ['job'] as const

const perBudget = ['job', 'tenant', 'budget', 'resource', 'window'] as const
/** The line of a window that has ended is gone, and what was last seen of it means nothing any more. */
const ended = q.calc(
  q.max(perBudget, lately(gauge('cugar_tenant_budget_window_end_timestamp_seconds'))),
  '<',
  q.time,
)
const warned = q.calc(
  q.max(perBudget, lately(gauge('cugar_tenant_budget_utilization_ratio'))),
  '>=',
  q.max(perBudget, lately(gauge('cugar_tenant_budget_warning_threshold_ratio'))),
)
const refusing = q.calc(q.max(perBudget, lately(gauge('cugar_tenant_budget_refusing'))), '>', 0)
type BudgetLabels = Readonly<Record<(typeof perBudget)[number], string>>
const whose = ({ tenant, budget, resource, window }: BudgetLabels): string =>
  `the ${resource} budget of tenant ${tenant} under ${budget} for this ${window}`

const nearLimit = alert('CugarBudgetNearLimit', {
  severity: 'warning',
  for: '1m',
  dashboard: 'governance',
  expr: q.calc(q.calc(warned, 'unless', refusing), 'unless', ended),
  summary: 'A budget is above its warning threshold.',
  description: (labels) => `${VALUE.percent} of ${whose(labels)} is used.`,
})

const exhausted = alert('CugarBudgetExhausted', {
  severity: 'critical',
  for: '1m',
  dashboard: 'governance',
  expr: q.calc(refusing, 'unless', ended),
  summary: 'A budget refuses calls until its window ends or its limit is raised.',
  description: (labels) => `A call did not fit into what is left of ${whose(labels)}.`,
})

/** The runtime says when, and only of what is spent steadily: in a third of the last hour, at the pace of six hours. */
const secondsLeft = q.calc(
  q.max(perBudget, lately(gauge('cugar_tenant_budget_exhaustion_timestamp_seconds'))),
  '-',
  q.time,
)
const used = q.max(perBudget, lately(gauge('cugar_tenant_budget_utilization_ratio')))

const forecastExhausted = alert('CugarBudgetForecastExhausted', {
  severity: 'warning',
  for: '10m',
  dashboard: 'governance',
  expr: q.calc(
    q.both(q.calc(secondsLeft, '>', 0), q.calc(used, '>', LIMITS.budgetForecastFrom)),
    'unless',
    refusing,
  ),
  summary: 'A budget will be used up before its window ends.',
  description: (labels) => `At its present pace ${whose(labels)} runs out in ${VALUE.duration}.`,
})

const exceededOften = alert('CugarBudgetExceededOften', {
  severity: 'warning',
  for: '0m',
  dashboard: 'governance',
  expr: q.calc(
    q.sum(['job', 'budget'], q.increase(counter('cugar_budget_events_total', { event: 'exceeded' }), '1h')),
    '>',
    LIMITS.budgetExceededPerHour,
  ),
  summary: 'Calls run into a limit again and again.',
  description: ({ budget }) => `Limits of ${budget} refused calls ${VALUE.count} times in an hour.`,
})

const queueDeep = alert('CugarApprovalQueueDeep', {
  severity: 'warning',
  for: '15m',
  dashboard: 'governance',
  expr: q.calc(q.sum(perJob, lately(gauge('cugar_approvals_pending'))), '>', LIMITS.approvalsPending),
  summary: 'More approvals wait than people answer.',
  description: ({ job }) => `${VALUE.count} approvals of ${job} wait for a person.`,
})

/** Time left and not time waited: ten minutes are little, whether half an hour or three days were given. */
const expiring = alert('CugarApprovalExpiring', {
  severity: 'warning',
  for: '1m',
  dashboard: 'governance',
  expr: q.calc(
    q.calc(
      q.earliest(['job', 'risk'], lately(gauge('cugar_approval_next_expiry_timestamp_seconds'))),
      '-',
      q.time,
    ),
    '<',
    LIMITS.approvalSecondsLeft,
  ),
  summary: 'An approval is about to expire.',
  description: ({ risk, job }) =>
    `The next ${risk} risk approval of ${job} to expire has ${VALUE.duration} left.`,
})

const resolved = counter('cugar_approvals_resolved_total')
const expired = counter('cugar_approvals_resolved_total', { decision: 'timeout' })
const timeouts = alert('CugarApprovalTimeouts', {
  severity: 'warning',
  for: '0m',
  dashboard: 'governance',
  expr: q.both(
    q.calc(
      q.ratio(q.sum(perJob, q.increase(expired, '1h')), q.sum(perJob, q.increase(resolved, '1h'))),
      '>',
      LIMITS.approvalTimeoutRatio,
    ),
    q.calc(q.sum(perJob, q.increase(expired, '1h')), '>=', LIMITS.approvalTimeoutsLeast),
  ),
  summary: 'Approvals expire without an answer.',
  description: ({ job }) => `${VALUE.percent} of the approvals of ${job} expired in the last hour.`,
})

const unknownOutcomes = alert('CugarUnknownOutcomes', {
  severity: 'critical',
  for: '0m',
  dashboard: 'governance',
  expr: q.calc(q.sum(perJob, lately(gauge('cugar_steps_unknown'))), '>', 0),
  summary: 'Nobody knows whether a call with consequences happened.',
  description: ({ job }) => `${VALUE.count} steps of ${job} wait for a person to reconcile them.`,
})

const frozenLong = alert('CugarFrozenLong', {
  severity: 'warning',
  for: '5m',
  dashboard: 'governance',
  expr: q.calc(
    q.minus(q.time, q.earliest(['job', 'scope'], lately(gauge('cugar_freeze_oldest_timestamp_seconds')))),
    '>',
    LIMITS.frozenSeconds,
  ),
  summary: 'A profile or tenant has taken no new runs for more than a day.',
  description: ({ scope, job }) => `A ${scope} of ${job} has been frozen for ${VALUE.duration}.`,
})

export const GOVERNANCE_ALERTS: Group<Alert> = {
  name: 'cugar-governance-alerts',
  rules: [
    nearLimit,
    exhausted,
    forecastExhausted,
    exceededOften,
    queueDeep,
    expiring,
    timeouts,
    unknownOutcomes,
    frozenLong,
  ],
}
