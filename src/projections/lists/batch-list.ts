// The list of batches beside that of runs: a batch's row follows from its own events and from what changes in the rows
// of its runs.
import type { StoredEvent } from '../../events/event.ts'
import { kindOf } from '../../events/stream.ts'
import type { Journal } from '../../journal/journal.ts'
import {
  batchTable,
  foldBatch,
  foldItem,
  itemsOf,
  loadOpenBatches,
  markOf,
  openBatchesOf,
  showBatch,
  type BatchEntry,
  type OpenBatches,
  type RunMark,
} from './batches.ts'
import { pageOf } from './pages.ts'
import type { RowTable } from './row-table.ts'
import { runStatusOf, type RunEntry } from './runs.ts'
import type { BatchSummary, ItemsQuery, Page, PageQuery } from './views.ts'

export type BatchList = {
  readonly table: RowTable<BatchEntry>
  /** Brings the rows that these events change; the rows of their runs are there. */
  readonly prepare: (events: readonly StoredEvent[]) => Promise<void>
  /** Folds one event: `foldRow` brings the row of its run up to date in between. */
  readonly fold: (event: StoredEvent, foldRow: (event: StoredEvent) => void) => void
  /** Those that are not over. */
  readonly open: () => OpenBatches
  readonly page: (query: PageQuery) => Promise<Page<BatchSummary>>
  /** null: there is none. */
  readonly one: (batchId: string) => Promise<BatchSummary | null>
  /** Numbers of items of one status; empty where there is no such batch. */
  readonly items: (query: ItemsQuery) => Promise<readonly number[]>
}

const markFor = (run: RunEntry | undefined): RunMark | null =>
  run?.batch === undefined ? null : markOf(run, runStatusOf(run))

function batchesOf(events: readonly StoredEvent[], runs: RowTable<RunEntry>): Set<string> {
  const ids = new Set<string>()
  let last = ''
  for (const event of events) {
    // Those of one append follow each other, and are of one batch.
    if (event.run_id === last) continue
    last = event.run_id
    const kind = kindOf(event.run_id)
    if (kind === 'batch') ids.add(event.run_id)
    if (kind !== 'run') continue
    const id = event.type === 'run_started' ? event.data.batch_id : runs.get(event.run_id)?.batch?.id
    if (id !== undefined) ids.add(id)
  }
  return ids
}

export async function loadBatchList(journal: Journal, runs: RowTable<RunEntry>): Promise<BatchList> {
  const table = batchTable(journal)
  const open = await loadOpenBatches(journal, table)
  const entryOf = async (batchId: string): Promise<BatchEntry | null> => table.read(batchId)
  return {
    table,
    prepare: (events) => table.load(batchesOf(events, runs)),
    fold: (event, foldRow) => {
      if (kindOf(event.run_id) === 'batch') {
        foldBatch(table, event)
        if (event.type === 'batch_finished') open.delete(event.run_id)
        else open.add(event.run_id)
        return
      }
      const before = markFor(runs.get(event.run_id))
      foldRow(event)
      const run = runs.get(event.run_id)
      const after = markFor(run)
      if (run?.batch !== undefined && after !== null) foldItem(table, event, { of: run.batch, before, after })
    },
    open: () => openBatchesOf(table, open),
    page: (query) => pageOf(table, showBatch, query),
    one: async (batchId) => {
      const entry = await entryOf(batchId)
      return entry === null ? null : showBatch(entry)
    },
    items: async ({ batchId, status, from, limit }) => {
      const entry = await entryOf(batchId)
      return entry === null ? [] : itemsOf(entry, status, { from, limit })
    },
  }
}
