// A run that this process works on: its state, what it is waiting for, and an inbox that is emptied by one reader,
// so that everything that happens to a run happens in one order.
import type { AppError } from '../errors.ts'
import type { PlanResult } from '../planner/planner.ts'
import type { Registry } from '../registry/registry.ts'
import type { RunState } from '../run/state.ts'
import type { Outcome } from './call.ts'
import type { Turn } from './turn.ts'

export type Message =
  | { readonly kind: 'wake' }
  | { readonly kind: 'outcome'; readonly stepId: string; readonly attempt: number; readonly outcome: Outcome }
  | { readonly kind: 'planned'; readonly result: PlanResult; readonly durationMs: number }
  | {
      readonly kind: 'command'
      /** Records what the command means, or throws the AppError that the caller shall see. */
      readonly apply: (turn: Turn) => void
      readonly resolve: (state: RunState) => void
      readonly reject: (error: AppError) => void
    }

export type Flight = {
  readonly attempt: number
  readonly abort: (reason: 'cancelled' | 'stopping') => void
}

export type ActiveRun = {
  readonly runId: string
  state: RunState
  /** The one it started under. */
  readonly registry: Registry
  /** Payload values by digest, as far as this process has seen them. */
  readonly values: Map<string, unknown>
  readonly flights: Map<string, Flight>
  planning: boolean
  readonly inbox: Message[]
  draining: boolean
}
