// A span as it leaves the projection: ended, with explicit ids and times, nothing in it that a person wrote.
import type { Attributes } from './span-names.ts'

/** Something that happened within a span. */
export type Moment = {
  readonly name: string
  /** Epoch milliseconds, fractions allowed. */
  readonly at: number
  readonly attributes: Attributes
}

export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parent: { readonly spanId: string; readonly remote: boolean } | null
  readonly name: string
  /** `client`: another service was called. */
  readonly kind: 'internal' | 'client'
  /** Epoch milliseconds, fractions allowed; `end` is not before `start`. */
  readonly start: number
  readonly end: number
  readonly attributes: Attributes
  /** Ended in an error; `error.type` says which. */
  readonly isError: boolean
  readonly moments: readonly Moment[]
  /** Moments beyond the number that a span may carry. */
  readonly droppedMoments: number
}
