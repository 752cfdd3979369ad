// A run that this process works on: its state, what is under way for it, and an inbox that is emptied by one reader, so
// that everything that happens to a run happens in one order; and a turn, which is one append in the making.
import type { Append, AppendResult } from '../journal/journal.ts'
import type { Draft } from '../events/event.ts'
import type { ModelOutcome, ModelRequest } from '../models/model.ts'
import type { PlanResult } from '../planner/planner.ts'
import type { Payload } from '../events/digest.ts'
import type { Most } from '../run/calls/question-most.ts'
import type { Refusal } from '../run/budgets/ledger.ts'
import type { Line } from '../run/line.ts'
import type { RunState } from '../run/state.ts'
import type { CallOutcome } from './calls/call.ts'
import type { ReadyInput } from './calls/input-check.ts'
import type { RunEquipment } from './parts.ts'
import type { RunClock } from './worker/run-clock.ts'

/** Why the journal did not accept a new run. */
export type AcceptanceRefusal = Extract<AppendResult, { ok: false }>

/** The first message of a run: nothing is durable of it before. */
export type Acceptance = Pick<Append, 'payloads' | 'idempotency'> & {
  readonly kind: 'accepted'
  readonly line: Draft
  /** No place is free: it is accepted now and moved later. */
  readonly waits: boolean
  /** null: it is durable. */
  readonly settle: (refusal: AcceptanceRefusal | null) => void
  readonly reject: (error: unknown) => void
}

/** Told what a model said once that is durable; null: the budget allows no such call, or the run is over. */
export type AnswerListener = (outcome: ModelOutcome | null) => void

/** What a planner said, and how long it took. */
export type Planned = {
  readonly kind: 'planned'
  readonly result: PlanResult
  readonly durationMs: number
  /** Of a run that has a plan: what this planning might ask a language model for. */
  readonly mayAsk?: Most
}

export type Message =
  | { readonly kind: 'wake' }
  | Acceptance
  | {
      readonly kind: 'outcome'
      readonly stepId: string
      readonly attempt: number
      /** The attempt's, as its start had it. */
      readonly spanId: string | undefined
      readonly outcome: CallOutcome
    }
  | {
      readonly kind: 'looked_up'
      readonly callId: string
      readonly stepId: string
      /** null: the vendor has nothing of it. */
      readonly outcome: CallOutcome | null
      readonly durationMs: number
    }
  | Planned
  /** Somebody who works for the run asks a model. */
  | {
      readonly kind: 'asked'
      readonly request: ModelRequest
      /** The tool call that asks: once it is over nobody waits for an answer. null: the run's planning. */
      readonly asker: string | null
      readonly listener: AnswerListener
    }
  | {
      readonly kind: 'answered'
      readonly callId: string
      readonly outcome: ModelOutcome
      readonly listener: AnswerListener
    }
  | {
      readonly kind: 'command'
      /** Records what the command means, or throws the AppError that the caller shall see. */
      readonly apply: (turn: Turn) => void | Promise<void>
      readonly resolve: (state: RunState) => void
      readonly reject: (error: unknown) => void
    }

/** A call that is under way in this process. */
export type Flight = { readonly abort: () => void }

export type ActiveRun = RunEquipment & {
  readonly runId: string
  state: RunState
  /** Salts the digests of its payloads; '' for a run of 0.1.0. */
  readonly salt: string
  readonly clock: RunClock
  /** Payload values by digest, as far as this process has seen them. */
  readonly values: Map<string, unknown>
  /** By the id of their call, and PLANNING. */
  readonly flights: Map<string, Flight>
  readonly inbox: Message[]
  /** The plan that its acceptance was decided by, where nobody had to be asked for it. */
  planned: Planned | null
  /** By step: inputs that its acceptance has checked, until the first call takes them. */
  ready: Map<string, ReadyInput>
  draining: boolean
  /** It was over when it was read: whoever acts on it now changes nothing any more. */
  readonly wasOver: boolean
  /** The process that it was in last was stopped in order: it did not die. */
  readonly isFromStop: boolean
}

export const activeRun = (
  state: RunState,
  {
    registry,
    tools,
    texts,
    libraries,
    vendors,
    salt,
    clock,
    isFromStop = false,
  }: RunEquipment & Pick<ActiveRun, 'salt' | 'clock'> & Partial<Pick<ActiveRun, 'isFromStop'>>,
): ActiveRun => ({
  runId: state.runId,
  state,
  registry,
  tools,
  texts,
  libraries,
  vendors,
  salt,
  clock,
  values: new Map(),
  flights: new Map(),
  inbox: [],
  planned: null,
  ready: new Map(),
  draining: false,
  wasOver: state.finished !== null,
  isFromStop,
})

/** The vendor of a call with an unknown outcome is asked what became of it. */
export type LookUpCall = {
  readonly kind: 'lookup'
  readonly callId: string
  readonly stepId: string
  readonly attempt: number
  /** Of the call that is looked up. */
  readonly input: unknown
  readonly adapter: string
  readonly configuration: string
}

/** A call to make once its intent is durable. */
export type PreparedCall =
  | {
      readonly kind: 'tool'
      readonly callId: string
      readonly stepId: string
      readonly attempt: number
      readonly input: unknown
      readonly adapter: string
      /** How the adapter was set up when the call was decided. */
      readonly configuration: string
      /** Of its start. */
      readonly spanId: string | undefined
    }
  | LookUpCall
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
