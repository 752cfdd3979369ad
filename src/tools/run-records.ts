// What a tool may read of past runs: those that the run it is called in may see, and of them what was released.
import type { Registry } from '../registry/registry.ts'
import type { RunState } from '../run/state.ts'

/** A step of a past run made once more from its record, under the registry and with the tool of the run that asks. */
export type Recomputed =
  | { readonly kind: 'made'; readonly output: unknown }
  /** It cannot be made again without asking somebody, or its record is gone; `why` is a sentence. */
  | { readonly kind: 'left_out'; readonly why: string }
  /** Today's checks refuse its inputs, or today's tool fails on them. */
  | { readonly kind: 'failed'; readonly why: string }

export type RunRecord = {
  readonly state: RunState
  /** The goal as it was given; null: it was erased. */
  readonly goal: () => Promise<string | null>
  /** What a completed step gave; null: nothing was released, or it was erased. */
  readonly output: (stepId: string) => Promise<unknown>
  /** An output in words, as its tool says it now. */
  readonly words: (stepId: string, output: unknown) => Promise<readonly string[]>
  /** A person's own words, by their payload; null: they were erased. */
  readonly reason: (digest: string) => Promise<string | null>
  /** Asks nobody outside: neither vendors nor models, and calls no tool with effects. */
  readonly recompute: (stepId: string, signal: AbortSignal) => Promise<Recomputed>
}

export type RunRecords = {
  /** The registry of the run that asks. */
  readonly registry: Registry
  /** null: there is no such run, or the run that asks may not see it. */
  readonly read: (runId: string) => Promise<RunRecord | null>
}
