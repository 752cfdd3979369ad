// A stored append, as both stores keep it in a row of `events`, and what it says.
import type { RawEvent } from './journal.ts'
import { eventTexts, unpackContents } from './text.ts'

export type EventRow = {
  readonly run_id: string
  readonly first_position: number
  readonly first_seq: number
  readonly count: number
  readonly trace_id: string
  readonly at: number
  readonly tenant: string
  readonly writer: string
  readonly prev: string
  readonly body: string
}

/** The texts of its events, byte for byte as they were hashed. */
export function textsOf(row: EventRow): readonly string[] {
  const { run_id: runId, first_position: position, first_seq: seq, trace_id: traceId } = row
  const { at, tenant, writer, prev } = row
  const frame = { position, runId, seq, traceId, at, tenant, writer, prev }
  return eventTexts(frame, unpackContents(row.body, runId)).texts
}

const rawOf = (row: EventRow): RawEvent[] =>
  textsOf(row).map((text, index) => ({
    runId: row.run_id,
    seq: row.first_seq + index,
    position: row.first_position + index,
    text,
  }))

/** The page of texts after a position; the rows may begin before it and end beyond it. */
export function rawPage(
  rows: readonly EventRow[],
  after: number,
  limit: number,
): { readonly events: RawEvent[]; readonly position: number } {
  const found = rows.flatMap(rawOf).filter(({ position }) => position > after)
  const events = found.slice(0, limit)
  return { events, position: events.at(-1)?.position ?? after }
}
