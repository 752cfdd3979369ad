import { SpanKind, SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from '@opentelemetry/api'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ATTRIBUTE, type Attributes } from '../../../src/projections/spans/span-names.ts'
import { exportBatches } from '../../../src/projections/spans/export-batch.ts'
import type { SpanTemplate, Span } from '../../../src/projections/spans/span.ts'

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number]

const RESOURCE = { 'service.name': 'cugar', 'service.instance.id': 'one "two"' }
const resource = resourceFromAttributes(RESOURCE)
const origin = { version: '1.2.3', attributes: RESOURCE }
/** One for all: spans of one scope stand together. */
const instrumentationScope = { name: 'cugar', version: origin.version }

function timeOf(ms: number): HrTime {
  const micros = Math.round(ms * 1000)
  return [Math.floor(micros / 1_000_000), (micros % 1_000_000) * 1000]
}

const contextOf = (traceId: string, spanId: string, isRemote: boolean): SpanContext => ({
  traceId,
  spanId,
  isRemote,
  traceFlags: TraceFlags.SAMPLED,
})

/** The span as OpenTelemetry's own exporter takes it. */
function readable(span: Span): ReadableSpan {
  const { parent } = span
  const { own } = span.template
  const all = {
    ...span.template.attributes,
    ...Object.fromEntries(own.map((name, index) => [name, span.values[index]])),
  }
  const error = span.template.attributes[ATTRIBUTE.errorType]
  return {
    resource,
    instrumentationScope,
    name: span.template.name,
    kind: span.template.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => contextOf(span.traceId, span.spanId, false),
    ...(parent && { parentSpanContext: contextOf(span.traceId, parent.spanId, parent.remote) }),
    startTime: timeOf(span.start),
    endTime: timeOf(span.end),
    duration: timeOf(span.end - span.start),
    ended: true,
    status:
      error === undefined
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: String(error) },
    attributes: all,
    links: [],
    events: span.events.map(({ name, at, attributes }) => ({
      name,
      time: timeOf(at),
      attributes: { ...attributes },
    })),
    droppedAttributesCount: 0,
    droppedEventsCount: span.droppedEvents,
    droppedLinksCount: 0,
  }
}

const id = (digits: number) =>
  fc
    .bigInt({ min: 0n, max: 16n ** BigInt(digits) - 1n })
    .map((number) => number.toString(16).padStart(digits, '0'))
const time = fc.double({ min: 1_700_000_000_000, max: 1_900_000_000_000, noNaN: true })
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.integer(),
  fc.integer({ min: 0, max: 200 }),
  fc.maxSafeInteger(),
  fc.string({ minLength: 100, maxLength: 300 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
/** More than any span has of its own. */
const VALUES = 10
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.constantFrom(...Object.values(ATTRIBUTE)),
  value,
)
const name = fc.constantFrom(...Object.values(ATTRIBUTE))
const template: fc.Arbitrary<SpanTemplate> = fc
  .record({
    name: fc.string({ unit: 'grapheme' }),
    kind: fc.constantFrom('internal', 'client'),
    attributes,
    own: fc.uniqueArray(name, { maxLength: VALUES }),
  })
  // No attribute stands in both.
  .map((each) => ({ ...each, own: each.own.filter((own) => !(own in each.attributes)) }))

const span: fc.Arbitrary<Span> = fc.record({
  traceId: id(32),
  spanId: id(16),
  parent: fc.option(fc.record({ spanId: id(16), remote: fc.boolean() })),
  template,
  start: time,
  end: time,
  values: fc.array(value, { minLength: VALUES, maxLength: VALUES }),
  events: fc.array(fc.record({ name: fc.string(), at: time, attributes }), { maxLength: 3 }),
  droppedEvents: fc.nat(),
})

const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

/** Used again and again, as a process uses it. */
const open = exportBatches(origin)

function bodyOf(spans: readonly Span[]): string {
  const parcel = open()
  for (const each of spans) parcel.add(each)
  expect(parcel.count()).toBe(spans.length)
  const body = hexOf(parcel.body())
  parcel.release()
  return body
}

const theirs = (spans: readonly Span[]): string =>
  hexOf(ProtobufTraceSerializer.serializeRequest(spans.map(readable)))

describe("spans as OTLP's protocol buffers", () => {
  test("say exactly what OpenTelemetry's own exporter would have said of them", () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 4 }), (spans) => {
        expect(bodyOf(spans)).toBe(theirs(spans))
      }),
      { numRuns: 1000 },
    )
  })

  test('say it also where they are more than was reckoned with', () => {
    const [one] = fc.sample(span, 1)
    if (!one) throw new Error('no span')
    const spans = Array.from({ length: 200 }, (_, index) => ({
      ...one,
      template: { ...one.template, name: '€'.repeat(40 * index) },
    }))
    expect(bodyOf(spans)).toBe(theirs(spans))
  })

  test('leave a parcel that is still being read alone', () => {
    const [first, second] = fc.sample(span, { numRuns: 2, seed: 1 })
    if (!first || !second) throw new Error('no spans')
    const kept = open()
    kept.add(first)
    const body = kept.body()
    const next = open()
    next.add(second)
    next.body()
    expect(hexOf(body)).toBe(theirs([first]))
    kept.release()
    next.release()
  })
})
