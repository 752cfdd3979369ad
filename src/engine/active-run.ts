// A run that this process works on: its state, what it is waiting for, and an inbox that is emptied by one reader,
// so that everything that happens to a run happens in one order.
import type { Append, AppendResult } from '../journal/journal.ts'
import type { Draft } from '../events/event.ts'
import type { ModelOutcome, ModelRequest } from '../models/model.ts'
import type { PlanResult } from '../planner/planner.ts'
import type { Registry } from '../registry/registry.ts'
import type { RunState } from '../run/state.ts'
import type { Tool } from '../tools/tool.ts'
import type { CallOutcome } from './call.ts'
import type { Vendors } from './registries.ts'
import type { Turn } from './turn.ts'

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

export type Message =
  | { readonly kind: 'wake' }
  | Acceptance
  | {
      readonly kind: 'outcome'
      readonly stepId: string
      readonly attempt: number
      readonly outcome: CallOutcome
    }
  | { readonly kind: 'planned'; readonly result: PlanResult; readonly durationMs: number }
  /** Somebody who works for the run asks a model. */
  | { readonly kind: 'asked'; readonly request: ModelRequest; readonly listener: AnswerListener }
  | {
      readonly kind: 'answered'
      readonly callId: string
      readonly outcome: ModelOutcome
      readonly listener: AnswerListener
    }
  | {
      readonly kind: 'command'
      /** Records what the command means, or throws the AppError that the caller shall see. */
      readonly apply: (turn: Turn) => void
      readonly resolve: (state: RunState) => void
      readonly reject: (error: unknown) => void
    }

/** A call that is under way in this process. */
export type Flight = { readonly abort: () => void }

export type ActiveRun = {
  readonly runId: string
  state: RunState
  /** The one it started under, and the tools that were installed for it. */
  readonly registry: Registry
  readonly tools: ReadonlyMap<string, Tool>
  /** The vendors that can be reached now, whatever they were when it started. */
  readonly vendors: () => Vendors
  /** Salts the digests of its payloads; '' for a run of 0.1.0. */
  readonly salt: string
  /** Payload values by digest, as far as this process has seen them. */
  readonly values: Map<string, unknown>
  /** By the id of their call, and PLANNING. */
  readonly flights: Map<string, Flight>
  readonly inbox: Message[]
  draining: boolean
}

export const activeRun = (
  state: RunState,
  given: Pick<ActiveRun, 'registry' | 'tools' | 'vendors' | 'salt'>,
): ActiveRun => ({
  runId: state.runId,
  state,
  registry: given.registry,
  tools: given.tools,
  vendors: given.vendors,
  salt: given.salt,
  values: new Map(),
  flights: new Map(),
  inbox: [],
  draining: false,
})
