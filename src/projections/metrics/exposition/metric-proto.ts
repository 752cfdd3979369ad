// Metrics as Prometheus' protocol buffers (io.prometheus.client, metrics.proto): one MetricFamily after the other, each
// behind its length. It has what text cannot say: native histograms beside the classic ones, and when a count began.
// It is never to grow: summaries, untyped metrics and gauge histograms are not written here.
import { memoize } from '../../../cache.ts'
import {
  begin,
  beginDelimited,
  bytesOf,
  finish,
  putByte,
  putBytes,
  putDouble,
  putSigned,
  putText,
  putVarint,
  tagOf,
  textSize,
  type Wire,
} from '../../wire/protobuf.ts'
import type { Exemplar } from '../families.ts'
import { SCHEMA, spansOf, ZERO_THRESHOLD } from '../native.ts'

const FAMILY = {
  name: tagOf(1, 'delimited'),
  help: tagOf(2, 'delimited'),
  type: tagOf(3, 'varint'),
  metric: tagOf(4, 'delimited'),
} as const
const TYPE = { counter: 0, gauge: 1, histogram: 4 } as const
export type ProtoType = keyof typeof TYPE
const METRIC = {
  label: tagOf(1, 'delimited'),
  gauge: tagOf(2, 'delimited'),
  counter: tagOf(3, 'delimited'),
  histogram: tagOf(7, 'delimited'),
} as const
const LABEL = { name: tagOf(1, 'delimited'), value: tagOf(2, 'delimited') } as const
/** Of a gauge and of a counter; only the latter began some time. */
const NUMBER = { value: tagOf(1, 'fixed64'), created: tagOf(3, 'delimited') } as const
const HISTOGRAM = {
  count: tagOf(1, 'varint'),
  sum: tagOf(2, 'fixed64'),
  bucket: tagOf(3, 'delimited'),
  schema: tagOf(5, 'varint'),
  zeroThreshold: tagOf(6, 'fixed64'),
  zeroCount: tagOf(7, 'varint'),
  span: tagOf(12, 'delimited'),
  delta: tagOf(13, 'delimited'),
  created: tagOf(15, 'delimited'),
} as const
const BUCKET = {
  count: tagOf(1, 'varint'),
  bound: tagOf(2, 'fixed64'),
  exemplar: tagOf(3, 'delimited'),
} as const
const EXEMPLAR = {
  label: tagOf(1, 'delimited'),
  value: tagOf(2, 'fixed64'),
  time: tagOf(3, 'delimited'),
} as const
const TIME = { seconds: tagOf(1, 'varint'), nanos: tagOf(2, 'varint') } as const
const SPAN = { offset: tagOf(1, 'varint'), length: tagOf(2, 'varint') } as const

export const PROTOBUF_TYPE =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited'

type Labels = Readonly<Record<string, string>>

function putNumber(to: Wire, tag: number, value: number): void {
  putByte(to, tag)
  putVarint(to, value)
}

function putReal(to: Wire, tag: number, value: number): void {
  putByte(to, tag)
  putDouble(to, value)
}

function putString(to: Wire, tag: number, text: string): void {
  const size = textSize(text)
  putNumber(to, tag, size)
  putText(to, text, size)
}

/** `seconds`: since the epoch. */
function putTime(to: Wire, tag: number, seconds: number): void {
  const start = begin(to, tag)
  const whole = Math.floor(seconds)
  putNumber(to, TIME.seconds, whole)
  putNumber(to, TIME.nanos, Math.round((seconds - whole) * 1e6) * 1000)
  finish(to, start)
}

function putLabels(to: Wire, tag: number, labels: Labels): void {
  for (const [name, value] of Object.entries(labels)) {
    const start = begin(to, tag)
    putString(to, LABEL.name, name)
    putString(to, LABEL.value, value)
    finish(to, start)
  }
}

/** Of labels that are kept and do not change: a scrape writes those of every series. */
const labelBytes = memoize((labels: Labels) => bytesOf((to) => putLabels(to, METRIC.label, labels)))

function putExemplar(to: Wire, { traceId, spanId, value, at }: Exemplar): void {
  const start = begin(to, BUCKET.exemplar)
  putLabels(to, EXEMPLAR.label, { trace_id: traceId, span_id: spanId })
  putReal(to, EXEMPLAR.value, value)
  putTime(to, EXEMPLAR.time, at)
  finish(to, start)
}

/** One series. `created`: when its value was 0, epoch seconds; null where it never was. */
export type Sample = { readonly labels: Labels; readonly created: number | null }

export type HistogramValue = {
  readonly sum: number
  /** Upper bounds without infinity. */
  readonly bounds: readonly number[]
  /** Not cumulative; the last one is above every bound. */
  readonly counts: readonly number[]
  readonly exemplars: readonly (Exemplar | undefined)[]
  /** By index (native.ts); null: classic buckets alone. */
  readonly native: ReadonlyMap<number, number> | null
}

function putMetric(to: Wire, labels: Labels, putValue: () => void): void {
  const start = begin(to, FAMILY.metric)
  putBytes(
    to,
    Object.isFrozen(labels) ? labelBytes(labels) : bytesOf((own) => putLabels(own, METRIC.label, labels)),
  )
  putValue()
  finish(to, start)
}

export function putValue(
  to: Wire,
  type: 'counter' | 'gauge',
  { labels, created, value }: Sample & { readonly value: number },
): void {
  putMetric(to, labels, () => {
    const start = begin(to, METRIC[type])
    putReal(to, NUMBER.value, value)
    if (type === 'counter' && created !== null) putTime(to, NUMBER.created, created)
    finish(to, start)
  })
}

function putBuckets(to: Wire, { bounds, counts, exemplars }: HistogramValue): void {
  let count = 0
  for (let index = 0; index < counts.length; index += 1) {
    count += counts[index] ?? 0
    const start = begin(to, HISTOGRAM.bucket)
    putNumber(to, BUCKET.count, count)
    putReal(to, BUCKET.bound, bounds[index] ?? Number.POSITIVE_INFINITY)
    const exemplar = exemplars[index]
    if (exemplar) putExemplar(to, exemplar)
    finish(to, start)
  }
}

function putNative(to: Wire, native: ReadonlyMap<number, number>, total: number): void {
  let above = 0
  for (const count of native.values()) above += count
  putByte(to, HISTOGRAM.schema)
  putSigned(to, SCHEMA)
  putReal(to, HISTOGRAM.zeroThreshold, ZERO_THRESHOLD)
  putNumber(to, HISTOGRAM.zeroCount, total - above)
  const spans = spansOf(native)
  // A span of nothing: an empty histogram would be taken for a classic one.
  for (const { offset, deltas } of spans.length > 0 ? spans : [{ offset: 0, deltas: [] }]) {
    const start = begin(to, HISTOGRAM.span)
    putByte(to, SPAN.offset)
    putSigned(to, offset)
    putNumber(to, SPAN.length, deltas.length)
    finish(to, start)
  }
  if (spans.length === 0) return
  const start = begin(to, HISTOGRAM.delta)
  for (const { deltas } of spans) for (const delta of deltas) putSigned(to, delta)
  finish(to, start)
}

export function putHistogram(to: Wire, sample: Sample & { readonly value: HistogramValue }): void {
  const { labels, created, value } = sample
  let total = 0
  for (const count of value.counts) total += count
  putMetric(to, labels, () => {
    const start = begin(to, METRIC.histogram)
    putNumber(to, HISTOGRAM.count, total)
    putReal(to, HISTOGRAM.sum, value.sum)
    putBuckets(to, value)
    if (value.native !== null) putNative(to, value.native, total)
    if (created !== null) putTime(to, HISTOGRAM.created, created)
    finish(to, start)
  })
}

export type FamilyHead = { readonly name: string; readonly help: string; readonly type: ProtoType }

/** A family and, by `putMetrics`, its series. */
export function putFamily(to: Wire, { name, help, type }: FamilyHead, putMetrics: () => void): void {
  const start = beginDelimited(to)
  putString(to, FAMILY.name, name)
  putString(to, FAMILY.help, help)
  putNumber(to, FAMILY.type, TYPE[type])
  putMetrics()
  finish(to, start)
}
