// One adapter as it is called: its breaker, its turns, and how long its vendor wants no more. Every operation of it
// goes through here, and what it tells of itself is measured here alone.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
} from 'cockatiel'
import type { VendorQuota } from '../../adapters/adapter.ts'
import type { FailureMode } from '../../events/taxonomy.ts'
import type { AdapterBreaker, AdapterLimits } from '../../registry/registry.ts'
import { CallError, classify } from '../../run/failure.ts'
import type { CallStatus, Figures, SlotFigures } from './figures.ts'
import type { CallTime } from './call-time.ts'
import type { Quotas } from './quotas.ts'
import type { Turns } from './turns.ts'

/** Failures that tell of the vendor, and not of what it was asked. */
const FAULTS: ReadonlySet<FailureMode> = new Set(['system_timeout', 'system_network', 'system_unavailable'])
/** It answered, and its answer was no. */
const ANSWERED: ReadonlySet<FailureMode> = new Set([
  'resource_not_found',
  'user_invalid_input',
  'user_conflict',
])

/** What the breaker has found out. */
export type Trip = 'open' | 'half_open' | 'closed'

export type SlotParts = {
  /** Of the adapter. */
  readonly name: string
  readonly limits: AdapterLimits
  readonly breaker: AdapterBreaker
  /** These three are the adapter's, whichever slot its calls went through; `turns` know the limits. */
  readonly figures: Figures
  readonly turns: Turns
  readonly quotas: Quotas
  readonly onTrip: (trip: Trip) => void
  readonly onCall: (sample: { readonly status: CallStatus; readonly seconds: number }) => void
}

export type AdapterSlot = {
  /** Errors: what the operation throws; CallError, `happened: no`, where the call was not let out. */
  readonly run: <T>(operation: () => Promise<T>, time: CallTime) => Promise<T>
  readonly figures: () => SlotFigures
  /** Its vendor has said how many calls it still takes. */
  readonly onQuota: (quota: VendorQuota) => void
  /** Begins anew: nothing failed yet. */
  readonly reset: () => void
  /** Lets nothing out until the next reset. */
  readonly hold: () => void
}

type Gate = {
  readonly parts: SlotParts
  circuit: CircuitBreakerPolicy
  /** Until when nothing is let out, by the clock that nobody sets. */
  openUntil: number
  isHeld: boolean
}

const unsent = (mode: FailureMode, message: string, retryAfterMs?: number): CallError =>
  new CallError(mode, message, { happened: 'no', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

/** A call that was given up for its time limit failed for that, whatever its operation made of it. */
const reasonOf = (error: unknown, { aborted, reason }: AbortSignal): unknown =>
  aborted && reason instanceof CallError ? reason : error

/** An operation that does not listen to its signal is not waited for, either. */
function raced<T>(operation: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(reasonOf(signal.reason, signal))
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    Promise.try(operation)
      .then(resolve, (error: unknown) => reject(reasonOf(error, signal)))
      .finally(() => signal.removeEventListener('abort', giveUp))
  })
}

function statusOf(error: unknown): CallStatus {
  const { mode } = classify(error)
  if (mode === 'system_timeout') return 'timeout'
  if (mode === 'resource_rate_limited') return 'rate_limited'
  return ANSWERED.has(mode) ? 'success' : 'error'
}

/** Waits until the vendor wants calls again; throws where that is later than anybody waits. */
async function obeyVendor({ name, quotas }: SlotParts, { signal, waitMs }: CallTime): Promise<void> {
  for (;;) {
    const left = quotas.waitMs()
    if (left <= 0) return
    if (left > waitMs) throw unsent('resource_rate_limited', `${name} has asked for a pause.`, left)
    await sleep(left, undefined, { signal })
  }
}

/** Starts when it is its turn and the vendor wants calls; those that waited for it begin one after the other as well. */
async function inTurn<T>(parts: SlotParts, task: () => Promise<T>, time: CallTime): Promise<T> {
  const until = performance.now() + time.waitMs
  const left = (): CallTime => ({ ...time, waitMs: Math.max(0, until - performance.now()) })
  for (;;) {
    await obeyVendor(parts, left())
    // Meanwhile it may have asked for another pause.
    const attempt = async () => (parts.quotas.waitMs() > 0 ? null : { answer: await task() })
    const started = await parts.turns.start(attempt, left())
    if (started !== null) return started.answer
  }
}

async function send<T>(parts: SlotParts, operation: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const end = parts.figures.begin()
  parts.quotas.begin()
  const told = (status: CallStatus): void => parts.onCall({ status, seconds: end(status) })
  try {
    const answer = await raced(operation, signal)
    told('success')
    return answer
  } catch (error) {
    const { retryAfterMs } = classify(error)
    if (retryAfterMs !== undefined) parts.quotas.pause(retryAfterMs)
    told(statusOf(error))
    throw error
  }
}

/** The breaker counts the time that it is open by the wall clock, which is set: for it that is always over, and we count. */
const ALWAYS_OVER = -Number.MAX_SAFE_INTEGER

function closeCircuit(gate: Gate): CircuitBreakerPolicy {
  const { breaker, onTrip } = gate.parts
  const made = circuitBreaker(
    handleWhen((error) => FAULTS.has(classify(error).mode)),
    { halfOpenAfter: ALWAYS_OVER, breaker: new ConsecutiveBreaker(breaker.failures) },
  )
  gate.openUntil = 0
  made.onBreak(() => {
    if (gate.circuit === made) gate.openUntil = performance.now() + breaker.open_ms
  })
  // Calls that began under an earlier one tell nothing of this one.
  const tell = (trip: Trip) => (): void => {
    if (gate.circuit === made) onTrip(trip)
  }
  made.onBreak(tell('open'))
  made.onHalfOpen(tell('half_open'))
  made.onReset(tell('closed'))
  return made
}

async function run<T>(gate: Gate, operation: () => Promise<T>, time: CallTime): Promise<T> {
  const { parts } = gate
  let isSent = false
  const isOpen = (): boolean => performance.now() < gate.openUntil
  const attempt = () => {
    // It may have opened while this one waited for its turn.
    if (isOpen()) throw cutOff()
    return gate.circuit.execute(() => {
      isSent = true
      return send(parts, operation, time.signal)
    })
  }
  const cutOff = () => unsent('system_unavailable', `The adapter ${parts.name} is cut off for now.`)
  try {
    if (gate.isHeld || isOpen()) throw cutOff()
    return await parts.turns.place(() => inTurn(parts, attempt, time), time)
  } catch (error) {
    if (isSent) throw error
    parts.figures.refuse()
    parts.onCall({ status: 'refused', seconds: 0 })
    throw isBrokenCircuitError(error) ? cutOff() : reasonOf(error, time.signal)
  }
}

export function createSlot(parts: SlotParts): AdapterSlot {
  const { limits, breaker, figures, turns, quotas } = parts
  const gate: Gate = {
    parts,
    circuit: circuitBreaker(
      handleWhen(() => false),
      { halfOpenAfter: breaker.open_ms, breaker: new ConsecutiveBreaker(breaker.failures) },
    ),
    openUntil: 0,
    isHeld: false,
  }
  gate.circuit = closeCircuit(gate)
  return {
    run: (operation, time) => run(gate, operation, time),
    figures: () =>
      figures.read({
        limits,
        waiting: turns.waiting(),
        pausedMs: quotas.waitMs(),
        quotas: quotas.read(),
      }),
    onQuota: (quota) => quotas.tell(quota, Math.max(0, figures.inFlight() - 1)),
    reset: () => {
      gate.isHeld = false
      gate.circuit = closeCircuit(gate)
    },
    hold: () => {
      gate.isHeld = true
    },
  }
}
