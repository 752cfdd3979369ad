// Spans on their way to a collector: a bounded queue, one batch under way at a time. A collector that is alive is
// waited for, since the journal keeps what has not been read yet; one that fails is not, and costs the spans.
import type { Span } from './span.ts'

/** What a batch of spans is laid into. */
export type Parcel = { readonly add: (span: Span) => void; readonly count: () => number }

export type Transport<P extends Parcel> = {
  readonly open: () => P
  /** true: the collector has taken it. Never rejects, and ends in bounded time. */
  readonly send: (parcel: P) => Promise<boolean>
}

export type SpanQueue = {
  /** Takes ended spans of the event at `position`; drops what does not fit. */
  readonly offer: (spans: readonly Span[], position: number) => void
  /** Resolves when there is room for a batch of events, or when waiting for it would be in vain. */
  readonly room: () => Promise<void>
  /** Everything up to here is out of the queue, given that everything up to `position` was offered. */
  readonly settled: (position: number) => number
  /** Sends what is left, at most `graceMs`, to a collector that is alive; what is left then stays unsettled. */
  readonly close: (graceMs: number) => Promise<void>
}

export type SpanQueueOptions<P extends Parcel> = {
  readonly transport: Transport<P>
  readonly report: (status: 'exported' | 'dropped' | 'failed', spans: number) => void
  /** Spans kept at most, those under way not counted. */
  readonly limit: number
  /** Spans sent at once. */
  readonly batch: number
  /** Real milliseconds until a batch that is not full is sent. */
  readonly intervalMs: number
}

/** A batch, and where the first of its spans came from. */
type Batch<P> = { readonly parcel: P; readonly position: number }

type State<P> = {
  /** All but the last are full. */
  readonly waiting: Batch<P>[]
  underWay: Batch<P> | null
  isHealthy: boolean
  isClosing: boolean
  timer: NodeJS.Timeout | null
  /** Those who wait for the next change. */
  watchers: (() => void)[]
}

function changed<P>(state: State<P>): void {
  const { watchers } = state
  state.watchers = []
  for (const watcher of watchers) watcher()
}

const change = <P>(state: State<P>): Promise<void> => new Promise((resolve) => state.watchers.push(resolve))

/** Spans that wait. */
const sizeOf = <P extends Parcel>({ waiting }: State<P>, batch: number): number =>
  waiting.length === 0 ? 0 : (waiting.length - 1) * batch + (waiting.at(-1)?.parcel.count() ?? 0)

function sendNext<P extends Parcel>(state: State<P>, options: SpanQueueOptions<P>): void {
  if (state.timer) clearTimeout(state.timer)
  state.timer = null
  const next = state.waiting.shift()
  if (next === undefined) return
  state.underWay = next
  const spans = next.parcel.count()
  void options.transport.send(next.parcel).then((isTaken) => {
    options.report(isTaken ? 'exported' : 'failed', spans)
    state.isHealthy = isTaken
    state.underWay = null
    move(state, options)
    changed(state)
  })
}

function move<P extends Parcel>(state: State<P>, options: SpanQueueOptions<P>): void {
  const [first] = state.waiting
  if (state.underWay !== null || first === undefined) return
  if (state.isClosing && !state.isHealthy) return
  if (state.isClosing || first.parcel.count() >= options.batch) sendNext(state, options)
  else state.timer ??= setTimeout(() => sendNext(state, options), options.intervalMs).unref()
}

/** The batch that is being filled. */
function filling<P extends Parcel>(state: State<P>, options: SpanQueueOptions<P>, position: number): P {
  const last = state.waiting.at(-1)
  if (last && last.parcel.count() < options.batch) return last.parcel
  const parcel = options.transport.open()
  state.waiting.push({ parcel, position })
  return parcel
}

export function createSpanQueue<P extends Parcel>(options: SpanQueueOptions<P>): SpanQueue {
  const { limit, batch, report } = options
  const state: State<P> = {
    waiting: [],
    underWay: null,
    isHealthy: true,
    isClosing: false,
    timer: null,
    watchers: [],
  }
  return {
    offer: (spans, position) => {
      const fitting = Math.min(spans.length, Math.max(0, limit - sizeOf(state, batch)))
      for (const span of spans.slice(0, fitting)) filling(state, options, position).add(span)
      if (fitting < spans.length) report('dropped', spans.length - fitting)
      move(state, options)
    },
    room: async () => {
      const most = Math.max(0, limit - batch)
      while (state.isHealthy && !state.isClosing && sizeOf(state, batch) > most) await change(state)
    },
    settled: (position) => {
      const first = state.underWay ?? state.waiting[0]
      return first === undefined ? position : Math.min(position, first.position - 1)
    },
    close: async (graceMs) => {
      state.isClosing = true
      changed(state)
      move(state, options)
      const deadline = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => deadline.resolve(true), graceMs)
      let isLate = false
      while (!isLate && state.underWay !== null) {
        isLate = await Promise.race([change(state).then(() => false), deadline.promise])
      }
      clearTimeout(timer)
    },
  }
}
