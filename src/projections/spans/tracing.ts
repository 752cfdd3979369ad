// Spans to a collector, where one is set up: a projection with a checkpoint, and a bounded queue behind it. Promises
// that a run never waits for it, and that what was not handed over before the process ended is handed over after it.
import { SAMPLE_ALL, type Sampling } from '../../events/sampling.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Followed } from '../follow.ts'
import { SPANS, spanProjection } from './span-projection.ts'
import { createSpanQueue, type SpanCounts } from './span-queue.ts'

export type TracingOptions = {
  readonly journal: Journal
  /** OTLP over HTTP. */
  readonly endpoint: string
  readonly version: string
  /** Names the process. */
  readonly instance: string
  /** Where to begin when there is no checkpoint: what was before tracing was set up is not exported. */
  readonly from: number
  readonly settings?: Partial<TracingSettings>
}

export type TracingSettings = {
  readonly maxOpenRuns: number
  readonly maxQueuedSpans: number
  readonly batchSpans: number
  readonly intervalMs: number
  /** For one batch, its repetitions included; the process may outlive its stop by as much. */
  readonly exportTimeoutMs: number
  readonly checkpointMs: number
  /** Which runs are exported. */
  readonly sampling: Sampling
}

const DEFAULTS: TracingSettings = {
  maxOpenRuns: 5000,
  maxQueuedSpans: 8192,
  batchSpans: 1024,
  intervalMs: 1000,
  exportTimeoutMs: 3000,
  checkpointMs: 1000,
  sampling: SAMPLE_ALL,
}

export type Tracing = {
  /** Hands over what it holds when following it ends. */
  readonly followed: Followed
  readonly spanCounts: () => SpanCounts
}

async function startOf(journal: Journal, from: number): Promise<number> {
  const saved = await journal.loadCheckpoint(SPANS)
  if (saved === null) return from
  const { settled } = JSON.parse(saved.state ?? '{}') as { settled?: number }
  return settled ?? saved.position
}

/** Loads the exporter, and the spans as the last checkpoint left them. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { journal, endpoint, version, instance } = options
  const settings = { ...DEFAULTS, ...options.settings }
  const { otlpTransport, startSdk } = await import('./span-otlp.ts')
  const otlp = {
    endpoint,
    version,
    instance,
    timeoutMs: settings.exportTimeoutMs,
    sampling: settings.sampling,
  }
  const sdk = startSdk(otlp)
  const from = await startOf(journal, options.from)
  const queue = createSpanQueue({
    transport: otlpTransport(otlp),
    maxSpans: settings.maxQueuedSpans,
    batchSpans: settings.batchSpans,
    intervalMs: settings.intervalMs,
  })
  const projection = spanProjection({
    journal,
    queue,
    maxOpen: settings.maxOpenRuns,
    from,
    sampling: settings.sampling,
  })
  const close = async (graceMs: number): Promise<void> => {
    await Promise.all([queue.close(graceMs), sdk.stop(graceMs)])
  }
  return {
    followed: { projection: { ...projection, close }, from, checkpointMs: settings.checkpointMs },
    spanCounts: queue.counts,
  }
}
