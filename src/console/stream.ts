// Tells open pages that something which they show has changed, so that they ask again; names and texts are in what they
// ask for. One listener for all pages: those that may see and show the same are told the same bytes, made once.
import type { Response } from 'express'
import type { Changed } from '../http/people/changed.ts'
import type { Changes } from '../http/people/window.ts'

const HEARTBEAT_MS = 15_000
const RETRY_MS = 1000
/** Runs that change all the time are told this often; what a person decided is told at once. */
const BUSY_MS = 500
/**
 * Each page that is told asks for itself anew, which is most of what an open page costs: where many are open they are
 * told in turn, some thirteen a second, so that they neither come all at once nor take more than a twentieth of a core.
 */
const TURN = 4
const TURN_MS = 300

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
  /** Pages whose turn has not come yet. */
  queue: Response[]
}

const frameOf = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`

const CHANGED = frameOf('changed', '')

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

/** The next pages in turn, and the ones after them a little later; what has changed meanwhile waits for all of them. */
function takeTurn(audience: Audience, most: number): void {
  const told = audience.queue.splice(0, most)
  for (const res of told) if (audience.pages.has(res)) write(res, CHANGED)
  if (audience.queue.length > 0) audience.timer = setTimeout(() => takeTurn(audience, TURN), TURN_MS)
  else if (audience.waiting !== null) audience.timer = setTimeout(() => flush(audience), restOf(audience))
  else audience.timer = null
}

function flush(audience: Audience): void {
  const { waiting, pages } = audience
  const [page] = pages.values()
  audience.timer = null
  audience.waiting = null
  audience.queue = []
  if (waiting === null || page === undefined) return
  audience.toldAt = performance.now()
  if (concerns(page.shown, waiting)) {
    audience.queue = [...pages.keys()]
    takeTurn(audience, isDecision(waiting) ? audience.queue.length : TURN)
  }
  if (waiting.approvals.length === 0) return
  countFor(audience).catch(() => {
    for (const res of pages.keys()) res.destroy()
  })
}

const restOf = ({ toldAt }: Audience): number => Math.max(0, toldAt + BUSY_MS - performance.now())

function tell(audience: Audience, changed: Changed): void {
  const [page] = audience.pages.values()
  if (page === undefined) return
  const runs = changed.runs.filter(({ tenant }) => page.maySee(tenant))
  const approvals = changed.approvals.filter(({ tenant }) => page.maySee(tenant))
  const now = { runs, approvals }
  if (approvals.length === 0 && !concerns(page.shown, now)) return
  audience.waiting = both(audience.waiting, now)
  if (isDecision(now) || (audience.timer === null && restOf(audience) === 0)) {
    if (audience.timer !== null) clearTimeout(audience.timer)
    flush(audience)
  } else audience.timer ??= setTimeout(() => flush(audience), restOf(audience))
}

const emptyAudience = (): Audience => ({
  pages: new Map(),
  waiting: null,
  toldAt: -Infinity,
  timer: null,
  queue: [],
})

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
    const audience = audiences.get(key) ?? emptyAudience()
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
