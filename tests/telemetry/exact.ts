// Percentiles as the events have them, to the millisecond, and the bucket of a histogram that they lie in.
import type { StoredEvent } from '../../src/events/event.ts'
import { METRIC_NAMES, specOf, type MetricName } from '../../src/projections/metrics/catalogue.ts'
import type { Labels } from '../../bench/chaos/programs.ts'

/** One duration that an event tells, in seconds, with the labels that a panel may group it by. */
type Duration = { readonly seconds: number; readonly labels: Labels }

const DURATIONS: { readonly [N in MetricName]?: (event: StoredEvent) => readonly Duration[] } = {
  cugar_run_duration_seconds: ({ type, data }) =>
    type === 'run_finished' ? [{ seconds: data.duration_ms / 1000, labels: {} }] : [],
  cugar_run_active_duration_seconds: ({ type, data }) =>
    type === 'run_finished' ? [{ seconds: data.active_ms / 1000, labels: {} }] : [],
  cugar_tool_call_duration_seconds: ({ type, data }) =>
    type === 'tool_call_complete' && data.reconciled_by === null
      ? [{ seconds: data.duration_ms / 1000, labels: { domain: data.domain, tool: data.tool } }]
      : [],
}

/** What a panel's `histogram_quantile` asks. */
export type Asked = { readonly q: number; readonly metric: MetricName; readonly by: readonly string[] }

export function askedBy(expr: string): Asked {
  const [, q, by = '', name] =
    /^histogram_quantile\(([\d.]+), sum by \(([^)]+)\) \(rate\((cugar_\w+)_bucket\{/.exec(expr) ?? []
  const metric = METRIC_NAMES.find((known) => known === name)
  if (metric === undefined) throw new Error(`not a percentile of summed buckets: ${expr}`)
  return { q: Number(q), metric, by: by.split(', ').filter((label) => label !== 'le') }
}

/** The durations of each group that has any, sorted; the key names the labels of the group. */
export function durationsOf(
  events: readonly StoredEvent[],
  { metric, by }: Asked,
): ReadonlyMap<string, readonly number[]> {
  const read = DURATIONS[metric]
  if (!read) throw new Error(`no event tells ${metric}`)
  const groups = Map.groupBy(events.flatMap(read), ({ labels }) => groupOf(labels, by))
  return new Map(
    [...groups].map(([key, all]) => [key, all.map(({ seconds }) => seconds).toSorted((a, b) => a - b)]),
  )
}

export const groupOf = (labels: Labels, by: readonly string[]): string =>
  by.map((label) => labels[label] ?? '').join(' ')

/**
 * Lower and upper bound of the bucket that the exact percentile lies in. Between two durations (q of the count is
 * whole) the percentile may be either of them: from the bucket of the one to the bucket of the other. What is above
 * the last bound has no upper one: Prometheus answers the last bound.
 */
export function bucketOfPercentile(
  sorted: readonly number[],
  { q, metric }: Asked,
): { readonly lower: number; readonly upper: number } {
  const bounds = specOf(metric).buckets ?? []
  const rank = q * sorted.length
  const isBetween = Math.abs(rank - Math.round(rank)) < 1e-9
  const at = (index: number): number => sorted[Math.min(sorted.length, Math.max(1, index)) - 1] ?? Number.NaN
  const first = at(isBetween ? Math.round(rank) : Math.ceil(rank))
  const last = at(isBetween ? Math.round(rank) + 1 : Math.ceil(rank))
  return {
    lower: bounds.findLast((bound) => bound < first) ?? 0,
    upper: bounds.find((bound) => bound >= last) ?? bounds.at(-1) ?? Number.NaN,
  }
}
