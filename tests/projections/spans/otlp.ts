// What a collector reads: the messages of OTLP's traces with the fields that are sent to it, decoded by protobufjs.
// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
import protobuf from 'protobufjs'

const MESSAGES = `
syntax = "proto3";
message AnyValue {
  oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
}
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message InstrumentationScope { string name = 1; string version = 2; }
message Status { string message = 2; int32 code = 3; }
message Event {
  fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
}
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
  repeated Event events = 11; uint32 dropped_events_count = 12; uint32 dropped_links_count = 14;
  Status status = 15; fixed32 flags = 16;
}
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
`

const REQUEST = protobuf.parse(MESSAGES).root.lookupType('ExportTraceServiceRequest')

type Value = { stringValue?: string; intValue?: string; doubleValue?: number; boolValue?: boolean }
export type Pairs = readonly { readonly key: string; readonly value?: Value }[]

export type WireSpan = {
  readonly traceId: Buffer
  readonly spanId: Buffer
  readonly parentSpanId?: Buffer
  readonly name: string
  readonly kind: number
  /** 64 bits, decimal. */
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: Pairs
  readonly events?: readonly {
    readonly name: string
    readonly timeUnixNano: string
    readonly attributes?: Pairs
  }[]
  readonly status: { readonly code: number; readonly message?: string }
  readonly flags: number
}

export type WireRequest = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Pairs }
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[]
  }[]
}

/** Errors: what is no request. */
export const requestOf = (body: Uint8Array): WireRequest =>
  REQUEST.toObject(REQUEST.decode(body), { longs: String }) as WireRequest

const plainValue = ({ stringValue, intValue, doubleValue, boolValue }: Value): string | number | boolean =>
  stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue ?? ''

export const plain = (pairs: Pairs = []): Record<string, string | number | boolean> =>
  Object.fromEntries(pairs.map(({ key, value = {} }) => [key, plainValue(value)]))
