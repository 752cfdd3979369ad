// What a person may decide, and what is recorded of it. Pure; refuses with the error that the caller shall see.
import { AppError } from '../errors.ts'
import type { Fact } from '../events/event.ts'
import { approvalDigest, type ApprovalSubject, type ServedBy } from './approval.ts'
import { contributorsOf, isAmong, isSamePerson, wouldBeAlone } from './contributors.ts'
import { approvalNamed, stepNamed, type ApprovalState, type RunState, type StepState } from './state.ts'
import { returnedUntil } from './waiting.ts'

export type Vote = {
  readonly approvalId: string
  readonly decision: 'approve' | 'deny' | 'request_changes'
  readonly by: { readonly id: string; readonly roles: readonly string[] }
  /** Epoch milliseconds. */
  readonly now: number
  /** Payload of the reason's text. */
  readonly reason: string | null
  /** Payload of the edited content, already checked. */
  readonly changes: { readonly edits: 'inputs' | 'output'; readonly digest: string } | null
}

const servedBy = ({ adapter, configuration }: ApprovalState): ServedBy | null =>
  adapter === undefined || configuration === undefined ? null : { adapter, configuration }

/** What an approval stands for, as the run is now. */
export const subjectOf = (approval: ApprovalState, step: StepState): ApprovalSubject =>
  approval.review === 'call'
    ? { review: 'call', inputs: approval.subject, output: null, served: servedBy(approval) }
    : { review: 'output', inputs: step.inputs ?? '', output: step.output }

const REQUESTED = 'Who asked for it, by starting or resuming a run, does not decide it.'
const WRITTEN = 'Who wrote a part of it does not approve it alone.'

const hasVoted = ({ rules }: RunState, { votes }: ApprovalState, name: string): boolean =>
  votes.some(({ by }) => (rules.includes('contributors_excluded') ? isSamePerson(by, name) : by === name))

/**
 * Who asked may not vote, nobody votes twice, and who wrote a part may not be the only one to approve.
 * Errors: APPROVER_IS_REQUESTER, ALREADY_VOTED.
 */
function checkVoter(state: RunState, approval: ApprovalState, { by, decision }: Vote): void {
  const { approvers, rules, requester } = state
  const isNew = rules.includes('contributors_excluded')
  const asked = isNew ? isAmong(contributorsOf(state).askedBy, by.id) : by.id === requester
  if (approvers.exclude_requester && asked) throw new AppError('APPROVER_IS_REQUESTER', { why: REQUESTED })
  if (hasVoted(state, approval, by.id)) throw new AppError('ALREADY_VOTED')
  if (approvers.exclude_requester && isNew && decision === 'approve' && wouldBeAlone(state, approval, by.id))
    throw new AppError('APPROVER_IS_REQUESTER', { why: WRITTEN })
}

function votable(state: RunState, vote: Vote): { approval: ApprovalState; step: StepState } {
  const approval = approvalNamed(state, vote.approvalId)
  const step = approval && state.steps[approval.stepId]
  if (approval === undefined || step === undefined) {
    throw new AppError('APPROVAL_NOT_FOUND', { approval_id: vote.approvalId })
  }
  const { approvers } = state
  if (!vote.by.roles.includes(approvers.role)) throw new AppError('FORBIDDEN', { role: approvers.role })
  if (approval.status !== 'pending') throw new AppError('APPROVAL_DECIDED', { status: approval.status })
  if (approval.expiresAt <= vote.now) throw new AppError('APPROVAL_DECIDED', { status: 'expired' })
  checkVoter(state, approval, vote)
  if (approvalDigest(state, step, subjectOf(approval, step)) !== approval.digest) {
    throw new AppError('APPROVAL_DECIDED', { status: 'changed' })
  }
  return { approval, step }
}

const DECISION = { approve: 'approved', deny: 'denied', request_changes: 'changes_requested' } as const

/**
 * The facts of a person's decision.
 * Errors: APPROVAL_NOT_FOUND, APPROVAL_DECIDED, FORBIDDEN, APPROVER_IS_REQUESTER, ALREADY_VOTED.
 */
export function decideApproval(state: RunState, vote: Vote): Fact[] {
  const { approval, step } = votable(state, vote)
  const received: Fact = {
    type: 'approval_received',
    data: {
      approval_id: approval.approvalId,
      step_id: approval.stepId,
      domain: step.plan.domain,
      risk: approval.risk,
      decision: DECISION[vote.decision],
      by: vote.by.id,
      reason: vote.reason,
      changes: vote.changes?.digest ?? null,
      edits: vote.changes?.edits ?? null,
      wait_ms: Math.max(0, vote.now - approval.requestedAt),
    },
  }
  if (vote.decision !== 'deny') return [received]
  return [received, { type: 'step_skipped', data: { step_id: approval.stepId, reason: 'approval_denied' } }]
}

/** The fact that ends an approval nobody decided. */
export function endApproval(
  state: RunState,
  approvalId: string,
  end: { readonly cause: 'expired' | 'cancelled'; readonly now: number },
): Fact {
  const approval = approvalNamed(state, approvalId)
  const step = approval && state.steps[approval.stepId]
  if (approval === undefined || step === undefined)
    throw new AppError('APPROVAL_NOT_FOUND', { approval_id: approvalId })
  return {
    type: 'approval_timeout',
    data: {
      approval_id: approvalId,
      step_id: approval.stepId,
      domain: step.plan.domain,
      risk: approval.risk,
      cause: end.cause,
      wait_ms: Math.max(0, end.now - approval.requestedAt),
    },
  }
}

/**
 * A step that a reviewer sent back, for the one who started the run to give other inputs.
 * Errors: STEP_NOT_FOUND, NOTHING_TO_REVISE, NOT_THE_REQUESTER.
 */
export function returnedStep(
  state: RunState,
  stepId: string,
  { by, now }: { readonly by: string; readonly now: number },
): StepState {
  const step = stepNamed(state, stepId)
  if (step === undefined) throw new AppError('STEP_NOT_FOUND', { run_id: state.runId, step_id: stepId })
  if (step.status !== 'changes_requested')
    throw new AppError('NOTHING_TO_REVISE', { step_id: stepId, status: step.status })
  if (returnedUntil(state, step) <= now)
    throw new AppError('NOTHING_TO_REVISE', { step_id: stepId, status: 'expired' })
  if (!isAmong(contributorsOf(state).askedBy, by))
    throw new AppError('NOT_THE_REQUESTER', { step_id: stepId })
  return step
}

/** `inputs`: the payload of those of its next call. */
export const reviseStep = (
  step: StepState,
  revision: { readonly by: string; readonly inputs: string },
): Fact => ({
  type: 'step_revised',
  data: {
    step_id: step.plan.step_id,
    tool: step.plan.tool,
    domain: step.plan.domain,
    revision: step.revision + 1,
    ...revision,
  },
})
