// What a store in PostgreSQL answers. Each answer is one statement, and so one state of the store.
import type { StoredEvent } from '../../events/event.ts'
import { upcast } from '../../events/upcast.ts'
import type { Account } from '../../run/ledger.ts'
import { rawPage, textsOf, type EventRow } from '../event-row.ts'
import type { Head, Journal, OpenRun } from '../journal.ts'
import { booksOf } from '../books-text.ts'
import { accountOf, type AccountRow } from './books.ts'
import type { Session } from './session.ts'

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
  peek: { name: 'peek', text: 'SELECT run_id AS "runId", digest FROM idempotency WHERE key = $1' },
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

/** An account, or all those of a run in `books`. */
type BooksRow = AccountRow & { readonly books: string | null }

const eventsOf = (row: EventRow): StoredEvent[] =>
  textsOf(row).map((text) => {
    const event: unknown = JSON.parse(text)
    return upcast(event)
  })

const accountsOf = ({ books, ...row }: BooksRow): Account[] =>
  books === null ? [accountOf(row)] : booksOf(row.owner, books)

export type Queries = Pick<
  Journal,
  'read' | 'readAll' | 'raw' | 'peek' | 'payload' | 'openRuns' | 'heads' | 'accounts'
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
    raw: async (after, limit) => rawPage(await rowsAfter(after, limit), after, limit),
    payload: async (runId, digest) => {
      const [row] = await session.ask<{ body: string }>(SQL.payload, [runId, digest])
      return row?.body ?? null
    },
    peek: async (key) => {
      const [row] = await session.ask<{ runId: string; digest: string }>(SQL.peek, [key])
      return row ?? null
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
