// Tells open pages that something which they show has changed, so that they ask again; names and texts are in what they
// ask for. One listener for all pages: those that may see and show the same are told the same bytes, made once.
import type { Response } from 'express'
import type { Changed } from '../http/people/changed.ts'
import type { Changes } from '../http/people/window.ts'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000
/** Runs that change all the time are told this often; what a person decided is told at once. */
const BUSY_MS = 500

/** What a page shows: every run, every approval, one run; what it does not show it is not told of. */
export type Shown = { readonly runs: boolean; readonly approvals: boolean; readonly watch: string | null }

export type StreamPage = {
  readonly shown: Shown
  /** Says who may see the same. */
  readonly sight: string
  readonly maySee: (tenant: string) => boolean
  /** How many approvals wait for this person, as it is shown: `3`, or `100+`. */
  readonly pending: () => Promise<string>
  readonly signal: AbortSignal
}

type Told = Pick<Changed, 'runs' | 'approvals'>

/** Pages of the same sight that show the same. */
type Audience = {
  readonly pages: Map<Response, StreamPage>
  /** What they have not been told yet. */
  waiting: Told | null
  toldAt: number
  timer: NodeJS.Timeout | null
}

const frameOf = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`

function write(res: Response, text: string): void {
  // A page that does not read is let go, and asks again when it does.
  if (res.writableNeedDrain) res.destroy()
  else res.write(text)
}

const isDecision = ({ approvals }: Told): boolean => approvals.some(({ change }) => change !== 'requested')

const concerns = ({ runs, approvals, watch }: Shown, told: Told): boolean =>
  (runs && told.runs.length > 0) ||
  (approvals && told.approvals.length > 0) ||
  (watch !== null && told.runs.some(({ runId }) => runId === watch))

const both = (before: Told | null, now: Told): Told =>
  before === null
    ? now
    : { runs: [...before.runs, ...now.runs], approvals: [...before.approvals, ...now.approvals] }

async function countFor({ pages }: Audience): Promise<void> {
  const [page] = pages.values()
  if (page === undefined) return
  const frame = frameOf('pending', await page.pending())
  for (const res of pages.keys()) write(res, frame)
}

function flush(audience: Audience): void {
  const { waiting, pages } = audience
  const [page] = pages.values()
  audience.timer = null
  audience.waiting = null
  if (waiting === null || page === undefined) return
  audience.toldAt = performance.now()
  if (concerns(page.shown, waiting)) {
    const frame = frameOf('changed', '')
    for (const res of pages.keys()) write(res, frame)
  }
  if (waiting.approvals.length === 0) return
  countFor(audience).catch(() => {
    for (const res of pages.keys()) res.destroy()
  })
}

function tell(audience: Audience, changed: Changed): void {
  const [page] = audience.pages.values()
  if (page === undefined) return
  const runs = changed.runs.filter(({ tenant }) => page.maySee(tenant))
  const approvals = changed.approvals.filter(({ tenant }) => page.maySee(tenant))
  const now = { runs, approvals }
  if (approvals.length === 0 && !concerns(page.shown, now)) return
  audience.waiting = both(audience.waiting, now)
  const rest = audience.toldAt + BUSY_MS - performance.now()
  if (rest <= 0 || isDecision(now)) {
    if (audience.timer !== null) clearTimeout(audience.timer)
    flush(audience)
  } else audience.timer ??= setTimeout(() => flush(audience), rest)
}

/** Answers with the stream of a page; it ends with the page, or with the process. */
export type OpenStream = (res: Response, page: StreamPage) => void

/** Streams of every page of this process. */
export function createStreams(changes: Changes, stopping: AbortSignal): OpenStream {
  const audiences = new Map<string, Audience>()
  let listening: AbortController | null = null

  const listen = (): void => {
    listening = new AbortController()
    const signal = AbortSignal.any([listening.signal, stopping])
    const all = (): Response[] => [...audiences.values()].flatMap(({ pages }) => [...pages.keys()])
    changes.subscribe(
      {
        tell: (changed) => {
          for (const audience of audiences.values()) tell(audience, changed)
        },
        fail: () => {
          for (const res of all()) res.destroy()
        },
      },
      signal,
    )
  }

  const leave = (key: string, res: Response): void => {
    const audience = audiences.get(key)
    audience?.pages.delete(res)
    if (audience?.pages.size === 0) {
      if (audience.timer !== null) clearTimeout(audience.timer)
      audiences.delete(key)
    }
    if (audiences.size > 0) return
    listening?.abort()
    listening = null
  }

  return (res, page) => {
    res.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }).flushHeaders()
    res.write(`retry: ${RETRY_MS}\n\n`)
    const key = JSON.stringify([page.sight, page.shown])
    const audience = audiences.get(key) ?? { pages: new Map(), waiting: null, toldAt: -Infinity, timer: null }
    audience.pages.set(res, page)
    audiences.set(key, audience)
    if (listening === null) listen()
    // Said once changes are told: a page that is older has missed some, and asks again.
    write(res, frameOf('hello', String(changes.position())))
    page.pending().then(
      (count) => write(res, frameOf('pending', count)),
      () => res.destroy(),
    )
    const beat = setInterval(() => write(res, ':\n\n'), HEARTBEAT_MS)
    page.signal.addEventListener('abort', () => {
      clearInterval(beat)
      leave(key, res)
      res.end()
    })
  }
}
