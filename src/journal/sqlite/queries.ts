// What the store answers, in the journal's own thread. Events leave it as texts: whoever asked parses them.
import type { DatabaseSync } from 'node:sqlite'
import type { Account } from '../../run/ledger.ts'
import type { Head, OpenRun, RawEvent } from '../journal.ts'
import { booksOf } from '../books-text.ts'
import { accountOf, type AccountRow } from './books.ts'
import { rawPage, textsOf, type EventRow } from '../event-row.ts'

const SQL = {
  run: `SELECT * FROM events WHERE run_id = :run AND first_seq >=
    (SELECT coalesce(max(first_seq), 1) FROM events WHERE run_id = :run AND first_seq <= :seq)
    ORDER BY first_seq`,
  all: `SELECT * FROM events WHERE first_position >=
    (SELECT coalesce(max(first_position), 1) FROM events WHERE first_position <= ?)
    ORDER BY first_position`,
  payload: 'SELECT body FROM payloads WHERE run_id = ? AND digest = ?',
  open: `SELECT run_id, wake_at, waiting FROM streams INDEXED BY streams_open
    WHERE open = 1 AND run_id > ? ORDER BY run_id LIMIT ?`,
  peek: 'SELECT run_id AS "runId", digest FROM idempotency WHERE key = ?',
  heads: 'SELECT run_id, version, hash FROM streams WHERE run_id > ? ORDER BY run_id LIMIT ?',
  accounts: 'SELECT * FROM accounts',
  accountsOf: 'SELECT * FROM accounts WHERE owner = ?',
  books: 'SELECT run_id, books FROM streams INDEXED BY streams_open WHERE open = 1',
  booksOf: 'SELECT run_id, books FROM streams WHERE run_id = ?',
}

export type Queries = {
  /** Bodies (JSON arrays) from the one that holds `seq` on. */
  readonly run: (runId: string, seq: number) => string[]
  /** Bodies from the one that holds the event after `position` on, until they hold `limit` events after it. */
  readonly all: (position: number, limit: number) => string[]
  readonly raw: (position: number, limit: number) => { events: RawEvent[]; position: number }
  readonly peek: (key: string) => { runId: string; digest: string } | null
  readonly payload: (runId: string, digest: string) => string | null
  readonly openRuns: (afterRunId: string, limit: number) => OpenRun[]
  readonly heads: (afterRunId: string, limit: number) => Head[]
  readonly accounts: (owner: string | null) => Account[]
}

const arrayOf = (row: EventRow): string => `[${textsOf(row).join(',')}]`

function accountQuery(db: DatabaseSync): Queries['accounts'] {
  const everyAccount = db.prepare(SQL.accounts)
  const accountsOf = db.prepare(SQL.accountsOf)
  const everyRun = db.prepare(SQL.books)
  const run = db.prepare(SQL.booksOf)
  return (owner) => {
    const shared = owner === null ? everyAccount.all() : accountsOf.all(owner)
    const runs = owner === null ? everyRun.all() : run.all(owner)
    const own = runs as unknown[] as { run_id: string; books: string | null }[]
    return [
      ...(shared as unknown[] as AccountRow[]).map(accountOf),
      ...own.flatMap((row) => booksOf(row.run_id, row.books)),
    ]
  }
}

/** The columns are those that the statement names. */
const rowOf = (found: Record<string, unknown>): EventRow => found as EventRow

export function sqliteQueries(db: DatabaseSync): Queries {
  const run = db.prepare(SQL.run)
  const all = db.prepare(SQL.all)
  const payload = db.prepare(SQL.payload)
  const peek = db.prepare(SQL.peek)
  const open = db.prepare(SQL.open)
  const heads = db.prepare(SQL.heads)

  const rowsAfter = (position: number, limit: number): EventRow[] => {
    const rows: EventRow[] = []
    for (const found of all.iterate(position + 1)) {
      const row = rowOf(found)
      rows.push(row)
      if (row.first_position + row.count > position + limit) break
    }
    return rows
  }
  return {
    run: (runId, seq) => run.all({ run: runId, seq }).map((found) => arrayOf(rowOf(found))),
    all: (position, limit) => rowsAfter(position, limit).map(arrayOf),
    raw: (position, limit) => rawPage(rowsAfter(position, limit), position, limit),
    peek: (key) => (peek.get(key) as { runId: string; digest: string } | undefined) ?? null,
    payload: (runId, digest) => {
      const row = payload.get(runId, digest)
      return row ? String(row['body']) : null
    },
    openRuns: (afterRunId, limit) =>
      open.all(afterRunId, limit).map((row) => ({
        runId: String(row['run_id']),
        wakeAt: row['wake_at'] === null ? null : Number(row['wake_at']),
        waiting: row['waiting'] === 1,
      })),
    heads: (afterRunId, limit) =>
      heads.all(afterRunId, limit).map((row) => ({
        runId: String(row['run_id']),
        version: Number(row['version']),
        hash: String(row['hash']),
      })),
    accounts: accountQuery(db),
  }
}
