// A batch of appends as one text, the way it crosses to the journal's thread. The JSON of events and payloads stands in
// lines of its own: inside more JSON it would be escaped on one side and unescaped on the other, which took as long as
// making it.
import { AppError } from '../errors.ts'
import type { Posting, PostingEntry } from '../run/budgets/ledger.ts'
import { isPosting, type EncodedAppend, type EncodedLine } from './seal.ts'
import { packContent, unpackContent } from './text.ts'

type Payload = EncodedAppend['payloads'][number]

/**
 * An append without its lines and payloads, but with how many of them follow. Rows of values instead of objects: the
 * names of a run's two dozen entries were a third of the text, and of the time that it takes on both sides.
 */
type Header = readonly [
  stream: readonly [runId: string, kind: EncodedAppend['kind'], parent: string | null, salt: string],
  expectedVersion: number,
  traceId: string,
  spanId: string,
  tenant: string,
  at: number,
  head: readonly [open: boolean, wakeAt: number | null, waiting: boolean],
  idempotency: EncodedAppend['idempotency'],
  bytes: number,
  counts: readonly [lines: number, payloads: number],
]

/** What may be absent stands last, as null. */
type EntryRow = readonly [
  scope: PostingEntry['scope'],
  key: string,
  unit: PostingEntry['unit'],
  owner: string,
  amount: number,
  held: number,
  limit: number,
  windowEnd: number | null,
  window: PostingEntry['window'] | null,
  limitOf: PostingEntry['limit_of'] | null,
  threshold: number | null,
]

type PostingRow = readonly [
  kind: Posting['kind'],
  callId: string,
  stepId: string | null,
  profile: string,
  threshold: number,
  entries: readonly EntryRow[],
]

const headerOf = (append: EncodedAppend): Header => [
  [append.runId, append.kind, append.parent, append.salt],
  append.expectedVersion,
  append.traceId,
  append.spanId,
  append.tenant,
  append.at,
  [append.head.open, append.head.wakeAt, append.head.waiting],
  append.idempotency,
  append.bytes,
  [append.lines.length, append.payloads.length],
]

const entryRow = (entry: PostingEntry): EntryRow => [
  entry.scope,
  entry.key,
  entry.unit,
  entry.owner,
  entry.amount,
  entry.held,
  entry.limit,
  entry.window_end,
  entry.window ?? null,
  entry.limit_of ?? null,
  entry.threshold ?? null,
]

const entryOf = ([
  scope,
  key,
  unit,
  owner,
  amount,
  held,
  limit,
  window_end,
  window,
  limit_of,
  threshold,
]: EntryRow): PostingEntry => ({
  scope,
  key,
  unit,
  owner,
  amount,
  held,
  limit,
  window_end,
  window: window ?? undefined,
  limit_of: limit_of ?? undefined,
  threshold: threshold ?? undefined,
})

const postingRow = (posting: Posting): PostingRow => [
  posting.kind,
  posting.call_id,
  posting.step_id,
  posting.profile,
  posting.threshold,
  posting.entries.map(entryRow),
]

function postingOf([kind, call_id, step_id, profile, threshold, entries]: PostingRow): Posting {
  return { type: 'posting', kind, call_id, step_id, profile, threshold, entries: entries.map(entryOf) }
}

const lineText = (line: EncodedLine): string =>
  isPosting(line) ? JSON.stringify(postingRow(line)) : packContent(line)

/** A posting is a list; an event begins with its type. */
const lineOf = (text: string): EncodedLine =>
  text.startsWith('[') ? postingOf(JSON.parse(text) as PostingRow) : unpackContent(text)

function payloadText({ digest, body }: Payload): string {
  if (!body.includes('\n')) return `${digest} ${body}`
  throw new AppError('INTERNAL', {}, { cause: new Error('the body of a payload is not canonical JSON') })
}

function payloadOf(text: string): Payload {
  const blank = text.indexOf(' ')
  return { digest: text.slice(0, blank), body: text.slice(blank + 1) }
}

/** Of at least one append. No part of it has a raw line break: JSON writes it as two characters. */
export function batchText(batch: readonly EncodedAppend[]): string {
  const rows: string[] = []
  for (const append of batch) {
    rows.push(JSON.stringify(headerOf(append)))
    for (const line of append.lines) rows.push(lineText(line))
    for (const payload of append.payloads) rows.push(payloadText(payload))
  }
  return rows.join('\n')
}

/** The append of a header, and of the rows that follow it. */
function appendOf(header: Header, lines: readonly string[], payloads: readonly string[]): EncodedAppend {
  const [stream, expectedVersion, traceId, spanId, tenant, at, heads, idempotency, bytes] = header
  const [runId, kind, parent, salt] = stream
  const [open, wakeAt, waiting] = heads
  return {
    runId,
    kind,
    parent,
    salt,
    expectedVersion,
    traceId,
    spanId,
    tenant,
    at,
    head: { open, wakeAt, waiting },
    idempotency,
    bytes,
    lines: lines.map(lineOf),
    payloads: payloads.map(payloadOf),
  }
}

export function batchOf(text: string): EncodedAppend[] {
  const rows = text.split('\n')
  const batch: EncodedAppend[] = []
  for (let at = 0; at < rows.length;) {
    const header = JSON.parse(rows[at] ?? '') as Header
    const [lines, payloads] = header[9]
    const from = at + 1
    at = from + lines + payloads
    batch.push(appendOf(header, rows.slice(from, from + lines), rows.slice(from + lines, at)))
  }
  return batch
}
