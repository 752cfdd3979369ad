// The streams and accounts that a batch reads and changes: remembered, read from their tables where they are not, and
// written once for each batch.
import type { DatabaseSync } from 'node:sqlite'
import { accountId, type Account, type AccountKey } from '../../run/budgets/ledger.ts'
import { accountOf, booksText, streamOf, type AccountRow, type StreamRow } from '../book-rows.ts'
import { boundedMap } from '../../cache.ts'
import { KEPT_WINDOWS } from '../forgetting.ts'
import type { EncodedAppend } from '../seal.ts'
import { newStream, type StreamState } from '../stream-state.ts'

/** `stored`: as it is in the table; null when it has no row. */
export type StoredStream = StreamState & { readonly stored: { readonly open: boolean } | null }

const bit = (value: boolean): number => (value ? 1 : 0)

const SQL = {
  stream: `SELECT run_id, kind, parent, salt, version, hash, open, wake_at, waiting, tenant, books
    FROM streams WHERE run_id = ?`,
  open: `INSERT INTO streams (version, hash, wake_at, waiting, books, open, kind, parent, salt, tenant, run_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  // Without `open` in it, an update leaves the indexes of open streams and of children alone.
  move: 'UPDATE streams SET version = ?, hash = ?, wake_at = ?, waiting = ?, books = ? WHERE run_id = ?',
  turn: 'UPDATE streams SET version = ?, hash = ?, wake_at = ?, waiting = ?, books = ?, open = ? WHERE run_id = ?',
  account: 'SELECT * FROM accounts WHERE owner = ? AND scope = ? AND key = ? AND unit = ?',
  book: `INSERT INTO accounts (owner, scope, key, unit, spent, reserved, max, window_end, warned)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    spent = excluded.spent, reserved = excluded.reserved, max = excluded.max, warned = excluded.warned`,
  forget: `DELETE FROM accounts WHERE scope = ?1 AND key = ?2 AND unit = ?3 AND window_end < ?4 AND reserved = 0
    AND window_end < (SELECT DISTINCT window_end FROM accounts WHERE scope = ?1 AND key = ?2 AND unit = ?3
      ORDER BY window_end DESC LIMIT 1 OFFSET ${KEPT_WINDOWS - 1})
    RETURNING owner, scope, key, unit`,
}

export type Books = {
  /** The stream of an append; a new one where there is none yet. */
  readonly stream: (append: EncodedAppend) => StoredStream
  readonly account: (key: AccountKey, id: string) => Account | undefined
  readonly change: (runId: string, stream: StoredStream) => void
  /** An account that outlives its stream; older windows of its budget may be forgotten that ended `before`. */
  readonly post: (account: Account, before: number) => void
  /** Writes what the batch changed. */
  readonly flush: () => void
  /** The batch is durable: remembers what it changed. */
  readonly committed: () => void
  /** The batch may be lost: forgets everything, since nothing remembered is certain. */
  readonly reset: () => void
}

function bookWriter(db: DatabaseSync) {
  const open = db.prepare(SQL.open)
  const move = db.prepare(SQL.move)
  const turn = db.prepare(SQL.turn)
  const book = db.prepare(SQL.book)
  const forget = db.prepare(SQL.forget)
  return {
    stream: (runId: string, stream: StoredStream): void => {
      const { version, hash, head, stored } = stream
      const values = [version, hash, head.wakeAt, bit(head.waiting), booksText(stream)] as const
      if (!stored) {
        const { kind, parent, salt, tenant } = stream
        open.run(...values, bit(head.open), kind, parent, salt, tenant, runId)
      } else if (stored.open === head.open) move.run(...values, runId)
      else turn.run(...values, bit(head.open), runId)
    },
    account: ({ owner, scope, key, unit, spent, reserved, limit, window_end, warned }: Account): void => {
      book.run(owner, scope, key, unit, spent, reserved, limit, window_end, bit(warned))
    },
    /** Keys of what was removed: windows of the same budget that ended before a time and hold nothing. */
    forgetWindows: ({ scope, key, unit }: Account, before: number): AccountKey[] =>
      forget.all(scope, key, unit, before) as unknown[] as AccountKey[],
  }
}

function bookReader(db: DatabaseSync) {
  const stream = db.prepare(SQL.stream)
  const account = db.prepare(SQL.account)
  return {
    stream: (append: EncodedAppend): StoredStream => {
      const row = stream.get(append.runId) as StreamRow | undefined
      if (!row) return { ...newStream(append), stored: null }
      return { ...streamOf(row), stored: { open: row.open === 1 } }
    },
    account: ({ owner, scope, key, unit }: AccountKey): Account | undefined => {
      const row = account.get(owner, scope, key, unit) as AccountRow | undefined
      return row && accountOf(row)
    },
  }
}

/** Remembers at most `max` open streams and `max` accounts of tenants. */
export function sqliteBooks(db: DatabaseSync, max: number): Books {
  const reader = bookReader(db)
  const writer = bookWriter(db)
  const streams = boundedMap<StoredStream>(max)
  const accounts = boundedMap<Account>(max)
  const changed = new Map<string, StoredStream>()
  const posted = new Map<string, Account>()
  const opened: { readonly account: Account; readonly before: number }[] = []

  const lookUp = (key: AccountKey, id: string): Account | undefined =>
    posted.get(id) ?? accounts.get(id) ?? reader.account(key)
  const nextBatch = (): void => {
    changed.clear()
    posted.clear()
    opened.length = 0
  }
  return {
    stream: (append) => changed.get(append.runId) ?? streams.get(append.runId) ?? reader.stream(append),
    account: lookUp,
    change: (runId, stream) => {
      changed.set(runId, stream)
    },
    post: (account, before) => {
      const id = accountId(account)
      if (account.window_end !== null && !lookUp(account, id)) opened.push({ account, before })
      posted.set(id, account)
    },
    flush: () => {
      for (const [runId, stream] of changed) writer.stream(runId, stream)
      for (const account of posted.values()) writer.account(account)
      for (const { account, before } of opened) {
        for (const key of writer.forgetWindows(account, before)) {
          posted.delete(accountId(key))
          accounts.delete(accountId(key))
        }
      }
    },
    committed: () => {
      for (const [runId, stream] of changed) {
        if (stream.head.open) streams.set(runId, { ...stream, stored: { open: true } })
        else streams.delete(runId)
      }
      for (const [id, account] of posted) accounts.set(id, account)
      nextBatch()
    },
    reset: () => {
      nextBatch()
      streams.clear()
      accounts.clear()
    },
  }
}
