// Keeps every open run moving: empties each run's inbox by one reader, sends its calls on their way, and lets it go
// when nothing is under way. A waiting run costs a timer and nothing else.
import { AppError } from '../../errors.ts'
import { kindOfCall, stepIdOf } from '../../run/calls/call.ts'
import { PLANNING, wakeAt } from '../../run/next.ts'
import { awaitsPlan } from '../../run/plan/rules.ts'
import type { RunState } from '../../run/state.ts'
import type { Acceptance, AcceptanceRefusal, ActiveRun, Message } from '../active-run.ts'
import { advance } from '../advance.ts'
import { dispatch } from '../calls/dispatch.ts'
import type { EngineParts } from '../parts.ts'
import { createParked, type Parked } from './parked.ts'
import { createPlaces, type Places } from './places.ts'
import { createResidents, type ResidentParts, type Residents } from './residents.ts'
import type { Stops } from './stops.ts'
import { timers, type Timers } from './timers.ts'

export type Worker = {
  /** Accepts a run that only its caller knows, and goes on with it when there is a place. Why not, or null: it is durable. */
  readonly accept: (run: ActiveRun, first: First) => Promise<AcceptanceRefusal | null>
  /** Puts a message into a run's inbox, loading the run if need be. Errors: RUN_NOT_FOUND. */
  readonly tell: (runId: string, message: Message) => Promise<void>
  /** Continues a run when there is a place. */
  readonly queue: (runId: string) => void
  /** Continues it at a time, epoch milliseconds. */
  readonly sleep: (runId: string, until: number) => void
  readonly load: (runId: string) => Promise<RunState>
  /** It is in memory: `onFinished` and `onPaused` will tell when it is over, or waits for a person. */
  readonly isActive: (runId: string) => boolean
  /** Runs accepted by this process that wait for their place. */
  readonly queued: () => number
  readonly busy: () => number
  /** `isNews`: it ended just now; otherwise somebody has asked something of a run that was over. */
  readonly onFinished: (listener: FinishedListener) => void
  /** Only a person can move it now. */
  readonly onPaused: (listener: (state: RunState) => void) => void
  /** It has its plan now, and is not over. */
  readonly onPlanned: (listener: (state: RunState) => void) => void
  readonly stop: (graceMs: number) => Promise<void>
}

type FinishedListener = (state: RunState, isNews: boolean) => void

type Loop = {
  readonly parts: EngineParts
  readonly residents: Residents
  readonly places: Places
  readonly timers: Timers
  readonly parked: Parked
  readonly stops: Stops
  readonly finished: FinishedListener[]
  readonly paused: ((state: RunState) => void)[]
  readonly planned: ((state: RunState) => void)[]
  /** While it stops: told of each run that is let go. */
  onRelease: (() => void) | null
  stopping: boolean
}

const isQuiet = (run: ActiveRun): boolean => run.flights.size === 0 && run.inbox.length === 0 && !run.draining

function release(loop: Loop, run: ActiveRun): void {
  const { residents, places, timers } = loop
  const { finished, version } = run.state
  const isOver = finished !== null || version === 0
  const at = isOver ? null : wakeAt(run.state)
  if (at !== null) timers.set(run.runId, at, () => run.clock.now(run.state))
  // A new run that waits for its place is kept at hand: it need not be read again.
  if (!isQuiet(run) || (!isOver && places.hasWaiting(run.runId))) return
  residents.remove(run)
  if (isOver || run.state.waitingSince !== null) run.clock.forget(run.runId)
  if (isOver) {
    timers.clear(run.runId)
    places.forget(run.runId)
    if (finished !== null) for (const listener of loop.finished) listener(run.state, !run.wasOver)
  } else {
    places.free(run.runId)
    if (run.state.waitingSince !== null) for (const listener of loop.paused) listener(run.state)
  }
  loop.onRelease?.()
}

/** Is this call still waited for? */
const isWanted = ({ state }: ActiveRun, callId: string): boolean => {
  if (callId === PLANNING) return awaitsPlan(state)
  const call = state.openCalls[callId]
  // A look-up without a budget has no reservation, and stands nowhere but here.
  if (kindOfCall(callId) === 'lookup') return state.steps[stepIdOf(callId)]?.status === 'unknown'
  return call !== undefined && !call.hasEnded
}

/** Calls that nobody waits for any more have been given up: their signal says so. */
function abortUnwanted(run: ActiveRun): void {
  for (const [callId, flight] of run.flights) {
    if (isWanted(run, callId)) continue
    run.flights.delete(callId)
    flight.abort()
  }
}

/** What fails before the journal has a run is told to its caller; any later failure parks the run. */
function rejectNewRun(run: ActiveRun, failed: { messages: readonly Message[]; error: unknown }): never[] {
  if (run.state.version > 0) throw failed.error
  for (const message of failed.messages) rejectMessage(message, failed.error)
  return []
}

async function drain(loop: Loop, run: ActiveRun): Promise<void> {
  while (run.inbox.length > 0 && !loop.stopping) {
    const messages = run.inbox.splice(0)
    const isUnplanned = run.state.plan === null
    const calls = await advance(loop.parts, run, messages).catch((error: unknown) => {
      if (run.state.version > 0) run.inbox.unshift(...messages)
      return rejectNewRun(run, { messages, error })
    })
    abortUnwanted(run)
    if (isUnplanned && run.state.plan !== null) for (const listener of loop.planned) listener(run.state)
    for (const call of calls) {
      dispatch(loop.parts, run, { call, deliver: (message) => post(loop, run, message) })
    }
  }
}

/** Gives up a run that cannot go on; whoever waits for an answer of it is told why. */
async function park(loop: Loop, run: ActiveRun, error: unknown): Promise<void> {
  if (!(await loop.parked.park(run.runId, error))) return
  parkAway(loop, run.runId)
  for (const flight of run.flights.values()) flight.abort()
  run.flights.clear()
  for (const message of run.inbox.splice(0)) rejectMessage(message, loop.parked.errorOf(run.runId))
  run.draining = false
  loop.onRelease?.()
}

function parkAway({ residents, timers, places }: Loop, runId: string): void {
  residents.forget(runId)
  timers.clear(runId)
  places.forget(runId)
}

function empty(loop: Loop, run: ActiveRun): void {
  drain(loop, run).then(
    () => {
      run.draining = false
      if (run.inbox.length > 0 && !loop.stopping) schedule(loop, run)
      else release(loop, run)
    },
    (error: unknown) => void park(loop, run, error),
  )
}

function schedule(loop: Loop, run: ActiveRun): void {
  run.draining = true
  // Once everything that follows from this moment is done: outcomes that arrive together are one append. Not a turn of
  // the event loop later, which is as long as all other runs need.
  process.nextTick(empty, loop, run)
}

const stoppingError = (): AppError => new AppError('NOT_READY', { why: 'The process is stopping.' })

/** Whoever waits for an answer to this message is told that there will be none. */
function rejectMessage(message: Message, error: unknown): void {
  if (message.kind === 'command' || message.kind === 'accepted') message.reject(error)
}

function post(loop: Loop, run: ActiveRun, message: Message): void {
  if (loop.stopping) return rejectMessage(message, stoppingError())
  run.inbox.push(message)
  if (!run.draining) schedule(loop, run)
}

type First = Pick<Acceptance, 'line' | 'payloads' | 'idempotency'>

function accept(loop: Loop, run: ActiveRun, first: First): Promise<AcceptanceRefusal | null> {
  if (loop.stopping) return Promise.reject(stoppingError())
  const { places, residents } = loop
  const waits = !places.reserve(run.runId)
  residents.add(run)
  return new Promise((resolve, reject) => {
    const settle = (refusal: AcceptanceRefusal | null): void => {
      if (refusal === null && waits) places.queue(run.runId, 'new')
      resolve(refusal)
    }
    run.inbox.push({ kind: 'accepted', ...first, waits, settle, reject })
    run.draining = true
    empty(loop, run)
  })
}

async function stop(loop: Loop, graceMs: number): Promise<void> {
  const { residents, places } = loop
  loop.timers.stop()
  places.close()
  const isIdle = (): boolean => residents.active().every(isQuiet)
  if (!isIdle()) {
    const idle = new Promise<void>((resolve) => {
      loop.onRelease = () => {
        if (isIdle()) resolve()
      }
    })
    const patience = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
    await Promise.race([idle, patience])
  }
  loop.stopping = true
  for (const run of residents.active()) {
    for (const flight of run.flights.values()) flight.abort()
    for (const message of run.inbox.splice(0)) rejectMessage(message, stoppingError())
  }
  await loop.stops.record()
}

/** Errors: RUN_NOT_FOUND, RUN_PARKED. */
async function use(loop: Loop, runId: string, message: Message): Promise<void> {
  const refusal = loop.parked.errorOf(runId)
  if (refusal !== null) throw refusal
  await loop.residents.use(runId, (run) => post(loop, run, message))
}

export function createWorker(parts: EngineParts, about: ResidentParts): Worker {
  const residents = createResidents(parts, about)
  const begin = (runId: string): void => {
    use(loop, runId, { kind: 'wake' }).catch(async (error: unknown) => {
      if (loop.parked.errorOf(runId) === null && !(await loop.parked.park(runId, error))) return
      parkAway(loop, runId)
    })
  }
  const places = createPlaces(parts.settings.maxRuns, begin)
  const sleeping = timers((runId) => places.queue(runId, 'older'))
  const loop: Loop = {
    parts,
    residents,
    places,
    timers: sleeping,
    parked: createParked(parts),
    stops: about.stops,
    finished: [],
    paused: [],
    planned: [],
    onRelease: null,
    stopping: false,
  }
  return {
    accept: (run, first) => accept(loop, run, first),
    tell: (runId, message) => use(loop, runId, message),
    queue: (runId) => places.queue(runId, 'older'),
    sleep: (runId, until) => sleeping.set(runId, until, parts.clock),
    load: residents.present,
    isActive: residents.isActive,
    queued: places.waiting,
    busy: places.taken,
    onFinished: (listener) => loop.finished.push(listener),
    onPaused: (listener) => loop.paused.push(listener),
    onPlanned: (listener) => loop.planned.push(listener),
    stop: (graceMs) => stop(loop, graceMs),
  }
}
