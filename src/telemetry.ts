// What leaves the process besides /metrics: spans to a collector, where one is set up, and lines in the log. Both
// follow the journal, so that nothing that acts knows of them.
import type { Logger } from 'pino'
import type { Journal } from './journal/journal.ts'
import { followLog } from './projections/log.ts'
import type { Projections } from './projections/projections.ts'
import { startTracing, type TracingSettings } from './projections/spans/tracing.ts'
import { VERSION } from './version.ts'

export type TelemetryOptions = {
  readonly journal: Journal
  readonly logger: Logger
  readonly projections: Projections
  /** OTLP over HTTP; null, as by default: spans are not exported. */
  readonly otelEndpoint?: string | null
  readonly tracing?: Partial<TracingSettings>
  /** Names the process. */
  readonly writer: string
  /** Position of the journal when the process opened it. */
  readonly from: number
  readonly onFailure: (error: unknown) => void
}

/** A collector that does not answer holds up the end of the process no longer than this. */
const GRACE_MS = 2000

export async function startTelemetry(options: TelemetryOptions): Promise<{ stop: () => Promise<void> }> {
  const { otelEndpoint = null, writer, tracing: settings } = options
  const tracing =
    otelEndpoint === null
      ? null
      : await startTracing({
          ...options,
          endpoint: otelEndpoint,
          version: VERSION,
          instance: writer,
          ...(settings ? { settings } : {}),
        })
  const log = followLog(options)
  return {
    stop: async () => {
      await Promise.all([log.stop(), tracing?.stop(GRACE_MS)])
    },
  }
}
