// A journal that lives as long as its process: for tests, demos and trying things out. Keeps every promise of the
// contract but durability.
import { EMPTY_HASH, type StoredEvent } from '../events/event.ts'
import { accountId, type Account } from '../run/ledger.ts'
import { AppError } from '../errors.ts'
import { assemble, encode } from './encode.ts'
import type {
  Append,
  AppendResult,
  Checkpoint,
  Head,
  Journal,
  RawEvent,
  ViewQuery,
  ViewRow,
} from './journal.ts'
import { closedError, progressFrom, type Progress } from './progress.ts'
import { seal, type EncodedAppend, type Sealed, type SealView } from './seal.ts'

type Stream = {
  version: number
  hash: string
  head: Append['head']
  books: ReadonlyMap<string, Account>
  readonly events: StoredEvent[]
}

type Store = {
  readonly writer: string
  readonly streams: Map<string, Stream>
  readonly events: StoredEvent[]
  readonly raw: RawEvent[]
  readonly shared: Map<string, Account>
  readonly payloads: Map<string, string>
  readonly keys: Map<string, { readonly runId: string; readonly digest: string }>
  readonly checkpoints: Map<string, { readonly position: number; readonly state: string | null }>
  readonly views: Map<string, Map<string, ViewRow>>
  readonly progress: Progress
}

const NO_BOOKS: ReadonlyMap<string, Account> = new Map()
const NO_HEAD: Append['head'] = { open: false, wakeAt: null, waiting: false }

const viewOf = (store: Store, append: EncodedAppend, stream: Stream): SealView => ({
  version: stream.version,
  hash: stream.hash,
  position: store.events.length + 1,
  writer: store.writer,
  taken: append.idempotency ? (store.keys.get(append.idempotency.key) ?? null) : null,
  account: ({ owner }, id) => (owner === append.runId ? stream.books : store.shared).get(id),
  books: stream.books,
})

/** A newer window of an account is open: the older ones are history once they hold nothing. */
function forgetOldWindows(store: Store, opened: Account, at: number): void {
  for (const [id, account] of store.shared) {
    const sameBudget =
      account.scope === opened.scope && account.key === opened.key && account.unit === opened.unit
    if (sameBudget && account.reserved === 0 && account.window_end !== null && account.window_end < at) {
      store.shared.delete(id)
    }
  }
}

function book(store: Store, stream: Stream, append: { runId: string; at: number; sealed: Sealed }): void {
  const books = new Map(stream.books)
  for (const [id, account] of append.sealed.accounts) {
    if (account.owner === append.runId) {
      books.set(id, account)
      continue
    }
    if (!store.shared.has(id)) forgetOldWindows(store, account, append.at)
    store.shared.set(id, account)
  }
  stream.books = stream.head.open ? books : NO_BOOKS
}

function write(store: Store, append: Append): AppendResult {
  const encoded = encode(append)
  const { runId } = append
  const stream = store.streams.get(runId) ?? {
    version: 0,
    hash: EMPTY_HASH,
    head: NO_HEAD,
    books: NO_BOOKS,
    events: [],
  }
  const sealed = seal(encoded, viewOf(store, encoded, stream))
  if (!sealed.ok) {
    if (sealed.reason === 'invalid') throw new AppError('INTERNAL', {}, { cause: new Error(sealed.why) })
    return sealed
  }
  const receipt = { position: store.events.length + 1, prevs: sealed.prevs, booked: sealed.booked }
  const events = assemble(append, receipt, store.writer)
  for (const [index, text] of sealed.texts.entries()) {
    store.raw.push({ position: store.raw.length + 1, runId, seq: stream.version + index + 1, text })
  }
  store.events.push(...events)
  stream.events.push(...events)
  stream.version += events.length
  stream.hash = sealed.hash
  stream.head = append.head
  book(store, stream, { runId, at: append.at, sealed })
  store.streams.set(runId, stream)
  for (const { digest, body } of append.payloads) store.payloads.set(`${runId} ${digest}`, body)
  if (append.idempotency) {
    store.keys.set(append.idempotency.key, { runId, digest: append.idempotency.digest })
  }
  return { ok: true, events }
}

const byId = (left: string, right: string): number => (left < right ? -1 : 1)

const streamsAfter = (store: Store, runId: string): [string, Stream][] =>
  [...store.streams].filter(([id]) => id > runId).sort(([left], [right]) => byId(left, right))

const openStreams = (store: Store): Stream[] => [...store.streams.values()].filter(({ head }) => head.open)

function findAccounts(store: Store, owner: string | undefined): Account[] {
  const runs = openStreams(store).flatMap(({ books }) => [...books.values()])
  return [...store.shared.values(), ...runs]
    .filter((account) => owner === undefined || account.owner === owner)
    .sort((left, right) => byId(accountId(left), accountId(right)))
}

function findRows(store: Store, query: ViewQuery): ViewRow[] {
  const wanted = (row: ViewRow): boolean =>
    (query.status === undefined || row.status === query.status) &&
    (query.profile === undefined || row.profile === query.profile) &&
    (query.tenant === undefined || row.tenant === query.tenant) &&
    (query.before === undefined || row.sort < query.before)
  const rows = [...(store.views.get(query.view)?.values() ?? [])].filter(wanted)
  return rows.sort((left, right) => right.sort - left.sort).slice(0, query.limit)
}

function keep(store: Store, checkpoint: Checkpoint): void {
  for (const row of checkpoint.rows) {
    const view = store.views.get(row.view) ?? new Map<string, ViewRow>()
    view.set(row.id, row)
    store.views.set(row.view, view)
  }
  store.checkpoints.set(checkpoint.name, { position: checkpoint.position, state: checkpoint.state })
}

const queriesOf = (
  store: Store,
): Pick<Journal, 'openRuns' | 'heads' | 'accounts' | 'raw' | 'rows' | 'row'> => ({
  openRuns: async (afterRunId, limit) => {
    const open = streamsAfter(store, afterRunId).filter(([, { head }]) => head.open)
    return open
      .slice(0, limit)
      .map(([runId, { head }]) => ({ runId, wakeAt: head.wakeAt, waiting: head.waiting }))
  },
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
    peek: async (key) => store.keys.get(key) ?? null,
    payload: async (runId, digest) => store.payloads.get(`${runId} ${digest}`) ?? null,
    loadCheckpoint: async (name) => store.checkpoints.get(name) ?? null,
    saveCheckpoint: async (checkpoint) => {
      open()
      keep(store, checkpoint)
    },
    onCommit: progress.onCommit,
    check: async () => open(),
    close: async () => {
      closed = true
      progress.end(closedError())
    },
  }
}
