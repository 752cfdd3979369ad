// Spans as the JSON of OTLP (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), put together as text.
// By hand, because a run has half a dozen spans: through an object for each span, attribute and value it took the
// exporter three times as long, which was the largest part of what tracing costs a run.
import { flat } from './flat.ts'
import { remembered } from './kept.ts'
import { ATTRIBUTE as A, type AttributeName, type Attributes } from './span-names.ts'
import type { Moment, Pattern, Span } from './span.ts'

const KIND = { internal: 1, client: 3 } as const
const STATUS_ERROR = 2
const UNSET = '{"code":0}'
/** W3C `sampled`, and OTLP's bits for "is it known whether the parent is remote" and "it is". */
const FLAGS = { sampled: 0x001, known: 0x100, remote: 0x200 } as const

const text = (value: string): string => JSON.stringify(value)

/** Times are sent in nanoseconds, but told in whole microseconds: a double does not know today's times finer. */
const microsOf = (ms: number): number => Math.round(ms * 1000)

/** The beginning of each attribute, up to its value. */
const openings: ReadonlyMap<string, string> = new Map(
  Object.values(A).map((name) => [name, flat(`{"key":${text(name)},"value":{`)]),
)

function valueOf(value: string | number | boolean): string {
  if (typeof value === 'string') return `"stringValue":${text(value)}}}`
  if (typeof value === 'boolean') return `"boolValue":${value}}}`
  return Number.isInteger(value) ? `"intValue":${value}}}` : `"doubleValue":${value}}}`
}

function attributeOf(name: string, value: string | number | boolean): string {
  const opening = openings.get(name)
  if (opening === undefined) throw new TypeError(`no attribute ${name}`)
  return opening + valueOf(value)
}

function listOf(attributes: Attributes): string {
  let all = ''
  for (const name of Object.keys(attributes)) {
    // Every key of it is one of the table.
    const value = attributes[name as AttributeName]
    if (value !== undefined) all += (all === '' ? '' : ',') + attributeOf(name, value)
  }
  return all
}

/** Of attributes that several moments share: those are frozen. */
const sharedList = remembered((attributes: Attributes) => flat(listOf(attributes)))

const momentOf = ({ name, at, attributes }: Moment): string =>
  `{"attributes":[${Object.isFrozen(attributes) ? sharedList(attributes) : listOf(attributes)}],` +
  `"name":${text(name)},"timeUnixNano":"${microsOf(at)}000","droppedAttributesCount":0}`

function momentsOf(moments: readonly Moment[]): string {
  let all = ''
  for (const moment of moments) all += (all === '' ? '' : ',') + momentOf(moment)
  return all
}

/** A pattern's text up to where the attributes of one span go on, and what stands between. */
const patternText = remembered(({ name, kind, attributes }: Pattern) => {
  const list = listOf(attributes)
  const opening = flat(
    `"name":${text(name)},"kind":${KIND[kind]},"droppedAttributesCount":0,"links":[],` +
      `"droppedLinksCount":0,"attributes":[${list}`,
  )
  return { opening, comma: list === '' ? '' : ',' }
})

const statusOf = ({ isError, pattern, attributes }: Span): string =>
  isError
    ? `{"code":${STATUS_ERROR},"message":${text(String(attributes[A.errorType] ?? pattern.attributes[A.errorType]))}}`
    : UNSET

const flagsOf = ({ parent }: Span): number =>
  FLAGS.sampled | FLAGS.known | (parent?.remote ? FLAGS.remote : 0)

/** How most spans end: without moments and errors, below a parent of this process. */
const PLAIN_ENDING = flat(
  `"events":[],"droppedEventsCount":0,"status":${UNSET},"flags":${FLAGS.sampled | FLAGS.known}}`,
)

function endingOf(span: Span): string {
  const { parent, moments, droppedMoments, isError } = span
  if (moments.length === 0 && droppedMoments === 0 && !isError && !parent?.remote) return PLAIN_ENDING
  return (
    `"events":[${momentsOf(moments)}],"droppedEventsCount":${droppedMoments},` +
    `"status":${statusOf(span)},"flags":${flagsOf(span)}}`
  )
}

/** One span, without what stands around the spans of a request. */
export function spanText(span: Span): string {
  const { traceId, spanId, parent, pattern, start, end } = span
  const { opening, comma } = patternText(pattern)
  const above = parent ? `","parentSpanId":"${parent.spanId}",` : '",'
  const own = listOf(span.attributes)
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}${above}${opening}${own === '' ? '' : comma}${own}],` +
    `"startTimeUnixNano":"${microsOf(start)}000","endTimeUnixNano":"${microsOf(end)}000",${endingOf(span)}`
  )
}

/** What stands before and behind the spans of a request. `resource` is JSON: who they come from. */
export const frameOf = (origin: { readonly resource: string; readonly version: string }) => ({
  head:
    `{"resourceSpans":[{"resource":${origin.resource},"scopeSpans":[{"scope":{"name":"cugar","version":` +
    `${text(origin.version)}},"spans":[`,
  tail: ']}]}]}',
})
