// The journal's own thread: the only one that touches the store, so that no commit and no checkpoint of the
// database stops the thread that serves requests.
import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorCode, ErrorParams } from '../../errors.ts'
import type { Account } from '../../run/budgets/ledger.ts'
import { batchOf } from '../batch-texts.ts'
import type { Checkpoint, ViewQuery } from '../journal.ts'
import { sqliteBooks } from './books.ts'
import { sqliteCommits } from './commit.ts'
import { storeFault } from './fault.ts'
import { DATABASE } from './files.ts'
import { openStore } from './open.ts'
import { sqliteQueries } from './queries.ts'
import { sqliteViews } from './views.ts'

/** Heads of open runs, and accounts of tenants, that are kept in memory. */
const CACHED = 50_000

export type WorkerSettings = {
  readonly dir: string
  readonly writer: string
  /** Whether to wait for the lock of the directory. */
  readonly wait: boolean
}

function open({ dir, writer, wait }: WorkerSettings) {
  const { db, release } = openStore(dir, wait)
  const { commit, transact, peek, position } = sqliteCommits(db, sqliteBooks(db, CACHED), writer)
  const { run, all, raw, payload, openRuns, openBatches, stream, children, heads, accounts } =
    sqliteQueries(db)
  const { loadCheckpoint, save, rows, row } = sqliteViews(db)
  return {
    open: (): number => position(),
    /**
     * A batch crosses as a row of texts and its outcomes as one: copied value by value, as threads exchange objects, they
     * took twice the time on both sides.
     */
    commit: (batch: readonly string[]): string => JSON.stringify(commit(batchOf(batch))),
    run: (runId: string, seq: number) => run(runId, seq),
    all: (after: number, limit: number) => all(after, limit),
    raw: (after: number, limit: number) => raw(after, limit),
    payload: (runId: string, digest: string) => payload(runId, digest),
    openRuns: (afterRunId: string, limit: number) => openRuns(afterRunId, limit),
    openBatches: (afterBatchId: string, limit: number) => openBatches(afterBatchId, limit),
    stream: (runId: string) => stream(runId),
    children: (parent: string, afterId: string, limit: number) => children(parent, afterId, limit),
    peek: (key: string) => peek(key),
    heads: (afterRunId: string, limit: number) => heads(afterRunId, limit),
    accounts: (owner: string | null): Account[] => accounts(owner),
    loadCheckpoint: (name: string) => loadCheckpoint(name),
    saveCheckpoint: (checkpoint: Checkpoint) => transact(() => save(checkpoint)),
    rows: (query: ViewQuery) => rows(query),
    row: (view: string, id: string) => row(view, id),
    /** A real write: SQLite skips one that changes nothing. */
    check: () => transact(() => db.exec('UPDATE probe SET count = count + 1')),
    close: () => release(),
  }
}

export type Store = ReturnType<typeof open>

export type Call = { readonly id: number; readonly name: keyof Store; readonly args: readonly unknown[] }

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: ErrorCode; readonly params: ErrorParams; readonly cause: unknown }

const failed = (id: number, error: unknown): Answer => {
  const { code, params, cause } = storeFault(error, DATABASE)
  return { id, code, params, cause }
}

function serve(port: NonNullable<typeof parentPort>): void {
  let store: Store | null = null
  const answer = ({ id, name, args }: Call): Answer => {
    try {
      store ??= open(workerData as WorkerSettings)
      const work = store[name] as (...args: readonly unknown[]) => unknown
      return { id, value: work(...args) }
    } catch (error) {
      return failed(id, error)
    }
  }
  port.on('message', (call: Call) => {
    port.postMessage(answer(call))
    // Without a store there is nothing to wait for.
    if (call.name === 'close' || store === null) port.close()
  })
}

if (parentPort) serve(parentPort)
