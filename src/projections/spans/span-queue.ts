// Spans on their way to a collector: a bounded queue, one batch under way at a time. A collector that is alive is
// waited for, since the journal keeps what has not been read yet; one that fails is not, and costs the spans.
import type { ValueOf } from '../labels.ts'
import type { Span } from './span.ts'

/** The spans of one request. */
export type Batch = { readonly add: (span: Span) => void; readonly count: () => number }

export type Transport<B extends Batch> = {
  readonly newBatch: () => B
  /** true: the collector has accepted it. Never rejects, and ends in bounded time. */
  readonly send: (batch: B) => Promise<boolean>
}

/** What has become of the spans since the process began. */
export type SpanCounts = Readonly<Record<ValueOf<'span_status'>, number>>

export type SpanQueue = {
  /** Queues ended spans of the event at `position`; drops what does not fit. */
  readonly offer: (spans: readonly Span[], position: number) => void
  /** Resolves when there is room for a batch of events, or when it makes no sense to wait for it. */
  readonly whenRoom: () => Promise<void>
  /** Everything up to here has left the queue, given that everything up to `position` was offered. */
  readonly settled: (position: number) => number
  readonly counts: () => SpanCounts
  /** Sends what is left, in at most `graceMs`, to a collector that is alive; what is left then stays unsettled. */
  readonly close: (graceMs: number) => Promise<void>
}

export type SpanQueueOptions<B extends Batch> = {
  readonly transport: Transport<B>
  /** Spans that wait at most, those under way not counted. */
  readonly maxSpans: number
  /** Spans sent at once. */
  readonly batchSpans: number
  /** Real milliseconds until a batch that is not full is sent. */
  readonly intervalMs: number
}

/** `position`: where the first span of the batch came from. */
type Queued<B> = { readonly batch: B; readonly position: number }

type State<B> = {
  /** All but the last are full. */
  readonly waiting: Queued<B>[]
  readonly counts: Record<keyof SpanCounts, number>
  underWay: Queued<B> | null
  isHealthy: boolean
  isClosing: boolean
  timer: NodeJS.Timeout | null
  /** They are called at the next change. */
  watchers: (() => void)[]
}

function notify<B>(state: State<B>): void {
  const { watchers } = state
  state.watchers = []
  for (const watcher of watchers) watcher()
}

const nextChange = <B>(state: State<B>): Promise<void> =>
  new Promise((resolve) => state.watchers.push(resolve))

/** Number of spans that wait. */
const sizeOf = <B extends Batch>({ waiting }: State<B>, batchSpans: number): number =>
  waiting.length === 0 ? 0 : (waiting.length - 1) * batchSpans + (waiting.at(-1)?.batch.count() ?? 0)

function sendNext<B extends Batch>(state: State<B>, options: SpanQueueOptions<B>): void {
  if (state.timer) clearTimeout(state.timer)
  state.timer = null
  const next = state.waiting.shift()
  if (next === undefined) return
  state.underWay = next
  const spans = next.batch.count()
  void options.transport.send(next.batch).then((isAccepted) => {
    state.counts[isAccepted ? 'exported' : 'failed'] += spans
    state.isHealthy = isAccepted
    state.underWay = null
    sendWhenDue(state, options)
    notify(state)
  })
}

/** Sends the first batch when it is full or the queue is closing, or else after the interval. */
function sendWhenDue<B extends Batch>(state: State<B>, options: SpanQueueOptions<B>): void {
  const [first] = state.waiting
  if (state.underWay !== null || first === undefined) return
  if (state.isClosing && !state.isHealthy) return
  if (state.isClosing || first.batch.count() >= options.batchSpans) sendNext(state, options)
  else state.timer ??= setTimeout(() => sendNext(state, options), options.intervalMs).unref()
}

/** The batch that the next span goes into. */
function openBatch<B extends Batch>(state: State<B>, options: SpanQueueOptions<B>, position: number): B {
  const last = state.waiting.at(-1)
  if (last && last.batch.count() < options.batchSpans) return last.batch
  const batch = options.transport.newBatch()
  state.waiting.push({ batch, position })
  return batch
}

export function createSpanQueue<B extends Batch>(options: SpanQueueOptions<B>): SpanQueue {
  const { maxSpans, batchSpans } = options
  const state: State<B> = {
    waiting: [],
    counts: { exported: 0, dropped: 0, failed: 0 },
    underWay: null,
    isHealthy: true,
    isClosing: false,
    timer: null,
    watchers: [],
  }
  return {
    offer: (spans, position) => {
      const fitting = Math.min(spans.length, Math.max(0, maxSpans - sizeOf(state, batchSpans)))
      for (const span of spans.slice(0, fitting)) openBatch(state, options, position).add(span)
      state.counts.dropped += spans.length - fitting
      sendWhenDue(state, options)
    },
    whenRoom: async () => {
      const most = Math.max(0, maxSpans - batchSpans)
      while (state.isHealthy && !state.isClosing && sizeOf(state, batchSpans) > most) await nextChange(state)
    },
    settled: (position) => {
      const first = state.underWay ?? state.waiting[0]
      return first === undefined ? position : Math.min(position, first.position - 1)
    },
    counts: () => state.counts,
    close: async (graceMs) => {
      state.isClosing = true
      notify(state)
      sendWhenDue(state, options)
      const deadline = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => deadline.resolve(true), graceMs)
      let isLate = false
      while (!isLate && state.underWay !== null) {
        isLate = await Promise.race([nextChange(state).then(() => false), deadline.promise])
      }
      clearTimeout(timer)
    },
  }
}
