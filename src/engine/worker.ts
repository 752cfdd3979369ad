// Keeps every open run moving: which runs are worked on, which wait in the queue, which sleep until their time.
// A run is in memory only while something is under way; a waiting one costs a timer and nothing else.
import { AppError } from '../errors.ts'
import type { RunState } from '../run/state.ts'
import type { Registry } from '../registry/registry.ts'
import { wakeAt } from '../run/next.ts'
import { handOver, replay } from '../run/replay.ts'
import type { ActiveRun, Message } from './active-run.ts'
import { advance, type Advanced } from './advance.ts'
import { dispatch } from './dispatch.ts'
import type { EngineParts } from './parts.ts'
import { planRun } from './planning.ts'
import { timers } from './timers.ts'

export type Worker = {
  /** Puts a message into a run's inbox, loading the run if need be. Errors: RUN_NOT_FOUND. */
  readonly tell: (runId: string, message: Message) => Promise<void>
  /** Takes up a run that was just accepted, without reading it again. */
  readonly take: (run: ActiveRun) => void
  /** Keeps a place for a run that is about to be accepted; false: there is none, or others wait for theirs. */
  readonly place: (runId: string) => boolean
  /** Gives a place back that was kept in vain. */
  readonly leave: (runId: string) => void
  /** Goes on with a run in its place, after its first turn. */
  readonly goOn: (run: ActiveRun, done: Advanced) => void
  /** Takes up a run when there is room. */
  readonly queue: (runId: string) => void
  readonly sleep: (runId: string, until: number) => void
  readonly load: (runId: string) => Promise<RunState>
  /** It is being worked on: `onFinished` will tell when it is over. */
  readonly isActive: (runId: string) => boolean
  /** Runs accepted by this process that wait for their place. */
  readonly queued: () => number
  readonly busy: () => number
  readonly onFinished: (listener: (state: RunState) => void) => void
  readonly stop: (graceMs: number) => Promise<void>
}

type Pool = {
  readonly parts: EngineParts
  readonly registryOf: (digest: string) => Promise<Registry>
  readonly active: Map<string, ActiveRun>
  readonly loading: Map<string, Promise<ActiveRun>>
  /** The runs that were let go last: a decision that comes soon finds its run without reading it again. */
  readonly recent: Map<string, ActiveRun>
  /** Runs that hold one of the places. */
  readonly placed: Set<string>
  /** Accepted just now, in order of arrival: each brings itself along. */
  readonly fresh: Map<string, ActiveRun>
  /** Everything else that has something to do, in order: what a start has found, and what the clock has woken. */
  readonly older: Set<string>
  readonly finished: ((state: RunState) => void)[]
  readonly clock: ReturnType<typeof timers>
  lastWasFresh: boolean
  idle: (() => void) | null
  stopping: boolean
}

export const activeRun = (state: RunState, registry: Registry): ActiveRun => ({
  runId: state.runId,
  state,
  registry,
  values: new Map(),
  flights: new Map(),
  planning: false,
  inbox: [],
  draining: false,
})

async function loadRun(pool: Pool, runId: string): Promise<ActiveRun> {
  const { parts } = pool
  const state = replay(await parts.journal.read(runId))
  if (state === null) throw new AppError('RUN_NOT_FOUND', { run_id: runId })
  const registry = await pool.registryOf(state.registry)
  return activeRun(handOver(state, parts.writer, parts.clock()), registry)
}

/** A run as the journal has it: one that is being moved may have an append that it has not taken in yet. */
async function present(pool: Pool, runId: string): Promise<RunState> {
  const run = pool.active.get(runId) ?? pool.recent.get(runId)
  return run && !run.draining ? run.state : (await loadRun(pool, runId)).state
}

/**
 * Uses the run in memory, loading it once however many ask. `use` runs in the same turn in which the run is known
 * to be the active one: a run that was let go in between would be a second copy of it.
 */
async function withRun(pool: Pool, runId: string, use: (run: ActiveRun) => void): Promise<void> {
  const held = pool.active.get(runId) ?? pool.recent.get(runId)
  if (held) {
    pool.active.set(runId, held)
    pool.recent.delete(runId)
    return use(held)
  }
  const loading = pool.loading.get(runId) ?? loadRun(pool, runId).finally(() => pool.loading.delete(runId))
  pool.loading.set(runId, loading)
  const loaded = await loading
  const run = pool.active.get(runId) ?? loaded
  pool.active.set(runId, run)
  use(run)
}

const isQuiet = (run: ActiveRun): boolean =>
  run.flights.size === 0 && !run.planning && run.inbox.length === 0 && !run.draining

const RECENT_RUNS = 64

function remember(pool: Pool, run: ActiveRun): void {
  pool.recent.set(run.runId, run)
  const [oldest] = pool.recent.keys()
  if (pool.recent.size > RECENT_RUNS && oldest !== undefined) pool.recent.delete(oldest)
}

function release(pool: Pool, run: ActiveRun): void {
  const { finished } = run.state
  const at = wakeAt(run.state)
  if (finished === null && at !== null) pool.clock.set(run.runId, at)
  if (!isQuiet(run)) return
  pool.active.delete(run.runId)
  pool.placed.delete(run.runId)
  if (finished === null) {
    remember(pool, run)
  } else {
    pool.clock.clear(run.runId)
    pool.fresh.delete(run.runId)
    pool.older.delete(run.runId)
    for (const listener of pool.finished) listener(run.state)
  }
  if (pool.active.size === 0) pool.idle?.()
  admit(pool)
}

function follow(pool: Pool, run: ActiveRun, done: Advanced): void {
  for (const call of done.calls) {
    dispatch(pool.parts, run, { call, deliver: (message) => post(pool, run, message) })
  }
  if (!done.startPlanning) return
  run.planning = true
  planRun(pool.parts, run).then(
    (planned) => {
      run.planning = false
      post(pool, run, planned)
    },
    (error: unknown) => pool.parts.onFailure(error),
  )
}

/** Calls whose step is no longer running have been given up: their signal says so. */
function giveUp(run: ActiveRun): void {
  for (const [stepId, flight] of run.flights) {
    const step = run.state.steps[stepId]
    if (step?.status === 'running' && step.attempt === flight.attempt) continue
    run.flights.delete(stepId)
    flight.abort('cancelled')
  }
}

async function drain(pool: Pool, run: ActiveRun): Promise<void> {
  while (run.inbox.length > 0 && !pool.stopping) {
    const done = await advance(pool.parts, run, run.inbox.splice(0))
    giveUp(run)
    follow(pool, run, done)
  }
}

function post(pool: Pool, run: ActiveRun, message: Message): void {
  if (pool.stopping && message.kind === 'command') {
    message.reject(new AppError('NOT_READY', { why: 'The process is stopping.' }))
    return
  }
  run.inbox.push(message)
  if (!run.draining) schedule(pool, run)
}

function schedule(pool: Pool, run: ActiveRun): void {
  run.draining = true
  // After this turn of the event loop: outcomes that arrive together are one append.
  setImmediate(() => {
    drain(pool, run).then(
      () => {
        run.draining = false
        if (run.inbox.length > 0 && !pool.stopping) schedule(pool, run)
        else release(pool, run)
      },
      (error: unknown) => pool.parts.onFailure(error),
    )
  })
}

function begin(pool: Pool, runId: string, loaded: ActiveRun | null): void {
  pool.placed.add(runId)
  if (loaded && !pool.active.has(runId)) pool.active.set(runId, loaded)
  withRun(pool, runId, (run) => post(pool, run, { kind: 'wake' })).catch(pool.parts.onFailure)
}

function admit(pool: Pool): void {
  while (!pool.stopping && pool.placed.size < pool.parts.settings.maxRuns) {
    const [[freshId, run] = []] = pool.fresh
    const [olderId] = pool.older
    // By turns: what a start has found must not hold up new runs, nor they it.
    const isFresh = freshId !== undefined && (olderId === undefined || !pool.lastWasFresh)
    const runId = isFresh ? freshId : olderId
    if (runId === undefined) return
    pool.lastWasFresh = isFresh
    pool.fresh.delete(runId)
    pool.older.delete(runId)
    begin(pool, runId, run?.runId === runId ? run : null)
  }
}

function enqueue(pool: Pool, runId: string, loaded: ActiveRun | null): void {
  // A run that has its place does not wait for another one: a retry may be due beside a long call.
  if (pool.placed.has(runId)) return begin(pool, runId, loaded)
  if (loaded) pool.fresh.set(runId, loaded)
  else if (!pool.fresh.has(runId)) pool.older.add(runId)
  admit(pool)
}

function place(pool: Pool, runId: string): boolean {
  const hasRoom = pool.placed.size < pool.parts.settings.maxRuns && pool.fresh.size === 0
  if (hasRoom && !pool.stopping) pool.placed.add(runId)
  return hasRoom && !pool.stopping
}

function goOn(pool: Pool, run: ActiveRun, done: Advanced): void {
  // It is in the journal: the next process finds it there.
  if (pool.stopping) return
  pool.active.set(run.runId, run)
  follow(pool, run, done)
  release(pool, run)
}

async function stop(pool: Pool, graceMs: number): Promise<void> {
  pool.clock.stop()
  pool.fresh.clear()
  pool.older.clear()
  if (pool.active.size > 0) {
    const idle = new Promise<void>((resolve) => (pool.idle = resolve))
    const patience = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
    await Promise.race([idle, patience])
  }
  pool.stopping = true
  for (const run of pool.active.values()) for (const flight of run.flights.values()) flight.abort('stopping')
}

export function createWorker(parts: EngineParts, registryOf: Pool['registryOf']): Worker {
  const pool: Pool = {
    parts,
    registryOf,
    active: new Map(),
    loading: new Map(),
    recent: new Map(),
    placed: new Set(),
    fresh: new Map(),
    older: new Set(),
    lastWasFresh: false,
    finished: [],
    clock: timers(parts.clock, (runId) => enqueue(pool, runId, null)),
    idle: null,
    stopping: false,
  }
  return {
    tell: (runId, message) => withRun(pool, runId, (run) => post(pool, run, message)),
    take: (run) => enqueue(pool, run.runId, run),
    place: (runId) => place(pool, runId),
    leave: (runId) => {
      pool.placed.delete(runId)
      admit(pool)
    },
    goOn: (run, done) => goOn(pool, run, done),
    queue: (runId) => enqueue(pool, runId, null),
    sleep: (runId, until) => pool.clock.set(runId, until),
    load: (runId) => present(pool, runId),
    isActive: (runId) => pool.active.has(runId),
    queued: () => pool.fresh.size,
    busy: () => pool.placed.size,
    onFinished: (listener) => pool.finished.push(listener),
    stop: (graceMs) => stop(pool, graceMs),
  }
}
