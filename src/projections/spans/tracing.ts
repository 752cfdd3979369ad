// Spans to a collector, where one is set up: a follower with a checkpoint, and a bounded queue behind it. Promises
// that a run never waits for it, and that what was not handed over before the process ended is handed over after it.
import type { Journal } from '../../journal/journal.ts'
import { follow } from '../follow.ts'
import type { Projections } from '../projections.ts'
import { SPANS, spanProjection } from './span-projection.ts'
import { createSpanQueue } from './span-queue.ts'

export type TracingOptions = {
  readonly journal: Journal
  /** OTLP over HTTP. */
  readonly endpoint: string
  readonly version: string
  /** Names the process. */
  readonly instance: string
  readonly projections: Pick<Projections, 'spans' | 'spansAt' | 'spansFolded'>
  /** Where to begin when there is no checkpoint: what was before tracing was set up is not exported. */
  readonly from: number
  readonly onFailure: (error: unknown) => void
  readonly settings?: Partial<TracingSettings>
}

export type TracingSettings = {
  readonly maxOpenRuns: number
  readonly maxQueuedSpans: number
  readonly batchSpans: number
  readonly intervalMs: number
  /** Of a batch with its repetitions; the process may outlive its stop by as much. */
  readonly exportTimeoutMs: number
  readonly checkpointMs: number
}

const DEFAULTS: TracingSettings = {
  maxOpenRuns: 5000,
  maxQueuedSpans: 8192,
  batchSpans: 1024,
  intervalMs: 1000,
  exportTimeoutMs: 3000,
  checkpointMs: 1000,
}

export type Tracing = {
  /** Hands over what has come so far, at most `graceMs`, and saves where it stands. */
  readonly stop: (graceMs: number) => Promise<void>
}

/** Waits for the work, but not longer. */
function within(ms: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ms)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

async function startOf(journal: Journal, from: number): Promise<number> {
  const saved = await journal.loadCheckpoint(SPANS)
  if (saved === null) return from
  const { settled } = JSON.parse(saved.state ?? '{}') as { settled?: number }
  return settled ?? saved.position
}

/** Loads the exporter and follows the journal from its checkpoint. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { journal, endpoint, version, instance, projections, onFailure } = options
  const settings = { ...DEFAULTS, ...options.settings }
  const { otlpTransport, startSdk } = await import('./span-otlp.ts')
  const otlp = { endpoint, version, instance, timeoutMs: settings.exportTimeoutMs }
  const sdk = startSdk(otlp)
  const from = await startOf(journal, options.from)
  const queue = createSpanQueue({
    transport: otlpTransport(otlp),
    report: projections.spans,
    limit: settings.maxQueuedSpans,
    batch: settings.batchSpans,
    intervalMs: settings.intervalMs,
  })
  const projection = spanProjection({ journal, queue, maxOpen: settings.maxOpenRuns, from })
  let failed = false
  const fail = (error: unknown): void => {
    failed = true
    onFailure(error)
  }
  projections.spansAt(from)
  const follower = follow({
    journal,
    projection,
    from,
    checkpointMs: settings.checkpointMs,
    onFailure: fail,
    onFolded: projections.spansFolded,
  })
  return {
    stop: async (graceMs) => {
      const end = performance.now() + graceMs
      if (!failed) await within(graceMs, follower.caughtUp(journal.position()))
      await queue.close(Math.max(0, end - performance.now()))
      await follower.stop()
      await within(Math.max(0, end - performance.now()), sdk.stop())
      // The position may be the same as when it was saved last; what has been handed over since is not.
      if (!failed)
        await journal.saveCheckpoint({ name: SPANS, position: follower.position(), ...projection.take() })
    },
  }
}
