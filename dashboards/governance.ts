import { dashboard, type Row } from './dashboard.ts'
import { latency } from './families.ts'
import { LEVELS, ledger } from './ledger.ts'
import { PER_MINUTE, graph, heatmap } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, gauge } from './query.ts'
import { RESPONSE_SECONDS } from './rules/slo.ts'
import { LIMITS } from './thresholds.ts'

const interval = '$__rate_interval'
const perBudget = ['budget', 'resource'] as const
const use = gauge('cugar_budget_utilization_ratio')

const crossings = counter('cugar_budget_events_total')
const perCrossing = ['budget', 'event'] as const

const budgets: Row = {
  title: 'Budgets',
  panels: [
    graph({
      title: 'Utilization',
      text: 'Used share over time of the eight fullest. It falls to zero where a window ends; a flat line at 100 % is a budget that refuses.',
      unit: 'percentunit',
      width: 8,
      steps: LEVELS,
      queries: [
        {
          expr: q.fullest(q.max(perBudget, use), { by: perBudget, of: use, count: 8 }),
          legend: '{{budget}} {{resource}}',
        },
      ],
      noValue: 'Nothing is used',
    }),
    graph({
      title: 'Threshold crossings',
      text: 'Warnings and refusals in each interval by budget. Repeated refusals mean that callers keep trying.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: q.busiest(q.sum(perCrossing, q.increase(crossings, interval)), {
            by: perCrossing,
            of: crossings,
            count: 8,
          }),
          legend: '{{budget}} {{event}}',
        },
      ],
      noValue: 'No budget came near its limit',
    }),
    graph({
      title: 'Budget use per run',
      text: 'Share of its own budget that a finished run used: the median and the P95 by resource. P95 near 100 %: limits of a run are tight.',
      unit: 'percentunit',
      width: 8,
      queries: [0.5, 0.95].map((level) => ({
        expr: q.percentile(
          level,
          ['le', 'resource'],
          q.rate(buckets('cugar_run_budget_utilization_ratio'), interval),
        ),
        legend: `P${level * 100} {{resource}}`,
      })),
    }),
  ],
}

const requested = q.sum([], q.rate(counter('cugar_approvals_requested_total'), interval))
const resolved = counter('cugar_approvals_resolved_total')

const approvals: Row = {
  title: 'Approvals',
  panels: [
    graph({
      title: 'Waiting',
      text: 'Approvals that wait for a person, by risk.',
      unit: 'short',
      width: 6,
      stacked: true,
      steps: ['green', [LIMITS.approvalsPending, 'orange']],
      queries: [{ expr: q.sum(['risk'], gauge('cugar_approvals_pending')), legend: '{{risk}}' }],
      links: ['approvals'],
    }),
    graph({
      title: 'Oldest waiting',
      text: 'How long the oldest waiting approval of each risk has waited, and how long the next one to expire has left. A straight rise is one that nobody looks at; nothing is shown while none waits.',
      unit: 's',
      // So that hours fit before a narrow graph: 22 hours, not 22.2 hours.
      decimals: 0,
      width: 6,
      queries: [
        {
          expr: q.minus(
            q.time,
            q.earliest(['risk'], gauge('cugar_approval_oldest_pending_timestamp_seconds')),
          ),
          legend: '{{risk}}',
        },
        {
          expr: q.calc(
            q.earliest(['risk'], gauge('cugar_approval_next_expiry_timestamp_seconds')),
            '-',
            q.time,
          ),
          legend: '{{risk}}, left',
        },
      ],
      noValue: 'None waits',
      links: ['approvals'],
    }),
    graph({
      title: 'Unknown outcomes',
      text: 'Steps of which nobody knows whether their call happened. Each waits for a person to reconcile it; it is never repeated by itself.',
      unit: 'short',
      width: 6,
      queries: [{ expr: q.sum([], gauge('cugar_steps_unknown')), legend: 'unknown' }],
    }),
    graph({
      title: 'Wait time',
      text: 'Time from request to answer or expiry. The dashed line is the bound of the response objective.',
      unit: 's',
      width: 6,
      steps: ['green', [RESPONSE_SECONDS, 'red']],
      queries: latency(buckets('cugar_approval_wait_seconds'), { exemplars: false }),
    }),
    graph({
      title: 'Requested and resolved',
      text: 'Approvals a minute. Where requests stay above answers the queue grows.',
      unit: PER_MINUTE,
      width: 8,
      queries: [
        { expr: requested, legend: 'requested' },
        { expr: q.sum([], q.rate(resolved, interval)), legend: 'resolved' },
      ],
    }),
    graph({
      title: 'Decisions',
      text: 'Answers a minute by decision. Many denials: plans propose what people do not want; timeouts: nobody answers.',
      unit: PER_MINUTE,
      width: 8,
      stacked: true,
      queries: [
        {
          expr: q.sum(['decision'], q.rate(resolved, interval)),
          legend: '{{decision}}',
        },
      ],
    }),
    heatmap({
      title: 'Wait distribution',
      text: 'Answered approvals by how long they waited; brighter cells hold more. A band at the top is expiry.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: q.sum(['le'], q.increase(buckets('cugar_approval_wait_seconds'), interval)),
          legend: '{{le}}',
        },
      ],
    }),
  ],
}

const freezes: Row = {
  title: 'Freezes',
  panels: [
    graph({
      title: 'Frozen now',
      text: 'Profiles (1 while frozen) and the number of tenants that take no new runs, by an alert or by a person. Only a person lifts a freeze.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: q.calc(q.max(['profile'], gauge('cugar_profile_frozen')), '>', 0),
          legend: 'profile {{profile}}',
        },
        {
          expr: q.topk(8, q.max(['tenant', 'by'], gauge('cugar_tenant_frozen_by'))),
          legend: 'tenant {{tenant}}, by {{by}}',
        },
        { expr: q.max([], gauge('cugar_tenants_frozen')), legend: 'tenants' },
      ],
      noValue: 'Nothing is frozen',
    }),
    graph({
      title: 'Frozen for',
      text: 'Age of the oldest freeze of a profile and of a tenant. The dashed line is where the alert fires: somebody may have forgotten it.',
      unit: 's',
      width: 8,
      steps: ['green', [LIMITS.frozenSeconds, 'orange']],
      queries: [
        {
          expr: q.minus(q.time, q.earliest(['scope'], gauge('cugar_freeze_oldest_timestamp_seconds'))),
          legend: '{{scope}}',
        },
      ],
      noValue: 'Nothing is frozen',
    }),
    graph({
      title: 'Freezes and lifts',
      text: 'Changes in each interval by what was frozen or lifted. Freezes that come back at once: the cause of the alert is still there.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: q.sum(['scope', 'action'], q.increase(counter('cugar_freezes_total'), interval)),
          legend: '{{scope}} {{action}}',
        },
      ],
    }),
  ],
}

export const governance = () =>
  dashboard({
    key: 'governance',
    title: 'Budgets and approvals',
    text: 'How much of each budget is used and where it will end, and how people keep up with approvals.',
    variables: [],
    rows: [ledger, budgets, approvals, freezes],
  })
