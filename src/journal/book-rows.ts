// Streams and accounts as both stores keep them in rows. SQLite has numbers where PostgreSQL has booleans.
import type { StreamKind } from '../events/stream.ts'
import type { Account } from '../run/budgets/ledger.ts'
import { byAccountId, type StreamState } from './stream-state.ts'

type Bit = boolean | number

export type StreamRow = {
  readonly run_id: string
  readonly kind: StreamKind
  readonly parent: string | null
  readonly salt: string
  readonly version: number
  readonly hash: string
  readonly open: Bit
  readonly wake_at: number | null
  readonly waiting: Bit
  readonly tenant: string
  readonly books: string | null
}

export type AccountRow = Omit<Account, 'limit' | 'warned'> & { readonly max: number; readonly warned: Bit }

type BookEntry = readonly [
  scope: Account['scope'],
  key: string,
  unit: Account['unit'],
  spent: number,
  reserved: number,
  limit: number,
  windowEnd: number | null,
  warned: boolean,
]

const entryOf = (a: Account): BookEntry => [
  a.scope,
  a.key,
  a.unit,
  a.spent,
  a.reserved,
  a.limit,
  a.window_end,
  a.warned,
]

/** What the row of a stream keeps of its own accounts; null once it is over. */
export const booksText = ({ head, books }: Pick<StreamState, 'head' | 'books'>): string | null =>
  head.open ? JSON.stringify(Array.from(books.values(), entryOf)) : null

/** The accounts in the row of the stream `owner`. */
export function booksOf(owner: string, text: string | null): Account[] {
  const entries: BookEntry[] = text === null ? [] : JSON.parse(text)
  return entries.map(([scope, key, unit, spent, reserved, limit, window_end, warned]) => ({
    scope,
    key,
    unit,
    owner,
    spent,
    reserved,
    limit,
    window_end,
    warned,
  }))
}

export const streamOf = (row: StreamRow): StreamState => ({
  kind: row.kind,
  parent: row.parent,
  salt: row.salt,
  tenant: row.tenant,
  version: row.version,
  hash: row.hash,
  head: { open: Boolean(row.open), wakeAt: row.wake_at, waiting: Boolean(row.waiting) },
  books: byAccountId(booksOf(row.run_id, row.books)),
})

export const accountOf = ({ max, warned, ...row }: AccountRow): Account => ({
  ...row,
  limit: max,
  warned: Boolean(warned),
})
