import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { callErrorRatio, llmErrorRatio, spendPerDay, spendPerHour } from './recording.ts'
import { buckets, counter, countOf, gauge, type Group } from './rule.ts'

const perJob = ['job'] as const
const perTool = ['job', 'domain', 'tool'] as const
const perDomain = ['job', 'domain'] as const
const perModel = ['job', 'provider', 'model'] as const

const failed = counter('cugar_tool_calls_total', { status: q.oneOf('error', 'timeout') })
const toolErrors = alert('CugarToolErrorRateHigh', {
  severity: 'warning',
  for: '10m',
  dashboard: 'tools',
  expr: q.joined(
    q.calc(q.recorded(callErrorRatio), '>', LIMITS.toolErrorRatio),
    { op: 'and', on: perTool },
    q.calc(q.sum(perTool, q.increase(failed, '10m')), '>=', LIMITS.toolErrorsLeast),
  ),
  summary: 'A tool fails too often.',
  description: ({ tool, domain }) => `${VALUE.percent} of the calls of ${tool} (${domain}) fail.`,
})

const successful = { status: 'success' } as const
const toolLatency = alert('CugarToolLatencyHigh', {
  severity: 'warning',
  for: '15m',
  dashboard: 'tools',
  expr: q.joined(
    q.calc(
      q.percentile(
        0.95,
        ['job', 'domain', 'le'],
        q.rate(buckets('cugar_tool_call_duration_seconds', successful), '10m'),
      ),
      '>',
      LIMITS.toolP95Seconds,
    ),
    { op: 'and', on: perDomain },
    q.calc(
      q.sum(perDomain, q.increase(countOf('cugar_tool_call_duration_seconds', successful), '10m')),
      '>=',
      LIMITS.toolCallsLeast,
    ),
  ),
  summary: 'Successful calls of a domain are slow.',
  description: ({ domain, job }) => `P95 of the ${domain} tools of ${job} is ${VALUE.duration}.`,
})

const hanging = alert('CugarToolCallsHanging', {
  severity: 'warning',
  for: '15m',
  dashboard: 'tools',
  expr: q.joined(
    q.calc(q.minOverTime(gauge('cugar_tool_calls_in_flight'), '15m'), '>', 0),
    { op: 'and', on: ['job', 'instance', 'domain'] },
    q.calc(
      q.sum(['job', 'instance', 'domain'], q.increase(counter('cugar_tool_calls_total'), '15m')),
      '==',
      0,
    ),
  ),
  summary: 'Tool calls are in flight and none comes back.',
  description: ({ domain, instance }) =>
    `${VALUE.number} ${domain} calls hang on ${instance}: none ended in 15 minutes.`,
})

const retries = counter('cugar_retries_total')
const toolCalls = q.sum(perJob, q.rate(counter('cugar_tool_calls_total'), '5m'))
const llmCalls = q.sum(perJob, q.rate(counter('cugar_llm_calls_total'), '5m'))
const retryStorm = alert('CugarRetryStorm', {
  severity: 'warning',
  for: '10m',
  dashboard: 'tools',
  expr: q.both(
    q.calc(
      q.ratio(
        q.sum(perJob, q.rate(retries, '5m')),
        // Without a model in the registry there are no LLM series: they count as none.
        q.calc(toolCalls, '+', q.calc(llmCalls, 'or', q.calc(toolCalls, '*', 0))),
      ),
      '>',
      LIMITS.retryRatio,
    ),
    q.calc(q.sum(perJob, q.increase(retries, '5m')), '>=', LIMITS.retriesLeast),
  ),
  summary: 'A large share of the calls are retries.',
  description: ({ job }) => `${VALUE.percent} of the calls of ${job} are followed by a retry.`,
})

const adapterFallback = alert('CugarAdapterFallback', {
  severity: 'warning',
  for: '10m',
  dashboard: 'tools',
  expr: q.calc(
    q.max(['job', 'adapter'], gauge('cugar_adapter_state', { state: q.oneOf('open', 'fallback') })),
    '==',
    1,
  ),
  summary: 'An adapter is cut off and its tools fall back.',
  description: ({ adapter, job }) => `The adapter ${adapter} of ${job} is open or in fallback.`,
})

const llmFailed = counter('cugar_llm_calls_total', { status: q.not('success') })
const llmErrors = alert('CugarLLMErrorRateHigh', {
  severity: 'warning',
  for: '10m',
  dashboard: 'llm',
  expr: q.joined(
    q.calc(q.recorded(llmErrorRatio), '>', LIMITS.llmErrorRatio),
    { op: 'and', on: perModel },
    q.calc(q.sum(perModel, q.increase(llmFailed, '10m')), '>=', LIMITS.llmErrorsLeast),
  ),
  summary: 'A model fails too often.',
  description: ({ provider, model }) => `${VALUE.percent} of the calls of ${provider} ${model} fail.`,
})

const llmLatency = alert('CugarLLMLatencyHigh', {
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
    q.calc(q.countOverTime(hourly, '1d'), '>', LIMITS.historySamples),
  ),
  summary: 'Models cost three times as much as they did over the last day.',
  description: ({ job }) => `${job} spends ${VALUE.number} US dollars a second on models.`,
})

export const CALL_ALERTS: Group<Alert> = {
  name: 'cugar-call-alerts',
  rules: [toolErrors, toolLatency, hanging, retryStorm, adapterFallback, llmErrors, llmLatency, costSpike],
}
