// A stream as it stands between two appends, whatever it is kept in: what the next append is checked against, and what
// an append makes of it.
import { EMPTY_HASH } from '../events/digest.ts'
import type { StreamKind } from '../events/stream.ts'
import { accountId, type Account } from '../run/budgets/ledger.ts'
import type { Append } from './journal.ts'
import { seal, type AppendRefusal, type EncodedAppend, type Sealed, type SealView } from './seal.ts'

export type StreamState = {
  readonly kind: StreamKind
  readonly parent: string | null
  readonly salt: string
  readonly tenant: string
  readonly version: number
  readonly hash: string
  readonly head: Append['head']
  /** The stream's own accounts, while it is open. */
  readonly books: ReadonlyMap<string, Account>
}

export const NO_BOOKS: ReadonlyMap<string, Account> = new Map()

/** Kind, parent, salt and tenant are those of the first append, for ever. */
export const newStream = ({ kind, parent, salt, tenant }: EncodedAppend): StreamState => ({
  kind,
  parent,
  salt,
  tenant,
  version: 0,
  hash: EMPTY_HASH,
  head: { open: false, wakeAt: null, waiting: false },
  books: NO_BOOKS,
})

/** Seals an append on top of its stream; `store` knows what lies outside the stream. */
export const sealOnto = (
  { version, hash, books }: StreamState,
  append: EncodedAppend,
  store: Pick<SealView, 'position' | 'writer' | 'taken' | 'account'>,
): Sealed | AppendRefusal =>
  seal(append, {
    ...store,
    version,
    hash,
    books,
    account: (key, id) => (key.owner === append.runId ? books.get(id) : store.account(key, id)),
  })

/** The stream after a sealed append, and the accounts in it that outlive the stream. */
export function advanced<S extends StreamState>(
  stream: S,
  append: EncodedAppend,
  sealed: Sealed,
): { readonly stream: S; readonly shared: readonly Account[] } {
  const books = new Map(stream.books)
  const shared: Account[] = []
  for (const [id, account] of sealed.accounts) {
    if (account.owner === append.runId) books.set(id, account)
    else shared.push(account)
  }
  const version = stream.version + sealed.texts.length
  return { stream: { ...stream, version, hash: sealed.hash, head: append.head, books }, shared }
}

/** Accounts by their id. */
export const byAccountId = (accounts: readonly Account[]): ReadonlyMap<string, Account> =>
  new Map(accounts.map((account) => [accountId(account), account]))
