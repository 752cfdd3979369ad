// One append in the making: what is to be recorded, what the run will be then, and what is to be done after it.
import { payloadOf, type Payload } from '../events/digest.ts'
import type { Append } from '../journal/journal.ts'
import type { ModelRequest } from '../models/model.ts'
import type { Refusal } from '../run/ledger.ts'
import { predictState, type Line } from '../run/line.ts'
import type { RunState, StepState } from '../run/state.ts'
import type { ActiveRun, AnswerListener } from './active-run.ts'

/** A call to make once its intent is durable. */
export type PreparedCall =
  | {
      readonly kind: 'tool'
      readonly callId: string
      readonly stepId: string
      readonly attempt: number
      readonly input: unknown
      readonly adapter: string
    }
  | {
      readonly kind: 'model'
      readonly callId: string
      readonly request: ModelRequest
      readonly listener: AnswerListener
    }
  | { readonly kind: 'plan'; readonly callId: string }

/** Reservations that the books refused in this round, by call. */
export type Refusals = ReadonlyMap<string, readonly Refusal[]>

export type Turn = {
  readonly run: ActiveRun
  /** Epoch milliseconds, of every event of the turn. */
  readonly now: number
  readonly refusals: Refusals
  state: RunState
  readonly lines: Line[]
  readonly payloads: Map<string, Payload>
  readonly calls: PreparedCall[]
  /** Calls under way, those of this turn included. */
  readonly busy: Set<string>
  idempotency: Append['idempotency']
  /** The run is only accepted in this turn. */
  waits: boolean
  /** Calls of models that the books refused: their ids are not used again in this turn. */
  refusedAsks: number
  /** Who is told when all of it is durable. */
  readonly listeners: (() => void)[]
}

/** A run that the journal does not have yet begins at the moment of its acceptance. */
const timeOf = ({ state }: ActiveRun, clock: () => number): number =>
  state.version === 0 ? state.updatedAt : Math.max(clock(), state.updatedAt)

export const openTurn = (run: ActiveRun, clock: () => number, refusals: Refusals): Turn => ({
  run,
  now: timeOf(run, clock),
  refusals,
  state: run.state,
  lines: [],
  payloads: new Map(),
  calls: [],
  busy: new Set(run.flights.keys()),
  idempotency: null,
  waits: false,
  refusedAsks: 0,
  listeners: [],
})

export function record(turn: Turn, lines: readonly Line[]): void {
  turn.lines.push(...lines)
  turn.state = predictState(turn.state, lines, turn.now)
}

/** Keeps a value beside the events of this turn; its digest. */
export const addPayload = (turn: Turn, value: unknown): Payload =>
  addKnownPayload(turn, payloadOf(value, turn.run.salt), value)

/** Keeps a value whose payload is known already. */
export function addKnownPayload(turn: Turn, payload: Payload, value: unknown): Payload {
  turn.payloads.set(payload.digest, payload)
  turn.run.values.set(payload.digest, value)
  return payload
}

/** A call to make after the append. */
export function prepare(turn: Turn, call: PreparedCall): void {
  turn.busy.add(call.callId)
  turn.calls.push(call)
}

export function stepOf(turn: Turn, stepId: string): StepState {
  const step = turn.state.steps[stepId]
  if (step === undefined) throw new TypeError(`no step ${stepId}`)
  return step
}
