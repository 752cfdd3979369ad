// A journal that lives as long as its process: for tests, demos and trying things out. Keeps every promise of the
// contract but durability.
import type { StoredEvent } from '../events/event.ts'
import { accountId, type Account } from '../run/budgets/ledger.ts'
import { AppError } from '../errors.ts'
import { assemble, encode } from './encode.ts'
import type {
  Append,
  AppendResult,
  Checkpoint,
  Child,
  Head,
  Journal,
  KeyHolder,
  RawEvent,
  ViewQuery,
  ViewRow,
} from './journal.ts'
import { byOrder, isBeyond, startOf } from '../events/row-order.ts'
import { forgetBefore, KEPT_WINDOWS } from './forgetting.ts'
import { closedError, progressFrom, type Progress } from './progress.ts'
import { advanced, newStream, NO_BOOKS, sealOnto, type StreamState } from './stream-state.ts'

/** A stream with its events. */
type KeptStream = StreamState & { readonly events: StoredEvent[] }

type Store = {
  readonly writer: string
  readonly streams: Map<string, KeptStream>
  readonly events: StoredEvent[]
  readonly raw: RawEvent[]
  readonly shared: Map<string, Account>
  readonly payloads: Map<string, string>
  readonly keys: Map<string, KeyHolder>
  readonly checkpoints: Map<string, { readonly position: number; readonly state: string | null }>
  readonly views: Map<string, Map<string, ViewRow>>
  readonly progress: Progress
}

/** A newer window of a budget is open: those that ended before a time are history once they hold nothing. */
function forgetOldWindows(store: Store, opened: Account, before: number): void {
  const windows = [...store.shared].filter(
    ([, { scope, key, unit }]) => scope === opened.scope && key === opened.key && unit === opened.unit,
  )
  const ends = [...new Set(windows.map(([, { window_end }]) => window_end ?? Infinity))].sort((a, b) => b - a)
  const oldestKept = ends[KEPT_WINDOWS - 1] ?? -Infinity
  for (const [id, { reserved, window_end }] of windows) {
    if (reserved === 0 && window_end !== null && window_end < Math.min(before, oldestKept))
      store.shared.delete(id)
  }
}

function post(store: Store, account: Account, before: number): void {
  const id = accountId(account)
  const isNew = !store.shared.has(id)
  store.shared.set(id, account)
  if (isNew) forgetOldWindows(store, account, before)
}

function write(store: Store, append: Append): AppendResult {
  const encoded = encode(append)
  const { runId, idempotency, at } = append
  const before = store.streams.get(runId) ?? { ...newStream(encoded), events: [] }
  const sealed = sealOnto(before, encoded, {
    position: store.events.length + 1,
    writer: store.writer,
    taken: idempotency ? (store.keys.get(idempotency.key) ?? null) : null,
    account: (_key, id) => store.shared.get(id),
  })
  if (!sealed.ok) {
    if (sealed.reason === 'invalid') throw new AppError('INTERNAL', {}, { cause: new Error(sealed.why) })
    return sealed
  }
  const receipt = { position: store.events.length + 1, prevs: sealed.prevs, booked: sealed.booked }
  const events = assemble(append, receipt, store.writer)
  for (const [index, text] of sealed.texts.entries()) {
    store.raw.push({ position: store.raw.length + 1, runId, seq: before.version + index + 1, text })
  }
  store.events.push(...events)
  const { stream, shared } = advanced(before, encoded, sealed)
  stream.events.push(...events)
  store.streams.set(runId, stream.head.open ? stream : { ...stream, books: NO_BOOKS })
  const latest = store.events.at(-events.length - 1)?.at ?? 0
  for (const account of shared) post(store, account, forgetBefore(at, latest))
  for (const { digest, body } of append.payloads) store.payloads.set(`${runId} ${digest}`, body)
  if (idempotency) store.keys.set(idempotency.key, { runId, digest: idempotency.digest })
  return { ok: true, events }
}

const byId = (left: string, right: string): number => (left < right ? -1 : 1)

const streamsAfter = (store: Store, runId: string): [string, KeptStream][] =>
  [...store.streams].filter(([id]) => id > runId).sort(([left], [right]) => byId(left, right))

const openStreams = (store: Store): KeptStream[] =>
  [...store.streams.values()].filter(({ head }) => head.open)

function findAccounts(store: Store, owner: string | undefined): Account[] {
  const runs = openStreams(store).flatMap(({ books }) => [...books.values()])
  return [...store.shared.values(), ...runs]
    .filter((account) => owner === undefined || account.owner === owner)
    .sort((left, right) => byId(accountId(left), accountId(right)))
}

function findRows(store: Store, query: ViewQuery): ViewRow[] {
  const { order = 'newest', beyond = startOf(order) } = query
  const wanted = (row: ViewRow): boolean =>
    (query.status === undefined || row.status === query.status) &&
    (query.profile === undefined || row.profile === query.profile) &&
    (query.tenant === undefined || row.tenant === query.tenant) &&
    isBeyond(row.sort, beyond, order)
  const rows = [...(store.views.get(query.view)?.values() ?? [])].filter(wanted)
  return rows.sort(byOrder(order)).slice(0, query.limit)
}

function saveRows(store: Store, checkpoint: Checkpoint): void {
  for (const row of checkpoint.rows) {
    const view = store.views.get(row.view) ?? new Map<string, ViewRow>()
    view.set(row.id, row)
    store.views.set(row.view, view)
  }
  store.checkpoints.set(checkpoint.name, { position: checkpoint.position, state: checkpoint.state })
}

const queriesOf = (
  store: Store,
): Pick<
  Journal,
  'openRuns' | 'openBatches' | 'stream' | 'children' | 'peek' | 'heads' | 'accounts' | 'raw' | 'rows' | 'row'
> => ({
  openRuns: async (afterRunId, limit) => {
    const open = streamsAfter(store, afterRunId).filter(([, { kind, head }]) => kind === 'run' && head.open)
    return open
      .slice(0, limit)
      .map(([runId, { head }]) => ({ runId, wakeAt: head.wakeAt, waiting: head.waiting }))
  },
  openBatches: async (afterBatchId, limit) =>
    streamsAfter(store, afterBatchId)
      .filter(([, { kind, head }]) => kind === 'batch' && head.open)
      .slice(0, limit)
      .map(([batchId]) => batchId),
  stream: async (runId) => {
    const found = store.streams.get(runId)
    if (!found) return null
    const { kind, parent, salt, head } = found
    return { kind, parent, salt, open: head.open }
  },
  children: async (parent, afterId, limit): Promise<Child[]> =>
    streamsAfter(store, afterId)
      .filter(([, stream]) => stream.parent === parent)
      .slice(0, limit)
      .map(([runId, { head }]) => ({ runId, open: head.open })),
  peek: async (key) => store.keys.get(key) ?? null,
  heads: async (afterRunId, limit): Promise<Head[]> =>
    streamsAfter(store, afterRunId)
      .slice(0, limit)
      .map(([runId, { version, hash }]) => ({ runId, version, hash })),
  accounts: async (owner) => findAccounts(store, owner),
  raw: async (after, limit) => {
    const events = store.raw.slice(after, after + limit)
    return { events, position: after + events.length }
  },
  rows: async (query) => findRows(store, query),
  row: async (view, id) => store.views.get(view)?.get(id) ?? null,
})

const emptyStore = (writer: string): Store => ({
  writer,
  streams: new Map(),
  events: [],
  raw: [],
  shared: new Map(),
  payloads: new Map(),
  keys: new Map(),
  checkpoints: new Map(),
  views: new Map(),
  progress: progressFrom(0),
})

/** A journal in memory. `writer` names this process in its events. */
export function memoryJournal(options: { readonly writer?: string } = {}): Journal {
  const store = emptyStore(options.writer ?? 'memory')
  const { progress } = store
  let closed = false
  const open = (): void => {
    if (closed) throw closedError()
  }
  return {
    ...queriesOf(store),
    append: async (append) => {
      open()
      const startedAt = performance.now()
      const result = write(store, append)
      if (result.ok) {
        progress.advance(store.events.length)
        const appendSeconds = (performance.now() - startedAt) / 1000
        progress.report({ appendSeconds, batchEvents: result.events.length })
      }
      return result
    },
    read: async (runId, afterSeq = 0) => store.streams.get(runId)?.events.slice(afterSeq) ?? [],
    readAll: async (after, limit) => store.events.slice(after, after + limit),
    position: () => store.events.length,
    changed: progress.changed,
    payload: async (runId, digest) => store.payloads.get(`${runId} ${digest}`) ?? null,
    loadCheckpoint: async (name) => store.checkpoints.get(name) ?? null,
    saveCheckpoint: async (checkpoint) => {
      open()
      saveRows(store, checkpoint)
    },
    onCommit: progress.onCommit,
    check: async () => open(),
    close: async () => {
      closed = true
      progress.end(closedError())
    },
  }
}
