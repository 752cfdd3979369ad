// The list of batches: one row each, with how each of its items stands, kept up to date from the events of the batch and
// of its runs.
import type { BatchOutcome } from '../../events/batch.ts'
import type { EventOf, StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import { fromMicro } from '../../registry/registry.ts'
import { rowTable, type RowTable } from './row-table.ts'
import type { RunEntry } from './runs.ts'
import type { ItemStatus } from '../../run/batch.ts'
import type { BatchSummary } from './views.ts'

/** A row: what the list shows, and what folding the next event needs. JSON. */
export type BatchEntry = {
  readonly sort: number
  readonly batchId: string
  readonly profile: string
  readonly tenant: string
  readonly requester: string
  readonly playbook: string | null
  readonly startedAt: number
  readonly rejected: number
  /** A letter an item, see LETTERS. */
  items: string
  /** Approvals that wait. */
  approvals: number
  /** Micro cost units, settled. */
  spent: number
  /** Runs that did not succeed, by cause. */
  causes: Record<string, number>
  problems: BatchSummary['problems'][number][]
  updatedAt: number
  isCancelled: boolean
  finished: { readonly status: BatchOutcome; readonly at: number } | null
}

const VIEW = 'batches'
/** The first ones are shown: they tell what the others are like. */
const MOST_PROBLEMS = 20

const LETTERS: Readonly<Record<ItemStatus, string>> = {
  not_begun: '.',
  running: 'r',
  waiting: 'w',
  succeeded: 's',
  partial: 'p',
  failed: 'f',
  cancelled: 'c',
}
const STATUSES = Object.keys(LETTERS) as ItemStatus[]

const countsOf = ({ items }: BatchEntry): Record<ItemStatus, number> => {
  const found = new Map<string, number>()
  for (const letter of items) found.set(letter, (found.get(letter) ?? 0) + 1)
  const counts = STATUSES.map((status): [ItemStatus, number] => [status, found.get(LETTERS[status]) ?? 0])
  return Object.fromEntries(counts) as Record<ItemStatus, number>
}

const statusOf = ({ finished, items }: BatchEntry): BatchSummary['status'] => {
  if (finished !== null) return finished.status
  const moves = items.includes(LETTERS.not_begun) || items.includes(LETTERS.running)
  return !moves && items.includes(LETTERS.waiting) ? 'waiting' : 'running'
}

/** What all will have cost when the items that are left cost what the others did; null: none is over. */
function forecastOf(spent: number, counts: Record<ItemStatus, number>): number | null {
  const left = counts.not_begun
  const begun = Object.values(counts).reduce((sum, count) => sum + count, 0) - left
  if (left === 0) return spent
  return begun === 0 ? null : Math.round(spent + (spent / begun) * left)
}

const listOf = (counts: Readonly<Record<string, number>>): BatchSummary['causes'] =>
  Object.entries(counts)
    .map(([cause, count]) => ({ cause, count }))
    .sort((one, other) => other.count - one.count)

/** What the list shows of it. */
export const showBatch = (entry: BatchEntry): BatchSummary => {
  const counts = countsOf(entry)
  const forecast = forecastOf(entry.spent, counts)
  return {
    batch_id: entry.batchId,
    status: statusOf(entry),
    profile: entry.profile,
    tenant: entry.tenant,
    requester: entry.requester,
    playbook: entry.playbook,
    started_at: entry.startedAt,
    updated_at: entry.updatedAt,
    finished_at: entry.finished?.at ?? null,
    items: entry.items.length,
    rejected: entry.rejected,
    counts,
    approvals_pending: entry.approvals,
    cost: fromMicro(entry.spent),
    forecast_cost: forecast === null ? null : fromMicro(forecast),
    causes: listOf(entry.causes),
    problems: [...entry.problems],
  }
}

/** The numbers of items of one status, from `from` on, at most `limit`. */
export function itemsOf(
  { items }: BatchEntry,
  status: ItemStatus,
  { from, limit }: { readonly from: number; readonly limit: number },
): number[] {
  const found: number[] = []
  for (let at = items.indexOf(LETTERS[status], from); at >= 0 && found.length < limit;) {
    found.push(at)
    at = items.indexOf(LETTERS[status], at + 1)
  }
  return found
}

export const batchTable = (journal: Journal): RowTable<BatchEntry> =>
  rowTable<BatchEntry>(journal, {
    view: VIEW,
    columnsOf: (entry) => ({
      id: entry.batchId,
      sort: entry.sort,
      status: statusOf(entry),
      profile: entry.profile,
      tenant: entry.tenant,
    }),
    open: (entry) => entry.finished === null,
  })

const started = (event: EventOf<'batch_started'>): BatchEntry => ({
  sort: event.position,
  batchId: event.run_id,
  profile: event.data.profile,
  tenant: event.tenant,
  requester: event.data.requester,
  playbook: event.data.playbook ?? null,
  startedAt: event.at,
  rejected: event.data.rejected,
  items: LETTERS.not_begun.repeat(event.data.items),
  approvals: 0,
  spent: 0,
  causes: {},
  problems: [],
  updatedAt: event.at,
  isCancelled: false,
  finished: null,
})

function evolve(entry: BatchEntry, event: StoredEvent): void {
  if (event.type === 'batch_cancelled') entry.isCancelled = true
  if (event.type === 'batch_resumed') {
    entry.finished = null
    entry.isCancelled = false
    entry.causes = {}
    entry.problems = []
  }
  if (event.type === 'batch_finished') entry.finished = { status: event.data.status, at: event.at }
}

/** Brings a batch's row up to date with an event of its own stream. */
export function foldBatch(batches: RowTable<BatchEntry>, event: StoredEvent): void {
  if (event.type === 'batch_started') return batches.put(event.run_id, started(event))
  const entry = batches.get(event.run_id)
  if (entry === undefined) return
  evolve(entry, event)
  entry.updatedAt = event.at
  batches.put(event.run_id, entry)
}

/** What a batch needs to know of one of its runs: before and after an event of it. */
export type RunMark = { readonly status: ItemStatus; readonly approvals: number; readonly spent: number }

const AS_ITEM: Readonly<Record<BatchSummary['status'] | 'accepted', ItemStatus>> = {
  accepted: 'running',
  running: 'running',
  waiting: 'waiting',
  succeeded: 'succeeded',
  partial: 'partial',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** `status`: as the list of runs shows it. */
export const markOf = (entry: RunEntry, status: keyof typeof AS_ITEM): RunMark => ({
  status: AS_ITEM[status],
  approvals: Object.keys(entry.waiting).length,
  spent: entry.spent ?? 0,
})

function noteProblem(entry: BatchEntry, item: number, event: EventOf<'run_finished'>): void {
  const { status, cause, message } = event.data
  if (status === 'succeeded') return
  const named = cause ?? status
  entry.causes[named] = (entry.causes[named] ?? 0) + 1
  if (entry.problems.length >= MOST_PROBLEMS) return
  entry.problems.push({ item, run_id: event.run_id, status, cause, message })
}

/** Brings a batch's row up to date with an event of one of its runs. */
export function foldItem(
  batches: RowTable<BatchEntry>,
  event: StoredEvent,
  run: {
    readonly of: NonNullable<RunEntry['batch']>
    readonly before: RunMark | null
    readonly after: RunMark
  },
): void {
  const entry = batches.get(run.of.id)
  if (entry === undefined) return
  const { of, before, after } = run
  entry.approvals += after.approvals - (before?.approvals ?? 0)
  entry.spent += after.spent - (before?.spent ?? 0)
  if (before?.status !== after.status) {
    const letter = LETTERS[after.status]
    entry.items = entry.items.slice(0, of.item) + letter + entry.items.slice(of.item + 1)
  }
  if (event.type === 'run_finished') noteProblem(entry, of.item, event)
  entry.updatedAt = event.at
  batches.put(run.of.id, entry)
}

/** Batches that are not over. */
export type OpenBatches = {
  readonly running: number
  /** Their items that have not begun and will. */
  readonly notBegun: number
  /** When the oldest was accepted, epoch milliseconds; null: there is none. */
  readonly oldest: number | null
}

export function openBatchesOf(batches: RowTable<BatchEntry>, ids: Iterable<string>): OpenBatches {
  const open = [...ids].flatMap((id) => batches.get(id) ?? []).filter(({ finished }) => finished === null)
  const going = open.filter(({ isCancelled }) => !isCancelled)
  return {
    running: open.length,
    notBegun: going.reduce((count, entry) => count + countsOf(entry).not_begun, 0),
    oldest: open.length === 0 ? null : Math.min(...open.map(({ startedAt }) => startedAt)),
  }
}

const PAGE = 1000

/** The batches that are not over according to the saved rows; they are in the table then. */
export async function loadOpenBatches(journal: Journal, batches: RowTable<BatchEntry>): Promise<Set<string>> {
  const ids = new Set<string>()
  for (const status of ['running', 'waiting']) {
    let beyond: number | undefined
    for (;;) {
      const query = { view: VIEW, status, limit: PAGE }
      const rows = await journal.rows(beyond === undefined ? query : { ...query, beyond })
      for (const { id } of rows) ids.add(id)
      if (rows.length < PAGE) break
      beyond = rows.at(-1)?.sort
    }
  }
  await batches.load(ids)
  return ids
}
