// Tells an open page what changed, so that it asks again for what it shows; names and texts are in what it asks for.
import type { Response } from 'express'
import type { Changes } from '../http/people/window.ts'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000

const send = (res: Response, event: string, data: string): void => {
  // A page that does not read is let go, and asks again when it does.
  if (res.writableNeedDrain) res.destroy()
  else res.write(`event: ${event}\ndata: ${data}\n\n`)
}

export type StreamParts = {
  readonly changes: Changes
  /** How many approvals wait for this person, as it is shown: `3`, or `200+`. */
  readonly pending: () => Promise<string>
  /** May this person see what belongs to this tenant? */
  readonly maySee: (tenant: string) => boolean
  readonly signal: AbortSignal
}

/** Answers with the stream of one page; it ends with the page, or with the process. */
export function openStream(res: Response, { changes, pending, maySee, signal }: StreamParts): void {
  res.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }).flushHeaders()
  res.write(`retry: ${RETRY_MS}\n\n`)
  const count = (): void => {
    pending().then(
      (number) => send(res, 'pending', number),
      () => res.destroy(),
    )
  }
  count()
  const beat = setInterval(() => res.write(':\n\n'), HEARTBEAT_MS)
  changes.subscribe(
    {
      tell: ({ runs, approvals }) => {
        const seen = runs.filter(({ tenant }) => maySee(tenant)).map(({ runId }) => runId)
        if (seen.length === 0) return
        send(res, 'changed', JSON.stringify({ runs: seen, approvals: approvals.length > 0 }))
        if (approvals.length > 0) count()
      },
      fail: () => res.destroy(),
    },
    signal,
  )
  // Said once changes are told: a page that is older has missed some, and asks again.
  send(res, 'hello', String(changes.position()))
  signal.addEventListener('abort', () => {
    clearInterval(beat)
    res.end()
  })
}
