// The heads and accounts that batches read and change, of a PostgreSQL journal. Kept in memory, which is safe because
// one process at a time writes (open.ts); looked up in their tables otherwise, all of a batch together.
import { EMPTY_HASH } from '../../events/event.ts'
import { accountId, type Account, type AccountKey } from '../../run/ledger.ts'
import { booksOf, booksText } from '../books-text.ts'
import { boundedMap } from '../../cache.ts'
import type { Append } from '../journal.ts'
import type { Session } from './session.ts'
import type { EncodedAppend } from '../seal.ts'

export type Stream = {
  readonly version: number
  readonly hash: string
  readonly head: Append['head']
  readonly tenant: string
  readonly books: ReadonlyMap<string, Account>
}

export type Taken = { readonly runId: string; readonly digest: string }

export type AccountRow = Omit<Account, 'limit'> & { readonly max: number }

const NEW_STREAM: Stream = {
  version: 0,
  hash: EMPTY_HASH,
  head: { open: false, wakeAt: null, waiting: false },
  tenant: '',
  books: new Map(),
}

export const accountOf = ({ max, ...row }: AccountRow): Account => ({ ...row, limit: max })

/** What the row of a stream keeps of its run's own accounts. */
export const openBooksText = ({ head, books }: Stream): string | null => (head.open ? booksText(books) : null)

const SQL = {
  streams: {
    name: 'streams',
    text: `SELECT run_id, version, hash, open, wake_at, waiting, tenant, books FROM streams
      WHERE run_id = ANY($1::text[])`,
  },
  accounts: {
    name: 'accounts',
    text: `SELECT a.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS asked (owner, scope, key, unit)
      JOIN accounts a USING (owner, scope, key, unit)`,
  },
  taken: { name: 'taken', text: 'SELECT key, run_id, digest FROM idempotency WHERE key = ANY($1::text[])' },
}

type StreamRow = {
  readonly run_id: string
  readonly version: number
  readonly hash: string
  readonly open: boolean
  readonly wake_at: number | null
  readonly waiting: boolean
  readonly tenant: string
  readonly books: string | null
}
type TakenRow = { readonly key: string; readonly run_id: string; readonly digest: string }

const streamOf = (row: StreamRow): Stream => ({
  version: row.version,
  hash: row.hash,
  head: { open: row.open, wakeAt: row.wake_at, waiting: row.waiting },
  tenant: row.tenant,
  books: new Map(booksOf(row.run_id, row.books).map((account) => [accountId(account), account])),
})

/** An append's postings to accounts that outlive its run. */
function* sharedKeys({ runId, lines }: EncodedAppend): Generator<AccountKey> {
  for (const line of lines) {
    if (line.length === 3) continue
    const [, scope, key, unit, owner] = line
    if (owner !== runId) yield { scope, key, unit, owner }
  }
}

/** What a batch stands on, and what it changes: its own until it is kept. */
export type Page = {
  readonly stream: (runId: string) => Stream
  readonly account: (id: string) => Account | undefined
  readonly taken: (key: string) => Taken | null
  readonly change: (runId: string, stream: Stream) => void
  /** A tenant's account; `at` is the time of the posting. */
  readonly post: (account: Account, at: number) => void
  readonly take: (key: string, taken: Taken) => void
  readonly changes: Changes
}

export type Changes = {
  readonly streams: ReadonlyMap<string, Stream>
  readonly accounts: ReadonlyMap<string, Account>
  readonly keys: ReadonlyMap<string, Taken>
  /** Accounts of a new window, and when it opened. */
  readonly opened: readonly { readonly account: Account; readonly at: number }[]
}

export type Books = {
  /** Reads what a batch needs. One at a time, after the batch before it is `under`. */
  readonly open: (batch: readonly EncodedAppend[]) => Promise<Page>
  /** The batch is being written: what it changed is what the next one stands on. */
  readonly under: (changes: Changes) => void
  /** The batch is durable. */
  readonly keep: (changes: Changes) => void
  /** Accounts that were removed. */
  readonly drop: (keys: readonly AccountKey[]) => void
}

function lookUps(session: Session) {
  return {
    streams: async (ids: readonly string[]): Promise<[string, Stream][]> => {
      if (ids.length === 0) return []
      const rows = await session.ask<StreamRow>(SQL.streams, [ids])
      return rows.map((row) => [row.run_id, streamOf(row)])
    },
    accounts: async (keys: readonly AccountKey[]): Promise<[string, Account][]> => {
      if (keys.length === 0) return []
      const columns = (['owner', 'scope', 'key', 'unit'] as const).map((name) => keys.map((key) => key[name]))
      const rows = await session.ask<AccountRow>(SQL.accounts, columns)
      return rows.map((row) => [accountId(row), accountOf(row)])
    },
    taken: async (keys: readonly string[]): Promise<[string, Taken][]> => {
      if (keys.length === 0) return []
      const rows = await session.ask<TakenRow>(SQL.taken, [keys])
      return rows.map(({ key, run_id, digest }) => [key, { runId: run_id, digest }])
    },
  }
}

function pageOf(
  streams: Map<string, Stream>,
  accounts: Map<string, Account>,
  keys: Map<string, Taken>,
): Page {
  const changed = new Map<string, Stream>()
  const posted = new Map<string, Account>()
  const took = new Map<string, Taken>()
  const opened: { readonly account: Account; readonly at: number }[] = []
  const account = (id: string): Account | undefined => posted.get(id) ?? accounts.get(id)
  return {
    stream: (runId) => changed.get(runId) ?? streams.get(runId) ?? NEW_STREAM,
    account,
    taken: (key) => took.get(key) ?? keys.get(key) ?? null,
    change: (runId, stream) => {
      changed.set(runId, stream)
    },
    post: (one, at) => {
      const id = accountId(one)
      if (one.window_end !== null && !account(id)) opened.push({ account: one, at })
      posted.set(id, one)
    },
    take: (key, taken) => {
      took.set(key, taken)
    },
    changes: { streams: changed, accounts: posted, keys: took, opened },
  }
}

/** The newest state of each, of batches that are being written: the tables do not have it yet. */
type UnderWay = {
  readonly streams: Map<string, Stream>
  readonly accounts: Map<string, Account>
  readonly keys: Map<string, Taken>
}

function putAll<V>(into: Map<string, V>, from: ReadonlyMap<string, V>): void {
  for (const [key, value] of from) into.set(key, value)
}

/** Leaves what a later batch has changed again. */
function settle<V>(under: Map<string, V>, from: ReadonlyMap<string, V>): void {
  for (const [key, value] of from) if (under.get(key) === value) under.delete(key)
}

/** Keeps at most `max` heads and `max` tenant accounts in memory, besides those that are being written. */
export function postgresBooks(session: Session, max: number): Books {
  const find = lookUps(session)
  const streams = boundedMap<Stream>(max)
  const accounts = boundedMap<Account>(max)
  const under: UnderWay = { streams: new Map(), accounts: new Map(), keys: new Map() }

  /** What is known of `keys`, and what must be looked up. Copied: it may be written, and let go, meanwhile. */
  const known = <V>(keys: Iterable<string>, at: (key: string) => V | undefined) => {
    const found = new Map<string, V>()
    const missing = new Set<string>()
    for (const key of keys) {
      const value = at(key)
      if (value === undefined) missing.add(key)
      else found.set(key, value)
    }
    return { found, missing }
  }
  return {
    open: async (batch) => {
      const shared = new Map(
        batch.flatMap((append) => [...sharedKeys(append)]).map((key) => [accountId(key), key]),
      )
      const runIds = batch.map(({ runId }) => runId)
      const own = known(runIds, (id) => under.streams.get(id) ?? streams.get(id))
      const books = known(shared.keys(), (id) => under.accounts.get(id) ?? accounts.get(id))
      const asked = batch.flatMap(({ idempotency }) => (idempotency ? [idempotency.key] : []))
      const keys = known(asked, (key) => under.keys.get(key))
      const wanted = [...shared].flatMap(([id, key]) => (books.missing.has(id) ? [key] : []))
      const [heads, posted, taken] = await Promise.all([
        find.streams([...own.missing]),
        find.accounts(wanted),
        find.taken([...keys.missing]),
      ])
      putAll(own.found, new Map(heads))
      putAll(books.found, new Map(posted))
      putAll(keys.found, new Map(taken))
      return pageOf(own.found, books.found, keys.found)
    },
    under: (changes) => {
      putAll(under.streams, changes.streams)
      putAll(under.accounts, changes.accounts)
      putAll(under.keys, changes.keys)
    },
    keep: (changes) => {
      settle(under.streams, changes.streams)
      settle(under.accounts, changes.accounts)
      settle(under.keys, changes.keys)
      for (const [runId, stream] of changes.streams) {
        if (stream.head.open) streams.set(runId, stream)
        else streams.delete(runId)
      }
      for (const [id, account] of changes.accounts) accounts.set(id, account)
    },
    drop: (keys) => {
      for (const key of keys) accounts.delete(accountId(key))
    },
  }
}
