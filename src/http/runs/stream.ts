// A run's events as a stream: id is the seq, so that a client that was cut off goes on where it stood.
import type { Journal } from '../../journal/journal.ts'
import { localsOf } from '../route.ts'
import { frameOf, type Reader, type Send, type StreamDoor } from '../sse.ts'
import { liveFeed, type Subscription } from './feed.ts'

type StreamJournal = Pick<Journal, 'read' | 'readAll' | 'changed' | 'position'>

type Listener = Reader & {
  readonly runId: string
  /** Seq of the last event that the client has. */
  readonly after: number
}

export type Streams = { readonly open: (listener: Listener) => Promise<void> }

/** Errors: TOO_BUSY above the limit of clients. */
export function eventStreams(journal: StreamJournal, door: StreamDoor, stopping: AbortSignal): Streams {
  const feed = liveFeed(journal, stopping)

  const relay = async (
    { runId, after, res, signal }: Listener,
    subscription: Subscription,
    send: Send,
  ): Promise<void> => {
    let seq = after
    while (!signal.aborted) {
      for (const event of await journal.read(runId, seq)) {
        // A key that was revoked meanwhile brings nothing more.
        if (!localsOf(res).isStillAllowed()) return
        await send(frameOf(event.type, event, event.seq))
        seq = event.seq
        if (event.type === 'run_finished' || signal.aborted) return
      }
      await subscription.changed()
    }
  }

  return {
    open: (listener) =>
      door.serve(listener, async (send) => {
        const subscription = feed.subscribe(listener.runId, listener.signal)
        await relay(listener, subscription, send).finally(subscription.close)
      }),
  }
}
