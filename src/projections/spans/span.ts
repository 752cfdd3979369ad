// A span as it leaves the projection: ended, with explicit ids and times, nothing in it that a person wrote.
import type { AttributeName, Attributes } from './span-names.ts'

/** Something that happened within a span: OpenTelemetry's span event, not one of the journal's. */
export type SpanEvent = {
  readonly name: string
  /** Epoch milliseconds, fractions allowed. */
  readonly at: number
  readonly attributes: Attributes
}

export type Value = string | number | boolean

/**
 * What all spans of one kind have in common: the same object for all of them, so that its bytes are made once. They ended
 * in an error if there is an `error.type` among its attributes.
 */
export type SpanTemplate = {
  readonly name: string
  /** `client`: another service was called. */
  readonly kind: 'internal' | 'client'
  readonly attributes: Attributes
  /** Names of the attributes of which each span has its own values. */
  readonly own: readonly AttributeName[]
}

export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parent: { readonly spanId: string; readonly remote: boolean } | null
  readonly template: SpanTemplate
  /** Epoch milliseconds, fractions allowed; `end` is not before `start`. */
  readonly start: number
  readonly end: number
  /** Values of its template's `own` attributes, in their order. */
  readonly values: readonly Value[]
  readonly events: readonly SpanEvent[]
  /** Number of events beyond those that a span may carry. */
  readonly droppedEvents: number
}
