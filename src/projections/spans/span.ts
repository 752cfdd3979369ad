// A span as it leaves the projection: ended, with explicit ids and times, nothing in it that a person wrote.
import type { AttributeName, Attributes } from './span-names.ts'

/** Something that happened within a span. */
export type Moment = {
  readonly name: string
  /** Epoch milliseconds, fractions allowed. */
  readonly at: number
  readonly attributes: Attributes
}

export type Value = string | number | boolean

/**
 * What all spans of one sort say: the same object for all of them, so that its bytes are made once. They ended in an
 * error if there is an `error.type` among its attributes.
 */
export type Pattern = {
  readonly name: string
  /** `client`: another service was called. */
  readonly kind: 'internal' | 'client'
  readonly attributes: Attributes
  /** Names of the attributes that each span has its own values of; none that all have. */
  readonly own: readonly AttributeName[]
}

export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parent: { readonly spanId: string; readonly remote: boolean } | null
  readonly pattern: Pattern
  /** Epoch milliseconds, fractions allowed; `end` is not before `start`. */
  readonly start: number
  readonly end: number
  /** Of its pattern's `own`, in their order. */
  readonly values: readonly Value[]
  readonly moments: readonly Moment[]
  /** Moments beyond the number that a span may carry. */
  readonly droppedMoments: number
}
