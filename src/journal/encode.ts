// The door of every journal: checks each line once against its schema, makes its JSON text, and puts the events
// together again from what was sealed, without parsing.
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { EMPTY_HASH } from '../events/digest.ts'
import { envelopeShape, originSchema, type Origin } from '../events/envelope.ts'
import { factSchema, type Draft, type Fact, type StoredEvent } from '../events/event.ts'
import { problemsOf } from '../events/problem.ts'
import { quickCheck } from '../events/checks/json-check.ts'
import { kindOf, saltSchema, type StreamKind } from '../events/stream.ts'
import type { Posting } from '../run/budgets/ledger.ts'
import type { Append, Line } from './journal.ts'
import { budgetFacts, isPosting, type Booked, type EncodedAppend, type EncodedLine } from './seal.ts'
import { dataText } from './text.ts'

const amount = z.int().min(0)

type Door = { readonly schema: z.ZodType; readonly isRight: (value: unknown) => boolean }

/** The quick check is made when it is first needed: of most kinds of events a process writes none. */
function door(schema: z.ZodType): Door {
  let quick: Door['isRight'] | null = null
  return { schema, isRight: (value) => (quick ??= quickCheck(schema))(value) }
}

const dataDoors: ReadonlyMap<string, Door> = new Map(
  factSchema.options.map((schema) => [schema.shape.type.value, door(schema.shape.data)]),
)

const appendDoor = door(
  z.object({
    runId: envelopeShape.run_id,
    expectedVersion: amount,
    traceId: envelopeShape.trace_id,
    spanId: envelopeShape.span_id,
    tenant: envelopeShape.tenant,
    at: envelopeShape.at,
    parent: envelopeShape.run_id.nullable().optional(),
    salt: saltSchema.optional(),
  }),
)
const spanDoor = door(envelopeShape.span_id)
const originDoor = door(originSchema)

function check({ schema, isRight }: Door, value: unknown, what: string): void {
  if (isRight(value)) return
  const parsed = schema.safeParse(value)
  if (parsed.success) return
  const cause = new Error(`${what} does not fit its schema`, { cause: parsed.error })
  throw new AppError('INTERNAL', {}, { cause, problems: problemsOf(parsed.error) })
}

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/**
 * The names of a posting come from events that have passed their schema; its numbers are new. By hand, because a
 * run has two dozen entries: a schema here was a tenth of a run's whole cost.
 */
function checkPosting({ kind, threshold, entries }: Posting): void {
  const isRight = ({ amount, held, limit }: Posting['entries'][number]): boolean =>
    isAmount(amount) && isAmount(held) && isAmount(limit) && (kind === 'reserve' || amount <= held)
  if (entries.length > 0 && Number.isFinite(threshold) && entries.every(isRight)) return
  const why = 'a posting needs accounts, whole amounts from 0, and no more used than was held'
  throw new AppError('INTERNAL', {}, { cause: new Error(why) })
}

function encodeLine(line: Line, spanId: string): EncodedLine {
  if (line.type === 'posting') {
    checkPosting(line)
    return line
  }
  const data = dataDoors.get(line.type)
  if (!data) throw new AppError('INTERNAL', {}, { cause: new Error(`no schema for ${line.type}`) })
  check(data, line.data, line.type)
  if (line.span_id !== undefined) check(spanDoor, line.span_id, 'span_id')
  if (line.origin !== undefined) check(originDoor, line.origin, 'origin')
  return [line.type, line.span_id ?? spanId, dataText(line.data, line.origin)]
}

/** Envelope, or a posting's accounts, add about this much to the text of a line. */
const ENVELOPE_BYTES = 400

function checkStream(id: string): StreamKind {
  const kind = kindOf(id)
  if (kind !== null) return kind
  throw new AppError('INTERNAL', {}, { cause: new Error(`no kind of stream has the id ${id}`) })
}

/** Throws INTERNAL, with every problem, for what no schema allows. */
export function encode(append: Append): EncodedAppend {
  const { runId, expectedVersion, traceId, spanId, tenant, at, parent, salt } = append
  check(appendDoor, { runId, expectedVersion, traceId, spanId, tenant, at, parent, salt }, 'append')
  const kind = checkStream(runId)
  if (typeof parent === 'string') checkStream(parent)
  let bytes = 0
  const lines = append.lines.map((line) => {
    const encoded = encodeLine(line, append.spanId)
    bytes += ENVELOPE_BYTES + (isPosting(encoded) ? ENVELOPE_BYTES : encoded[2].length)
    return encoded
  })
  for (const payload of append.payloads) bytes += payload.body.length
  const { payloads, head, idempotency } = append
  const named = { runId, kind, parent: parent ?? null, salt: salt ?? '', tenant }
  return { ...named, expectedVersion, traceId, spanId, at, head, idempotency, lines, payloads, bytes }
}

/** What whoever holds the original append must be told to know its events. */
export type Receipt = {
  /** Of the first event. */
  readonly position: number
  readonly prevs: string
  readonly booked: readonly Booked[]
}

/** In the order of its text. */
function withOrigin({ data, ...envelope }: StoredEvent, origin: Origin): StoredEvent {
  const event = { ...envelope, origin, data }
  // Type and data still come from one event.
  return event as StoredEvent
}

/** The events of an append as they stand in the journal. */
export function assemble(append: Append, receipt: Receipt, writer: string): StoredEvent[] {
  const { runId, traceId, tenant, at } = append
  const events: StoredEvent[] = []
  let nextBooked = 0
  const add = (fact: Fact, spanId: string, origin?: Origin): void => {
    const index = events.length
    const seq = append.expectedVersion + index + 1
    const event = {
      position: receipt.position + index,
      id: `${runId}-${seq}`,
      run_id: runId,
      seq,
      trace_id: traceId,
      span_id: spanId,
      at,
      type: fact.type,
      tenant,
      writer,
      prev: receipt.prevs.slice(index * EMPTY_HASH.length, (index + 1) * EMPTY_HASH.length),
      data: fact.data,
    }
    // type and data come from one fact, which the compiler cannot see through the literal.
    const stored = event as StoredEvent
    events.push(origin === undefined ? stored : withOrigin(stored, origin))
  }
  const addDraft = (draft: Draft): void => add(draft, draft.span_id ?? append.spanId, draft.origin)
  for (const line of append.lines) {
    if (line.type !== 'posting') {
      addDraft(line)
      continue
    }
    const booked = receipt.booked.slice(nextBooked, nextBooked + line.entries.length)
    nextBooked += line.entries.length
    for (const fact of budgetFacts(line, booked)) add(fact, append.spanId)
  }
  return events
}
