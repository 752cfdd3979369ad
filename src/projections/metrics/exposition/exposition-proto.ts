// How the series look to a Prometheus that takes native histograms: protocol buffers, Node's own metrics too.
import { wire, type Wire } from '../../wire/protobuf.ts'
import { METRIC_NAMES, specOf } from '../catalogue.ts'
import type { Cell, Family } from '../families.ts'
import { isHidden } from './lines.ts'
import { PROTOBUF_TYPE, putFamily, putHistogram, putValue } from './metric-proto.ts'
import type { NodeMetrics } from './node-metrics.ts'
import { putRuntime } from './runtime-proto.ts'
import type { Series } from '../series.ts'

/** Series and when they were 0, epoch seconds: those of the journal began with its first event, not with this process. */
export type Part = { readonly series: Series; readonly since: number }

export type ProtoExposition = () => Promise<{
  readonly contentType: string
  readonly body: Buffer
  /** As many as the text would have: each bucket, sum and count of a classic histogram is one. */
  readonly series: number
}>

/** Of most scrapes; it grows. */
const ROOM = 65_536

function putCell(to: Wire, { name, buckets = [] }: Family, [cell, since]: readonly [Cell, number]): number {
  const { type } = specOf(name)
  const { labels, value, counts, exemplars, native } = cell
  if (type !== 'histogram') {
    putValue(to, type, { labels, created: since, value })
    return 1
  }
  putHistogram(to, {
    labels,
    created: since,
    value: { sum: value, bounds: buckets, counts, exemplars, native },
  })
  return counts.length + 2
}

function putSeries(to: Wire, { series, since }: Part): number {
  let written = 0
  for (const name of METRIC_NAMES) {
    const family = series.families.get(name)
    if (family === undefined) continue
    const { type, help } = specOf(name)
    putFamily(to, { name, help, type }, () => {
      for (const cell of family.cells.values())
        if (!isHidden(family, cell)) written += putCell(to, family, [cell, since])
    })
  }
  return written
}

/** The whole state at each call, from one instant but for what Node says of itself. */
export function createProtoExposition(parts: () => readonly Part[]): ProtoExposition {
  // Loaded by the first who looks: a program that nobody scrapes does without.
  let loading: Promise<NodeMetrics> | null = null
  return async () => {
    loading ??= import('./node-metrics.ts').then(({ nodeMetrics }) => nodeMetrics(true))
    const runtime = await (await loading).text.getMetricsAsJSON()
    const to = wire(ROOM)
    let series = 0
    for (const part of parts()) series += putSeries(to, part)
    series += putRuntime(to, runtime, performance.timeOrigin / 1000)
    return { contentType: PROTOBUF_TYPE, body: to.bytes.subarray(0, to.at), series }
  }
}
