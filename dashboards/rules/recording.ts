// Recording rules that dashboards and alerts read: one evaluation instead of one for each viewer.
import { MEASURED } from '../../src/projections/outcome.ts'
import * as q from '../promql.ts'
import {
  buckets,
  counter,
  countOf,
  gauge,
  lately,
  outside,
  recording,
  sumOf,
  type Group,
  type Recording,
} from './rule.ts'

const perTarget = ['job', 'instance'] as const
const targetSeries: Recording<'job' | 'instance'> = recording('job_instance:cugar_target:up', q.vector(0))
/**
 * 1 or 0 for each target that is a runtime of ours: its job says so, or it has shown our metrics at any time. Known
 * once, it is known by this series itself, for as long as Prometheus has the target.
 */
export const targetUp: Recording<'job' | 'instance'> = recording(
  targetSeries.record,
  q.max(
    perTarget,
    q.calc(
      q.within('job=~".*cugar.*"').outside('up'),
      'or',
      q.joined(
        outside('up'),
        { op: 'and', on: perTarget },
        q.calc(lately(gauge('cugar_build_info')), 'or', q.lastOverTime(q.recorded(targetSeries), '10m')),
      ),
    ),
  ),
)
/** What Node's own metrics say, of our targets alone. */
export const ofTargets = <L extends string>(expr: q.Expr<L | 'job' | 'instance'>) =>
  q.joined(expr, { op: 'and', on: perTarget }, q.recorded(targetUp))

const judgedRuns = counter('cugar_runs_total', { outcome: q.oneOf(...MEASURED) })
const judgedCalls = counter('cugar_tool_calls_total', { status: q.oneOf('success', 'error', 'timeout') })
const failedCalls = counter('cugar_tool_calls_total', { status: q.oneOf('error', 'timeout') })

export const runsByOutcome = recording(
  'job_profile_outcome:cugar_runs:rate5m',
  q.sum(['job', 'profile', 'outcome'], q.rate(counter('cugar_runs_total'), '5m')),
)
export const successRatio = recording(
  'job:cugar_runs:success_ratio_rate5m',
  q.ratio(
    q.sum(['job'], q.rate(counter('cugar_runs_total', { outcome: 'success' }), '5m')),
    q.sum(['job'], q.rate(judgedRuns, '5m')),
  ),
)
export const activeBuckets = recording(
  'job_le:cugar_run_active_duration_seconds_bucket:rate5m',
  q.sum(['job', 'le'], q.rate(buckets('cugar_run_active_duration_seconds'), '5m')),
)
const activeQuantiles = [0.5, 0.95, 0.99].map((level) =>
  recording(
    `job:cugar_run_active_duration_seconds:p${level * 100}_rate5m`,
    q.quantile(level, q.recorded(activeBuckets)),
  ),
)
export const meanSteps = recording(
  'job:cugar_run_steps:mean_rate1h',
  q.ratio(
    q.sum(['job'], q.rate(sumOf('cugar_run_steps'), '1h')),
    q.sum(['job'], q.rate(countOf('cugar_run_steps'), '1h')),
  ),
)
export const callRate = recording(
  'job_domain_tool:cugar_tool_calls:rate5m',
  q.sum(['job', 'domain', 'tool'], q.rate(counter('cugar_tool_calls_total'), '5m')),
)
export const callErrorRatio = recording(
  'job_domain_tool:cugar_tool_calls:error_ratio_rate5m',
  q.ratio(
    q.sum(['job', 'domain', 'tool'], q.rate(failedCalls, '5m')),
    q.sum(['job', 'domain', 'tool'], q.rate(judgedCalls, '5m')),
  ),
)
export const llmErrorRatio = recording(
  'job_provider_model:cugar_llm_calls:error_ratio_rate5m',
  q.ratio(
    q.sum(
      ['job', 'provider', 'model'],
      q.rate(counter('cugar_llm_calls_total', { status: q.not('success') }), '5m'),
    ),
    q.sum(['job', 'provider', 'model'], q.rate(counter('cugar_llm_calls_total'), '5m')),
  ),
)
const spend = (window: '1h' | '1d') =>
  recording(
    `job:cugar_llm_cost_usd:rate${window}`,
    q.sum(['job'], q.rate(counter('cugar_llm_cost_usd_total'), window)),
  )
export const spendPerHour = spend('1h')
export const spendPerDay = spend('1d')

export const oldestApprovalAge = recording(
  'job_risk:cugar_approval_oldest_pending:age_seconds',
  q.minus(
    q.time,
    q.earliest(['job', 'risk'], lately(gauge('cugar_approval_oldest_pending_timestamp_seconds'))),
  ),
)

type BudgetGauge<L extends string> = q.Selector<L | 'job' | 'instance' | 'budget', 'gauge'>
/** Where a budget stands when its window ends, at the pace of the last hour. */
export function forecast<L extends string, M extends string>(use: BudgetGauge<L>, windowEnd: BudgetGauge<M>) {
  const left = q.clampMin(q.calc(lately(windowEnd), '-', q.time), 0)
  const pace = q.clampMin(q.deriv(use, '1h'), 0)
  const growth = q.joined(pace, { op: '*', on: ['job', 'instance', 'budget'], many: 'left' }, left)
  return q.calc(lately(use), '+', growth)
}

export const budgetForecast = recording(
  'job_budget_resource:cugar_budget_utilization:forecast_window_end',
  q.max(
    ['job', 'budget', 'resource'],
    forecast(gauge('cugar_budget_utilization_ratio'), gauge('cugar_budget_window_end_timestamp_seconds')),
  ),
)
export const budgetUse = recording(
  'job_budget_resource:cugar_budget_utilization:max',
  q.max(['job', 'budget', 'resource'], lately(gauge('cugar_budget_utilization_ratio'))),
)

export const RECORDING: readonly Group<Recording>[] = [
  {
    name: 'cugar-runs',
    rules: [runsByOutcome, successRatio, activeBuckets, ...activeQuantiles, meanSteps],
  },
  {
    name: 'cugar-calls',
    rules: [callRate, callErrorRatio, llmErrorRatio, spendPerHour, spendPerDay],
  },
  { name: 'cugar-governance', rules: [oldestApprovalAge, budgetForecast, budgetUse] },
  { name: 'cugar-targets', rules: [targetUp] },
]
