// Server-sent streams (https://html.spec.whatwg.org/multipage/server-sent-events.html): how many there are at once, that
// they live, and that whoever does not read is let go.
import type { Response } from 'express'
import { AppError } from '../errors.ts'
import type { HttpStats } from '../projections/metrics/live.ts'
import { localsOf, type DoorLimits } from './route.ts'

/** Who reads a stream. */
export type Reader = {
  readonly res: Response
  /** Aborted when the client has gone, or at shutdown. */
  readonly signal: AbortSignal
}

/** Sends a frame, and waits until the client can take more; one that does not read in time is disconnected. */
export type Send = (frame: string) => Promise<void>

export type StreamDoor = {
  /** Keeps the stream open while `relay` is at work. Errors: TOO_BUSY above the limit of clients. */
  readonly serve: (reader: Reader, relay: (send: Send) => Promise<void>) => Promise<void>
}

/** One frame; `data` is sent as JSON. */
export const frameOf = (event: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Shows a silent client that the stream lives; a key that opens nothing any more has its stream broken off. */
function comment(res: Response): void {
  if (!localsOf(res).isStillAllowed()) res.destroy()
  else if (!res.writableNeedDrain) res.write(':\n\n')
}

/** All streams of the door together. */
export function streamDoor(http: HttpStats, limits: DoorLimits): StreamDoor {
  let clients = 0
  const count = (change: number): void => {
    clients += change
    http.streamClients(clients)
  }

  const send = async ({ res, signal }: Reader, text: string): Promise<void> => {
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

  return {
    serve: async (reader, relay) => {
      const { res } = reader
      if (clients >= limits.streamClients) {
        throw new AppError('TOO_BUSY', { why: `${limits.streamClients} streams are open already.` })
      }
      count(1)
      const beat = setInterval(() => comment(res), limits.heartbeatMs)
      res.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }).flushHeaders()
      localsOf(res).report()
      await relay((frame) => send(reader, frame)).finally(() => {
        clearInterval(beat)
        count(-1)
      })
      res.end()
    },
  }
}
