// What the store answers, in the journal's own thread. Events leave it as texts: whoever asked parses them.
import type { DatabaseSync } from 'node:sqlite'
import type { Account } from '../../run/budgets/ledger.ts'
import { accountOf, booksOf, type AccountRow, type StreamRow } from '../book-rows.ts'
import type { Child, Head, OpenRun, RawEvent, Stream } from '../journal.ts'
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
    WHERE open = 1 AND kind = 'run' AND run_id > ? ORDER BY run_id LIMIT ?`,
  openBatches: `SELECT run_id FROM streams INDEXED BY streams_open
    WHERE open = 1 AND kind = 'batch' AND run_id > ? ORDER BY run_id LIMIT ?`,
  stream: 'SELECT kind, parent, salt, open FROM streams WHERE run_id = ?',
  children: `SELECT run_id, open FROM streams INDEXED BY streams_children
    WHERE parent = ? AND run_id > ? ORDER BY run_id LIMIT ?`,
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
  readonly payload: (runId: string, digest: string) => string | null
  readonly openRuns: (afterRunId: string, limit: number) => OpenRun[]
  readonly openBatches: (afterBatchId: string, limit: number) => string[]
  readonly stream: (runId: string) => Stream | null
  readonly children: (parent: string, afterId: string, limit: number) => Child[]
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

function streamQueries(
  db: DatabaseSync,
): Pick<Queries, 'openRuns' | 'openBatches' | 'stream' | 'children' | 'heads'> {
  const open = db.prepare(SQL.open)
  const openBatches = db.prepare(SQL.openBatches)
  const stream = db.prepare(SQL.stream)
  const children = db.prepare(SQL.children)
  const heads = db.prepare(SQL.heads)
  return {
    openRuns: (afterRunId, limit) =>
      open.all(afterRunId, limit).map((row) => ({
        runId: String(row['run_id']),
        wakeAt: row['wake_at'] === null ? null : Number(row['wake_at']),
        waiting: row['waiting'] === 1,
      })),
    openBatches: (afterBatchId, limit) =>
      openBatches.all(afterBatchId, limit).map((row) => String(row['run_id'])),
    stream: (runId) => {
      const row = stream.get(runId) as Pick<StreamRow, 'kind' | 'parent' | 'salt' | 'open'> | undefined
      return row ? { kind: row.kind, parent: row.parent, salt: row.salt, open: row.open === 1 } : null
    },
    children: (parent, afterId, limit) =>
      children
        .all(parent, afterId, limit)
        .map((row) => ({ runId: String(row['run_id']), open: row['open'] === 1 })),
    heads: (afterRunId, limit) =>
      heads.all(afterRunId, limit).map((row) => ({
        runId: String(row['run_id']),
        version: Number(row['version']),
        hash: String(row['hash']),
      })),
  }
}

export function sqliteQueries(db: DatabaseSync): Queries {
  const run = db.prepare(SQL.run)
  const all = db.prepare(SQL.all)
  const payload = db.prepare(SQL.payload)

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
    payload: (runId, digest) => {
      const row = payload.get(runId, digest)
      return row ? String(row['body']) : null
    },
    ...streamQueries(db),
    accounts: accountQuery(db),
  }
}
