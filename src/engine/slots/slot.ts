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
import { createQuotas, type Quotas } from './quotas.ts'
import { createTurns, type Turns } from './turns.ts'

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
  /** Of the adapter, whichever slot its calls went through. */
  readonly figures: Figures
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
  readonly turns: Turns
  readonly figures: Figures
  circuit: CircuitBreakerPolicy
  readonly quotas: Quotas
  /** Epoch milliseconds before which the vendor wants no call. */
  notBefore: number
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

/** Milliseconds until the vendor wants calls: it has asked for a pause, or has said that it takes no more of them. */
const pauseOf = ({ notBefore, quotas }: Gate): number => Math.max(0, notBefore - Date.now(), quotas.waitMs())

/** Waits until the vendor wants calls again; throws where that is later than anybody waits. */
async function obeyVendor(gate: Gate, { signal, waitMs }: CallTime): Promise<void> {
  for (;;) {
    const left = pauseOf(gate)
    if (left <= 0) return
    if (left > waitMs)
      throw unsent('resource_rate_limited', `${gate.parts.name} has asked for a pause.`, left)
    await sleep(left, undefined, { signal })
  }
}

async function send<T>(gate: Gate, operation: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const end = gate.figures.begin()
  gate.quotas.begin()
  const told = (status: CallStatus): void => gate.parts.onCall({ status, seconds: end(status) })
  try {
    const answer = await raced(operation, signal)
    told('success')
    return answer
  } catch (error) {
    const { retryAfterMs } = classify(error)
    if (retryAfterMs !== undefined) gate.notBefore = Math.max(gate.notBefore, Date.now() + retryAfterMs)
    told(statusOf(error))
    throw error
  }
}

function closeCircuit(gate: Gate): CircuitBreakerPolicy {
  const { breaker, onTrip } = gate.parts
  const made = circuitBreaker(
    handleWhen((error) => FAULTS.has(classify(error).mode)),
    { halfOpenAfter: breaker.open_ms, breaker: new ConsecutiveBreaker(breaker.failures) },
  )
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
  const { parts, figures, turns } = gate
  let isSent = false
  const attempt = async (): Promise<T> => {
    await obeyVendor(gate, time)
    return gate.circuit.execute(() => {
      isSent = true
      return send(gate, operation, time.signal)
    })
  }
  const cutOff = () => unsent('system_unavailable', `The adapter ${parts.name} is cut off for now.`)
  try {
    if (gate.isHeld) throw cutOff()
    return await turns.take(attempt, time)
  } catch (error) {
    if (isSent) throw error
    figures.refuse()
    parts.onCall({ status: 'refused', seconds: 0 })
    throw isBrokenCircuitError(error) ? cutOff() : reasonOf(error, time.signal)
  }
}

export function createSlot(parts: SlotParts): AdapterSlot {
  const { name, limits, breaker, figures } = parts
  const gate: Gate = {
    parts,
    turns: createTurns(name, limits),
    figures,
    circuit: circuitBreaker(
      handleWhen(() => false),
      { halfOpenAfter: breaker.open_ms, breaker: new ConsecutiveBreaker(breaker.failures) },
    ),
    quotas: createQuotas(),
    notBefore: 0,
    isHeld: false,
  }
  gate.circuit = closeCircuit(gate)
  return {
    run: (operation, time) => run(gate, operation, time),
    figures: () =>
      gate.figures.read({
        limits,
        waiting: gate.turns.waiting(),
        pausedMs: pauseOf(gate),
        quotas: gate.quotas.read(),
      }),
    onQuota: (quota) => gate.quotas.tell(quota, Math.max(0, gate.figures.inFlight() - 1)),
    reset: () => {
      gate.isHeld = false
      gate.circuit = closeCircuit(gate)
    },
    hold: () => {
      gate.isHeld = true
    },
  }
}
