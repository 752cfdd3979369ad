// Spans as the JSON of OTLP (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), put together as text.
// By hand, because a run has half a dozen spans: through an object for each span, attribute and value it took the
// exporter three times as long, which was the largest part of what tracing costs a run.
import { ATTRIBUTE, type AttributeName, type Attributes } from './span-names.ts'
import type { Moment, Span } from './span.ts'

const KIND = { internal: 1, client: 3 } as const
const STATUS_ERROR = 2
/** W3C `sampled`, and OTLP's bits for "is it known whether the parent is remote" and "it is". */
const FLAGS = { sampled: 0x001, known: 0x100, remote: 0x200 } as const

const text = (value: string): string => JSON.stringify(value)

/** Nanoseconds, in whole microseconds: more than a double can tell apart at today's times. */
const nanosOf = (ms: number): string => `"${Math.round(ms * 1000)}000"`

/** Values of one attribute whose text is kept: most attributes have a handful, and an id never comes again. */
const KEPT_VALUES = 100

type Known = {
  /** The attribute up to its value. */
  readonly opening: string
  readonly kept: Map<string | boolean, string>
}

const known: ReadonlyMap<string, Known> = new Map(
  Object.values(ATTRIBUTE).map((name) => [
    name,
    { opening: `{"key":${text(name)},"value":{`, kept: new Map() },
  ]),
)

function valueOf(value: string | number | boolean): string {
  if (typeof value === 'string') return `"stringValue":${text(value)}}}`
  if (typeof value === 'boolean') return `"boolValue":${value}}}`
  return Number.isInteger(value) ? `"intValue":${value}}}` : `"doubleValue":${value}}}`
}

function attributeOf(name: string, value: string | number | boolean): string {
  const of = known.get(name)
  if (!of) throw new TypeError(`no attribute ${name}`)
  if (typeof value === 'number') return of.opening + valueOf(value)
  const before = of.kept.get(value)
  if (before !== undefined) return before
  const made = of.opening + valueOf(value)
  if (of.kept.size < KEPT_VALUES) of.kept.set(value, made)
  return made
}

/** Of attributes that several moments share: those are frozen. */
const shared = new WeakMap<Attributes, string>()

function sharedText(attributes: Attributes): string {
  const before = shared.get(attributes)
  if (before !== undefined) return before
  const made = attributesOf(attributes)
  if (Object.isFrozen(attributes)) shared.set(attributes, made)
  return made
}

function attributesOf(attributes: Attributes): string {
  let all = ''
  for (const name of Object.keys(attributes)) {
    // Every key of it is one of the table.
    const value = attributes[name as AttributeName]
    if (value !== undefined) all += (all === '' ? '' : ',') + attributeOf(name, value)
  }
  return `"attributes":[${all}]`
}

const momentOf = ({ name, at, attributes }: Moment): string =>
  `{${sharedText(attributes)},"name":${text(name)},"timeUnixNano":${nanosOf(at)},"droppedAttributesCount":0}`

const statusOf = ({ isError, attributes }: Span): string =>
  isError
    ? `{"code":${STATUS_ERROR},"message":${text(String(attributes[ATTRIBUTE.errorType]))}}`
    : '{"code":0}'

/** One span, without what stands around the spans of a request. */
export function spanText(span: Span): string {
  const { traceId, spanId, parent, name, kind, start, end, moments, droppedMoments } = span
  const flags = FLAGS.sampled | FLAGS.known | (parent?.remote ? FLAGS.remote : 0)
  const above = parent ? `"parentSpanId":"${parent.spanId}",` : ''
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}",${above}"name":${text(name)},"kind":${KIND[kind]},` +
    `"startTimeUnixNano":${nanosOf(start)},"endTimeUnixNano":${nanosOf(end)},${attributesOf(span.attributes)},` +
    `"droppedAttributesCount":0,"events":[${moments.map(momentOf).join(',')}],` +
    `"droppedEventsCount":${droppedMoments},"status":${statusOf(span)},"links":[],"droppedLinksCount":0,"flags":${flags}}`
  )
}

/** What stands before and behind the spans of a request. `resource` is JSON: who they come from. */
export const frameOf = (origin: { readonly resource: string; readonly version: string }) => ({
  head:
    `{"resourceSpans":[{"resource":${origin.resource},"scopeSpans":[{"scope":{"name":"cugar","version":` +
    `${text(origin.version)}},"spans":[`,
  tail: ']}]}]}',
})
