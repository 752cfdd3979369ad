// Hands spans to a collector by OTLP over HTTP, JSON. Only this file knows OpenTelemetry's packages, and it is loaded
// only where an endpoint is set. The spans are given to the exporter as they are: their ids and times are ours.
import {
  context,
  propagation,
  trace,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type HrTime,
  type SpanContext,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { ATTRIBUTE, NAMES_VERSION } from './span-names.ts'
import type { Send } from './span-queue.ts'
import type { Span } from './span.ts'

type ReadableSpan = Parameters<OTLPTraceExporter['export']>[0][number]
type Origin = Pick<ReadableSpan, 'resource' | 'instrumentationScope'>

export type OtlpOptions = {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT: the path of the signal is added to it. */
  readonly endpoint: string
  readonly version: string
  /** Names the process. */
  readonly instance: string
  /** Milliseconds for one batch, its repetitions included. */
  readonly timeoutMs: number
}

/** Of a span in milliseconds, as seconds and nanoseconds. */
export function timeOf(ms: number): HrTime {
  const micros = Math.round(ms * 1000)
  return [Math.floor(micros / 1_000_000), (micros % 1_000_000) * 1000]
}

const contextOf = (traceId: string, spanId: string, isRemote: boolean): SpanContext => ({
  traceId,
  spanId,
  isRemote,
  traceFlags: TraceFlags.SAMPLED,
})

function readable(span: Span, origin: Origin): ReadableSpan {
  const { parent, attributes } = span
  const context = contextOf(span.traceId, span.spanId, false)
  const errorType = attributes[ATTRIBUTE.errorType]
  return {
    ...origin,
    name: span.name,
    kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parent && { parentSpanContext: contextOf(span.traceId, parent.spanId, parent.remote) }),
    startTime: timeOf(span.start),
    endTime: timeOf(span.end),
    duration: timeOf(span.end - span.start),
    ended: true,
    status: span.isError
      ? { code: SpanStatusCode.ERROR, message: String(errorType) }
      : { code: SpanStatusCode.UNSET },
    attributes: { ...attributes },
    links: [],
    events: span.moments.map(({ name, at, attributes }) => ({
      name,
      time: timeOf(at),
      attributes: { ...attributes },
    })),
    droppedAttributesCount: 0,
    droppedEventsCount: span.droppedMoments,
    droppedLinksCount: 0,
  }
}

/** A collector that takes the request and then drips its answer is given up too. */
function within(ms: number, work: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), ms).unref()
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word. */
const resourceOf = ({ version, instance }: OtlpOptions): Resource =>
  resourceFromAttributes({
    'service.name': 'cugar',
    'service.version': version,
    'service.instance.id': instance,
    'cugar.span_names.version': NAMES_VERSION,
  }).merge(detectResources({ detectors: [envDetector] }))

const exporterOf = ({ endpoint, timeoutMs }: OtlpOptions): OTLPTraceExporter =>
  new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: timeoutMs })

/**
 * Makes the OpenTelemetry API of this process real: spans that a tool or an adapter opens during a call go to the
 * same collector, below the span of that call. Ours do not pass through it: they come from events.
 */
export function startSdk(options: OtlpOptions): { readonly stop: () => Promise<void> } {
  const sdk = new NodeSDK({
    resource: resourceOf(options),
    traceExporter: exporterOf(options),
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  const shut = async (): Promise<boolean> => {
    await sdk.shutdown()
    // So that another runtime in this process can register its own.
    for (const api of [trace, context, propagation]) api.disable()
    return true
  }
  return { stop: () => within(options.timeoutMs, shut()).then(() => undefined) }
}

export function otlpSender(options: OtlpOptions): Send {
  const { version, timeoutMs } = options
  const exporter = exporterOf(options)
  const origin: Origin = { resource: resourceOf(options), instrumentationScope: { name: 'cugar', version } }
  return (spans) => {
    const taken = Promise.withResolvers<boolean>()
    exporter.export(
      spans.map((span) => readable(span, origin)),
      // Every failure comes with its error.
      ({ error }) => taken.resolve(error === undefined),
    )
    return within(timeoutMs + 1000, taken.promise)
  }
}
