import * as q from '../promql.ts'
import { LIMITS } from '../thresholds.ts'
import { alert, VALUE, type Alert } from './alert.ts'
import { ofTargets, targetUp } from './recording.ts'
import { buckets, counter, gauge, lately, outside, type Group } from './rule.ts'

const perJob = ['job'] as const

const up = q.recorded(targetUp)
const targetDown = alert('CugarTargetDown', {
  severity: 'critical',
  for: '5m',
  dashboard: 'platform',
  expr: q.calc(up, '==', 0),
  summary: 'An instance does not answer its scrapes.',
  description: ({ instance, job }) => `${instance} of ${job} has not answered for 5 minutes.`,
})

const jobDown = alert('CugarJobDown', {
  severity: 'critical',
  for: '5m',
  dashboard: 'platform',
  expr: q.calc(q.max(perJob, up), '==', 0),
  summary: 'No instance of a job answers its scrapes.',
  description: ({ job }) => `No instance of ${job} has answered for 5 minutes.`,
})

/** A job that is no longer scraped, or no runtime at all; this one has no job to name. */
const jobGone = alert('CugarAbsent', {
  severity: 'critical',
  for: '10m',
  dashboard: 'platform',
  expr: q.calc(
    q.absent(up),
    'or',
    q.joined(q.max(perJob, q.lastOverTime(up, '1d')), { op: 'unless', on: perJob }, up),
  ),
  summary: 'Prometheus has lost every instance.',
  description: ({ job }) =>
    `No runtime is scraped (job: ${job}; empty: of any job): configuration or discovery is broken.`,
})

const noMetrics = alert('CugarNoMetrics', {
  severity: 'critical',
  for: '10m',
  dashboard: 'platform',
  expr: q.joined(
    // It was up lately: a scrape that is missed ends no alert.
    q.calc(q.maxOverTime(up, '5m'), '==', 1),
    { op: 'unless', on: ['job', 'instance'] },
    lately(gauge('cugar_build_info')),
  ),
  summary: 'An instance answers its scrapes, but not with our metrics.',
  description: ({ instance, job }) =>
    `${instance} of ${job} is up and shows no cugar metric: every other alert about it is blind.`,
})

const NOT_CALLERS = { route: q.noneOf('/metrics', '/healthz', '/readyz') } as const
const perMethod = ['job', 'method'] as const
const requests = counter('cugar_http_requests_total', NOT_CALLERS)
const failures = counter('cugar_http_requests_total', { ...NOT_CALLERS, code: q.oneOf('5..') })
const apiErrors = alert('CugarApiErrorsHigh', {
  severity: 'critical',
  for: '5m',
  dashboard: 'platform',
  expr: q.both(
    q.calc(
      q.ratio(q.sum(perMethod, q.rate(failures, '10m')), q.sum(perMethod, q.rate(requests, '10m'))),
      '>',
      LIMITS.apiErrorRatio,
    ),
    q.calc(q.sum(perMethod, q.increase(failures, '10m')), '>=', LIMITS.apiErrorsLeast),
  ),
  summary: 'The API fails its callers.',
  description: ({ method, job }) => `${VALUE.percent} of the ${method} requests of ${job} get a 5xx answer.`,
})

const restarting = alert('CugarRestarting', {
  severity: 'warning',
  for: '0m',
  dashboard: 'platform',
  expr: ofTargets(q.calc(q.changes(outside('process_start_time_seconds'), '15m'), '>', LIMITS.restarts)),
  summary: 'An instance restarts again and again.',
  description: ({ instance }) => `${instance} restarted ${VALUE.count} times in 15 minutes.`,
})

const lagging = alert('CugarProjectionLagging', {
  severity: 'warning',
  for: '5m',
  dashboard: 'platform',
  expr: q.calc(
    q.max(
      ['job', 'projection'],
      q.joinedRight(
        lately(gauge('cugar_journal_position')),
        { op: '-', on: ['job', 'instance'] },
        lately(gauge('cugar_projection_position')),
      ),
    ),
    '>',
    LIMITS.projectionLagEvents,
  ),
  summary: 'A projection falls behind the journal: what it shows is old.',
  description: ({ projection, job }) => `${projection} of ${job} is ${VALUE.count} events behind.`,
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
  description: ({ metric, label }) => `${label} of ${metric} collapsed ${VALUE.count} times in an hour.`,
})

const seriesBudget = alert('CugarSeriesBudgetExceeded', {
  severity: 'warning',
  for: '10m',
  dashboard: 'platform',
  expr: q.calc(lately(gauge('cugar_metrics_series')), '>', LIMITS.metricsSeries),
  summary: 'The metrics have more series than they may.',
  description: ({ instance }) => `${instance} shows ${VALUE.count} series.`,
})

const eventLoop = alert('CugarEventLoopLagHigh', {
  severity: 'warning',
  for: '10m',
  dashboard: 'platform',
  expr: ofTargets(
    q.calc(lately(outside('nodejs_eventloop_lag_p99_seconds')), '>', LIMITS.eventLoopLagSeconds),
  ),
  summary: 'The process is too busy to answer in time.',
  description: ({ instance }) => `P99 of the event-loop delay of ${instance} is ${VALUE.duration}.`,
})

const reloadFailed = alert('CugarRegistryReloadFailed', {
  severity: 'warning',
  for: '5m',
  dashboard: 'platform',
  expr: q.calc(lately(gauge('cugar_registry_reload_success')), '==', 0),
  summary: 'A registry was refused: an older one is in force.',
  description: ({ instance, job }) =>
    `The last reload of ${instance} of ${job} failed: what was changed in its registry is not in force.`,
})

const free = gauge('cugar_data_dir_free_bytes')
const freeShare = q.ratio(lately(free), lately(gauge('cugar_data_dir_size_bytes')))
const diskFilling = alert('CugarDiskFilling', {
  severity: 'warning',
  for: '15m',
  dashboard: 'platform',
  expr: q.calc(
    q.calc(freeShare, '<', LIMITS.diskFree),
    'or',
    q.both(
      q.calc(freeShare, '<', LIMITS.diskFreeFalling),
      q.calc(q.predictLinear(free, '6h', 86_400), '<', 0),
    ),
  ),
  summary: 'The disk of the journal is nearly full, or will be within a day.',
  description: ({ instance, job }) =>
    `${VALUE.percent} of the disk of ${instance} of ${job} is free; without room its process ends.`,
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
    jobDown,
    jobGone,
    noMetrics,
    apiErrors,
    restarting,
    lagging,
    journalSlow,
    exportFailing,
    overflow,
    seriesBudget,
    eventLoop,
    reloadFailed,
    diskFilling,
    watchdog,
  ],
}
