// One batch of appends, one transaction, one fsync. Runs in the journal's own thread.
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'
import type { Account } from '../../run/ledger.ts'
import type { Outcome } from '../group-commit.ts'
import { seal, type EncodedAppend, type Sealed, type SealView } from '../seal.ts'
import type { Books, Stream } from './books.ts'
import { numberOf, primaryCode } from './open.ts'
import { packContents } from '../text.ts'

const SQL = {
  event: `INSERT INTO events (first_position, run_id, first_seq, count, trace_id, at, tenant, writer, prev, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  payload: 'INSERT OR IGNORE INTO payloads (run_id, digest, body) VALUES (?, ?, ?)',
  taken: 'SELECT run_id, digest FROM idempotency WHERE key = ?',
  take: 'INSERT INTO idempotency (key, run_id, digest) VALUES (?, ?, ?)',
}

/** I/O error, corruption, not a database: what the disk holds is no longer known. Full or busy may pass. */
const FATAL_CODES: readonly number[] = [10, 11, 26]

/** Position of the last event; looks at the last row only. */
const lastPosition = (db: DatabaseSync): number =>
  numberOf(db, 'SELECT first_position + count - 1 FROM events ORDER BY first_position DESC LIMIT 1')

const brokenBy = (cause: unknown): AppError =>
  new AppError('JOURNAL_BROKEN', { why: cause instanceof Error ? cause.message : String(cause) }, { cause })

/** What a sealed append adds, in the transaction that is open. */
function insertions(db: DatabaseSync): (append: EncodedAppend, sealed: Sealed) => void {
  const event = db.prepare(SQL.event)
  const payload = db.prepare(SQL.payload)
  const take = db.prepare(SQL.take)
  return (append, { contents, frame }) => {
    if (contents.length > 0) {
      const { position, runId, seq, traceId, at, tenant, writer, prev } = frame
      const shared = [traceId, at, tenant, writer, prev] as const
      event.run(position, runId, seq, contents.length, ...shared, packContents(contents))
    }
    for (const { digest, body } of append.payloads) payload.run(append.runId, digest, body)
    const key = append.idempotency
    if (key) take.run(key.key, append.runId, key.digest)
  }
}

/** The books after a sealed append. */
function bookAll(books: Books, append: EncodedAppend, before: Stream & { sealed: Sealed }): void {
  const { sealed } = before
  const own = new Map<string, Account>(before.books)
  for (const [id, account] of sealed.accounts) {
    if (account.owner === append.runId) own.set(id, account)
    else books.post(account, append.at)
  }
  books.change(append.runId, {
    version: before.version + sealed.texts.length,
    hash: sealed.hash,
    stored: before.stored,
    head: append.head,
    tenant: append.tenant,
    books: own,
  })
}

export type Commits = {
  /** Outcomes in order, once they are durable. Throws JOURNAL_BROKEN when nothing of the batch is. */
  readonly commit: (batch: readonly EncodedAppend[]) => Outcome[]
  /** Any other write, in a transaction of its own. Throws JOURNAL_BROKEN. */
  readonly transact: (work: () => void) => void
  /** Position of the last event. */
  readonly position: () => number
}

/** The one writer of a store. `writer` names this process in its events. */
export function sqliteCommits(db: DatabaseSync, books: Books, writer: string): Commits {
  const insert = insertions(db)
  const taken = db.prepare(SQL.taken)
  let position = lastPosition(db)
  let fatal: AppError | null = null

  const takenBy = (append: EncodedAppend): SealView['taken'] => {
    if (!append.idempotency) return null
    const row = taken.get(append.idempotency.key) as { run_id: string; digest: string } | undefined
    return row ? { runId: row.run_id, digest: row.digest } : null
  }
  const place = (append: EncodedAppend, at: number): { outcome: Outcome; events: number } => {
    const stream = books.stream(append.runId)
    const sealed = seal(append, {
      version: stream.version,
      hash: stream.hash,
      position: at,
      writer,
      taken: takenBy(append),
      account: (key, id) => (key.owner === append.runId ? stream.books.get(id) : books.account(key, id)),
      books: stream.books,
    })
    if (!sealed.ok) return { outcome: sealed, events: 0 }
    insert(append, sealed)
    bookAll(books, append, { ...stream, sealed })
    const { prevs, booked } = sealed
    return { outcome: { ok: true, position: at, prevs, booked }, events: sealed.texts.length }
  }
  const transact = (work: () => void): void => {
    if (fatal) throw fatal
    try {
      db.exec('BEGIN IMMEDIATE')
      work()
      db.exec('COMMIT')
    } catch (error) {
      const broken = brokenBy(error)
      if (FATAL_CODES.includes(primaryCode(error))) fatal = broken
      books.forget()
      if (db.isTransaction) db.exec('ROLLBACK')
      throw broken
    }
  }
  const commit = (batch: readonly EncodedAppend[]): Outcome[] => {
    const outcomes: Outcome[] = []
    let next = position + 1
    transact(() => {
      for (const append of batch) {
        const { outcome, events } = place(append, next)
        outcomes.push(outcome)
        next += events
      }
      books.flush()
    })
    books.keep()
    position = next - 1
    return outcomes
  }
  return { commit, transact, position: () => position }
}
