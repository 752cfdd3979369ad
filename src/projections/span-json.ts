// Spans as the JSON of OTLP (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), put together as text.
// By hand, because a run has half a dozen spans: through an object for each span, attribute and value it took the
// exporter three times as long, which was the largest part of what tracing costs a run.
import { ATTRIBUTE as A, type AttributeName, type Attributes } from './span-names.ts'
import type { Moment, Pattern, Span } from './span.ts'

const KIND = { internal: 1, client: 3 } as const
const STATUS_ERROR = 2
/** W3C `sampled`, and OTLP's bits for "is it known whether the parent is remote" and "it is". */
const FLAGS = { sampled: 0x001, known: 0x100, remote: 0x200 } as const

const text = (value: string): string => JSON.stringify(value)

/** Nanoseconds, in whole microseconds: more than a double can tell apart at today's times. */
const nanosOf = (ms: number): string => `"${Math.round(ms * 1000)}000"`

/** Values of one attribute whose text is kept: most attributes have a handful. */
const KEPT_VALUES = 100

/** Ids, which never come again. */
const UNIQUE: ReadonlySet<string> = new Set([A.runId, A.toolCallId, A.approvalId])

type Known = {
  /** The attribute up to its value. */
  readonly opening: string
  readonly kept: Map<string, string> | null
}

const known: ReadonlyMap<string, Known> = new Map(
  Object.values(A).map((name) => [
    name,
    { opening: `{"key":${text(name)},"value":{`, kept: UNIQUE.has(name) ? null : new Map() },
  ]),
)

function plainValue(value: number | boolean): string {
  if (typeof value === 'boolean') return `"boolValue":${value}}}`
  return Number.isInteger(value) ? `"intValue":${value}}}` : `"doubleValue":${value}}}`
}

function attributeOf(name: string, value: string | number | boolean): string {
  const of = known.get(name)
  if (!of) throw new TypeError(`no attribute ${name}`)
  if (typeof value !== 'string') return of.opening + plainValue(value)
  const before = of.kept?.get(value)
  if (before !== undefined) return before
  const made = `${of.opening}"stringValue":${text(value)}}}`
  if (of.kept && of.kept.size < KEPT_VALUES) of.kept.set(value, made)
  return made
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
const shared = new WeakMap<Attributes, string>()

function sharedList(attributes: Attributes): string {
  const before = shared.get(attributes)
  if (before !== undefined) return before
  const made = listOf(attributes)
  if (Object.isFrozen(attributes)) shared.set(attributes, made)
  return made
}

const momentOf = ({ name, at, attributes }: Moment): string =>
  `{"attributes":[${sharedList(attributes)}],"name":${text(name)},"timeUnixNano":${nanosOf(at)},"droppedAttributesCount":0}`

function momentsOf(moments: readonly Moment[]): string {
  let all = ''
  for (const moment of moments) all += (all === '' ? '' : ',') + momentOf(moment)
  return all
}

/** Of patterns: up to where the attributes of one span go on. */
const patterns = new WeakMap<Pattern, string>()

function patternText(pattern: Pattern): string {
  const before = patterns.get(pattern)
  if (before !== undefined) return before
  const made =
    `"name":${text(pattern.name)},"kind":${KIND[pattern.kind]},"droppedAttributesCount":0,"links":[],` +
    `"droppedLinksCount":0,"attributes":[${listOf(pattern.attributes)}`
  patterns.set(pattern, made)
  return made
}

const between = (left: Attributes, right: string): string =>
  right === '' || Object.keys(left).length === 0 ? '' : ','

const statusOf = ({ isError, pattern, attributes }: Span): string =>
  isError
    ? `{"code":${STATUS_ERROR},"message":${text(String(attributes[A.errorType] ?? pattern.attributes[A.errorType]))}}`
    : '{"code":0}'

/** One span, without what stands around the spans of a request. */
export function spanText(span: Span): string {
  const { traceId, spanId, parent, pattern, start, end, moments, droppedMoments } = span
  const flags = FLAGS.sampled | FLAGS.known | (parent?.remote ? FLAGS.remote : 0)
  const above = parent ? `"parentSpanId":"${parent.spanId}",` : ''
  const own = listOf(span.attributes)
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}",${above}${patternText(pattern)}${between(pattern.attributes, own)}${own}],` +
    `"startTimeUnixNano":${nanosOf(start)},"endTimeUnixNano":${nanosOf(end)},"events":[${momentsOf(moments)}],` +
    `"droppedEventsCount":${droppedMoments},"status":${statusOf(span)},"flags":${flags}}`
  )
}

/** What stands before and behind the spans of a request. `resource` is JSON: who they come from. */
export const frameOf = (origin: { readonly resource: string; readonly version: string }) => ({
  head:
    `{"resourceSpans":[{"resource":${origin.resource},"scopeSpans":[{"scope":{"name":"cugar","version":` +
    `${text(origin.version)}},"spans":[`,
  tail: ']}]}]}',
})
