// What the calls of language models say: that they fail, are slow or dear, and that rules had to plan in their place.
import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { llmErrorRatio, spendPerDay, spendPerHour } from './recording.ts'
import { buckets, counter, countOf, type Group } from './rule.ts'

const perJob = ['job'] as const
const perModel = ['job', 'provider', 'model'] as const

const failed = counter('cugar_llm_calls_total', { status: q.not('success') })
const errors = alert('CugarLLMErrorRateHigh', {
  severity: 'warning',
  for: '10m',
  dashboard: 'llm',
  expr: q.joined(
    q.calc(q.recorded(llmErrorRatio), '>', LIMITS.llmErrorRatio),
    { op: 'and', on: perModel },
    q.calc(q.sum(perModel, q.increase(failed, '10m')), '>=', LIMITS.llmErrorsLeast),
  ),
  summary: 'A model fails too often.',
  description: ({ provider, model }) => `${VALUE.percent} of the calls of ${provider} ${model} fail.`,
})

const latency = alert('CugarLLMLatencyHigh', {
  severity: 'warning',
  for: '15m',
  dashboard: 'llm',
  expr: q.joined(
    q.calc(
      q.percentile(
        0.95,
        ['job', 'provider', 'model', 'le'],
        q.rate(buckets('cugar_llm_call_duration_seconds'), '10m'),
      ),
      '>',
      LIMITS.llmP95Seconds,
    ),
    { op: 'and', on: perModel },
    q.calc(
      q.sum(perModel, q.increase(countOf('cugar_llm_call_duration_seconds'), '10m')),
      '>=',
      LIMITS.llmCallsLeast,
    ),
  ),
  summary: 'A model answers slowly.',
  description: ({ provider, model }) => `P95 of ${provider} ${model} is ${VALUE.duration}.`,
})

const hourly = q.recorded(spendPerHour)
const costSpike = alert('CugarCostSpike', {
  severity: 'warning',
  for: '15m',
  dashboard: 'llm',
  expr: q.both(
    q.calc(hourly, '>', q.calc(q.before(q.recorded(spendPerDay), '1h'), '*', LIMITS.costSpikeFactor)),
    q.calc(q.calc(hourly, '*', 3600), '>', LIMITS.costSpikeUsdPerHour),
    // A day means something where models were called in its first half.
    q.calc(q.sum(perJob, q.increase(counter('cugar_llm_cost_usd_total'), '12h', '12h')), '>', 0),
  ),
  summary: 'Models cost three times as much as they did over the last day.',
  description: ({ job }) => `${job} spends ${VALUE.number} US dollars a second on models.`,
})

/** The model was meant to plan, and did not: `not_asked` and `no_key` are no failures. */
const fallbacks = counter('cugar_plans_created_total', {
  fallback: q.oneOf('timeout', 'rate_limited', 'unavailable', 'invalid_plan', 'over_budget', 'refused'),
})
const fallback = alert('CugarPlannerFallback', {
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

export const MODEL_ALERTS: Group<Alert> = {
  name: 'cugar-model-alerts',
  rules: [errors, latency, costSpike, fallback],
}
