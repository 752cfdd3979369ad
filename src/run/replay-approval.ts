// What the events of an approval mean. An approval is one request for one exact content: it ends once, and an
// approved one is used once, by the call that names it or by the release of the output it covers.
import type { EventOf } from '../events/event.ts'
import { patchStep } from './replay-step.ts'
import type { ApprovalState, ApprovalStatus, RunState } from './state.ts'

type ApprovalEvent = EventOf<'approval_requested' | 'approval_received' | 'approval_timeout'>

const withApproval = (state: RunState, approval: ApprovalState): RunState => ({
  ...state,
  approvals: { ...state.approvals, [approval.approvalId]: approval },
})

function requested(state: RunState, event: EventOf<'approval_requested'>): RunState {
  const { data } = event
  const step = state.steps[data.step_id]
  if (step === undefined) return state
  const approval: ApprovalState = {
    approvalId: data.approval_id,
    stepId: data.step_id,
    revision: data.revision,
    review: data.review,
    risk: data.risk,
    status: 'pending',
    digest: data.digest,
    subject: data.subject,
    consequences: data.consequences,
    required: data.required,
    requestedAt: event.at,
    expiresAt: data.expires_at,
    decidedAt: null,
    votes: [],
    used: false,
  }
  return patchStep(withApproval(state, approval), data.step_id, {
    status: data.review === 'call' ? 'awaiting_approval' : 'reviewing',
    approvalIds: [...step.approvalIds, data.approval_id],
  })
}

const ended = (approval: ApprovalState, status: ApprovalStatus, at: number): ApprovalState => ({
  ...approval,
  status,
  decidedAt: at,
})

function approved(state: RunState, approval: ApprovalState, at: number): RunState {
  const approvals = approval.votes.filter((vote) => vote.decision === 'approved').length
  if (approvals < approval.required) return withApproval(state, approval)
  const done = ended(approval, 'approved', at)
  if (approval.review === 'call') {
    return patchStep(withApproval(state, done), approval.stepId, { status: 'pending' })
  }
  return patchStep(withApproval(state, { ...done, used: true }), approval.stepId, { status: 'completed' })
}

function changed(state: RunState, approval: ApprovalState, event: EventOf<'approval_received'>): RunState {
  const { changes, edits } = event.data
  const next = withApproval(state, ended(approval, 'changes_requested', event.at))
  const revision = approval.revision + 1
  return edits === 'output'
    ? patchStep(next, approval.stepId, { status: 'reviewing', revision, output: changes })
    : patchStep(next, approval.stepId, { status: 'pending', revision, tries: 0, editedInputs: changes })
}

function received(state: RunState, event: EventOf<'approval_received'>): RunState {
  const { data } = event
  const before = state.approvals[data.approval_id]
  if (before === undefined) return state
  const vote = {
    by: data.by,
    decision: data.decision,
    reason: data.reason,
    changes: data.changes,
    at: event.at,
  }
  const approval = { ...before, votes: [...before.votes, vote] }
  if (data.decision === 'approved') return approved(state, approval, event.at)
  if (data.decision === 'changes_requested') return changed(state, approval, event)
  return withApproval(state, ended(approval, 'denied', event.at))
}

/** The run after an event of one of its approvals. */
export function evolveApproval(state: RunState, event: ApprovalEvent): RunState {
  if (event.type === 'approval_requested') return requested(state, event)
  if (event.type === 'approval_received') return received(state, event)
  const approval = state.approvals[event.data.approval_id]
  if (approval === undefined) return state
  const status = event.data.cause === 'expired' ? 'expired' : 'cancelled'
  return withApproval(state, ended(approval, status, event.at))
}
