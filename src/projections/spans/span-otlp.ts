// Hands spans to a collector by OTLP over HTTP, as protocol buffers. Only this file knows OpenTelemetry's packages, and
// it is loaded only where an endpoint is set. The spans' ids, times and bytes are ours, the way to the collector is the
// packages'.
import { context, propagation, SamplingDecision, trace, TraceFlags } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http'
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { isSampled, type Sampling } from '../../events/sampling.ts'
import { within } from '../deadline.ts'
import { exportBatches, type ExportBatch } from './export-batch.ts'
import { NAMES_VERSION } from './span-names.ts'
import type { Transport } from './span-queue.ts'

export type OtlpOptions = {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT: the path of the signal is added to it. */
  readonly endpoint: string
  readonly version: string
  /** Names the process. */
  readonly instance: string
  /** Milliseconds for one batch, its repetitions included. */
  readonly timeoutMs: number
  /** Of the spans that tools open; ours are chosen before they come here. */
  readonly sampling: Sampling
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override the rest. */
const resourceOf = ({ version, instance }: OtlpOptions): Resource =>
  resourceFromAttributes({
    'service.name': 'cugar',
    'service.version': version,
    'service.instance.id': instance,
    'cugar.span_names.version': NAMES_VERSION,
  }).merge(detectResources({ detectors: [envDetector] }))

const urlOf = ({ endpoint }: OtlpOptions): string => `${endpoint.replace(/\/+$/, '')}/v1/traces`

const textOf = ({ attributes }: Resource): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))

/** OpenTelemetry's own way to a collector, with its settings, repetitions and limits; only the body is ours. */
function exporterOf(options: OtlpOptions): OTLPExporterBase<ExportBatch> {
  const http = convertLegacyHttpOptions(
    { url: urlOf(options), timeoutMillis: options.timeoutMs },
    'TRACES',
    'v1/traces',
    { 'Content-Type': 'application/x-protobuf' },
  )
  const serializer = {
    serializeRequest: (batch: ExportBatch) => batch.body(),
    // What a collector answers beside its status changes nothing here.
    deserializeResponse: () => ({}),
  }
  const counter = { name: 'span', countItems: (batch: ExportBatch) => batch.count() } as const
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(http, serializer, 'otlp_http_span_exporter', counter, undefined),
  )
}

type Sampler = NonNullable<NonNullable<ConstructorParameters<typeof NodeSDK>[0]>['sampler']>

/** A call is below its run, and runs are chosen by their trace ids, unless their caller has decided. */
const samplerOf = (sampling: Sampling): Sampler => ({
  shouldSample: (parent, traceId) => {
    const flags = trace.getSpanContext(parent)?.traceFlags ?? TraceFlags.SAMPLED
    const unsampled = (flags & TraceFlags.SAMPLED) === 0 ? false : null
    const isChosen = isSampled(sampling, { traceId, parent: unsampled })
    return { decision: isChosen ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
  },
  toString: () => 'as the runs',
})

/**
 * Makes the OpenTelemetry API of this process real: spans that a tool or an adapter opens during a call go to the
 * same collector, below the span of that call. Ours do not pass through it: they come from events.
 */
export function startSdk(options: OtlpOptions): { readonly stop: (graceMs: number) => Promise<void> } {
  const sdk = new NodeSDK({
    resource: resourceOf(options),
    traceExporter: new OTLPTraceExporter({ url: urlOf(options), timeoutMillis: options.timeoutMs }),
    sampler: samplerOf(options.sampling),
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  const shutDown = async (): Promise<void> => {
    await sdk.shutdown()
    // So that another runtime in this process can register its own.
    for (const api of [trace, context, propagation]) api.disable()
  }
  return { stop: (graceMs) => within(graceMs, shutDown(), undefined) }
}

export function otlpTransport(options: OtlpOptions): Transport<ExportBatch> {
  const exporter = exporterOf(options)
  return {
    newBatch: exportBatches({ attributes: textOf(resourceOf(options)), version: options.version }),
    send: (batch) => {
      const taken = Promise.withResolvers<boolean>()
      // Every failure comes with its error. A body that has failed may still be under way in a late repetition: only
      // the memory of one that was accepted is used again.
      exporter.export(batch, ({ error }) => {
        if (error === undefined) batch.release()
        taken.resolve(error === undefined)
      })
      // A collector that accepts the request and then drips its answer is given up too.
      return within(options.timeoutMs + 1000, taken.promise, false)
    },
  }
}
