import { adapters } from './adapters.ts'
import { dashboard, offered, type Row } from './dashboard.ts'
import { busiest, bySeries } from './families.ts'
import { PER_MINUTE, graph, heatmap } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, gauge } from './query.ts'
import { LIMITS } from './thresholds.ts'
import { table } from './table.ts'

const chosen = { domain: q.variable('domain'), tool: q.variable('tool') }
const interval = '$__rate_interval'
const calls = counter('cugar_tool_calls_total', chosen)
const failed = counter('cugar_tool_calls_total', { ...chosen, status: q.oneOf('error', 'timeout') })
const judged = counter('cugar_tool_calls_total', {
  ...chosen,
  status: q.oneOf('success', 'error', 'timeout'),
})
const durations = buckets('cugar_tool_call_duration_seconds', { ...chosen, status: 'success' })
const perTool = ['domain', 'tool'] as const

const all: Row = {
  title: 'All selected tools',
  panels: [
    graph({
      title: 'Calls',
      text: 'Calls that ended a minute by domain, retries included.',
      unit: PER_MINUTE,
      width: 8,
      queries: [bySeries('domain', calls)],
      links: ['tool traces'],
    }),
    graph({
      title: 'Error ratio',
      text: 'Share of the calls that failed or timed out; refused calls count on neither side. The dashed line is where the alert of a single tool fires.',
      unit: 'percentunit',
      width: 8,
      max: 1,
      steps: ['green', [LIMITS.toolErrorRatio, 'red']],
      queries: [
        {
          expr: q.ratio(
            q.sum(['domain'], q.rate(failed, interval)),
            q.sum(['domain'], q.rate(judged, interval)),
          ),
          legend: '{{domain}}',
        },
      ],
      links: ['failed traces'],
    }),
    graph({
      title: 'P95 duration of successful calls',
      text: 'Nineteen of twenty successful calls took less. Failures are left out: fast ones and time-outs would hide each other.',
      unit: 's',
      width: 8,
      steps: ['green', [LIMITS.toolP95Seconds, 'red']],
      queries: [
        {
          expr: q.percentile(0.95, ['le', 'domain'], q.rate(durations, interval)),
          legend: '{{domain}}',
          exemplars: true,
        },
      ],
      links: ['tool traces'],
    }),
  ],
}

const each: Row = {
  title: 'Per tool',
  panels: [
    table({
      title: 'Tool league table',
      text: 'Every tool over the selected range, the busiest first. Red ratios are above the limit of the alert; a P95 far from P50 is an uneven tool.',
      unit: 'short',
      width: 24,
      height: 10,
      queries: [
        { expr: q.sum(perTool, q.increase(calls, '$__range')), legend: 'calls' },
        {
          expr: q.ratio(
            q.sum(perTool, q.increase(failed, '$__range')),
            q.sum(perTool, q.increase(judged, '$__range')),
          ),
          legend: 'error ratio',
        },
        { expr: q.percentile(0.5, ['le', 'domain', 'tool'], q.rate(durations, '$__range')), legend: 'P50' },
        { expr: q.percentile(0.95, ['le', 'domain', 'tool'], q.rate(durations, '$__range')), legend: 'P95' },
      ],
      columns: [
        { title: 'Calls', unit: 'short' },
        { title: 'Error ratio', unit: 'percentunit', steps: ['green', [LIMITS.toolErrorRatio, 'red']] },
        { title: 'P50', unit: 's' },
        { title: 'P95', unit: 's', steps: ['green', [LIMITS.toolP95Seconds, 'red']] },
      ],
      sortBy: 'Calls',
      links: ['tool traces'],
    }),
  ],
}

const failures: Row = {
  title: 'Failures',
  panels: [
    graph({
      title: 'Errors by class',
      text: 'Failed calls a minute by failure mode. One mode alone has one cause; many together point at the platform.',
      unit: PER_MINUTE,
      width: 6,
      queries: [bySeries('error_type', counter('cugar_tool_call_errors_total', chosen))],
      links: ['failed traces'],
    }),
    graph({
      title: 'Failures by tool',
      text: 'The tools that failed most over the shown range, at most eight. One tool alone is its own vendor or its own inputs.',
      unit: PER_MINUTE,
      width: 6,
      queries: [{ ...busiest(perTool, failed), legend: '{{tool}}' }],
      noValue: 'No call failed',
      links: ['failed traces'],
    }),
    graph({
      title: 'Retries exhausted',
      text: 'Operations that failed after their last permitted attempt, in each interval: what retries could not save.',
      unit: 'short',
      width: 6,
      queries: [
        {
          expr: q.sum(['component'], q.increase(counter('cugar_retries_exhausted_total'), interval)),
          legend: '{{component}}',
        },
      ],
    }),
    graph({
      title: 'Unknown outcomes looked up',
      text: 'Look-ups of lost calls at their vendor, in each interval. Those that failed leave the step to a person.',
      unit: 'short',
      width: 6,
      queries: [bySeries('outcome', counter('cugar_call_look_ups_total'))],
      noValue: 'No outcome was unknown',
    }),
  ],
}

const load: Row = {
  title: 'Latency and concurrency',
  panels: [
    heatmap({
      title: 'Call duration distribution',
      text: 'Calls by how long they took; brighter cells hold more. A band at the top is a time-out.',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: q.sum(['le'], q.increase(buckets('cugar_tool_call_duration_seconds', chosen), interval)),
          legend: '{{le}}',
        },
      ],
    }),
    graph({
      title: 'Calls in flight',
      text: 'Calls started and not ended by domain. A floor that never returns to zero is calls that hang.',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: q.sum(['domain'], gauge('cugar_tool_calls_in_flight', { domain: q.variable('domain') })),
          legend: '{{domain}}',
        },
      ],
    }),
  ],
}

export const tools = () =>
  dashboard({
    key: 'tools',
    title: 'Tools',
    text: 'Rate, errors and duration of tool calls by domain and tool, with their retries and adapters.',
    variables: [
      offered('domain', q.within('job=~"$job"').counter('cugar_tool_calls_total'), '.+'),
      offered(
        'tool',
        q.within('job=~"$job"').counter('cugar_tool_calls_total', { domain: q.variable('domain') }),
        '.+',
      ),
    ],
    rows: [all, each, failures, adapters, load],
  })
