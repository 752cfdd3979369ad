// What leaves the process besides /metrics: spans to a collector, where one is set up, and lines in the log. Both are
// projections of the journal, so that nothing that acts knows of them; they are followed with the others.
import type { Logger } from 'pino'
import type { Journal } from './journal/journal.ts'
import { followedLog } from './projections/log.ts'
import type { ProjectionsOptions } from './projections/projections.ts'
import { openTracing, type TracingSettings } from './projections/spans/tracing.ts'
import { VERSION } from './version.ts'

export type TelemetryOptions = {
  readonly journal: Journal
  /** null: nothing is logged. */
  readonly logger: Logger | null
  /** OTLP over HTTP; null, as by default: spans are not exported. */
  readonly otelEndpoint?: string | null
  readonly tracing?: Partial<TracingSettings>
  /** Names the process. */
  readonly writer: string
  /** Position of the journal when the process opened it. */
  readonly from: number
}

export type Telemetry = Required<Pick<ProjectionsOptions, 'others'>> & Pick<ProjectionsOptions, 'spanCounts'>

/** Loads the exporter where an endpoint is set. Nothing is followed yet: the projections do that. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { journal, logger, otelEndpoint = null, writer, from, tracing: settings } = options
  const log = logger && followedLog(logger, from)
  const others = log === null ? [] : [log]
  if (otelEndpoint === null) return { others }
  const tracing = await openTracing({
    journal,
    endpoint: otelEndpoint,
    version: VERSION,
    instance: writer,
    from,
    ...(settings && { settings }),
  })
  return { others: [tracing.followed, ...others], spanCounts: tracing.spanCounts }
}
