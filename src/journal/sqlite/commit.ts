// One batch of appends, one transaction, one fsync. Runs in the journal's own thread.
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'
import { forgetBefore } from '../forgetting.ts'
import type { CommitOutcome } from '../group-commit.ts'
import type { KeyHolder } from '../journal.ts'
import type { EncodedAppend, Sealed } from '../seal.ts'
import { advanced, sealOnto } from '../stream-state.ts'
import type { Books } from './books.ts'
import { numberOf, primaryCode } from './numbers.ts'
import { packContents } from '../text.ts'

const SQL = {
  event: `INSERT INTO events (first_position, run_id, first_seq, count, trace_id, at, tenant, writer, prev, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  payload: 'INSERT OR IGNORE INTO payloads (run_id, digest, body) VALUES (?, ?, ?)',
  holder: 'SELECT run_id, digest FROM idempotency WHERE key = ?',
  claim: 'INSERT INTO idempotency (key, run_id, digest) VALUES (?, ?, ?)',
}

/** I/O error, corruption, not a database: what the disk holds is no longer known. Full or busy may pass. */
const FATAL_CODES: readonly number[] = [10, 11, 26]

/** Position of the last event; looks at the last row only. */
const lastPosition = (db: DatabaseSync): number =>
  numberOf(db, 'SELECT first_position + count - 1 FROM events ORDER BY first_position DESC LIMIT 1')

/** When the last event happened, epoch milliseconds. */
const lastTime = (db: DatabaseSync): number =>
  numberOf(db, 'SELECT at FROM events ORDER BY first_position DESC LIMIT 1')

const brokenBy = (cause: unknown): AppError =>
  new AppError('JOURNAL_BROKEN', { why: cause instanceof Error ? cause.message : String(cause) }, { cause })

/** What a sealed append adds, in the transaction that is open. */
function insertions(db: DatabaseSync): (append: EncodedAppend, sealed: Sealed) => void {
  const event = db.prepare(SQL.event)
  const payload = db.prepare(SQL.payload)
  const claim = db.prepare(SQL.claim)
  return (append, { contents, frame }) => {
    if (contents.length > 0) {
      const { position, runId, seq, traceId, at, tenant, writer, prev } = frame
      const shared = [traceId, at, tenant, writer, prev] as const
      event.run(position, runId, seq, contents.length, ...shared, packContents(contents))
    }
    for (const { digest, body } of append.payloads) payload.run(append.runId, digest, body)
    const key = append.idempotency
    if (key) claim.run(key.key, append.runId, key.digest)
  }
}

export type Commits = {
  /** Outcomes in order, once they are durable. Throws JOURNAL_BROKEN when nothing of the batch is. */
  readonly commit: (batch: readonly EncodedAppend[]) => CommitOutcome[]
  /** Any other write, in a transaction of its own. Throws JOURNAL_BROKEN. */
  readonly transact: (work: () => void) => void
  readonly peek: (key: string) => KeyHolder | null
  /** Position of the last event. */
  readonly position: () => number
}

/** The one writer of a store. `writer` names this process in its events. */
export function sqliteCommits(db: DatabaseSync, books: Books, writer: string): Commits {
  const insert = insertions(db)
  const holder = db.prepare(SQL.holder)
  let position = lastPosition(db)
  let latest = lastTime(db)
  let fatal: AppError | null = null

  const peek = (key: string): KeyHolder | null => {
    const row = holder.get(key) as { run_id: string; digest: string } | undefined
    return row ? { runId: row.run_id, digest: row.digest } : null
  }
  const write = (append: EncodedAppend, at: number): { outcome: CommitOutcome; events: number } => {
    const before = books.stream(append)
    const taken = append.idempotency ? peek(append.idempotency.key) : null
    const sealed = sealOnto(before, append, { position: at, writer, taken, account: books.account })
    if (!sealed.ok) return { outcome: sealed, events: 0 }
    insert(append, sealed)
    const { stream, shared } = advanced(before, append, sealed)
    books.change(append.runId, stream)
    for (const account of shared) books.post(account, forgetBefore(append.at, latest))
    latest = Math.max(latest, append.at)
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
      books.reset()
      if (db.isTransaction) db.exec('ROLLBACK')
      throw broken
    }
  }
  const commit = (batch: readonly EncodedAppend[]): CommitOutcome[] => {
    const outcomes: CommitOutcome[] = []
    let next = position + 1
    transact(() => {
      for (const append of batch) {
        const { outcome, events } = write(append, next)
        outcomes.push(outcome)
        next += events
      }
      books.flush()
    })
    books.committed()
    position = next - 1
    return outcomes
  }
  return { commit, transact, peek, position: () => position }
}
