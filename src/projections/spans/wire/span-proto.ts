// Spans as OTLP's protocol buffers (opentelemetry/proto/trace/v1/trace.proto), written straight into the body of a
// request. It is never to grow: what else OTLP has is left to OpenTelemetry's packages, and decoding is not to be written
// by hand. Encoding is, because a run has half a dozen spans: an object for each span, attribute and value, and text
// instead of bytes, were the largest part of what tracing cost a run.
import { memoize } from '../../../cache.ts'
import {
  begin,
  bytesOf,
  finish,
  putByte,
  putBytes,
  putDouble,
  putFixed32,
  putHex,
  putText,
  putThousandfold,
  putVarint,
  tagOf,
  textSize,
  varintSize,
  type Wire,
} from '../../wire/protobuf.ts'
import { ATTRIBUTE as A, type AttributeName, type Attributes } from '../span-names.ts'
import type { SpanEvent, SpanTemplate, Span, Value } from '../span.ts'

const SPAN = {
  traceId: tagOf(1, 'delimited'),
  spanId: tagOf(2, 'delimited'),
  parentId: tagOf(4, 'delimited'),
  name: tagOf(5, 'delimited'),
  kind: tagOf(6, 'varint'),
  start: tagOf(7, 'fixed64'),
  end: tagOf(8, 'fixed64'),
  attribute: tagOf(9, 'delimited'),
  droppedAttributes: tagOf(10, 'varint'),
  event: tagOf(11, 'delimited'),
  droppedEvents: tagOf(12, 'varint'),
  droppedLinks: tagOf(14, 'varint'),
  status: tagOf(15, 'delimited'),
  flags: tagOf(16, 'fixed32'),
} as const
const EVENT = {
  time: tagOf(1, 'fixed64'),
  name: tagOf(2, 'delimited'),
  attribute: tagOf(3, 'delimited'),
  droppedAttributes: tagOf(4, 'varint'),
} as const
const PAIR = { key: tagOf(1, 'delimited'), value: tagOf(2, 'delimited') } as const
const VALUE = {
  text: tagOf(1, 'delimited'),
  boolean: tagOf(2, 'varint'),
  integer: tagOf(3, 'varint'),
  double: tagOf(4, 'fixed64'),
} as const
const STATUS = { message: tagOf(2, 'delimited'), code: tagOf(3, 'varint') } as const
const RESOURCE = { attribute: tagOf(1, 'delimited'), droppedAttributes: tagOf(2, 'varint') } as const
const SCOPE = { name: tagOf(1, 'delimited'), version: tagOf(2, 'delimited') } as const
/** Of the three messages that stand around the spans. */
const FRAME = {
  resourceSpans: tagOf(1, 'delimited'),
  resource: tagOf(1, 'delimited'),
  scopeSpans: tagOf(2, 'delimited'),
  scope: tagOf(1, 'delimited'),
  span: tagOf(2, 'delimited'),
} as const

const KIND = { internal: 1, client: 3 } as const
const CODE = { unset: 0, error: 2 } as const
/** W3C `sampled`, and OTLP's bits for "is it known whether the parent is remote" and "it is". */
const FLAGS = { sampled: 0x001, known: 0x100, remote: 0x200 } as const

/** A field's tag, and its number or the length of what follows. */
function putField(to: Wire, tag: number, number: number): void {
  putByte(to, tag)
  putVarint(to, number)
}

/** Times are sent in nanoseconds, but told in whole microseconds: a double does not know today's times finer. */
function putTime(to: Wire, tag: number, ms: number): void {
  putByte(to, tag)
  putThousandfold(to, Math.round(ms * 1000))
}

function putString(to: Wire, tag: number, text: string): void {
  const size = textSize(text)
  putField(to, tag, size)
  putText(to, text, size)
}

const isInteger = (value: number): boolean =>
  Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63

function contentSize(value: Value): number {
  if (typeof value === 'boolean') return 2
  if (typeof value === 'number') return isInteger(value) ? 1 + varintSize(value) : 9
  const size = textSize(value)
  return 1 + varintSize(size) + size
}

function putContent(to: Wire, value: Value): void {
  if (typeof value === 'string') putString(to, VALUE.text, value)
  else if (typeof value === 'boolean') putField(to, VALUE.boolean, value ? 1 : 0)
  else if (isInteger(value)) putField(to, VALUE.integer, value)
  else {
    putByte(to, VALUE.double)
    putDouble(to, value)
  }
}

/** The beginning of an attribute, up to its value: what stands before its length, and what between that and the value's. */
type Opening = { readonly tag: number; readonly key: Uint8Array }

const openingOf = (tag: number, name: string): Opening => ({
  tag,
  key: bytesOf((to) => {
    putString(to, PAIR.key, name)
    putByte(to, PAIR.value)
  }),
})

function putPair(to: Wire, { tag, key }: Opening, value: Value): void {
  const size = contentSize(value)
  putField(to, tag, key.length + varintSize(size) + size)
  putBytes(to, key)
  putVarint(to, size)
  putContent(to, value)
}

const openingsOf = (tag: number): ReadonlyMap<string, Opening> =>
  new Map(Object.values(A).map((name) => [name, openingOf(tag, name)]))

const openings = { span: openingsOf(SPAN.attribute), event: openingsOf(EVENT.attribute) }

function openingIn(of: keyof typeof openings, name: string): Opening {
  const opening = openings[of].get(name)
  if (opening === undefined) throw new TypeError(`no attribute ${name}`)
  return opening
}

function putAttributes(to: Wire, of: keyof typeof openings, attributes: Attributes): void {
  for (const name in attributes) {
    // Every key of it is one of the table.
    const value = attributes[name as AttributeName]
    if (value !== undefined) putPair(to, openingIn(of, name), value)
  }
}

/** Of attributes that several events share: those are frozen. */
const sharedAttributes = memoize((attributes: Attributes) =>
  bytesOf((to) => putAttributes(to, 'event', attributes)),
)

function putSpanEvent(to: Wire, { name, at, attributes }: SpanEvent): void {
  const start = begin(to, SPAN.event)
  putTime(to, EVENT.time, at)
  putString(to, EVENT.name, name)
  if (Object.isFrozen(attributes)) putBytes(to, sharedAttributes(attributes))
  else putAttributes(to, 'event', attributes)
  putField(to, EVENT.droppedAttributes, 0)
  finish(to, start)
}

function statusOf(error: Value | undefined): Uint8Array {
  const message = String(error ?? '')
  return bytesOf((to) => {
    const start = begin(to, SPAN.status)
    if (message !== '') putString(to, STATUS.message, message)
    putField(to, STATUS.code, error === undefined ? CODE.unset : CODE.error)
    finish(to, start)
  })
}

type Ending = Pick<Span, 'events' | 'droppedEvents'> & {
  readonly status: Uint8Array
  readonly isRemote: boolean
}

function putEnding(to: Wire, { events, droppedEvents, status, isRemote }: Ending): void {
  putField(to, SPAN.droppedAttributes, 0)
  for (const moment of events) putSpanEvent(to, moment)
  putField(to, SPAN.droppedEvents, droppedEvents)
  putField(to, SPAN.droppedLinks, 0)
  putBytes(to, status)
  putVarint(to, SPAN.flags)
  putFixed32(to, FLAGS.sampled | FLAGS.known | (isRemote ? FLAGS.remote : 0))
}

const templateBytes = memoize(({ name, kind, attributes, own }: SpanTemplate) => {
  const status = statusOf(attributes[A.errorType])
  return {
    naming: bytesOf((to) => {
      putString(to, SPAN.name, name)
      putField(to, SPAN.kind, KIND[kind])
    }),
    attributes: bytesOf((to) => putAttributes(to, 'span', attributes)),
    own: own.map((each) => openingIn('span', each)),
    status,
    /** Of most spans: without events, below a parent of this process. */
    plainEnding: bytesOf((to) => putEnding(to, { events: [], droppedEvents: 0, status, isRemote: false })),
  }
})

function putId(to: Wire, tag: number, digits: string): void {
  putField(to, tag, digits.length >> 1)
  putHex(to, digits)
}

/** One span of a request. */
export function putSpan(to: Wire, span: Span): void {
  const { parent, values, events, droppedEvents } = span
  const { naming, attributes, own, status, plainEnding } = templateBytes(span.template)
  const isRemote = parent?.remote ?? false
  const start = begin(to, FRAME.span)
  putId(to, SPAN.traceId, span.traceId)
  putId(to, SPAN.spanId, span.spanId)
  if (parent) putId(to, SPAN.parentId, parent.spanId)
  putBytes(to, naming)
  putTime(to, SPAN.start, span.start)
  putTime(to, SPAN.end, span.end)
  putBytes(to, attributes)
  for (let index = 0; index < own.length; index += 1) {
    const [opening, value] = [own[index], values[index]]
    if (opening !== undefined && value !== undefined) putPair(to, opening, value)
  }
  if (events.length === 0 && droppedEvents === 0 && !isRemote) putBytes(to, plainEnding)
  else putEnding(to, { events, droppedEvents, status, isRemote })
  finish(to, start)
}

/** Who the spans of a request come from. */
export type Origin = {
  /** Of the resource. */
  readonly attributes: Readonly<Record<string, string>>
  /** Of what made the spans. */
  readonly version: string
}

/** What stands before the spans of a request, given the bytes that they take. */
export function headOf({ attributes, version }: Origin): (spanBytes: number) => Uint8Array {
  const resource = bytesOf((to) => {
    const start = begin(to, FRAME.resource)
    for (const [name, value] of Object.entries(attributes))
      putPair(to, openingOf(RESOURCE.attribute, name), value)
    putField(to, RESOURCE.droppedAttributes, 0)
    finish(to, start)
  })
  const scope = bytesOf((to) => {
    const start = begin(to, FRAME.scope)
    putString(to, SCOPE.name, 'cugar')
    putString(to, SCOPE.version, version)
    finish(to, start)
  })
  return (spanBytes) =>
    bytesOf((to) => {
      const inner = scope.length + spanBytes
      putField(to, FRAME.resourceSpans, resource.length + 1 + varintSize(inner) + inner)
      putBytes(to, resource)
      putField(to, FRAME.scopeSpans, inner)
      putBytes(to, scope)
    })
}
