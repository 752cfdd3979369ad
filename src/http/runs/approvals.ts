// GET /v1/approvals, one of them with all that a person needs to decide, and the decision.
import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import type { DecisionRequest, Engine, Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import { runOfApproval } from '../../events/approval.ts'
import { isRecord } from '../../events/json.ts'
import { contributorsOf } from '../../run/contributors.ts'
import { approvalNamed, type ApprovalState, type RunState } from '../../run/state.ts'
import { fieldsOf } from '../../tools/summary.ts'
import { reaches } from '../callers/reach.ts'
import {
  approvalsOf,
  presentBudget,
  presentDenials,
  presentStep,
  textOrNull,
  timeOf,
  timeOrNull,
} from '../present.ts'
import type { ReadPayload } from '../present-plan.ts'
import { localsOf, route, type DoorParts, type Route } from '../route.ts'
import { approval as approvalAnswer } from './run-answers.ts'
import { forbidden, isOfTheDoor, mayRead } from './approval-list.ts'
import { approvalParams, decisionBody } from '../schemas.ts'

type ShownApproval = z.input<typeof approvalAnswer>
type Reader = { readonly read: ReadPayload; readonly words: Engine['words']; readonly approver: boolean }

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

/** Before its release only approvers see what is reviewed, and what is said of it. */
const maySee = (approval: ApprovalState, { approver }: Reader): boolean =>
  approver || approval.review === 'call' || approval.status === 'approved'

/** Fields that are not what they were in the revision before. */
async function differencesOf(
  approval: ApprovalState,
  before: ApprovalState | undefined,
  reader: Reader,
): Promise<{ field: string; before: unknown; after: unknown }[]> {
  if (before === undefined || !maySee(approval, reader) || !maySee(before, reader)) return []
  const [old, now] = await Promise.all([reader.read(before.subject), reader.read(approval.subject)])
  if (!isRecord(old) || !isRecord(now)) return []
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((field) => !isDeepStrictEqual(old[field], now[field]))
    .map((field) => ({ field, before: old[field] ?? null, after: now[field] ?? null }))
}

/** What was said of it when the person was asked, in the words of the tools that said it. */
async function judgementsOf(state: RunState, approval: ApprovalState, reader: Reader) {
  if (!maySee(approval, reader)) return []
  return Promise.all(
    (approval.judgements ?? []).map(async ({ stepId, output: digest }) => {
      const tool = state.steps[stepId]?.plan.tool ?? ''
      const output = await reader.read(digest)
      return { step_id: stepId, tool, output, lines: [...(await reader.words(tool, output))] }
    }),
  )
}

async function subjectLines(state: RunState, approval: ApprovalState, reader: Reader): Promise<string[]> {
  if (!maySee(approval, reader)) return []
  const subject = await reader.read(approval.subject)
  const tool = state.steps[approval.stepId]?.plan.tool ?? ''
  return [...(approval.review === 'call' ? fieldsOf(subject) : await reader.words(tool, subject))]
}

/** What was under review, and what was said of it. */
async function revisionLines(state: RunState, approval: ApprovalState, reader: Reader): Promise<string[]> {
  const [lines, judgements] = await Promise.all([
    subjectLines(state, approval, reader),
    judgementsOf(state, approval, reader),
  ])
  return [...lines, ...judgements.flatMap(({ lines: said }) => said)]
}

/** One of several, oldest first. */
type Past = {
  readonly state: RunState
  readonly approval: ApprovalState
  readonly before: ApprovalState | undefined
}

const presentRevision = async ({ state, approval, before }: Past, reader: Reader) => ({
  approval_id: approval.approvalId,
  revision: approval.revision,
  status: approval.status,
  requested_at: timeOf(approval.requestedAt),
  decided_at: timeOrNull(approval.decidedAt),
  votes: await presentVotes(approval, reader),
  differences: await differencesOf(approval, before, reader),
  lines: await revisionLines(state, approval, reader),
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
  const approval = approvalNamed(state, approvalId)
  const summary = approvalsOf(state).find((row) => row.approval_id === approvalId)
  const step = approval ? state.steps[approval.stepId] : undefined
  if (!approval || !summary || !step) throw new AppError('APPROVAL_NOT_FOUND', { approval_id: approvalId })
  const history = step.approvalIds.flatMap((id) => state.approvals[id] ?? [])
  const [goal, shownStep, subject, lines, judgements, votes, revisions, denials] = await Promise.all([
    reader.read(state.goal),
    presentStep(step, state.refusals, reader.read),
    presentSubject(approval, step.inputs, reader),
    subjectLines(state, approval, reader),
    judgementsOf(state, approval, reader),
    presentVotes(approval, reader),
    Promise.all(
      history.map((past, index) =>
        presentRevision({ state, approval: past, before: history[index - 1] }, reader),
      ),
    ),
    presentDenials(state, reader.read, step),
  ])
  const { askedBy, editedBy } = contributorsOf(state)
  return {
    ...summary,
    ...subject,
    goal: textOrNull(goal),
    approver_role: state.approvers.role,
    requester: state.requester,
    contributors: [...new Set([...askedBy, ...editedBy])],
    earlier_denials: denials,
    adapter: approval.adapter ?? null,
    digest: approval.digest,
    step: shownStep,
    lines,
    judgements,
    votes,
    decided_at: timeOrNull(approval.decidedAt),
    budget: state.budget.map(presentBudget),
    revisions,
  }
}

const readerFor = (engine: Engine, { runId, approvers }: RunState, by: Principal): Reader => ({
  read: (digest) => engine.payload(runId, digest),
  words: engine.words,
  approver: by.roles.includes(approvers.role),
})

/** The run of an approval, if the caller may know of it. Errors: APPROVAL_NOT_FOUND, RUN_NOT_FOUND, FORBIDDEN. */
async function stateOf(engine: Engine, approvalId: string, by: Principal): Promise<RunState> {
  const runId = runOfApproval(approvalId)
  const found = runId === null ? null : await engine.state(runId).catch(nullIfMissing)
  const state = found !== null && reaches(by, found) ? found : null
  if (state === null && isOfTheDoor(engine, by))
    throw new AppError('APPROVAL_NOT_FOUND', { approval_id: approvalId })
  return state ?? forbidden('approver')
}

function nullIfMissing(error: unknown): null {
  if (error instanceof AppError && error.code === 'RUN_NOT_FOUND') return null
  throw error
}

export async function readApproval(
  engine: Engine,
  approvalId: string,
  by: Principal,
): Promise<ShownApproval> {
  const state = await stateOf(engine, approvalId, by)
  const { role } = state.approvers
  if (!mayRead(by, role)) return forbidden(`viewer or ${role}`)
  return presentApproval(state, approvalId, readerFor(engine, state, by))
}

/** Only a caller without limits who may decide most approvals is spared the look: the engine asks for the role again. */
export async function checkDecider(engine: Engine, approvalId: string, by: Principal): Promise<void> {
  if (by.limitedTo === undefined && by.roles.includes('approver')) return
  const { approvers } = await stateOf(engine, approvalId, by)
  if (!by.roles.includes(approvers.role)) forbidden(approvers.role)
}

const requestOf = (body: z.output<typeof decisionBody>): DecisionRequest => ({
  decision: body.decision,
  reason: body.reason ?? null,
  changes: body.decision === 'request_changes' ? (body.changes ?? null) : null,
})

export const approvalRoutes = ({ engine }: Pick<DoorParts, 'engine'>): Route[] => [
  route({
    method: 'get',
    path: '/v1/approvals/{approval_id}',
    roles: ['viewer', 'approver'],
    byApprovers: true,
    limitedKeys: 'own',
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
    byApprovers: true,
    limitedKeys: 'own',
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
      await checkDecider(engine, params.approval_id, principal)
      localsOf(res).state = () => readApproval(engine, params.approval_id, principal)
      const state = await engine.decide(params.approval_id, requestOf(body), principal)
      const reader = readerFor(engine, state, principal)
      return { status: 200, body: await presentApproval(state, params.approval_id, reader) }
    },
  }),
]
