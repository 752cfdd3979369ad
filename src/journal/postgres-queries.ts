// What a store in PostgreSQL answers. Each answer is one statement, and so one state of the store.
import type { StoredEvent } from '../events/event.ts'
import { upcast } from '../events/upcast.ts'
import type { Account } from '../run/ledger.ts'
import type { Head, Journal, OpenRun, RawEvent } from './journal.ts'
import { booksOf } from './books-text.ts'
import { accountOf, type AccountRow } from './postgres-books.ts'
import type { Session } from './postgres-session.ts'
import { eventTexts, unpackContents } from './text.ts'

const SQL = {
  run: {
    name: 'run',
    text: `SELECT * FROM events WHERE run_id = $1 AND first_seq >=
      (SELECT coalesce(max(first_seq), 1) FROM events WHERE run_id = $1 AND first_seq <= $2)
      ORDER BY first_seq`,
  },
  all: {
    name: 'all',
    text: `SELECT * FROM events WHERE first_position >=
      (SELECT coalesce(max(first_position), 1) FROM events WHERE first_position <= $1)
      AND first_position <= $2 ORDER BY first_position`,
  },
  payload: { name: 'payload', text: 'SELECT body FROM payloads WHERE run_id = $1 AND digest = $2' },
  open: {
    name: 'open',
    text: `SELECT run_id AS "runId", wake_at AS "wakeAt", waiting FROM streams
      WHERE open AND run_id > $1 ORDER BY run_id LIMIT $2`,
  },
  heads: {
    name: 'heads',
    text: 'SELECT run_id AS "runId", version, hash FROM streams WHERE run_id > $1 ORDER BY run_id LIMIT $2',
  },
  books: {
    name: 'books',
    text: `SELECT a.*, NULL AS books FROM accounts a
      UNION ALL SELECT run_id, '', '', '', 0, 0, 0, NULL, false, books FROM streams WHERE open
      ORDER BY owner, scope, key, unit`,
  },
  booksOf: {
    name: 'booksOf',
    text: `SELECT a.*, NULL AS books FROM accounts a WHERE owner = $1
      UNION ALL SELECT run_id, '', '', '', 0, 0, 0, NULL, false, books FROM streams WHERE open AND run_id = $1
      ORDER BY owner, scope, key, unit`,
  },
}

/** A stored append. */
type EventRow = {
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

/** An account, or all those of a run in `books`. */
type BooksRow = AccountRow & { readonly books: string | null }

function textsOf(row: EventRow): readonly string[] {
  const { run_id: runId, first_position: position, first_seq: seq, trace_id: traceId } = row
  const { at, tenant, writer, prev } = row
  const frame = { position, runId, seq, traceId, at, tenant, writer, prev }
  return eventTexts(frame, unpackContents(row.body)).texts
}

const eventsOf = (row: EventRow): StoredEvent[] =>
  textsOf(row).map((text) => {
    const event: unknown = JSON.parse(text)
    return upcast(event)
  })

const rawOf = (row: EventRow): RawEvent[] =>
  textsOf(row).map((text, index) => ({
    runId: row.run_id,
    seq: row.first_seq + index,
    position: row.first_position + index,
    text,
  }))

const accountsOf = ({ books, ...row }: BooksRow): Account[] =>
  books === null ? [accountOf(row)] : booksOf(row.owner, books)

export type Queries = Pick<
  Journal,
  'read' | 'readAll' | 'raw' | 'payload' | 'openRuns' | 'heads' | 'accounts'
>

export function postgresQueries(session: Session): Queries {
  /** Positions are dense, so that the rows of `limit` events after one start at it at the latest. */
  const rowsAfter = (position: number, limit: number): Promise<readonly EventRow[]> =>
    session.ask<EventRow>(SQL.all, [position + 1, Math.min(position + limit, Number.MAX_SAFE_INTEGER)])
  return {
    read: async (runId, afterSeq = 0) => {
      const rows = await session.ask<EventRow>(SQL.run, [runId, afterSeq + 1])
      return rows.flatMap(eventsOf).filter(({ seq }) => seq > afterSeq)
    },
    readAll: async (after, limit) => {
      const events = (await rowsAfter(after, limit)).flatMap(eventsOf)
      return events.filter(({ position }) => position > after).slice(0, limit)
    },
    raw: async (after, limit) => {
      const found = (await rowsAfter(after, limit)).flatMap(rawOf)
      const events = found.filter(({ position }) => position > after).slice(0, limit)
      return { events, position: events.at(-1)?.position ?? after }
    },
    payload: async (runId, digest) => {
      const [row] = await session.ask<{ body: string }>(SQL.payload, [runId, digest])
      return row?.body ?? null
    },
    openRuns: async (afterRunId, limit) => [...(await session.ask<OpenRun>(SQL.open, [afterRunId, limit]))],
    heads: async (afterRunId, limit) => [...(await session.ask<Head>(SQL.heads, [afterRunId, limit]))],
    accounts: async (owner) => {
      const rows =
        owner === undefined
          ? await session.ask<BooksRow>(SQL.books)
          : await session.ask<BooksRow>(SQL.booksOf, [owner])
      return rows.flatMap(accountsOf)
    },
  }
}
