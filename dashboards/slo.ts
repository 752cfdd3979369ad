import { dashboard, offered, type Row } from './dashboard.ts'
import { PER_MINUTE, graph, stat, type Steps } from './panels.ts'
import * as q from './promql.ts'
import { buckets } from './query.ts'
import { BURNS } from './rules/burn-alerts.ts'
import { BAD, BUDGET_LEFT, burnRate, errorRatio, OBJECTIVE } from './rules/slo.ts'
import { table } from './table.ts'

const slo = 'slo=~"$slo"'
const chosen = ['job=~"$job"', slo]
const perSlo = ['slo'] as const
const worst = (rule: Parameters<typeof q.recorded<'job' | 'slo'>>[0]) =>
  q.max(perSlo, q.recorded(rule, chosen))

/** The factors at which an alert over this long window, or one beside it, fires. */
const factors = (...windows: string[]): Steps => [
  'green',
  ...BURNS.filter(({ long, short }) => windows.includes(long) || windows.includes(short))
    .map(({ factor, severity }) => [factor, severity === 'critical' ? 'red' : 'orange'] as const)
    .toSorted(([a], [b]) => a - b),
]

const budgets: Row = {
  title: 'Error budgets',
  panels: [
    stat({
      title: 'Error budget remaining (30d)',
      text: 'What is left of the errors that 30 days may have. 100 %: none yet. Below 0 the objective is missed; a young installation has only what it has seen.',
      unit: 'percentunit',
      width: 24,
      decimals: 1,
      steps: ['red', [0, 'green']],
      queries: [{ expr: q.min(perSlo, q.recorded(BUDGET_LEFT, chosen)), legend: '{{slo}}' }],
    }),
    table({
      title: 'Objectives and state',
      text: 'Objective, what was reached over 30 days, and how fast the budget burns now: at 1 it lasts exactly 30 days.',
      unit: 'percentunit',
      width: 24,
      height: 7,
      queries: [
        { expr: q.max(perSlo, q.recorded(OBJECTIVE, [slo])), legend: 'objective' },
        { expr: q.minus(1, worst(errorRatio('30d'))), legend: 'reached' },
        { expr: worst(burnRate('1h')), legend: 'burn rate' },
      ],
      columns: [
        { title: 'Objective', unit: 'percentunit' },
        { title: 'Reached (30d)', unit: 'percentunit' },
        { title: 'Burn rate (1h)', unit: 'none', steps: factors('1h') },
      ],
      sortBy: 'Burn rate (1h)',
    }),
  ],
}

const burning: Row = {
  title: 'Burn rates',
  panels: [
    graph({
      title: 'Burn rate, 1 hour',
      text: 'How many times faster than allowed the error budget was used over the last hour. At the red line somebody is paged.',
      unit: 'none',
      width: 12,
      steps: factors('1h'),
      queries: [{ expr: worst(burnRate('1h')), legend: '{{slo}}' }],
      links: ['failed runs', 'failed traces'],
    }),
    graph({
      title: 'Burn rate, 6 hours',
      text: 'The same over six hours: slower, but it does not forget. At the orange line a ticket is opened, at the red one somebody is paged.',
      unit: 'none',
      width: 12,
      steps: factors('6h'),
      queries: [{ expr: worst(burnRate('6h')), legend: '{{slo}}' }],
    }),
    graph({
      title: 'Bad events',
      text: 'Events a minute that count against a service level. Burn alerts need a minimum of them: two bad runs of three on a quiet night page nobody.',
      unit: PER_MINUTE,
      width: 12,
      queries: [{ expr: q.sum(perSlo, q.recorded(BAD, chosen)), legend: '{{slo}}' }],
      links: ['failed runs', 'failed traces'],
    }),
    graph({
      title: 'Bad ratio, 5 minutes',
      text: 'Share of bad events over the last five minutes: whether it still goes on.',
      unit: 'percentunit',
      width: 12,
      max: 1,
      queries: [{ expr: worst(errorRatio('5m')), legend: '{{slo}}' }],
    }),
  ],
}

const why: Row = {
  title: 'Why it burns',
  panels: [
    graph({
      title: 'P95 duration of failed runs',
      text: 'P95 of the time that failed runs took. Each dot is one of them: it leads to its trace, and from there to the run.',
      unit: 's',
      width: 24,
      queries: [
        {
          expr: q.percentile(
            0.95,
            ['le', 'profile'],
            q.rate(buckets('cugar_run_duration_seconds', { status: 'error' }), '$__rate_interval'),
          ),
          legend: '{{profile}}',
          exemplars: true,
        },
      ],
      noValue: 'No run failed',
      links: ['failed runs', 'failed traces'],
    }),
  ],
}

export const slos = () =>
  dashboard({
    key: 'slo',
    title: 'SLO',
    text: 'Service levels over 30 days: what is left of each error budget and how fast it burns.',
    variables: [offered('slo', q.recorded(OBJECTIVE), '.+')],
    rows: [budgets, burning, why],
  })
