// What a stretch of the journal changed, for whoever shows lists: names and what happened, never contents. Pure.
import type { StoredEvent } from '../../events/event.ts'
import { kindOf } from '../../events/stream.ts'

export type ChangedRun = {
  readonly runId: string
  readonly tenant: string
  /** Types of its events, each once, in the order of their first. */
  readonly events: readonly string[]
}

export type ChangedApproval = {
  readonly approvalId: string
  readonly runId: string
  readonly tenant: string
  readonly change: 'requested' | 'approved' | 'denied' | 'changes_requested' | 'expired' | 'cancelled'
}

export type Changed = {
  /** Of the last event that is told. */
  readonly position: number
  readonly runs: readonly ChangedRun[]
  readonly approvals: readonly ChangedApproval[]
  /** Tenants of whose budgets something was reserved, spent or given back. */
  readonly budgets: readonly string[]
  /** A run ended, or a person decided: the golden signals are others now. */
  readonly signals: boolean
  /** Types of the events that belong to no run: freezes, adapters, the registry. */
  readonly control: readonly string[]
}

function approvalOf(event: StoredEvent): Pick<ChangedApproval, 'approvalId' | 'change'> | null {
  if (event.type === 'approval_requested') return { approvalId: event.data.approval_id, change: 'requested' }
  if (event.type === 'approval_received')
    return { approvalId: event.data.approval_id, change: event.data.decision }
  return event.type === 'approval_timeout'
    ? { approvalId: event.data.approval_id, change: event.data.cause }
    : null
}

const SIGNALS: ReadonlySet<string> = new Set(['run_finished', 'approval_received'])

/** Gathers what events change; each call of `add` goes on where the one before ended. */
export function changesSince(position: number): {
  readonly add: (events: readonly StoredEvent[]) => void
  readonly all: () => Changed
} {
  const runs = new Map<string, { readonly tenant: string; readonly events: Set<string> }>()
  const approvals: ChangedApproval[] = []
  const budgets = new Set<string>()
  const control = new Set<string>()
  let [last, signals] = [position, false]

  const note = (event: StoredEvent): void => {
    last = event.position
    if (kindOf(event.run_id) === 'control') {
      control.add(event.type)
      return
    }
    if (kindOf(event.run_id) !== 'run') return
    const run = runs.get(event.run_id) ?? { tenant: event.tenant, events: new Set<string>() }
    run.events.add(event.type)
    runs.set(event.run_id, run)
    signals ||= SIGNALS.has(event.type)
    if (event.type === 'budget_updated') budgets.add(event.tenant)
    const approval = approvalOf(event)
    if (approval !== null) approvals.push({ ...approval, runId: event.run_id, tenant: event.tenant })
  }
  return {
    add: (events) => events.forEach(note),
    all: () => ({
      position: last,
      runs: Array.from(runs, ([runId, { tenant, events }]) => ({ runId, tenant, events: [...events] })),
      approvals,
      budgets: [...budgets],
      signals,
      control: [...control],
    }),
  }
}
