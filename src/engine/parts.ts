// What the engine is given: every effect it has comes from here.
import type { Adapter } from '../adapters/adapter.ts'
import type { Journal } from '../journal/journal.ts'
import type { Planner } from '../planner/planner.ts'
import type { Tool } from '../tools/tool.ts'

export type EngineSettings = {
  /** Calls of one run under way at once. */
  readonly parallelCalls: number
  /** Runs that are worked on at once; more wait in a queue. */
  readonly maxRuns: number
  /** Accepted runs that may wait; beyond it start answers TOO_BUSY. */
  readonly maxQueue: number
}

export const ENGINE_DEFAULTS: EngineSettings = { parallelCalls: 8, maxRuns: 64, maxQueue: 50_000 }

export type EngineParts = {
  readonly journal: Journal
  readonly planners: { readonly rules: Planner; readonly llm: Planner | null }
  readonly tools: ReadonlyMap<string, Tool>
  readonly adapters: ReadonlyMap<string, Adapter>
  /** Names this process in its events; another one after every start. */
  readonly writer: string
  /** Epoch milliseconds. */
  readonly clock: () => number
  /** Random hex digits. */
  readonly randomHex: (digits: number) => string
  readonly settings: EngineSettings
  /** A broken journal or a bug of ours: the process must end, the journal is the truth. */
  readonly onFailure: (error: unknown) => void
}
