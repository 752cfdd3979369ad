// What a Prometheus reads: the messages of its metrics with the fields that are sent to it, decoded by protobufjs.
// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
import protobuf from 'protobufjs'

const MESSAGES = `
syntax = "proto3";
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message LabelPair { string name = 1; string value = 2; }
message Exemplar { repeated LabelPair label = 1; double value = 2; Timestamp timestamp = 3; }
message Gauge { double value = 1; }
message Counter { double value = 1; Exemplar exemplar = 2; Timestamp created_timestamp = 3; }
message Bucket { uint64 cumulative_count = 1; double upper_bound = 2; Exemplar exemplar = 3; }
message BucketSpan { sint32 offset = 1; uint32 length = 2; }
message Histogram {
  uint64 sample_count = 1; double sample_sum = 2; repeated Bucket bucket = 3;
  sint32 schema = 5; double zero_threshold = 6; uint64 zero_count = 7;
  repeated BucketSpan positive_span = 12; repeated sint64 positive_delta = 13;
  Timestamp created_timestamp = 15;
}
message Metric { repeated LabelPair label = 1; Gauge gauge = 2; Counter counter = 3; Histogram histogram = 7; }
message MetricFamily { string name = 1; string help = 2; int32 type = 3; repeated Metric metric = 4; }
`

const FAMILY = protobuf.parse(MESSAGES).root.lookupType('MetricFamily')

type Pair = { readonly name: string; readonly value: string }
type Time = { readonly seconds: number; readonly nanos: number }
export type WireHistogram = {
  readonly sampleCount: number
  readonly sampleSum: number
  readonly bucket: readonly {
    readonly cumulativeCount: number
    readonly upperBound: number
    readonly exemplar: {
      readonly label: readonly Pair[]
      readonly value: number
      readonly timestamp: Time
    } | null
  }[]
  readonly schema: number
  readonly zeroThreshold: number
  readonly zeroCount: number
  readonly positiveSpan: readonly { readonly offset: number; readonly length: number }[]
  readonly positiveDelta: readonly number[]
  readonly createdTimestamp: Time | null
}
export type WireMetric = {
  readonly label: readonly Pair[]
  readonly gauge: { readonly value: number } | null
  readonly counter: { readonly value: number; readonly createdTimestamp: Time | null } | null
  readonly histogram: WireHistogram | null
}
export type WireFamily = {
  readonly name: string
  readonly help: string
  readonly type: number
  readonly metric: readonly WireMetric[]
}

/** Every family of an exposition. Errors: what is none. */
export function familiesOf(body: Uint8Array): WireFamily[] {
  const reader = protobuf.Reader.create(body)
  const found: WireFamily[] = []
  while (reader.pos < reader.len) {
    const message = FAMILY.toObject(FAMILY.decodeDelimited(reader), {
      longs: Number,
      defaults: true,
      arrays: true,
    })
    found.push(message as WireFamily)
  }
  return found
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')

const numberText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : Number.isNaN(value) ? 'Nan' : String(value)

function line(name: string, label: readonly Pair[], value: number): string {
  const labels = label.map((pair) => `${pair.name}="${escaped(pair.value)}"`).join(',')
  return `${name}${labels === '' ? '' : `{${labels}}`} ${numberText(value)}`
}

function metricLines(name: string, { label, gauge, counter, histogram }: WireMetric): string[] {
  if (histogram === null) return [line(name, label, gauge?.value ?? counter?.value ?? Number.NaN)]
  return [
    ...histogram.bucket.map(({ upperBound, cumulativeCount }) =>
      line(`${name}_bucket`, [{ name: 'le', value: numberText(upperBound) }, ...label], cumulativeCount),
    ),
    line(`${name}_sum`, label, histogram.sampleSum),
    line(`${name}_count`, label, histogram.sampleCount),
  ]
}

/** The samples as the text exposition has them. */
export const linesOfFamilies = (families: readonly WireFamily[]): string[] =>
  families.flatMap(({ name, metric }) => metric.flatMap((each) => metricLines(name, each)))

/** Counts of the native buckets by their index. */
export function nativeCounts({ positiveSpan, positiveDelta }: WireHistogram): Map<number, number> {
  const counts = new Map<number, number>()
  let [index, read, count] = [0, 0, 0]
  for (const { offset, length } of positiveSpan) {
    index += offset
    for (let each = 0; each < length; each += 1) {
      count += positiveDelta[read] ?? 0
      counts.set(index, count)
      read += 1
      index += 1
    }
  }
  return counts
}
