// A span as it leaves the projection: ended, with explicit ids and times, nothing in it that a person wrote.
import type { Attributes } from './span-names.ts'

/** Something that happened within a span. */
export type Moment = {
  readonly name: string
  /** Epoch milliseconds, fractions allowed. */
  readonly at: number
  readonly attributes: Attributes
}

/** What all spans of one sort say: the same object for all of them, so that its text is made once. */
export type Pattern = {
  readonly name: string
  /** `client`: another service was called. */
  readonly kind: 'internal' | 'client'
  readonly attributes: Attributes
}

export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parent: { readonly spanId: string; readonly remote: boolean } | null
  readonly pattern: Pattern
  /** Epoch milliseconds, fractions allowed; `end` is not before `start`. */
  readonly start: number
  readonly end: number
  /** Besides those of the pattern, none of them again. */
  readonly attributes: Attributes
  /** Ended in an error; `error.type` says which. */
  readonly isError: boolean
  readonly moments: readonly Moment[]
  /** Moments beyond the number that a span may carry. */
  readonly droppedMoments: number
}
