// A run's own accounts as the text that stands in its row while it is open, and back.
import type { Account } from '../run/ledger.ts'

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

export const booksText = (books: ReadonlyMap<string, Account>): string =>
  JSON.stringify(Array.from(books.values(), entryOf))

/** null: the run is over and has none. */
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
