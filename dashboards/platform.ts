import { dashboard, type Row } from './dashboard.ts'
import { busiest, bySeries } from './families.ts'
import { PER_MINUTE, graph } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, countOf, gauge, outside, sumOf } from './query.ts'
import { LIMITS } from './thresholds.ts'

const interval = '$__rate_interval'
const perInstance = ['instance'] as const

const pipeline: Row = {
  title: 'Event pipeline',
  panels: [
    graph({
      title: 'Events by type',
      text: 'Canonical events written a minute, the eight commonest types of the shown range: the pulse of the system. Everything else on these dashboards follows from them.',
      unit: PER_MINUTE,
      width: 8,
      queries: [bySeries('type', counter('cugar_events_total'))],
    }),
    graph({
      title: 'Projection lag P99',
      text: 'Time from commit to projected. What a view shows is this old at worst.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: q.percentile(
            0.99,
            ['le', 'projection'],
            q.rate(buckets('cugar_projection_lag_seconds'), interval),
          ),
          legend: '{{projection}}',
        },
      ],
    }),
    graph({
      title: 'Journal and projections',
      text: 'Events that each projection has still to cover. It should touch zero; a rising line is a projection that stands still.',
      unit: 'short',
      width: 8,
      steps: ['green', [LIMITS.projectionLagEvents, 'orange']],
      queries: [
        {
          expr: q.max(
            ['projection'],
            q.joinedRight(
              gauge('cugar_journal_position'),
              { op: '-', on: ['job', 'instance'] },
              gauge('cugar_projection_position'),
            ),
          ),
          legend: '{{projection}}',
        },
      ],
    }),
    graph({
      title: 'Append P99 and events a commit',
      text: 'P99 of a durable append (left) and the mean number of events in one commit (right). More events a commit at the same P99 is group commit at work.',
      unit: 's',
      width: 8,
      steps: ['green', [LIMITS.appendP99Seconds, 'orange']],
      right: { series: 'events a commit', unit: 'short' },
      queries: [
        {
          expr: q.percentile(
            0.99,
            ['le'],
            q.rate(buckets('cugar_journal_append_duration_seconds'), interval),
          ),
          legend: 'P99',
        },
        {
          expr: q.ratio(
            q.sum([], q.rate(sumOf('cugar_journal_batch_events'), interval)),
            q.sum([], q.rate(countOf('cugar_journal_batch_events'), interval)),
          ),
          legend: 'events a commit',
        },
      ],
    }),
    graph({
      title: 'Workers',
      text: 'Run workers by state. No idle ones for long: runs wait for a worker.',
      unit: 'short',
      width: 8,
      stacked: true,
      queries: [{ expr: q.sum(['state'], gauge('cugar_workers')), legend: '{{state}}' }],
    }),
    graph({
      title: 'Spans',
      text: 'Spans handed to the collector a minute by what became of them. Dropped: the queue was full. Failed: the collector refused or did not answer.',
      unit: PER_MINUTE,
      width: 8,
      queries: [bySeries('status', counter('cugar_trace_spans_total'))],
      noValue: 'Spans are not exported',
    }),
  ],
}

const requests = counter('cugar_http_requests_total')
const answers = q.sum([], q.rate(requests, interval))
const failures = q.sum([], q.rate(counter('cugar_http_requests_total', { code: q.oneOf('5..') }), interval))
const api: Row = {
  title: 'API',
  panels: [
    graph({
      title: 'Requests by route',
      text: 'Requests a minute by method and route template, the eight busiest of the shown range.',
      unit: PER_MINUTE,
      width: 8,
      queries: [busiest(['method', 'route'], requests)],
    }),
    graph({
      title: 'Server errors',
      text: 'Share of the requests that we failed to answer (5xx). Callers’ own mistakes (4xx) are not in it.',
      unit: 'percentunit',
      width: 8,
      queries: [
        {
          // There is no series of a code before the first answer with it: until then the share is 0, not a gap.
          expr: q.ratio(q.calc(failures, 'or', q.calc(answers, '*', 0)), answers),
          legend: 'server errors',
        },
      ],
    }),
    graph({
      title: 'Request P95',
      text: 'Nineteen of twenty requests were answered within this time, by route. Event streams are long by nature.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: q.percentile(
            0.95,
            ['le', 'route'],
            q.rate(buckets('cugar_http_request_duration_seconds'), interval),
          ),
          legend: '{{route}}',
        },
      ],
    }),
  ],
}

const runtime: Row = {
  title: 'Runtime',
  panels: [
    graph({
      title: 'Event loop lag',
      text: 'How late the process gets to its next task. About 50 ms is the resolution of the measurement, not a delay.',
      unit: 's',
      width: 8,
      steps: ['green', [LIMITS.eventLoopLagSeconds, 'orange']],
      queries: [
        { expr: q.max(perInstance, outside('nodejs_eventloop_lag_p99_seconds')), legend: 'P99 {{instance}}' },
        {
          expr: q.max(perInstance, outside('nodejs_eventloop_lag_mean_seconds')),
          legend: 'mean {{instance}}',
        },
      ],
    }),
    graph({
      title: 'CPU',
      text: 'Processor cores in use by each instance. One event loop cannot use much more than one.',
      unit: 'none',
      width: 8,
      queries: [{ expr: q.rate(outside('process_cpu_seconds_total'), interval), legend: '{{instance}}' }],
    }),
    graph({
      title: 'Memory',
      text: 'Resident memory and used heap. A heap that returns to the same floor after each collection does not leak.',
      unit: 'bytes',
      width: 8,
      queries: [
        { expr: outside('process_resident_memory_bytes'), legend: 'resident {{instance}}' },
        { expr: outside('nodejs_heap_size_used_bytes'), legend: 'heap {{instance}}' },
      ],
    }),
    graph({
      title: 'GC time',
      text: 'Share of the time spent in garbage collection by kind. Above a few per cent of major collections memory is short.',
      unit: 'percentunit',
      width: 8,
      queries: [bySeries('kind', outside('nodejs_gc_duration_seconds_sum'))],
    }),
    graph({
      title: 'Disk',
      text: 'What the journal takes, and what is free on its file system. The process ends when nothing is free.',
      unit: 'bytes',
      width: 16,
      queries: [
        { expr: q.max(perInstance, gauge('cugar_journal_bytes')), legend: 'journal {{instance}}' },
        { expr: q.max(perInstance, gauge('cugar_data_dir_free_bytes')), legend: 'free {{instance}}' },
      ],
      noValue: 'Not kept in files',
    }),
    graph({
      title: 'Series on /metrics',
      text: 'Series that the instance shows on /metrics. It grows with the registry of tools and profiles, never with traffic.',
      unit: 'short',
      width: 12,
      steps: ['green', [LIMITS.metricsSeries, 'orange']],
      queries: [{ expr: q.max(perInstance, gauge('cugar_metrics_series')), legend: 'series {{instance}}' }],
    }),
    graph({
      title: 'Scrape duration',
      text: 'How long a scrape takes, and how much of it is rendering, which holds up the event loop.',
      unit: 's',
      width: 12,
      queries: [
        { expr: q.max(perInstance, outside('scrape_duration_seconds')), legend: 'scrape {{instance}}' },
        { expr: q.max(perInstance, gauge('cugar_metrics_render_seconds')), legend: 'render {{instance}}' },
      ],
    }),
  ],
}

export const platform = () =>
  dashboard({
    key: 'platform',
    title: 'Platform',
    text: 'The machine room: journal, projections, API and the process itself.',
    variables: [],
    rows: [pipeline, api, runtime],
  })
