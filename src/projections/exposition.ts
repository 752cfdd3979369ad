// How the series look to Prometheus: the folded and the live ones, with Node's own metrics, through prom-client.
// Two registries over the same state, because one registry cannot change its format (OpenMetrics strips names).
import { collectDefaultMetrics, Registry, type Metric, type OpenMetricsContentType } from 'prom-client'
import { METRIC_NAMES, specOf, type MetricName, type MetricSpec } from './catalogue.ts'
import type { Cell, Exemplar, Family } from './families.ts'
import type { Series } from './series.ts'

export type Format = 'text' | 'openmetrics'
export type Exposition = (format: Format) => Promise<{ readonly contentType: string; readonly body: string }>

type Sample = {
  readonly metricName?: string
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  /** Formatted once and remembered by prom-client: always the same frozen object for a series. */
  readonly sharedLabels: Readonly<Record<string, string>>
  readonly exemplar?: {
    readonly labelSet: Readonly<Record<string, string>>
    readonly value: number
    readonly timestamp: number
  }
}

/** What prom-client asks of a metric. */
type Exposed = {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: Sample[]
}

const NO_LABELS = Object.freeze({})

/** `_total` is a suffix of the sample in OpenMetrics, not of the metric. */
const nameIn = (format: Format, name: string, type: string): string =>
  format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name

const shownExemplar = ({ traceId, spanId, value, at }: Exemplar): NonNullable<Sample['exemplar']> => ({
  labelSet: { trace_id: traceId, span_id: spanId },
  value,
  timestamp: at,
})

function histogramSamples(name: string, cell: Cell, bounds: readonly number[]): Sample[] {
  const sharedLabels = cell.labels
  let count = 0
  const samples = cell.counts.map((inBucket, index): Sample => {
    count += inBucket
    const exemplar = cell.exemplars[index]
    return {
      metricName: `${name}_bucket`,
      labels: { le: bounds[index] ?? '+Inf' },
      sharedLabels,
      value: count,
      ...(exemplar && { exemplar: shownExemplar(exemplar) }),
    }
  })
  samples.push({ metricName: `${name}_sum`, labels: NO_LABELS, sharedLabels, value: cell.value })
  samples.push({ metricName: `${name}_count`, labels: NO_LABELS, sharedLabels, value: count })
  return samples
}

const samplesOf = ({ name, buckets, cells }: Family): Sample[] =>
  [...cells.values()].flatMap((cell) =>
    buckets
      ? histogramSamples(name, cell, buckets)
      : [{ labels: NO_LABELS, sharedLabels: cell.labels, value: cell.value }],
  )

const familyIn = (parts: readonly Series[], name: MetricName): Family | undefined =>
  parts.map((part) => part.families.get(name)).find((family) => family !== undefined)

/** prom-client's types name its own classes; what it uses of a metric is its name and `get()`. */
const asMetric = (name: string, get: () => Promise<Exposed>): Metric => {
  const metric: unknown = { name, get }
  return metric as Metric
}

type Source = { readonly name: string; readonly type: string; readonly get: () => Promise<Exposed> }

function ownSource(parts: () => readonly Series[], name: MetricName): Source {
  const { type, help }: MetricSpec = specOf(name)
  return {
    name,
    type,
    get: async () => {
      const family = familyIn(parts(), name)
      return { name, help, type, values: family ? samplesOf(family) : [] }
    },
  }
}

/** Gauges that are named like counters. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Node's own metrics, once for each process: the garbage collector's observer and the lag histogram are shared. */
function runtimeSources(): Source[] {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => !MISNAMED.includes(name))
    .map(({ name }) => {
      const found: unknown = registry.getSingleMetric(name)
      const metric = found as Source
      return { name, type: metric.type, get: () => metric.get() }
    })
}

function registryOf<R extends Registry | Registry<OpenMetricsContentType>>(
  registry: R,
  format: Format,
  sources: readonly Source[],
): R {
  for (const { name, type, get } of sources) {
    const shown = nameIn(format, name, type)
    registry.registerMetric(asMetric(shown, async () => ({ ...(await get()), name: shown })))
  }
  return registry
}

/**
 * The texts of the series as they stand at each call. `runtime`: Node's own metrics too.
 * A sample is exposed as it is; nothing is kept here but prom-client's formatted labels.
 */
export function createExposition(parts: () => readonly Series[], runtime: boolean): Exposition {
  const sources = METRIC_NAMES.filter((name) => familyIn(parts(), name)).map((name) => ownSource(parts, name))
  const all = runtime ? [...sources, ...runtimeSources()] : sources
  const text = registryOf(new Registry(), 'text', all)
  const openRegistry = new Registry<OpenMetricsContentType>()
  // Once, at boot: rendering OpenMetrics changes the names for good.
  openRegistry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const open = registryOf(openRegistry, 'openmetrics', all)
  return async (format) => {
    const registry = format === 'text' ? text : open
    return { contentType: registry.contentType, body: await registry.metrics() }
  }
}

/** Samples in an exposition: lines that are neither comments nor empty. */
export function countSeries(body: string): number {
  let count = 0
  for (const line of body.split('\n')) if (line !== '' && !line.startsWith('#')) count += 1
  return count
}
