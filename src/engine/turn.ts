// One append in the making: what is to be recorded, what the run will be then, and what is to be done after it.
import { payloadOf, type Payload } from '../events/digest.ts'
import { foresee, type Line } from '../run/line.ts'
import type { RunState, StepState } from '../run/state.ts'
import type { ActiveRun } from './active-run.ts'

/** A call to make once its intent is durable. */
export type PreparedCall = {
  readonly stepId: string
  readonly attempt: number
  readonly input: unknown
  readonly adapter: string
}

export type Turn = {
  readonly run: ActiveRun
  /** Epoch milliseconds, of every event of the turn. */
  readonly now: number
  state: RunState
  readonly lines: Line[]
  readonly payloads: Map<string, Payload>
  readonly calls: PreparedCall[]
  /** Steps under way, those of this turn included. */
  readonly busy: Set<string>
  planning: boolean
}

export const openTurn = (run: ActiveRun, now: number): Turn => ({
  run,
  now,
  state: run.state,
  lines: [],
  payloads: new Map(),
  calls: [],
  busy: new Set(run.flights.keys()),
  planning: run.planning,
})

export function record(turn: Turn, lines: readonly Line[]): void {
  turn.lines.push(...lines)
  turn.state = foresee(turn.state, lines, turn.now)
}

/** Keeps a value beside the events of this turn; its digest. */
export const keep = (turn: Turn, value: unknown): Payload => keepAs(turn, payloadOf(value), value)

/** Keeps a value whose payload is known already. */
export function keepAs(turn: Turn, payload: Payload, value: unknown): Payload {
  turn.payloads.set(payload.digest, payload)
  turn.run.values.set(payload.digest, value)
  return payload
}

export function stepOf(turn: Turn, stepId: string): StepState {
  const step = turn.state.steps[stepId]
  if (step === undefined) throw new TypeError(`no step ${stepId}`)
  return step
}
