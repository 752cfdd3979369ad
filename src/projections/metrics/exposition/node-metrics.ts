// Node's own metrics, by prom-client. Loaded by the first scrape: they are observed from then on.
import { collectDefaultMetrics, Registry, type Metric, type OpenMetricsContentType } from 'prom-client'
import { nameIn, type Format } from './format.ts'

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

/** A registry of prom-client for each format. */
export type NodeMetrics = ReturnType<typeof runtimeRegistries>

/** Two registries over the same metrics, because one cannot change its format: OpenMetrics strips names for good. */
function runtimeRegistries(sources: readonly RuntimeMetric[]) {
  const open = new Registry<OpenMetricsContentType>()
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return {
    text: registryOf(new Registry(), 'text', sources),
    openmetrics: registryOf(open, 'openmetrics', sources),
  }
}

/** Node's own metrics from now on; without `runtime` there are none. */
export const nodeMetrics = (runtime: boolean): NodeMetrics =>
  runtimeRegistries(runtime ? runtimeMetrics() : [])
