// The projection behind the lists and the signals: runs, approvals and minutes in one pass, because approvals
// and minutes need the profile that only the run's first event names.
import type { StoredEvent } from '../../events/event.ts'
import { kindOf } from '../../events/stream.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Projection } from '../follow.ts'
import { OTHER } from '../../events/names.ts'
import {
  approvalPage,
  approvalTable,
  foldApproval,
  loadPending,
  type ApprovalParts,
  type OfRun,
} from './approvals.ts'
import { loadBatchList, type BatchList } from './batch-list.ts'
import { pageOf } from './pages.ts'
import type { PendingApprovals } from './pending.ts'
import { foldRun, judgementsOf, loadWaiting, runTable, showRun } from './runs.ts'
import type { RunEntry, WaitingRuns } from './runs.ts'
import { loadSignals, type SignalSlots } from './signals.ts'
import { isCounted } from './tally.ts'
import type { Views } from './views.ts'

/** Name of the checkpoint. */
export const LISTS = 'views'

export type Lists = Pick<Views, 'runs' | 'approvals'> & {
  readonly projection: Projection
  /** Position of the loaded checkpoint; 0 before the first one. */
  readonly from: number
  readonly pending: PendingApprovals
  readonly waitingRuns: ReadonlyMap<string, number>
  readonly signals: SignalSlots
  readonly batches: Pick<BatchList, 'open' | 'page' | 'one' | 'items'>
}

function idsOf(events: readonly StoredEvent[]): { runs: Set<string>; approvals: Set<string> } {
  const runs = new Set<string>()
  const approvals = new Set<string>()
  let last = ''
  for (const event of events) {
    // Those of one append follow each other.
    if (event.run_id !== last && kindOf(event.run_id) === 'run') runs.add(event.run_id)
    last = event.run_id
    if (event.type === 'approval_received' || event.type === 'approval_timeout') {
      approvals.add(event.data.approval_id)
    }
  }
  for (const event of events) {
    if (event.type === 'run_started') runs.delete(event.run_id)
    if (event.type === 'approval_requested') approvals.delete(event.data.approval_id)
  }
  return { runs, approvals }
}

/** What an approval's row takes from its run's. */
const approvalOfRun = (run: RunEntry | undefined, stepId: string): OfRun => ({
  profile: run?.profile ?? OTHER,
  requester: run?.requester ?? null,
  goal: run?.goal ?? null,
  judgements: run === undefined ? [] : judgementsOf(run, stepId),
})

/** Where several people must approve, the wait ends with the last of them: after this decision others are waited for. */
const isOneOfSeveral = (approvals: ApprovalParts['table'], event: StoredEvent): boolean =>
  event.type === 'approval_received' && approvals.get(event.data.approval_id)?.summary.status === 'pending'

/** The lists as the last checkpoint left them; `isProfile`: does the registry know this profile? */
export async function loadLists(
  journal: Journal,
  options: { readonly clock: () => number; readonly isProfile: (name: string) => boolean },
): Promise<Lists> {
  const from = (await journal.loadCheckpoint(LISTS))?.position ?? 0
  const runs = runTable(journal)
  const approvals = approvalTable(journal)
  const pending = await loadPending(journal)
  const waitingRuns: WaitingRuns = await loadWaiting(journal)
  const signals = await loadSignals(journal)
  const profileOf = (runId: string): string => runs.get(runId)?.profile ?? OTHER
  const ofRun = (runId: string, stepId: string): OfRun => approvalOfRun(runs.get(runId), stepId)
  const parts: ApprovalParts = { table: approvals, pending, ofRun }
  const signalsProfile = (event: StoredEvent): string => {
    const profile = profileOf(event.run_id)
    return options.isProfile(profile) ? profile : OTHER
  }
  const batches = await loadBatchList(journal, runs)
  const foldRow = (event: StoredEvent): void => foldRun(runs, waitingRuns, event)
  const projection: Projection = {
    name: LISTS,
    prepare: async (events) => {
      const ids = idsOf(events)
      await runs.load(ids.runs)
      await approvals.load(ids.approvals)
      await batches.prepare(events)
    },
    fold: (event) => {
      batches.fold(event, foldRow)
      foldApproval(parts, event)
      if (isCounted(event) && !isOneOfSeveral(approvals, event))
        signals.fold(event, signalsProfile(event), options.clock())
    },
    drain: () => ({
      state: null,
      rows: [...runs.drain(), ...approvals.drain(), ...batches.table.drain(), ...signals.drain()],
    }),
    saved: () => {
      runs.saved()
      approvals.saved()
      batches.table.saved()
    },
    unsaved: () => runs.unsaved() + approvals.unsaved() + batches.table.unsaved(),
  }
  return {
    projection,
    from,
    pending,
    waitingRuns,
    signals,
    batches,
    runs: (query) => pageOf(runs, (entry) => showRun(entry, options.clock()), query),
    approvals: (query) => approvalPage(approvals, query, options.clock()),
  }
}
