// Spans on their way to a collector: a bounded queue, one batch under way at a time. A collector that is alive is
// waited for, since the journal keeps what has not been read yet; one that fails is not, and costs the spans.
import type { Span } from './span.ts'

/** true: the collector has taken them. Never rejects, and ends in bounded time. */
export type Send = (spans: readonly Span[]) => Promise<boolean>

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

export type SpanQueueOptions = {
  readonly send: Send
  readonly report: (status: 'exported' | 'dropped' | 'failed', spans: number) => void
  /** Spans kept at most, those under way not counted. */
  readonly limit: number
  /** Spans sent at once. */
  readonly batch: number
  /** Real milliseconds until a batch that is not full is sent. */
  readonly intervalMs: number
}

type Entry = { readonly span: Span; readonly position: number }

type State = {
  readonly waiting: Entry[]
  underWay: readonly Entry[]
  isHealthy: boolean
  isClosing: boolean
  timer: NodeJS.Timeout | null
  /** Those who wait for the next change. */
  watchers: (() => void)[]
}

function changed(state: State): void {
  const { watchers } = state
  state.watchers = []
  for (const watcher of watchers) watcher()
}

const change = (state: State): Promise<void> => new Promise((resolve) => state.watchers.push(resolve))

function sendNext(state: State, options: SpanQueueOptions): void {
  if (state.timer) clearTimeout(state.timer)
  state.timer = null
  state.underWay = state.waiting.splice(0, options.batch)
  void options.send(state.underWay.map(({ span }) => span)).then((isTaken) => {
    options.report(isTaken ? 'exported' : 'failed', state.underWay.length)
    state.isHealthy = isTaken
    state.underWay = []
    move(state, options)
    changed(state)
  })
}

function move(state: State, options: SpanQueueOptions): void {
  if (state.underWay.length > 0 || state.waiting.length === 0) return
  if (state.isClosing && !state.isHealthy) return
  if (state.isClosing || state.waiting.length >= options.batch) sendNext(state, options)
  else state.timer ??= setTimeout(() => sendNext(state, options), options.intervalMs).unref()
}

export function createSpanQueue(options: SpanQueueOptions): SpanQueue {
  const { limit, batch, report } = options
  const state: State = {
    waiting: [],
    underWay: [],
    isHealthy: true,
    isClosing: false,
    timer: null,
    watchers: [],
  }
  return {
    offer: (spans, position) => {
      const fitting = spans.slice(0, Math.max(0, limit - state.waiting.length))
      for (const span of fitting) state.waiting.push({ span, position })
      if (fitting.length < spans.length) report('dropped', spans.length - fitting.length)
      move(state, options)
    },
    room: async () => {
      const most = Math.max(0, limit - batch)
      while (state.isHealthy && !state.isClosing && state.waiting.length > most) await change(state)
    },
    settled: (position) => {
      const first = state.underWay[0] ?? state.waiting[0]
      return first === undefined ? position : Math.min(position, first.position - 1)
    },
    close: async (graceMs) => {
      state.isClosing = true
      changed(state)
      move(state, options)
      const deadline = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => deadline.resolve(true), graceMs)
      let isLate = false
      while (!isLate && state.underWay.length > 0) {
        isLate = await Promise.race([change(state).then(() => false), deadline.promise])
      }
      clearTimeout(timer)
    },
  }
}
