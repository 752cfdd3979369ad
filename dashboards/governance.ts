import { dashboard, offered, type Row } from './dashboard.ts'
import { latency } from './families.ts'
import { bars, graph, heatmap, type Steps } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, gauge } from './query.ts'
import { forecast } from './rules/recording.ts'
import { RESPONSE_SECONDS } from './rules/slo.ts'
import { LIMITS } from './thresholds.ts'

const chosen = { budget: q.variable('budget') }
const interval = '$__rate_interval'
const perBudget = ['budget', 'resource'] as const
const use = gauge('cugar_budget_utilization_ratio', chosen)
const LEVELS: Steps = ['green', [LIMITS.budgetExhausted, 'red']]

const budgets: Row = {
  title: 'Budgets',
  panels: [
    bars({
      title: 'Utilization now',
      height: 9,
      text: 'Used share of each budget window. Orange: near the limit. Red: used up, calls are refused until the window ends.',
      unit: 'percentunit',
      width: 8,
      max: 1,
      steps: LEVELS,
      queries: [{ expr: q.max(perBudget, use), legend: '{{budget}} {{resource}}' }],
      noValue: 'No limits',
    }),
    graph({
      title: 'Utilization',
      height: 9,
      text: 'Used share over time. It falls to zero where a window ends; a flat line at 100 % is a budget that refuses.',
      unit: 'percentunit',
      width: 8,
      steps: LEVELS,
      queries: [{ expr: q.max(perBudget, use), legend: '{{budget}} {{resource}}' }],
      noValue: 'No limits',
    }),
    graph({
      title: 'Forecast at window end',
      height: 9,
      text: 'Where each budget would stand when its window ends, at the pace of the last quarter of an hour. Above 100 % it will run out before.',
      unit: 'percentunit',
      width: 8,
      steps: ['green', [LIMITS.budgetExhausted, 'red']],
      queries: [
        {
          expr: q.max(perBudget, forecast(use, gauge('cugar_budget_window_end_timestamp_seconds', chosen))),
          legend: '{{budget}} {{resource}}',
        },
      ],
      noValue: 'No limits',
    }),
    graph({
      title: 'Used and limit',
      text: 'US dollars used in the present window beside its limit.',
      unit: 'currencyUSD',
      width: 8,
      limits: '.* limit',
      queries: [
        { expr: q.max(['budget'], gauge('cugar_budget_used_usd', chosen)), legend: '{{budget}} used' },
        { expr: q.max(['budget'], gauge('cugar_budget_limit_usd', chosen)), legend: '{{budget}} limit' },
      ],
      noValue: 'No dollar limits',
    }),
    graph({
      title: 'Threshold crossings',
      text: 'Warnings and refusals in each interval by budget. Repeated refusals mean that callers keep trying.',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: q.sum(
            ['budget', 'event'],
            q.increase(counter('cugar_budget_events_total', chosen), interval),
          ),
          legend: '{{budget}} {{event}}',
        },
      ],
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
      unit: 'short',
      width: 8,
      queries: [
        { expr: q.calc(requested, '*', 60), legend: 'requested a minute' },
        { expr: q.calc(q.sum([], q.rate(resolved, interval)), '*', 60), legend: 'resolved a minute' },
      ],
    }),
    graph({
      title: 'Decisions',
      text: 'Answers a minute by decision. Many denials: plans propose what people do not want; timeouts: nobody answers.',
      unit: 'short',
      width: 8,
      stacked: true,
      queries: [
        {
          expr: q.calc(q.sum(['decision'], q.rate(resolved, interval)), '*', 60),
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
    variables: [offered('budget', q.within('job=~"$job"').gauge('cugar_budget_utilization_ratio'), '.+')],
    rows: [budgets, approvals, freezes],
  })
