// A batch of appends as a row of texts, the way it crosses to the journal's thread. The JSON of events and payloads stands
// as it is: inside more JSON it would be escaped on one side and unescaped on the other, which took as long as making it.
// Texts of their own are copied once, and only those with other letters take two bytes for each; joined into one text of
// a hundred kilobytes and more, they took three times as long.
import type { Posting, PostingEntry } from '../run/budgets/ledger.ts'
import { isPosting, type EncodedAppend, type EncodedLine } from './seal.ts'

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

/** Of at least one append: its header, of each line a posting or the three texts of its event, two of each payload. */
export function batchTexts(batch: readonly EncodedAppend[]): string[] {
  const texts: string[] = []
  for (const append of batch) {
    texts.push(JSON.stringify(headerOf(append)))
    for (const line of append.lines) {
      if (isPosting(line)) texts.push(JSON.stringify(postingRow(line)))
      else texts.push(line[0], line[1], line[2])
    }
    for (const { digest, body } of append.payloads) texts.push(digest, body)
  }
  return texts
}

/** Gives the next text. */
type Next = () => string

/** A posting is a list; an event begins with its type. */
function lineOf(next: Next): EncodedLine {
  const first = next()
  return first.startsWith('[') ? postingOf(JSON.parse(first) as PostingRow) : [first, next(), next()]
}

const payloadOf = (next: Next): Payload => ({ digest: next(), body: next() })

function several<T>(count: number, make: () => T): T[] {
  const made: T[] = []
  while (made.length < count) made.push(make())
  return made
}

/** The append of the next texts. */
function appendOf(next: Next): EncodedAppend {
  const [stream, expectedVersion, traceId, spanId, tenant, at, heads, idempotency, bytes, counts] =
    JSON.parse(next()) as Header
  const [runId, kind, parent, salt] = stream
  const [open, wakeAt, waiting] = heads
  const [lines, payloads] = counts
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
    lines: several(lines, () => lineOf(next)),
    payloads: several(payloads, () => payloadOf(next)),
  }
}

export function batchOf(texts: readonly string[]): EncodedAppend[] {
  let at = 0
  const next: Next = () => texts[at++] ?? ''
  const batch: EncodedAppend[] = []
  while (at < texts.length) batch.push(appendOf(next))
  return batch
}
