// The list of approvals: one row each; those that wait for a person are also in memory, for the gauges.
import type { EventOf, StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import { byOrder } from '../../events/row-order.ts'
import { pendingApprovals, type PendingApprovals } from './pending.ts'
import { entryOf, rowTable, type Found, type RowTable } from './row-table.ts'
import { pageOf } from './pages.ts'
import type { ApprovalRow, ApprovalSummary, Page, PageQuery } from './views.ts'

/** A row. JSON. */
export type ApprovalEntry = { readonly sort: number; summary: SavedRow }

/** Rows of older versions have less. */
type SavedRow = ApprovalSummary & Partial<ApprovalRow>

const VIEW = 'approvals'

type Finds = Pick<RowTable<ApprovalEntry>, 'find'>
type Query = Parameters<Finds['find']>[0]

/** What rows of older versions do not have. */
const OLDER = { requester: null, goal: null, subject: null, judgements: [], decided_by: [] } as const

/** What the list shows of it: one whose time is over has expired, whether or not its run has been woken yet. */
export const showApproval = ({ summary }: ApprovalEntry, now: number): ApprovalRow => {
  const row = { ...OLDER, ...summary }
  return row.status === 'pending' && row.expires_at <= now ? { ...row, status: 'expired' } : row
}

/** Rows that are looked at for late ones at once. */
const LATE = 500

/** Those that nobody may decide any more, also the late ones: whose run has not been woken yet to say so. */
async function expiredOnes(table: Finds, query: Query, now: number): Promise<Found<ApprovalEntry>[]> {
  const late: Found<ApprovalEntry>[] = []
  const pending = { ...query, status: 'pending', limit: LATE }
  for (let { beyond } = query; ;) {
    const found = await table.find({ ...pending, ...(beyond !== undefined && { beyond }) })
    late.push(...found.filter(({ entry }) => showApproval(entry, now).status === 'expired'))
    beyond = found.at(-1)?.sort
    if (late.length >= query.limit || found.length < LATE) break
  }
  // Read last: what has become an expired row in between is there, and not twice.
  const rows = await table.find(query)
  const known = new Set(rows.map(({ sort }) => sort))
  return [...rows, ...late.filter(({ sort }) => !known.has(sort))]
    .sort(byOrder(query.order ?? 'newest'))
    .slice(0, query.limit)
}

/** A page of them, each by what it is now: pending ones whose time is over are found among the expired. */
export async function approvalPage(table: Finds, query: PageQuery, now: number): Promise<Page<ApprovalRow>> {
  const find = (rows: Query) => expiredOnes(table, rows, now)
  const source = query.status === 'expired' ? { find } : table
  const page = await pageOf(source, (entry) => showApproval(entry, now), query)
  if (query.status === undefined) return page
  return { ...page, items: page.items.filter(({ status }) => status === query.status) }
}

export const approvalTable = (journal: Journal): RowTable<ApprovalEntry> =>
  rowTable<ApprovalEntry>(journal, {
    view: VIEW,
    columnsOf: ({ sort, summary }) => ({
      id: summary.approval_id,
      sort,
      status: summary.status,
      profile: summary.profile,
      tenant: summary.tenant,
    }),
    open: ({ summary }) => summary.status === 'pending',
  })

/** What only its run knows of it: the request does not repeat it. */
export type OfRun = Pick<ApprovalRow, 'profile' | 'requester' | 'goal' | 'judgements'>

const requested = (event: EventOf<'approval_requested'>, ofRun: OfRun): ApprovalRow => ({
  ...ofRun,
  approval_id: event.data.approval_id,
  run_id: event.run_id,
  step_id: event.data.step_id,
  revision: event.data.revision,
  tool: event.data.tool,
  domain: event.data.domain,
  side_effects: event.data.side_effects,
  review: event.data.review,
  risk: event.data.risk,
  status: 'pending',
  subject: event.data.subject,
  tenant: event.tenant,
  consequences: event.data.consequences,
  requested_at: event.at,
  expires_at: event.data.expires_at,
  required: event.data.required,
  approved_by: [],
  decided_by: [],
})

function answered(before: SavedRow, { decision, by }: EventOf<'approval_received'>['data']): SavedRow {
  const decided_by = [...(before.decided_by ?? []), by]
  if (decision !== 'approved') return { ...before, decided_by, status: decision }
  const approved_by = [...before.approved_by, by]
  const status = approved_by.length >= before.required ? 'approved' : 'pending'
  return { ...before, approved_by, decided_by, status }
}

const after = (
  before: SavedRow,
  event: EventOf<'approval_received'> | EventOf<'approval_timeout'>,
): SavedRow =>
  event.type === 'approval_received'
    ? answered(before, event.data)
    : { ...before, status: event.data.cause === 'expired' ? 'expired' : 'cancelled' }

export type ApprovalParts = {
  readonly table: RowTable<ApprovalEntry>
  readonly pending: PendingApprovals
  readonly ofRun: (runId: string, stepId: string) => OfRun
}

const timesOf = ({ requested_at, expires_at }: SavedRow) => ({
  requestedAt: requested_at,
  expiresAt: expires_at,
})

/** Brings its approval's row up to date with an event, if it is about one. */
export function foldApproval({ table, pending, ofRun }: ApprovalParts, event: StoredEvent): void {
  if (event.type === 'approval_requested') {
    const summary = requested(event, ofRun(event.run_id, event.data.step_id))
    table.put(summary.approval_id, { sort: event.position, summary })
    pending.add(summary.risk, summary.approval_id, timesOf(summary))
  }
  if (event.type !== 'approval_received' && event.type !== 'approval_timeout') return
  const entry = table.get(event.data.approval_id)
  if (!entry) return
  entry.summary = after(entry.summary, event)
  table.put(event.data.approval_id, entry)
  if (entry.summary.status !== 'pending') pending.remove(entry.summary.risk, entry.summary.approval_id)
}

const PAGE = 1000

/** The approvals that wait according to the saved rows. */
export async function loadPending(journal: Journal): Promise<PendingApprovals> {
  const found: SavedRow[] = []
  let beyond: number | undefined
  for (;;) {
    const query = { view: VIEW, status: 'pending', limit: PAGE }
    const rows = await journal.rows(beyond === undefined ? query : { ...query, beyond })
    found.push(...rows.map((row) => (entryOf(row) as ApprovalEntry).summary))
    beyond = rows.at(-1)?.sort
    if (rows.length < PAGE) break
  }
  const pending = pendingApprovals()
  for (const summary of found.reverse()) {
    pending.add(summary.risk, summary.approval_id, timesOf(summary))
  }
  return pending
}
