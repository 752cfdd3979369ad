import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { meanSteps } from './recording.ts'
import { counter, gauge, type Group } from './rule.ts'

const perJob = ['job'] as const
const started = counter('cugar_runs_started_total')
const replans = counter('cugar_plans_created_total', { kind: 'replan' })
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

const runsStuck = alert('CugarRunsStuck', {
  severity: 'warning',
  for: '15m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(q.sum(perJob, gauge('cugar_runs_in_flight')), '>', 0),
    q.calc(q.sum(perJob, q.increase(counter('cugar_runs_total'), '15m')), '==', 0),
    q.calc(q.sum(perJob, gauge('cugar_approvals_pending')), '==', 0),
  ),
  summary: 'Runs are in flight, none finishes and nobody is asked for anything.',
  description: ({ job }) => `${job} has ${VALUE.number} runs in flight and finished none in 15 minutes.`,
})

const stepsHigh = alert('CugarStepsPerTaskHigh', {
  severity: 'warning',
  for: '30m',
  dashboard: 'overview',
  expr: q.both(
    q.calc(steps, '>', q.calc(q.avgOverTime(steps, '1d', '1h'), '*', LIMITS.stepsFactor)),
    q.calc(steps, '>', LIMITS.stepsPerTask),
    q.calc(q.countOverTime(steps, '1d'), '>', LIMITS.historySamples),
  ),
  summary: 'A task takes twice as many steps as it did over the last day.',
  description: ({ job }) => `Runs of ${job} execute ${VALUE.number} steps on average over the last hour.`,
})

const replanRate = alert('CugarReplanRateHigh', {
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
  summary: 'Runs are replanned more than once on average.',
  description: ({ job }) => `${job} makes ${VALUE.number} replans for each run that starts.`,
})

const fallbacks = counter('cugar_plans_created_total', {
  planner: 'rules',
  fallback: q.oneOf('timeout', 'rate_limited', 'unavailable', 'invalid_plan', 'over_budget'),
})
const plannerFallback = alert('CugarPlannerFallback', {
  severity: 'warning',
  for: '15m',
  dashboard: 'llm',
  expr: q.both(
    q.calc(
      q.ratio(
        q.sum(perJob, q.rate(fallbacks, '15m')),
        q.sum(perJob, q.rate(counter('cugar_plans_created_total'), '15m')),
      ),
      '>',
      LIMITS.plannerFallbackRatio,
    ),
    q.calc(q.sum(perJob, q.increase(fallbacks, '15m')), '>=', LIMITS.plannerFallbacksLeast),
  ),
  summary: 'The model was asked for plans and rules had to make them.',
  description: ({ job }) =>
    `${VALUE.percent} of the plans of ${job} fell back to rules in the last 15 minutes.`,
})

export const RUN_ALERTS: Group<Alert> = {
  name: 'cugar-run-alerts',
  rules: [noTraffic, runsStuck, stepsHigh, replanRate, plannerFallback],
}
