// What prom-client knows of the process, as protocol buffers: it writes text alone.
import type { Wire } from '../../wire/protobuf.ts'
import { putFamily, putHistogram, putValue, type HistogramValue } from './metric-proto.ts'

type Value = {
  readonly value: number | null
  readonly labels: Readonly<Partial<Record<string, string | number>>>
  /** Of a histogram: its name with _bucket, _sum or _count. */
  readonly metricName?: string
}
/** As prom-client gives it. */
export type RuntimeMetric = {
  readonly name: string
  readonly help: string
  readonly type: unknown
  readonly values: readonly Value[]
}

function textLabels({ labels }: Value): Record<string, string> {
  const { le: _bound, ...own } = labels
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value ?? '')]))
}

/** Its buckets are cumulative, and the last is infinite. */
function histogramOf(name: string, values: readonly Value[]): HistogramValue {
  const buckets = values.filter(({ metricName }) => metricName === `${name}_bucket`)
  const cumulative = buckets.map(({ value }) => value ?? 0)
  return {
    sum: values.find(({ metricName }) => metricName === `${name}_sum`)?.value ?? 0,
    bounds: buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite),
    counts: cumulative.map((count, index) => count - (cumulative[index - 1] ?? 0)),
    exemplars: [],
    native: null,
  }
}

function putHistograms(to: Wire, { name, values }: RuntimeMetric, created: number): number {
  const groups = Map.groupBy(values, (value) => JSON.stringify(textLabels(value)))
  for (const group of groups.values()) {
    const [first] = group
    if (first) putHistogram(to, { labels: textLabels(first), created, value: histogramOf(name, group) })
  }
  return values.length
}

type Values = Pick<RuntimeMetric, 'values'> & {
  readonly type: 'counter' | 'gauge'
  readonly created: number
}

function putValues(to: Wire, { values, type, created }: Values): number {
  for (const each of values)
    putValue(to, type, { labels: textLabels(each), created, value: each.value ?? Number.NaN })
  return values.length
}

/** `created`: when the process began, epoch seconds. Gives the number of series. */
export function putRuntime(to: Wire, metrics: readonly RuntimeMetric[], created: number): number {
  let written = 0
  for (const metric of metrics) {
    const { name, help, type } = metric
    if (type !== 'counter' && type !== 'gauge' && type !== 'histogram')
      throw new TypeError(`${name} is of a type that is not written`)
    putFamily(to, { name, help, type }, () => {
      written +=
        type === 'histogram'
          ? putHistograms(to, metric, created)
          : putValues(to, { values: metric.values, type, created })
    })
  }
  return written
}
