// The processes of the benchmark of recovery: one that is killed in the middle of its work, and the one that is
// started over the same data afterwards. Run by recover.ts only; tells it by messages how far it is.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { AppError } from '../src/errors.ts'
import { createRuntime, defineTool, type Runtime } from '../src/runtime.ts'
import { REQUESTER, requestOf } from './load.ts'
import { roomyRegistry } from './roomy.ts'

/** Unfinished runs by the place in which their process ended. */
export type Unfinished = {
  /** A person has to approve. */
  readonly waiting: number
  /** Accepted, without a plan. */
  readonly accepted: number
  /** A read-only call is under way, two steps are done. */
  readonly called: number
}

export type Told =
  | { readonly kind: 'prepared' }
  /** `/readyz` answered 200; times are epoch milliseconds. */
  | { readonly kind: 'ready'; readonly at: number; readonly rssMb: number; readonly recovered: number }
  | { readonly kind: 'accepting'; readonly at: number }
  /** Nothing is left to do but for people. */
  | {
      readonly kind: 'quiet'
      readonly at: number
      readonly rssMb: number
      readonly open: number
      /** Events that the views were behind at most since the process was ready. */
      readonly mostBehind: number
    }

const CONCURRENCY = 128
const MOST_AHEAD = 1000
const POLL_MS = 5
const QUIET_MS = 300
const MANY = 10_000_000

const tell = (told: Told): boolean | undefined => process.send?.(told)
const now = (): number => performance.timeOrigin + performance.now()
const rssMb = (): number => process.memoryUsage.rss() / 1e6
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(POLL_MS)
}

type Starts = {
  readonly runs: number
  readonly approval: boolean
  /** How many of them have come to their place. */
  readonly there: () => number
}

/** Starts no more than a thousand ahead of what the engine has brought to its place, as a busy server would be. */
async function startRuns(runtime: Runtime, { runs, approval, there }: Starts): Promise<void> {
  let started = 0
  const client = async (): Promise<void> => {
    while (started < runs) {
      started += 1
      await runtime.engine.start(requestOf(approval, started), REQUESTER)
      await until(() => started - there() < MOST_AHEAD)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, client))
  await until(() => there() === runs)
}

/** Counts the requests for a person's decision from now on. */
function countAsked({ journal }: Runtime, signal: AbortSignal): () => number {
  let asked = 0
  const count = async (): Promise<void> => {
    for (let position = journal.position(); !signal.aborted;) {
      const events = await journal.readAll(position, 1000)
      position = events.at(-1)?.position ?? position
      asked += events.filter(({ type }) => type === 'approval_requested').length
      if (events.length === 0) await journal.changed(position, signal)
    }
  }
  void count()
  return () => asked
}

/** Nothing has been written for a while, and the lists have it all. */
async function written({ journal, views }: Runtime): Promise<void> {
  for (let position = -1; position !== journal.position();) {
    position = journal.position()
    await pause(QUIET_MS)
  }
  await views.runs({ limit: 1 })
}

/** Brings so many runs to their places, and stays there until it is killed. */
async function prepare(dir: string, { waiting, accepted, called }: Unfinished): Promise<void> {
  let calls = 0
  const endless = defineTool({
    name: 'normalize_account_record',
    input: z.looseObject({}),
    output: z.looseObject({}),
    run: () => {
      calls += 1
      return new Promise<never>(() => undefined)
    },
  })
  const runtime = await createRuntime({
    registry: await roomyRegistry(),
    dataDir: dir,
    tools: [endless],
    // When the endless calls hold every place, whatever is accepted stays without a plan.
    engine: { maxRuns: Math.max(called, accepted > 0 ? 1 : 64), maxQueue: MANY },
  })
  const done = new AbortController()
  const asked = countAsked(runtime, done.signal)
  await startRuns(runtime, { runs: waiting, approval: true, there: asked })
  done.abort()
  await startRuns(runtime, { runs: called, approval: false, there: () => calls })
  await written(runtime)
  // These come to their place at once.
  await startRuns(runtime, { runs: accepted, approval: false, there: () => accepted })
  tell({ kind: 'prepared' })
}

async function openRuns({ journal }: Runtime): Promise<number> {
  let open = 0
  for (let after = ''; ;) {
    const runs = await journal.openRuns(after, 1000)
    open += runs.length
    const last = runs.at(-1)
    if (last === undefined) return open
    after = last.runId
  }
}

/** A new run is accepted, however many are before it in the queue. */
async function accepting(runtime: Runtime): Promise<void> {
  for (;;) {
    try {
      await runtime.engine.start(requestOf(false, -1), REQUESTER)
      return
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'TOO_BUSY') throw error
      await pause(POLL_MS)
    }
  }
}

/** Starts as the server does, and goes on until only people can move what is open. */
async function start(dir: string): Promise<void> {
  const runtime = await createRuntime({ registry: await roomyRegistry(), dataDir: dir })
  const server = createServer(runtime.router)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  while (!(await fetch(`${base}/readyz`)).ok) await pause(POLL_MS)
  tell({ kind: 'ready', at: now(), rssMb: rssMb(), recovered: runtime.recovered })
  await accepting(runtime)
  tell({ kind: 'accepting', at: now() })
  let mostBehind = 0
  await until(() => {
    mostBehind = Math.max(mostBehind, runtime.views.lag())
    return runtime.engine.workers().busy === 0
  })
  const at = now()
  tell({ kind: 'quiet', at, rssMb: rssMb(), open: await openRuns(runtime), mostBehind })
  server.close()
  server.closeAllConnections()
  await runtime.stop()
  process.disconnect()
}

const [mode, dir = '', ...counts] = process.argv.slice(2)
const [waiting = 0, accepted = 0, called = 0] = counts.map(Number)
await (mode === 'prepare' ? prepare(dir, { waiting, accepted, called }) : start(dir))
