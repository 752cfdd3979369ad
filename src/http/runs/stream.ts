// A run's events as a server-sent stream (https://html.spec.whatwg.org/multipage/server-sent-events.html):
// id is the seq, so that a client that was cut off goes on where it stood.
import type { Response } from 'express'
import { AppError } from '../../errors.ts'
import type { StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import type { HttpStats } from '../../projections/metrics/live.ts'
import { liveFeed, type Subscription } from './feed.ts'
import { localsOf, type DoorLimits } from '../route.ts'

type StreamJournal = Pick<Journal, 'read' | 'readAll' | 'changed' | 'position'>

type Listener = {
  readonly runId: string
  /** Seq of the last event that the client has. */
  readonly after: number
  readonly res: Response
  /** Aborted when the client has gone, or at shutdown. */
  readonly signal: AbortSignal
}

export type Streams = { readonly open: (listener: Listener) => Promise<void> }

const frame = (event: StoredEvent): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

/** Shows a silent client that the stream lives; a key that opens nothing any more has its stream broken off. */
function comment(res: Response): void {
  if (!localsOf(res).isStillAllowed()) res.destroy()
  else if (!res.writableNeedDrain) res.write(':\n\n')
}

/** Errors: TOO_BUSY above the limit of clients. */
export function eventStreams(
  parts: { readonly journal: StreamJournal; readonly http: HttpStats; readonly stopping: AbortSignal },
  limits: DoorLimits,
): Streams {
  const { journal } = parts
  const feed = liveFeed(journal, parts.stopping)
  let clients = 0
  const count = (change: number): void => {
    clients += change
    parts.http.streamClients(clients)
  }

  /** Waits until the client has read what it was sent; one that does not in time is disconnected. */
  const send = async (res: Response, text: string, signal: AbortSignal): Promise<void> => {
    if (res.write(text) || signal.aborted) return
    await new Promise<void>((resolve) => {
      const slow = setTimeout(() => res.destroy(), limits.heartbeatMs)
      const go = (): void => {
        clearTimeout(slow)
        res.off('drain', go)
        signal.removeEventListener('abort', go)
        resolve()
      }
      res.once('drain', go)
      signal.addEventListener('abort', go, { once: true })
    })
  }

  const relay = async (
    { runId, after, res, signal }: Listener,
    subscription: Subscription,
  ): Promise<void> => {
    let seq = after
    while (!signal.aborted) {
      for (const event of await journal.read(runId, seq)) {
        // A key that was revoked meanwhile brings nothing more.
        if (!localsOf(res).isStillAllowed()) return
        await send(res, frame(event), signal)
        seq = event.seq
        if (event.type === 'run_finished' || signal.aborted) return
      }
      await subscription.changed()
    }
  }

  const open = async (listener: Listener): Promise<void> => {
    const { res } = listener
    if (clients >= limits.streamClients) {
      throw new AppError('TOO_BUSY', { why: `${limits.streamClients} streams are open already.` })
    }
    count(1)
    const beat = setInterval(() => comment(res), limits.heartbeatMs)
    res.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }).flushHeaders()
    localsOf(res).report()
    const subscription = feed.subscribe(listener.runId, listener.signal)
    await relay(listener, subscription).finally(() => {
      subscription.close()
      clearInterval(beat)
      count(-1)
    })
    res.end()
  }

  return { open }
}
