// Where everything is kept: the durable log of events, the budget books and the payloads, in one transaction.
// Used by the engine (append, read) and by projections (follow, save). Promises: an acknowledged append survives
// kill -9; positions are dense and in commit order; two writers of one run cannot both win (expectedVersion);
// `spent + reserved <= limit` in every committed state.
import type { StoredEvent } from '../events/event.ts'
import type { Payload } from '../events/digest.ts'
import type { StreamKind } from '../events/stream.ts'
import type { Account, Refusal } from '../run/budgets/ledger.ts'
import type { Line } from '../run/line.ts'
import type { RowOrder } from '../events/row-order.ts'

export type { Line }

export type Append = {
  /** The stream, whose kind its id says (events/stream.ts). */
  readonly runId: string
  /** The stream's last seq as the writer knows it; 0 for a new one. */
  readonly expectedVersion: number
  /** The stream that a new one belongs to; default: none. Only the first append of a stream sets it. */
  readonly parent?: string | null
  /** Hex digits that salt the digests of a new stream's payloads; default: '', none. Only the first append sets it. */
  readonly salt?: string
  readonly traceId: string
  /** The run's own span; lines may name another. */
  readonly spanId: string
  readonly tenant: string
  /** Epoch milliseconds of every event in it. */
  readonly at: number
  /** Facts as they are; a posting becomes `budget_updated` (and `budget_warning`) where it stands. */
  readonly lines: readonly Line[]
  readonly payloads: readonly Payload[]
  /** What must be known of the run without replaying it. */
  readonly head: {
    /** Whether there is anything left to do or to wait for. */
    readonly open: boolean
    /** When it must be looked at again; null: now, or when somebody acts. */
    readonly wakeAt: number | null
    /** true: only a person or the clock (`wakeAt`) can move it. */
    readonly waiting: boolean
  }
  /** A caller's key (already scoped to caller) and the digest of the request under it. New runs only. */
  readonly idempotency: { readonly key: string; readonly digest: string } | null
}

export type AppendResult =
  | { readonly ok: true; readonly events: readonly StoredEvent[] }
  /** Somebody else wrote first: read again. Nothing was written. */
  | { readonly ok: false; readonly reason: 'version'; readonly version: number }
  /** At least one reservation does not fit: every one that does not. Nothing was written. */
  | { readonly ok: false; readonly reason: 'budget'; readonly refusals: readonly Refusal[] }
  /** The idempotency key is taken. Nothing was written. */
  | ({ readonly ok: false; readonly reason: 'duplicate' } & KeyHolder)

export type OpenRun = { readonly runId: string; readonly wakeAt: number | null; readonly waiting: boolean }

/** A stream without its events. */
export type Stream = {
  readonly kind: StreamKind
  readonly parent: string | null
  /** Hex; '' for none. Never show it to a caller: whoever has it can recognise a text that was erased. */
  readonly salt: string
  readonly open: boolean
}

export type Child = { readonly runId: string; readonly open: boolean }

/** Who has an idempotency key, and the digest of the request under it. */
export type KeyHolder = { readonly runId: string; readonly digest: string }

/** A row of a view that a projection keeps: `doc` is JSON text, the rest is what lists filter and order by. */
export type ViewRow = {
  readonly view: string
  readonly id: string
  /** Lists are ordered by it, newest (highest) first; unique within a view. */
  readonly sort: number
  readonly status: string
  readonly profile: string
  readonly tenant: string
  readonly doc: string
}

export type ViewQuery = {
  readonly view: string
  readonly status?: string
  readonly profile?: string
  readonly tenant?: string
  /** By their sort; newest where it is absent. */
  readonly order?: RowOrder
  /** Only rows that come after this sort in that order: the cursor. */
  readonly beyond?: number
  readonly limit: number
}

export type Checkpoint = {
  readonly name: string
  /** Everything up to here is covered. */
  readonly position: number
  /** The projection's own state as text; null where its rows are all of it. */
  readonly state: string | null
  readonly rows: readonly ViewRow[]
}

export type CommitStats = {
  /** Request to durable acknowledgement. */
  readonly appendSeconds: number
  readonly batchEvents: number
}

/** Where a stream ends. */
export type Head = { readonly runId: string; readonly version: number; readonly hash: string }

/** Where an event is kept, and its exact text; the text claims the same of itself. */
export type RawEvent = {
  readonly position: number
  readonly runId: string
  readonly seq: number
  readonly text: string
}

/**
 * Given to a journal that is to be opened, it makes the opening wait while another process has the store, instead of
 * failing. Is called twice then: when the waiting begins, and when the store is this process's. Not called at all where
 * there is nothing to wait for.
 */
export type Standby = (phase: 'waiting' | 'active') => void

export interface Journal {
  /** Acknowledges after the commit is durable; appends that arrive together share one commit. */
  append(append: Append): Promise<AppendResult>
  /** A run's events in order, from `afterSeq` + 1; empty when there is no such run. */
  read(runId: string, afterSeq?: number): Promise<StoredEvent[]>
  /** Events after a position in global order, at most `limit`. */
  readAll(afterPosition: number, limit: number): Promise<StoredEvent[]>
  /** Position of the last committed event, 0 when empty. */
  position(): number
  /** Resolves when an event after `position` is committed, or when the signal is aborted. */
  changed(position: number, signal: AbortSignal): Promise<void>
  /** Body of a run's payload; null when it never existed or was erased. */
  payload(runId: string, digest: string): Promise<string | null>
  /** Streams of kind `run` that are not over, oldest first. */
  openRuns(afterRunId: string, limit: number): Promise<OpenRun[]>
  /** Streams of kind `batch` that are not over, oldest first. */
  openBatches(afterBatchId: string, limit: number): Promise<string[]>
  /** null when there is none. */
  stream(runId: string): Promise<Stream | null>
  /** The streams that belong to `parent`, by id, after one. */
  children(parent: string, afterId: string, limit: number): Promise<Child[]>
  /** Who has an idempotency key, as far as it is durable; null: nobody. Only an append decides who gets it. */
  peek(key: string): Promise<KeyHolder | null>
  /** The books: all tenant accounts, and those of the runs that are open. */
  accounts(owner?: string): Promise<Account[]>
  loadCheckpoint(name: string): Promise<{ position: number; state: string | null } | null>
  /** Rows and position in one transaction. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>
  /** Rows of a view, in the order that is asked for. */
  rows(query: ViewQuery): Promise<ViewRow[]>
  /** One row of a view by id. */
  row(view: string, id: string): Promise<ViewRow | null>
  /** Raw texts for verification, in global order after a position. */
  raw(afterPosition: number, limit: number): Promise<{ events: RawEvent[]; position: number }>
  /** Where each stream ends, by run id, after one: what the last hash of its chain must be. */
  heads(afterRunId: string, limit: number): Promise<Head[]>
  /** Is called after every commit, for the journal's own metrics. */
  onCommit(listener: (stats: CommitStats) => void): void
  /** Throws JOURNAL_BROKEN when the store cannot be written. */
  check(): Promise<void>
  /** Waits for what is under way, then closes the store. */
  close(): Promise<void>
}
