// The heads and accounts that a batch reads and changes: cached, rebuilt from their tables on a miss, and written
// once for each batch.
import type { DatabaseSync } from 'node:sqlite'
import { EMPTY_HASH } from '../../events/event.ts'
import { accountId, type Account, type AccountKey } from '../../run/ledger.ts'
import { booksOf, booksText } from '../books-text.ts'
import { boundedMap } from '../../cache.ts'
import type { EncodedAppend } from '../seal.ts'

export type Stream = {
  readonly version: number
  readonly hash: string
  /** As it is in the table; null when it has no row. */
  readonly stored: { readonly open: boolean } | null
  readonly head: EncodedAppend['head']
  readonly tenant: string
  readonly books: ReadonlyMap<string, Account>
}

export type AccountRow = {
  readonly owner: string
  readonly scope: Account['scope']
  readonly key: string
  readonly unit: Account['unit']
  readonly spent: number
  readonly reserved: number
  readonly max: number
  readonly window_end: number | null
  readonly warned: number
}

const NO_BOOKS: ReadonlyMap<string, Account> = new Map()
const NEW_STREAM: Stream = {
  version: 0,
  hash: EMPTY_HASH,
  stored: null,
  head: { open: false, wakeAt: null, waiting: false },
  tenant: '',
  books: NO_BOOKS,
}

export const accountOf = ({ max, warned, ...row }: AccountRow): Account => ({
  ...row,
  limit: max,
  warned: warned === 1,
})

const bit = (value: boolean): number => (value ? 1 : 0)

const SQL = {
  stream: 'SELECT version, hash, open, wake_at, waiting, tenant, books FROM streams WHERE run_id = ?',
  open: 'INSERT INTO streams (version, hash, wake_at, waiting, books, open, tenant, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  // Without `open` in it, an update leaves the index of open runs alone.
  move: 'UPDATE streams SET version = ?, hash = ?, wake_at = ?, waiting = ?, books = ? WHERE run_id = ?',
  turn: 'UPDATE streams SET version = ?, hash = ?, wake_at = ?, waiting = ?, books = ?, open = ? WHERE run_id = ?',
  account: 'SELECT * FROM accounts WHERE owner = ? AND scope = ? AND key = ? AND unit = ?',
  book: `INSERT INTO accounts (owner, scope, key, unit, spent, reserved, max, window_end, warned)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    spent = excluded.spent, reserved = excluded.reserved, max = excluded.max, warned = excluded.warned`,
  forget: `DELETE FROM accounts WHERE scope = ? AND key = ? AND unit = ? AND window_end < ? AND reserved = 0
    RETURNING owner, scope, key, unit`,
}

type StreamRow = {
  readonly version: number
  readonly hash: string
  readonly open: number
  readonly wake_at: number | null
  readonly waiting: number
  readonly tenant: string
  readonly books: string | null
}

const streamOf = (runId: string, row: StreamRow): Stream => ({
  version: row.version,
  hash: row.hash,
  stored: { open: row.open === 1 },
  head: { open: row.open === 1, wakeAt: row.wake_at, waiting: row.waiting === 1 },
  tenant: row.tenant,
  books: new Map(booksOf(runId, row.books).map((account) => [accountId(account), account])),
})

export type Books = {
  readonly stream: (runId: string) => Stream
  readonly account: (key: AccountKey, id: string) => Account | undefined
  readonly change: (runId: string, stream: Stream) => void
  /** A tenant's account; `at` is the time of the posting. */
  readonly post: (account: Account, at: number) => void
  /** Writes what the batch changed. */
  readonly flush: () => void
  /** The batch is durable: what it changed is what is. */
  readonly keep: () => void
  /** The batch is lost, perhaps: nothing remembered is sure. */
  readonly forget: () => void
}

function bookWriter(db: DatabaseSync) {
  const open = db.prepare(SQL.open)
  const move = db.prepare(SQL.move)
  const turn = db.prepare(SQL.turn)
  const book = db.prepare(SQL.book)
  const forget = db.prepare(SQL.forget)
  return {
    stream: (runId: string, stream: Stream): void => {
      const isOpen = stream.head.open
      const books = isOpen ? booksText(stream.books) : null
      const values = [
        stream.version,
        stream.hash,
        stream.head.wakeAt,
        bit(stream.head.waiting),
        books,
      ] as const
      if (!stream.stored) open.run(...values, bit(isOpen), stream.tenant, runId)
      else if (stream.stored.open === isOpen) move.run(...values, runId)
      else turn.run(...values, bit(isOpen), runId)
    },
    account: ({ owner, scope, key, unit, spent, reserved, limit, window_end, warned }: Account): void => {
      book.run(owner, scope, key, unit, spent, reserved, limit, window_end, bit(warned))
    },
    /** Keys of what was removed: older windows than `at` of the same budget that hold nothing. */
    forgetWindows: ({ scope, key, unit }: Account, at: number): AccountKey[] =>
      forget.all(scope, key, unit, at) as unknown[] as AccountKey[],
  }
}

function bookReader(db: DatabaseSync) {
  const stream = db.prepare(SQL.stream)
  const account = db.prepare(SQL.account)
  return {
    stream: (runId: string): Stream => {
      const row = stream.get(runId) as StreamRow | undefined
      return row ? streamOf(runId, row) : NEW_STREAM
    },
    account: ({ owner, scope, key, unit }: AccountKey): Account | undefined => {
      const row = account.get(owner, scope, key, unit) as AccountRow | undefined
      return row && accountOf(row)
    },
  }
}

/** Keeps at most `max` heads and `max` tenant accounts in memory. */
export function sqliteBooks(db: DatabaseSync, max: number): Books {
  const reader = bookReader(db)
  const writer = bookWriter(db)
  const streams = boundedMap<Stream>(max)
  const accounts = boundedMap<Account>(max)
  const changed = new Map<string, Stream>()
  const posted = new Map<string, Account>()
  const opened: { readonly account: Account; readonly at: number }[] = []

  const lookUp = (key: AccountKey, id: string): Account | undefined =>
    posted.get(id) ?? accounts.get(id) ?? reader.account(key)
  const drop = (): void => {
    changed.clear()
    posted.clear()
    opened.length = 0
  }
  return {
    stream: (runId) => changed.get(runId) ?? streams.get(runId) ?? reader.stream(runId),
    account: lookUp,
    change: (runId, stream) => {
      changed.set(runId, stream)
    },
    post: (account, at) => {
      const id = accountId(account)
      if (account.window_end !== null && !lookUp(account, id)) opened.push({ account, at })
      posted.set(id, account)
    },
    flush: () => {
      for (const [runId, stream] of changed) writer.stream(runId, stream)
      for (const account of posted.values()) writer.account(account)
      for (const { account, at } of opened) {
        for (const key of writer.forgetWindows(account, at)) {
          posted.delete(accountId(key))
          accounts.delete(accountId(key))
        }
      }
    },
    keep: () => {
      for (const [runId, stream] of changed) {
        if (stream.head.open) streams.set(runId, { ...stream, stored: { open: true } })
        else streams.delete(runId)
      }
      for (const [id, account] of posted) accounts.set(id, account)
      drop()
    },
    forget: () => {
      drop()
      streams.clear()
      accounts.clear()
    },
  }
}
