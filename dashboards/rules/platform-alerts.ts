import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { buckets, counter, gauge, outside, type Group } from './rule.ts'

const perJob = ['job'] as const

const targetDown = alert('CugarTargetDown', {
  severity: 'critical',
  for: '5m',
  dashboard: 'platform',
  expr: q.calc(outside('up'), '==', 0),
  summary: 'An instance does not answer its scrapes.',
  description: ({ instance, job }) => `${instance} of ${job} has not answered for 5 minutes.`,
})

const jobGone = alert('CugarAbsent', {
  severity: 'critical',
  for: '10m',
  dashboard: 'platform',
  expr: q.absent(q.within('job="cugar"').outside('up')),
  summary: 'Prometheus knows no instance at all.',
  description: ({ job }) => `No target of the job ${job} is scraped: configuration or discovery is broken.`,
})

const restarting = alert('CugarRestarting', {
  severity: 'warning',
  for: '0m',
  dashboard: 'platform',
  expr: q.calc(q.changes(outside('process_start_time_seconds'), '15m'), '>', LIMITS.restarts),
  summary: 'An instance restarts again and again.',
  description: ({ instance }) => `${instance} restarted ${VALUE.number} times in 15 minutes.`,
})

const lagging = alert('CugarProjectionLagging', {
  severity: 'warning',
  for: '5m',
  dashboard: 'platform',
  expr: q.calc(
    q.max(
      ['job', 'projection'],
      q.joinedRight(
        gauge('cugar_journal_position'),
        { op: '-', on: ['job', 'instance'] },
        gauge('cugar_projection_position'),
      ),
    ),
    '>',
    LIMITS.projectionLagEvents,
  ),
  summary: 'A projection falls behind the journal: what it shows is old.',
  description: ({ projection, job }) => `${projection} of ${job} is ${VALUE.number} events behind.`,
})

const journalSlow = alert('CugarJournalSlow', {
  severity: 'warning',
  for: '10m',
  dashboard: 'platform',
  expr: q.calc(
    q.percentile(0.99, ['job', 'le'], q.rate(buckets('cugar_journal_append_duration_seconds'), '10m')),
    '>',
    LIMITS.appendP99Seconds,
  ),
  summary: 'Durable appends are slow: the disk or the database does not keep up.',
  description: ({ job }) => `P99 of an append of ${job} is ${VALUE.duration}.`,
})

const spans = q.sum(perJob, q.rate(counter('cugar_trace_spans_total'), '10m'))
const lost = counter('cugar_trace_spans_total', { status: q.not('exported') })
const exportFailing = alert('CugarTraceExportFailing', {
  severity: 'warning',
  for: '15m',
  dashboard: 'platform',
  expr: q.both(
    q.calc(q.ratio(q.sum(perJob, q.rate(lost, '10m')), spans), '>', LIMITS.spanLossRatio),
    q.calc(q.sum(perJob, q.increase(lost, '10m')), '>=', LIMITS.spansLostLeast),
  ),
  summary: 'Spans do not reach the collector.',
  description: ({ job }) => `${VALUE.percent} of the spans of ${job} are lost.`,
})

const overflow = alert('CugarLabelOverflow', {
  severity: 'warning',
  for: '0m',
  dashboard: 'platform',
  expr: q.calc(
    q.sum(['job', 'metric', 'label'], q.increase(counter('cugar_metrics_label_overflow_total'), '1h')),
    '>',
    0,
  ),
  summary: 'A label got values that the registry does not name: they count as other.',
  description: ({ metric, label }) => `${label} of ${metric} collapsed ${VALUE.number} times in an hour.`,
})

const seriesBudget = alert('CugarSeriesBudgetExceeded', {
  severity: 'warning',
  for: '10m',
  dashboard: 'platform',
  expr: q.calc(gauge('cugar_metrics_series'), '>', LIMITS.metricsSeries),
  summary: 'The metrics have more series than they may.',
  description: ({ instance }) => `${instance} shows ${VALUE.number} series.`,
})

const eventLoop = alert('CugarEventLoopLagHigh', {
  severity: 'warning',
  for: '10m',
  dashboard: 'platform',
  expr: q.calc(outside('nodejs_eventloop_lag_p99_seconds'), '>', LIMITS.eventLoopLagSeconds),
  summary: 'The process is too busy to answer in time.',
  description: ({ instance }) => `P99 of the event-loop delay of ${instance} is ${VALUE.duration}.`,
})

const watchdog = alert('CugarWatchdog', {
  severity: 'none',
  for: '0m',
  dashboard: 'platform',
  expr: q.vector(1),
  summary: 'Always fires: when it stops, alerts do not arrive.',
  description: () => 'Proof that rules are evaluated and notifications are sent.',
})

export const PLATFORM_ALERTS: Group<Alert> = {
  name: 'cugar-platform-alerts',
  rules: [
    targetDown,
    jobGone,
    restarting,
    lagging,
    journalSlow,
    exportFailing,
    overflow,
    seriesBudget,
    eventLoop,
    watchdog,
  ],
}
