// How the series look to Prometheus: the folded and the live ones as our own text, Node's metrics by prom-client.
import { collectDefaultMetrics, Registry, type Metric, type OpenMetricsContentType } from 'prom-client'
import { METRIC_NAMES, specOf, type MetricName, type MetricSpec } from './catalogue.ts'
import type { Family } from './families.ts'
import { linesOf } from './lines.ts'
import type { Series } from './series.ts'

export type Format = 'text' | 'openmetrics'
export type Exposition = (format: Format) => Promise<{ readonly contentType: string; readonly body: string }>

/** `_total` is a suffix of the sample in OpenMetrics, not of the metric. */
const nameIn = (format: Format, name: string, type: string): string =>
  format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name

const familyIn = (parts: readonly Series[], name: MetricName): Family | undefined =>
  parts.map((part) => part.families.get(name)).find((family) => family !== undefined)

/** Whole text of a metric, without the line break after it. */
type Text = () => string

function ownText(parts: () => readonly Series[], name: MetricName, format: Format): Text {
  const { type, help }: MetricSpec = specOf(name)
  const shown = nameIn(format, name, type)
  const head = `# HELP ${shown} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${shown} ${type}`
  return () => {
    const family = familyIn(parts(), name)
    return family ? head + linesOf(family, format === 'openmetrics') : head
  }
}

/** Gauges that are named like counters. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** What prom-client asks of a metric. */
type RuntimeMetric = { readonly name: string; readonly type: string; readonly get: () => Promise<object> }

/** prom-client's types name its own classes; what it uses of a metric is its name and `get()`. */
const asMetric = (name: string, get: RuntimeMetric['get']): Metric => {
  const metric: unknown = { name, get }
  return metric as Metric
}

/**
 * Milliseconds between two samples of the event loop's delay; the lag metrics include it. Each sample wakes the process:
 * at prom-client's 10 ms an idle process spends 10 ms of CPU a second on it, at 50 ms two.
 */
const LAG_SAMPLE_MS = 50

/** Node's own metrics, once for each process: the garbage collector's observer and the lag histogram are shared. */
function runtimeMetrics(): RuntimeMetric[] {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLE_MS })
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => !MISNAMED.includes(name))
    .map(({ name }) => {
      const found: unknown = registry.getSingleMetric(name)
      const metric = found as RuntimeMetric
      return { name, type: metric.type, get: () => metric.get() }
    })
}

function registryOf<R extends Registry | Registry<OpenMetricsContentType>>(
  registry: R,
  format: Format,
  sources: readonly RuntimeMetric[],
): R {
  for (const { name, type, get } of sources) {
    const shown = nameIn(format, name, type)
    registry.registerMetric(asMetric(shown, async () => ({ ...(await get()), name: shown })))
  }
  return registry
}

/** Two registries over the same metrics, because one cannot change its format: OpenMetrics strips names for good. */
function runtimeRegistries(sources: readonly RuntimeMetric[]) {
  const open = new Registry<OpenMetricsContentType>()
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return {
    text: registryOf(new Registry(), 'text', sources),
    openmetrics: registryOf(open, 'openmetrics', sources),
  }
}

/** The texts of the series as they stand at each call. `runtime`: Node's own metrics too, by prom-client. */
export function createExposition(parts: () => readonly Series[], runtime: boolean): Exposition {
  const names = METRIC_NAMES.filter((name) => familyIn(parts(), name))
  const own = {
    text: names.map((name) => ownText(parts, name, 'text')),
    openmetrics: names.map((name) => ownText(parts, name, 'openmetrics')),
  }
  const registries = runtimeRegistries(runtime ? runtimeMetrics() : [])
  return async (format) => {
    const { contentType } = registries[format]
    const others = await registries[format].metrics()
    // After the wait, and without another: everything that a scrape shows is from one instant.
    let body = ''
    for (const text of own[format]) body += `${text()}${format === 'text' ? '\n\n' : '\n'}`
    return { contentType, body: body + others.trimStart() }
  }
}

/** Samples in an exposition: lines that are neither comments nor empty. */
export function countSeries(body: string): number {
  let count = 0
  for (let start = 0; start < body.length;) {
    const end = body.indexOf('\n', start)
    if (end > start && body[start] !== '#') count += 1
    start = end < 0 ? body.length : end + 1
  }
  return count
}
