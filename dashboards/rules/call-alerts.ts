import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { callErrorRatio } from './recording.ts'
import { buckets, counter, countOf, gauge, type Group } from './rule.ts'

const perJob = ['job'] as const
const perTool = ['job', 'domain', 'tool'] as const
const perDomain = ['job', 'domain'] as const

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
    `${VALUE.count} ${domain} calls hang on ${instance}: none ended in 15 minutes.`,
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

const perAdapter = ['job', 'adapter'] as const

const adapterCutOff = alert('CugarAdapterFallback', {
  severity: 'warning',
  for: '10m',
  dashboard: 'tools',
  expr: q.calc(
    q.max(
      perAdapter,
      q.lastOverTime(gauge('cugar_adapter_state', { state: q.oneOf('open', 'fallback') }), '5m'),
    ),
    '==',
    1,
  ),
  summary: 'An adapter is cut off.',
  description: ({ adapter, job }) => `${adapter} of ${job} does not answer: readings go to its fallbacks.`,
})

const adapterFailed = counter('cugar_adapter_calls_total', {
  status: q.oneOf('error', 'timeout', 'rate_limited'),
})
const adapterMade = counter('cugar_adapter_calls_total', {
  status: q.oneOf('success', 'error', 'timeout', 'rate_limited'),
})
const adapterErrors = alert('CugarAdapterErrorRateHigh', {
  severity: 'warning',
  for: '10m',
  dashboard: 'tools',
  expr: q.joined(
    q.calc(
      q.ratio(q.sum(perAdapter, q.rate(adapterFailed, '10m')), q.sum(perAdapter, q.rate(adapterMade, '10m'))),
      '>',
      LIMITS.adapterErrorRatio,
    ),
    { op: 'and', on: perAdapter },
    q.calc(q.sum(perAdapter, q.increase(adapterFailed, '10m')), '>=', LIMITS.adapterErrorsLeast),
  ),
  summary: 'A vendor fails too often.',
  description: ({ adapter, job }) => `${VALUE.percent} of the calls of ${adapter} of ${job} fail.`,
})

export const CALL_ALERTS: Group<Alert> = {
  name: 'cugar-call-alerts',
  rules: [toolErrors, toolLatency, hanging, adapterCutOff, adapterErrors, retryStorm],
}
