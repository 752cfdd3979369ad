// The list of runs: one row each, kept up to date from its events.
import type { EventOf, StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import { toMicro } from '../../registry/registry.ts'
import { plannedBy } from '../../run/planned-by.ts'
import { rowTable, type RowTable } from './row-table.ts'
import type { Judgement, RunSummary } from './views.ts'

/** An approval that waits: its step is done when enough people approve its output. */
type Waiting = {
  readonly stepId: string
  readonly review: 'call' | 'output'
  missing: number
  /** Epoch milliseconds; rows of older versions have none. */
  readonly expiresAt?: number
}

/** A row: what the list shows, and what folding the next event needs. JSON. */
export type RunEntry = {
  readonly sort: number
  readonly runId: string
  readonly traceId: string
  readonly profile: string
  readonly tenant: string
  readonly requester: string
  /** Payload; rows of older versions have none. */
  readonly goal?: string
  readonly startedAt: number
  phase: 'accepted' | 'running'
  /** Who planned, and why; rows of older versions have none. */
  plannedBy?: string
  steps: number
  /** Ids of the steps that are done; at most as many as the plans have. */
  done: string[]
  waiting: Record<string, Waiting>
  /** Steps whose output is reviewed, and what each judge judges; rows of older versions have neither. */
  reviewed?: string[]
  judges?: Record<string, string>
  /** Judges that have spoken: they are done with what they judged. */
  held?: string[] | undefined
  /** What judges have said, by step. */
  said?: Record<string, Judgement> | undefined
  /** Steps that were sent back to the requester. */
  returned?: string[] | undefined
  callsInFlight: number
  /** The batch that it is an item of; absent: of none. */
  readonly batch?: { readonly id: string; readonly item: number }
  /** Micro cost units, settled; kept for its batch alone. */
  spent?: number
  finished: { readonly status: RunSummary['status']; readonly at: number; readonly cost: number } | null
}

export const RUNS_VIEW = 'runs'

export const runStatusOf = (entry: RunEntry): RunSummary['status'] => {
  if (entry.finished) return entry.finished.status
  const asked = Object.keys(entry.waiting).length + (entry.returned?.length ?? 0)
  if (entry.callsInFlight === 0 && asked > 0) return 'waiting'
  return entry.phase
}

/** What the list shows of it at `now`, epoch milliseconds. */
export const showRun = (entry: RunEntry, now: number): RunSummary => ({
  run_id: entry.runId,
  trace_id: entry.traceId,
  status: runStatusOf(entry),
  profile: entry.profile,
  tenant: entry.tenant,
  requester: entry.requester,
  goal: entry.goal ?? null,
  started_at: entry.startedAt,
  finished_at: entry.finished?.at ?? null,
  steps: entry.steps,
  steps_completed: entry.done.length,
  approvals_pending: Object.values(entry.waiting).filter(({ expiresAt = Infinity }) => expiresAt > now)
    .length,
  cost: entry.finished?.cost ?? null,
  planned_by: entry.plannedBy ?? null,
  batch_id: entry.batch?.id ?? null,
  item: entry.batch?.item ?? null,
})

export const runTable = (journal: Journal): RowTable<RunEntry> =>
  rowTable<RunEntry>(journal, {
    view: RUNS_VIEW,
    columnsOf: (entry) => ({
      id: entry.runId,
      sort: entry.sort,
      status: runStatusOf(entry),
      profile: entry.profile,
      tenant: entry.tenant,
    }),
    open: (entry) => entry.finished === null,
  })

const started = (event: EventOf<'run_started'>): RunEntry => ({
  sort: event.position,
  runId: event.run_id,
  traceId: event.trace_id,
  profile: event.data.profile,
  tenant: event.tenant,
  requester: event.data.requester,
  goal: event.data.goal,
  startedAt: event.at,
  phase: 'accepted',
  steps: 0,
  done: [],
  waiting: {},
  callsInFlight: 0,
  ...(event.data.batch_id !== undefined && {
    batch: { id: event.data.batch_id, item: event.data.item ?? 0 },
  }),
  finished: null,
})

const without = (ids: readonly string[] | undefined, stepId: string): string[] =>
  (ids ?? []).filter((id) => id !== stepId)

const judgesOf = ({ judges = {} }: RunEntry, stepId: string): string[] =>
  Object.keys(judges).filter((judge) => judges[judge] === stepId)

/** What was said of a step's output, by the judges that have spoken. */
export const judgementsOf = (entry: RunEntry, stepId: string): Judgement[] =>
  judgesOf(entry, stepId).flatMap((judge) => entry.said?.[judge] ?? [])

/** A judge is done with what it judged. */
function complete(entry: RunEntry, stepId: string): void {
  const judged = entry.judges?.[stepId]
  if (judged !== undefined && !entry.done.includes(judged)) {
    entry.held = [...without(entry.held, stepId), stepId]
    return
  }
  if (!entry.done.includes(stepId)) entry.done.push(stepId)
  for (const judge of judgesOf(entry, stepId)) if (entry.held?.includes(judge)) entry.done.push(judge)
  if (entry.held) entry.held = entry.held.filter((id) => !entry.done.includes(id))
}

const reopen = (entry: RunEntry, stepId: string): void => {
  entry.done = entry.done.filter((done) => done !== stepId)
}

function planned(entry: RunEntry, plan: EventOf<'plan_created'>['data']): void {
  const { steps, kept = [] } = plan
  entry.plannedBy = plannedBy(plan)
  entry.steps = kept.length + steps.length
  const judges = steps.flatMap(({ step_id, judges: judged }) =>
    judged === undefined ? [] : [[step_id, judged]],
  )
  if (judges.length > 0) {
    entry.judges = { ...entry.judges, ...(Object.fromEntries(judges) as Record<string, string>) }
    entry.reviewed = [...new Set(Object.values(entry.judges))]
  }
  for (const step of steps) if (step.carried !== null) complete(entry, step.step_id)
}

function asked(
  entry: RunEntry,
  { approval_id, step_id, review, required, expires_at: expiresAt }: EventOf<'approval_requested'>['data'],
): void {
  entry.waiting[approval_id] = { stepId: step_id, review, missing: required, expiresAt }
  if (review === 'output') reopen(entry, step_id)
}

function answered(entry: RunEntry, data: EventOf<'approval_received'>['data']): void {
  const { approval_id, decision, edits, step_id } = data
  const waiting = entry.waiting[approval_id]
  if (!waiting) return
  if (decision === 'approved') waiting.missing -= 1
  if (decision === 'approved' && waiting.missing > 0) return
  delete entry.waiting[approval_id]
  if (decision === 'changes_requested') {
    for (const judge of judgesOf(entry, step_id)) entry.held = without(entry.held, judge)
    if (edits === null) entry.returned = [...without(entry.returned, step_id), step_id]
  }
  if (decision === 'approved' && waiting.review === 'output') complete(entry, waiting.stepId)
}

function called(entry: RunEntry, event: EventOf<'tool_call_complete'> | EventOf<'tool_call_error'>): void {
  if (event.data.reconciled_by === null) entry.callsInFlight -= 1
  if (event.type !== 'tool_call_complete') return
  const { step_id, tool, output } = event.data
  if (entry.judges?.[step_id] !== undefined) entry.said = { ...entry.said, [step_id]: { tool, output } }
  const isReviewed = event.data.reconciled_by === null && entry.reviewed?.includes(step_id)
  if (isReviewed !== true) complete(entry, step_id)
}

function noteSpent(entry: RunEntry, { accounts }: EventOf<'budget_updated'>['data']): void {
  const own = accounts.find(({ scope, unit }) => scope === 'run' && unit === 'cost')
  if (own !== undefined) entry.spent = own.spent
}

function finish(entry: RunEntry, event: EventOf<'run_finished'>): void {
  entry.finished = { status: event.data.status, at: event.at, cost: event.data.cost }
  if (entry.batch) entry.spent = toMicro(event.data.cost)
  entry.done = event.data.completed
  entry.waiting = {}
  // Not deleted: what a property is deleted from is slow from then on, for all rows that are folded after it.
  entry.held = undefined
  entry.said = undefined
  entry.returned = undefined
  entry.callsInFlight = 0
}

function evolve(entry: RunEntry, event: StoredEvent): void {
  entry.phase = 'running'
  if (event.type === 'plan_created') planned(entry, event.data)
  if (event.type === 'approval_requested') asked(entry, event.data)
  if (event.type === 'approval_received') answered(entry, event.data)
  if (event.type === 'approval_timeout') delete entry.waiting[event.data.approval_id]
  if (event.type === 'tool_call_start') entry.callsInFlight += 1
  if (event.type === 'tool_call_complete' || event.type === 'tool_call_error') called(entry, event)
  if (event.type === 'step_revised' || event.type === 'step_skipped')
    if (entry.returned) entry.returned = without(entry.returned, event.data.step_id)
  if (entry.batch && event.type === 'budget_updated') noteSpent(entry, event.data)
  if (event.type === 'run_finished') finish(entry, event)
}

/** Runs that wait for a person, by profile. */
export type WaitingRuns = Map<string, number>

function noteWaiting(waiting: WaitingRuns, profile: string, by: number): void {
  const count = (waiting.get(profile) ?? 0) + by
  if (count === 0) waiting.delete(profile)
  else waiting.set(profile, count)
}

const isWaiting = (entry: RunEntry): boolean => runStatusOf(entry) === 'waiting'

const PAGE = 1000

/** The runs that wait according to the saved rows. */
export async function loadWaiting(journal: Journal): Promise<WaitingRuns> {
  const waiting: WaitingRuns = new Map()
  let beyond: number | undefined
  for (;;) {
    const query = { view: RUNS_VIEW, status: 'waiting', limit: PAGE }
    const rows = await journal.rows(beyond === undefined ? query : { ...query, beyond })
    for (const { profile } of rows) noteWaiting(waiting, profile, 1)
    if (rows.length < PAGE) return waiting
    beyond = rows.at(-1)?.sort
  }
}

/** Any other event says no more than that the run is under way, and most events of a run are others. */
const CHANGES_ROW: ReadonlySet<StoredEvent['type']> = new Set([
  'plan_created',
  'approval_requested',
  'approval_received',
  'approval_timeout',
  'tool_call_start',
  'tool_call_complete',
  'tool_call_error',
  'step_revised',
  'step_skipped',
  'run_finished',
])

const changesRow = (entry: RunEntry, { type }: StoredEvent): boolean =>
  CHANGES_ROW.has(type) ||
  entry.phase === 'accepted' ||
  (entry.batch !== undefined && type === 'budget_updated')

/**
 * Brings its run's row up to date with an event, and counts whether it waits. A run that never started (the control
 * stream) has none.
 */
export function foldRun(runs: RowTable<RunEntry>, waiting: WaitingRuns, event: StoredEvent): void {
  if (event.type === 'run_started') {
    runs.put(event.run_id, started(event))
    return
  }
  const entry = runs.get(event.run_id)
  if (!entry || !changesRow(entry, event)) return
  const waited = isWaiting(entry)
  evolve(entry, event)
  runs.put(event.run_id, entry)
  const waits = isWaiting(entry)
  if (waits !== waited) noteWaiting(waiting, entry.profile, waits ? 1 : -1)
}
