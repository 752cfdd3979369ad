// GET /v1/approvals, one of them with all that a person needs to decide, and the decision.
import type { z } from 'zod'
import type { DecisionRequest, Engine, Principal } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { runOfApproval } from '../events/approval.ts'
import type { ApprovalState, RunState } from '../run/state.ts'
import { pageOf } from './answers.ts'
import {
  approvalsOf,
  presentApprovalSummary,
  presentBudget,
  presentStep,
  textOrNull,
  timeOf,
  timeOrNull,
  type ReadPayload,
} from './present.ts'
import { localsOf, route, type DoorParts, type Route } from './route.ts'
import { approval as approvalAnswer, approvalSummary } from './run-answers.ts'
import { approvalParams, approvalsQuery, decisionBody } from './schemas.ts'

export const approvalPage = pageOf(approvalSummary)

type ShownApproval = z.input<typeof approvalAnswer>
type Reader = { readonly read: ReadPayload; readonly approver: boolean }

/** Edited outputs are not released either: only approvers see them before their approval. */
const presentVotes = (approval: ApprovalState, { read, approver }: Reader) =>
  Promise.all(
    approval.votes.map(async (vote) => ({
      by: vote.by,
      decision: vote.decision,
      reason: vote.reason === null ? null : await read(vote.reason),
      changes: vote.changes === null || !approver ? null : await read(vote.changes),
      at: timeOf(vote.at),
    })),
  )

const presentRevision = async (approval: ApprovalState, reader: Reader) => ({
  approval_id: approval.approvalId,
  revision: approval.revision,
  status: approval.status,
  requested_at: timeOf(approval.requestedAt),
  decided_at: timeOrNull(approval.decidedAt),
  votes: await presentVotes(approval, reader),
})

/** What is under review: the inputs of a call, or an output together with the inputs it was made of. */
async function presentSubject(
  approval: ApprovalState,
  inputs: string | null,
  { read, approver }: Reader,
): Promise<{ inputs: unknown; preview: unknown }> {
  if (approval.review === 'call') return { inputs: await read(approval.subject), preview: null }
  const shown = approver || approval.status === 'approved'
  return {
    inputs: inputs === null ? null : await read(inputs),
    preview: shown ? await read(approval.subject) : null,
  }
}

async function presentApproval(state: RunState, approvalId: string, reader: Reader): Promise<ShownApproval> {
  const approval = state.approvals[approvalId]
  const summary = approvalsOf(state).find((row) => row.approval_id === approvalId)
  const step = approval ? state.steps[approval.stepId] : undefined
  if (!approval || !summary || !step) throw new AppError('APPROVAL_NOT_FOUND', { approval_id: approvalId })
  const history = step.approvalIds.flatMap((id) => state.approvals[id] ?? [])
  const [goal, shownStep, subject, votes, revisions] = await Promise.all([
    reader.read(state.goal),
    presentStep(step, state.refusals, reader.read),
    presentSubject(approval, step.inputs, reader),
    presentVotes(approval, reader),
    Promise.all(history.map((past) => presentRevision(past, reader))),
  ])
  return {
    ...summary,
    ...subject,
    goal: textOrNull(goal),
    requester: state.requester,
    digest: approval.digest,
    step: shownStep,
    votes,
    decided_at: timeOrNull(approval.decidedAt),
    budget: state.budget.map(presentBudget),
    revisions,
  }
}

const readerFor = (engine: Engine, runId: string, by: Principal): Reader => ({
  read: (digest) => engine.payload(runId, digest),
  approver: by.roles.includes('approver'),
})

async function readApproval(engine: Engine, approvalId: string, by: Principal): Promise<ShownApproval> {
  const runId = runOfApproval(approvalId)
  if (runId === null) throw new AppError('APPROVAL_NOT_FOUND', { approval_id: approvalId })
  return presentApproval(await engine.state(runId), approvalId, readerFor(engine, runId, by))
}

const requestOf = (body: z.output<typeof decisionBody>): DecisionRequest => ({
  decision: body.decision,
  reason: body.reason ?? null,
  changes: body.decision === 'request_changes' ? body.changes : null,
})

export const approvalRoutes = ({ engine, views }: DoorParts): Route[] => [
  route({
    method: 'get',
    path: '/v1/approvals',
    roles: ['viewer', 'approver'],
    summary: 'Approvals, newest first',
    query: approvalsQuery,
    answers: { 200: { description: 'One page.', schema: approvalPage } },
    errors: [],
    answer: async ({ query }) => {
      const page = await views.approvals(query)
      return { status: 200, body: { ...page, items: page.items.map(presentApprovalSummary) } }
    },
  }),
  route({
    method: 'get',
    path: '/v1/approvals/{approval_id}',
    roles: ['viewer', 'approver'],
    summary: 'What a person needs to decide',
    params: approvalParams,
    answers: { 200: { description: 'The approval.', schema: approvalAnswer } },
    errors: ['APPROVAL_NOT_FOUND'],
    answer: async ({ params, principal }) => ({
      status: 200,
      body: await readApproval(engine, params.approval_id, principal),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/approvals/{approval_id}/decision',
    roles: ['approver'],
    summary: 'A decision on exactly this call or content',
    params: approvalParams,
    body: decisionBody,
    answers: { 200: { description: 'The approval as it is now.', schema: approvalAnswer } },
    errors: [
      'APPROVAL_NOT_FOUND',
      'APPROVAL_DECIDED',
      'ALREADY_VOTED',
      'APPROVER_IS_REQUESTER',
      'CHANGES_INVALID',
      'RUN_PARKED',
      'JOURNAL_CONFLICT',
    ],
    answer: async ({ params, body, principal, res }) => {
      localsOf(res).state = () => readApproval(engine, params.approval_id, principal)
      const state = await engine.decide(params.approval_id, requestOf(body), principal)
      const reader = readerFor(engine, state.runId, principal)
      return { status: 200, body: await presentApproval(state, params.approval_id, reader) }
    },
  }),
]
