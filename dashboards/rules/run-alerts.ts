import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { meanSteps } from './recording.ts'
import { counter, countOf, gauge, lately, sumOf, type Group } from './rule.ts'

const perJob = ['job'] as const
const started = counter('cugar_runs_started_total')
const steps = q.recorded(meanSteps)

const noTraffic = alert('CugarNoTraffic', {
  severity: 'warning',
  for: '15m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(q.sum(perJob, q.increase(started, '30m')), '==', 0),
    q.calc(q.sum(perJob, q.increase(started, '30m', '1d')), '>', LIMITS.noTrafficBefore),
  ),
  summary: 'No run has started for half an hour, at a time of day that had traffic yesterday.',
  description: ({ job }) => `${job} started no run in the last 30 minutes; callers may not reach it.`,
})

const moving = q.calc(
  q.calc(
    q.sum(perJob, lately(gauge('cugar_runs_in_flight'))),
    '-',
    q.sum(perJob, lately(gauge('cugar_runs_waiting'))),
  ),
  '-',
  q.sum(perJob, lately(gauge('cugar_steps_unknown'))),
)
const runsStuck = alert('CugarRunsStuck', {
  severity: 'warning',
  for: '15m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(moving, '>', 0),
    q.calc(q.sum(perJob, q.increase(counter('cugar_runs_total'), '15m')), '==', 0),
  ),
  summary: 'Runs are in flight that wait for nobody, and none finishes.',
  description: ({ job }) =>
    `${VALUE.count} runs of ${job} wait for nobody, and none has finished in 15 minutes.`,
})

const waitingItems = gauge('cugar_batch_items_waiting')
const batchStands = alert('CugarBatchStandsStill', {
  severity: 'warning',
  for: '15m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(q.sum(perJob, lately(waitingItems)), '>', 0),
    q.calc(q.sum(perJob, q.changes(waitingItems, '15m')), '==', 0),
  ),
  summary: 'A list has items that have not begun, and none begins.',
  description: ({ job }) =>
    `${VALUE.number} items of lists of ${job} have not begun, and none has in 15 minutes.`,
})

/** Of the raw counters: a day before the rules were loaded counts too, however often they are evaluated. */
const stepsOfDay = q.ratio(
  q.sum(perJob, q.increase(sumOf('cugar_run_steps'), '1d', '1h')),
  q.sum(perJob, q.increase(countOf('cugar_run_steps'), '1d', '1h')),
)
const stepsHigh = alert('CugarStepsPerTaskHigh', {
  severity: 'warning',
  for: '30m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(steps, '>', q.calc(stepsOfDay, '*', LIMITS.stepsFactor)),
    q.calc(steps, '>', LIMITS.stepsPerTask),
    // A day means something where there were runs in its first half.
    q.calc(q.sum(perJob, q.increase(countOf('cugar_run_steps'), '12h', '12h')), '>', 0),
  ),
  summary: 'A task takes twice as many steps as it did over the last day.',
  description: ({ job }) => `Runs of ${job} execute ${VALUE.number} steps on average over the last hour.`,
})

const replans = counter('cugar_plans_created_total', { kind: 'replan' })
const replansHigh = alert('CugarReplanRateHigh', {
  severity: 'warning',
  for: '15m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(
      q.ratio(q.sum(perJob, q.rate(replans, '15m')), q.sum(perJob, q.rate(started, '15m'))),
      '>',
      LIMITS.replansPerRun,
    ),
    q.calc(q.sum(perJob, q.increase(replans, '15m')), '>=', LIMITS.replansLeast),
  ),
  summary: 'Plans are changed more often than runs start.',
  description: ({ job }) =>
    `Each run of ${job} changes its plan ${VALUE.number} times, in the last 15 minutes.`,
})

const finished = counter('cugar_runs_total')
const refused = counter('cugar_runs_total', { outcome: q.oneOf('rejected', 'budget_exceeded') })
const runsRefused = alert('CugarRunsRefused', {
  severity: 'warning',
  for: '10m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(
      q.ratio(q.sum(perJob, q.increase(refused, '1h')), q.sum(perJob, q.increase(finished, '1h'))),
      '>',
      LIMITS.refusedRatio,
    ),
    q.calc(q.sum(perJob, q.increase(refused, '1h')), '>=', LIMITS.refusedLeast),
  ),
  summary: 'Most runs are refused: no plan fits, an input is wrong, or a budget forbids them.',
  description: ({ job }) => `${VALUE.percent} of the runs of ${job} were refused in the last hour.`,
})

export const RUN_ALERTS: Group<Alert> = {
  name: 'cugar-run-alerts',
  rules: [noTraffic, runsStuck, batchStands, stepsHigh, replansHigh, runsRefused],
}
