// How the series look to Prometheus: the folded and the live ones as our own text, Node's metrics by prom-client.
import { METRIC_NAMES, specOf, type MetricName, type MetricSpec } from '../catalogue.ts'
import type { Family } from '../families.ts'
import { linesOf } from './lines.ts'
import { nameIn, type Format } from './format.ts'
import type { NodeMetrics } from './node-metrics.ts'
import type { Series } from '../series.ts'

export type Exposition = (format: Format) => Promise<{ readonly contentType: string; readonly body: string }>

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

/** The texts of the series as they stand at each call. `runtime`: Node's own metrics too, by prom-client. */
export function createExposition(parts: () => readonly Series[], runtime: boolean): Exposition {
  const names = METRIC_NAMES.filter((name) => familyIn(parts(), name))
  const own = {
    text: names.map((name) => ownText(parts, name, 'text')),
    openmetrics: names.map((name) => ownText(parts, name, 'openmetrics')),
  }
  // Loaded by the first who looks: a program that nobody scrapes does without.
  let loading: Promise<NodeMetrics> | null = null
  return async (format) => {
    loading ??= import('./node-metrics.ts').then(({ nodeMetrics }) => nodeMetrics(runtime))
    const registry = (await loading)[format]
    const { contentType } = registry
    const others = await registry.metrics()
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
