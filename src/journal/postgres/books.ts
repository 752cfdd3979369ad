// The streams and accounts that batches read and change, of a PostgreSQL journal. Kept in memory, which is safe because
// one process at a time writes (open.ts); looked up in their tables otherwise, all of a batch together.
import { accountId, predecessorOf, type Account, type AccountKey } from '../../run/budgets/ledger.ts'
import { accountOf, streamOf, type AccountRow, type StreamRow } from '../book-rows.ts'
import { boundedMap } from '../../cache.ts'
import type { KeyHolder } from '../journal.ts'
import { isPosting, type EncodedAppend } from '../seal.ts'
import { newStream, type StreamState } from '../stream-state.ts'
import type { Session } from './session.ts'

const SQL = {
  streams: {
    name: 'streams',
    text: `SELECT run_id, kind, parent, salt, version, hash, open, wake_at, waiting, tenant, books FROM streams
      WHERE run_id = ANY($1::text[])`,
  },
  accounts: {
    name: 'accounts',
    text: `SELECT a.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS asked (owner, scope, key, unit)
      JOIN accounts a USING (owner, scope, key, unit)`,
  },
  holders: {
    name: 'holders',
    text: 'SELECT key, run_id, digest FROM idempotency WHERE key = ANY($1::text[])',
  },
}

type HolderRow = { readonly key: string; readonly run_id: string; readonly digest: string }

/** An append's postings to accounts that outlive its run. */
function* sharedKeys({ runId, lines }: EncodedAppend): Generator<AccountKey> {
  for (const line of lines) {
    if (!isPosting(line)) continue
    for (const entry of line.entries) if (entry.owner !== runId) yield entry
  }
}

/**
 * What a batch reads of them: what it posts to, and what those that are not known yet may follow. All are looked for in
 * memory first, because the table lacks what is being written.
 */
function sharedBy(
  batch: readonly EncodedAppend[],
  known: (id: string) => Account | undefined,
): Map<string, AccountKey> {
  const shared = new Map<string, AccountKey>()
  for (const append of batch) {
    for (const key of sharedKeys(append)) {
      const id = accountId(key)
      shared.set(id, key)
      const predecessor = known(id) ? null : predecessorOf(key)
      if (predecessor !== null) shared.set(accountId(predecessor), predecessor)
    }
  }
  return shared
}

/** What a batch stands on, and what it changes: its own until it is being written. */
export type Page = {
  /** The stream of an append; a new one where there is none yet. */
  readonly stream: (append: EncodedAppend) => StreamState
  readonly account: (id: string) => Account | undefined
  readonly holder: (key: string) => KeyHolder | null
  readonly change: (runId: string, stream: StreamState) => void
  /** An account that outlives its stream; older windows of its budget may be forgotten that ended `before`. */
  readonly post: (account: Account, before: number) => void
  readonly claim: (key: string, holder: KeyHolder) => void
  readonly changes: Changes
}

export type Changes = {
  readonly streams: ReadonlyMap<string, StreamState>
  readonly accounts: ReadonlyMap<string, Account>
  readonly keys: ReadonlyMap<string, KeyHolder>
  /** Accounts of a new window, and before when the end of one must lie that may be forgotten. */
  readonly opened: readonly { readonly account: Account; readonly before: number }[]
}

export type Books = {
  /** Reads what a batch needs. One at a time, after the batch before it has `begun`. */
  readonly open: (batch: readonly EncodedAppend[]) => Promise<Page>
  /** The batch is being written: what it changed is what the next one stands on. */
  readonly begun: (changes: Changes) => void
  /** The batch is durable. */
  readonly committed: (changes: Changes) => void
  /** Accounts were removed from their table. */
  readonly removed: (keys: readonly AccountKey[]) => void
}

function lookUps(session: Session) {
  return {
    streams: async (ids: readonly string[]): Promise<[string, StreamState][]> => {
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
    holders: async (keys: readonly string[]): Promise<[string, KeyHolder][]> => {
      if (keys.length === 0) return []
      const rows = await session.ask<HolderRow>(SQL.holders, [keys])
      return rows.map(({ key, run_id, digest }) => [key, { runId: run_id, digest }])
    },
  }
}

function pageOf(
  streams: Map<string, StreamState>,
  accounts: Map<string, Account>,
  keys: Map<string, KeyHolder>,
): Page {
  const changed = new Map<string, StreamState>()
  const posted = new Map<string, Account>()
  const claimed = new Map<string, KeyHolder>()
  const opened: { readonly account: Account; readonly before: number }[] = []
  const account = (id: string): Account | undefined => posted.get(id) ?? accounts.get(id)
  return {
    stream: (append) => changed.get(append.runId) ?? streams.get(append.runId) ?? newStream(append),
    account,
    holder: (key) => claimed.get(key) ?? keys.get(key) ?? null,
    change: (runId, stream) => {
      changed.set(runId, stream)
    },
    post: (one, before) => {
      const id = accountId(one)
      if (one.window_end !== null && !account(id)) opened.push({ account: one, before })
      posted.set(id, one)
    },
    claim: (key, holder) => {
      claimed.set(key, holder)
    },
    changes: { streams: changed, accounts: posted, keys: claimed, opened },
  }
}

/** The newest state of each, of batches that are being written: the tables do not have it yet. */
type UnderWay = {
  readonly streams: Map<string, StreamState>
  readonly accounts: Map<string, Account>
  readonly keys: Map<string, KeyHolder>
}

function putAll<V>(into: Map<string, V>, from: ReadonlyMap<string, V>): void {
  for (const [key, value] of from) into.set(key, value)
}

/** Leaves what a later batch has changed again. */
function removeAll<V>(of: Map<string, V>, from: ReadonlyMap<string, V>): void {
  for (const [key, value] of from) if (of.get(key) === value) of.delete(key)
}

/** Keeps at most `max` open streams and `max` accounts of tenants in memory, besides those that are being written. */
export function postgresBooks(session: Session, max: number): Books {
  const find = lookUps(session)
  const streams = boundedMap<StreamState>(max)
  const accounts = boundedMap<Account>(max)
  const writing: UnderWay = { streams: new Map(), accounts: new Map(), keys: new Map() }

  const accountAt = (id: string): Account | undefined => writing.accounts.get(id) ?? accounts.get(id)

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
      const shared = sharedBy(batch, accountAt)
      const runIds = batch.map(({ runId }) => runId)
      const own = known(runIds, (id) => writing.streams.get(id) ?? streams.get(id))
      const books = known(shared.keys(), accountAt)
      const asked = batch.flatMap(({ idempotency }) => (idempotency ? [idempotency.key] : []))
      const keys = known(asked, (key) => writing.keys.get(key))
      const wanted = [...shared].flatMap(([id, key]) => (books.missing.has(id) ? [key] : []))
      const [found, posted, holders] = await Promise.all([
        find.streams([...own.missing]),
        find.accounts(wanted),
        find.holders([...keys.missing]),
      ])
      putAll(own.found, new Map(found))
      putAll(books.found, new Map(posted))
      putAll(keys.found, new Map(holders))
      return pageOf(own.found, books.found, keys.found)
    },
    begun: (changes) => {
      putAll(writing.streams, changes.streams)
      putAll(writing.accounts, changes.accounts)
      putAll(writing.keys, changes.keys)
    },
    committed: (changes) => {
      removeAll(writing.streams, changes.streams)
      removeAll(writing.accounts, changes.accounts)
      removeAll(writing.keys, changes.keys)
      for (const [runId, stream] of changes.streams) {
        if (stream.head.open) streams.set(runId, stream)
        else streams.delete(runId)
      }
      for (const [id, account] of changes.accounts) accounts.set(id, account)
    },
    removed: (keys) => {
      for (const key of keys) accounts.delete(accountId(key))
    },
  }
}
