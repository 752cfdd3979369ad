// What the events of an approval mean. An approval is one request for one exact content: it ends once, and an
// approved one is used once, by the call that names it or by the release of the output it covers.
import type { FactOf } from '../events/event.ts'
import { askJudgesAgain, isHeld, judgesOf, releaseJudges } from './judge.ts'
import { patchStep, revised, withApproval } from './replay-step.ts'
import type { ApprovalState, ApprovalStatus, RunState } from './state.ts'

type ApprovalFact = FactOf<'approval_requested' | 'approval_received' | 'approval_timeout'>

const approvalSet = (state: RunState, approval: ApprovalState): RunState => ({
  ...state,
  approvals: withApproval(state.approvals, approval),
})

/** What those have said who judge the step; nothing where nobody does. */
function judgementsOf(state: RunState, stepId: string): Pick<ApprovalState, 'judgements'> {
  const judgements = judgesOf(state, stepId)
    .filter(isHeld)
    .flatMap(({ plan, output }) => (output === null ? [] : [{ stepId: plan.step_id, output }]))
  return judgements.length === 0 ? {} : { judgements }
}

function requested(state: RunState, { data }: FactOf<'approval_requested'>, at: number): RunState {
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
    ...(data.adapter === undefined ? {} : { adapter: data.adapter, configuration: data.configuration }),
    consequences: data.consequences,
    required: data.required,
    requestedAt: at,
    expiresAt: data.expires_at,
    decidedAt: null,
    votes: [],
    used: false,
    ...judgementsOf(state, data.step_id),
  }
  return patchStep(approvalSet(state, approval), data.step_id, {
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
  if (approvals < approval.required) return approvalSet(state, approval)
  const done = ended(approval, 'approved', at)
  if (approval.review === 'call') {
    return patchStep(approvalSet(state, done), approval.stepId, { status: 'pending' })
  }
  const released = releaseJudges(approvalSet(state, { ...done, used: true }), approval.stepId)
  return patchStep(released, approval.stepId, { status: 'completed' })
}

function changed(
  state: RunState,
  approval: ApprovalState,
  asked: { readonly data: FactOf<'approval_received'>['data']; readonly at: number },
): RunState {
  const { changes, edits } = asked.data
  const { stepId } = approval
  const next = approvalSet(state, ended(approval, 'changes_requested', asked.at))
  const revision = approval.revision + 1
  // In words alone: whoever asked for the run says what it is to be.
  if (edits === null) return patchStep(askJudgesAgain(next, stepId), stepId, { status: 'changes_requested' })
  if (edits === 'inputs') return revised(next, stepId, { revision, inputs: changes })
  return patchStep(askJudgesAgain(next, stepId), stepId, { status: 'reviewing', revision, output: changes })
}

function received(state: RunState, { data }: FactOf<'approval_received'>, at: number): RunState {
  const before = state.approvals[data.approval_id]
  if (before === undefined) return state
  const vote = {
    by: data.by,
    decision: data.decision,
    reason: data.reason,
    changes: data.changes,
    at,
  }
  const approval = { ...before, votes: [...before.votes, vote] }
  if (data.decision === 'approved') return approved(state, approval, at)
  if (data.decision === 'changes_requested') return changed(state, approval, { data, at })
  return approvalSet(state, ended(approval, 'denied', at))
}

/** The run after a fact about one of its approvals, at `at`. */
export function evolveApproval(state: RunState, fact: ApprovalFact, at: number): RunState {
  if (fact.type === 'approval_requested') return requested(state, fact, at)
  if (fact.type === 'approval_received') return received(state, fact, at)
  const approval = state.approvals[fact.data.approval_id]
  if (approval === undefined) return state
  const status = fact.data.cause === 'expired' ? 'expired' : 'cancelled'
  return approvalSet(state, ended(approval, status, at))
}
