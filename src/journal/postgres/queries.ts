// What a store in PostgreSQL answers. Each answer is one statement, and so one state of the store.
import type { StoredEvent } from '../../events/event.ts'
import { upcast } from '../../events/upcast.ts'
import type { Account } from '../../run/budgets/ledger.ts'
import { rawPage, textsOf, type EventRow } from '../event-row.ts'
import { accountOf, booksOf, type AccountRow } from '../book-rows.ts'
import type { Child, Head, Journal, KeyHolder, OpenRun, Stream } from '../journal.ts'
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
  open: {
    name: 'open',
    text: `SELECT run_id AS "runId", wake_at AS "wakeAt", waiting FROM streams
      WHERE open AND kind = 'run' AND run_id > $1 ORDER BY run_id LIMIT $2`,
  },
  openBatches: {
    name: 'openBatches',
    text: `SELECT run_id AS "runId" FROM streams
      WHERE open AND kind = 'batch' AND run_id > $1 ORDER BY run_id LIMIT $2`,
  },
  stream: { name: 'stream', text: 'SELECT kind, parent, salt, open FROM streams WHERE run_id = $1' },
  children: {
    name: 'children',
    text: `SELECT run_id AS "runId", open FROM streams WHERE parent = $1 AND run_id > $2 ORDER BY run_id LIMIT $3`,
  },
  holder: { name: 'holder', text: 'SELECT run_id AS "runId", digest FROM idempotency WHERE key = $1' },
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
  | 'read'
  | 'readAll'
  | 'raw'
  | 'payload'
  | 'openRuns'
  | 'openBatches'
  | 'stream'
  | 'children'
  | 'peek'
  | 'heads'
  | 'accounts'
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
    openRuns: async (afterRunId, limit) => [...(await session.ask<OpenRun>(SQL.open, [afterRunId, limit]))],
    openBatches: async (afterBatchId, limit) =>
      (await session.ask<Pick<OpenRun, 'runId'>>(SQL.openBatches, [afterBatchId, limit])).map(
        ({ runId }) => runId,
      ),
    stream: async (runId) => (await session.ask<Stream>(SQL.stream, [runId]))[0] ?? null,
    children: async (parent, afterId, limit) => [
      ...(await session.ask<Child>(SQL.children, [parent, afterId, limit])),
    ],
    peek: async (key) => (await session.ask<KeyHolder>(SQL.holder, [key]))[0] ?? null,
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
