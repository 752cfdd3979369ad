// What people tell a run: decide an approval, revise, cancel, reconcile. Each is checked against the run as it is at that
// moment, in the run's own order, and answered when it is durable.
import { inTool } from '../../containment.ts'
import { AppError } from '../../errors.ts'
import { runOfApproval } from '../../events/approval.ts'
import { cancelLines } from '../../run/cancel.ts'
import { contributorsOf, isAmong } from '../../run/contributors.ts'
import { decideApproval, returnedStep, reviseStep } from '../../run/decide.ts'
import { failure } from '../../run/failure.ts'
import { lastApproval } from '../../run/approval.ts'
import {
  approvalNamed,
  stepNamed,
  type ApprovalState,
  type RunState,
  type StepState,
} from '../../run/state.ts'
import { callComplete, callError } from '../../run/calls/tool-call.ts'
import { returnedUntil } from '../../run/waiting.ts'
import { checkOutput } from '../calls/output.ts'
import type { EngineContext } from '../context.ts'
import { changesInvalid, edited } from './edits.ts'
import type { CancelRequest, DecisionRequest, Principal, Reconciliation, Revision } from '../engine.ts'
import { addKnownPayload, addPayload, keepReceipt, record } from '../turn.ts'
import type { Turn } from '../active-run.ts'
import { payloadValue } from '../values.ts'

/** Hands a command to a run; answers with the run after it, or with the error it was refused with. */
function command(
  context: EngineContext,
  runId: string,
  apply: (turn: Turn) => void | Promise<void>,
): Promise<RunState> {
  return new Promise((resolve, reject) => {
    context.worker.tell(runId, { kind: 'command', apply, resolve, reject }).catch(reject)
  })
}

/** The run as it is now: what has no time left, an approval or a revision, has expired, whether or not the clock has woken the run yet. */
export async function presentState(context: EngineContext, runId: string): Promise<RunState> {
  const state = await context.worker.load(runId)
  const now = context.clock.now(state)
  const hasExpired = Object.values(state.approvals).some(
    ({ status, expiresAt }) => status === 'pending' && expiresAt <= now,
  )
  const isReturned = ({ status }: StepState): boolean => status === 'changes_requested'
  const isDue =
    hasExpired ||
    Object.values(state.steps).some((step) => isReturned(step) && returnedUntil(state, step) <= now)
  if (!isDue || state.finished !== null) return state
  return command(context, runId, () => undefined).catch((error: unknown) => {
    // It cannot be moved, but it can be shown.
    if (error instanceof AppError && error.code === 'RUN_PARKED') return state
    throw error
  })
}

async function applyDecision(
  turn: Turn,
  asked: { approvalId: string; request: DecisionRequest; by: Principal },
): Promise<void> {
  const { approvalId, request, by } = asked
  const approval = approvalNamed(turn.state, approvalId)
  const step = approval && turn.state.steps[approval.stepId]
  const vote = { approvalId, decision: request.decision, by, now: turn.now }
  // First without content: whether this person may decide at all comes before whether the changes are good.
  const bare = decideApproval(turn.state, { ...vote, reason: null, changes: null })
  if (request.reason === null && request.changes === null) return record(turn, bare)
  const reason = request.reason === null ? null : addPayload(turn, request.reason).digest
  // In words alone a change goes back to the requester, with the reason.
  const isInWords = request.decision !== 'request_changes' || request.changes === null
  if (isInWords || approval === undefined || step === undefined)
    return record(turn, decideApproval(turn.state, { ...vote, reason, changes: null }))
  const { edits, value } = await edited(turn, {
    step,
    changes: request.changes,
    review: approval.review,
  })
  const changes = { edits, digest: addPayload(turn, value).digest }
  record(turn, decideApproval(turn.state, { ...vote, reason, changes }))
}

/** Payloads that changes are laid over must be in memory before the run's own order is entered. */
async function preload(
  context: EngineContext,
  runId: string,
  find: (state: RunState) => ApprovalState | undefined,
): Promise<Map<string, unknown>> {
  const state = await context.worker.load(runId)
  const approval = find(state)
  const step = approval && state.steps[approval.stepId]
  const values = new Map<string, unknown>()
  for (const digest of [approval?.subject, step?.inputs, step?.output]) {
    if (digest == null || values.has(digest)) continue
    values.set(digest, await payloadValue(context.parts.journal, runId, digest))
  }
  return values
}

export async function decide(
  context: EngineContext,
  asked: { approvalId: string; request: DecisionRequest; by: Principal },
) {
  // Made where it is thrown: an error writes down its stack, and nearly every decision finds its run.
  const unknown = (): AppError => new AppError('APPROVAL_NOT_FOUND', { approval_id: asked.approvalId })
  const runId = runOfApproval(asked.approvalId)
  if (runId === null) throw unknown()
  try {
    const values = asked.request.changes
      ? await preload(context, runId, (state) => approvalNamed(state, asked.approvalId))
      : new Map<string, unknown>()
    return await command(context, runId, (turn) => {
      for (const [digest, value] of values) turn.run.values.set(digest, value)
      return applyDecision(turn, asked)
    })
  } catch (error) {
    throw error instanceof AppError && error.code === 'RUN_NOT_FOUND' ? unknown() : error
  }
}

type Revising = Revision & { readonly stepId: string }

async function applyRevision(turn: Turn, { stepId, inputs, by }: Revising): Promise<void> {
  const step = returnedStep(turn.state, stepId, { by: by.id, now: turn.now })
  const review = step.plan.review === 'call' ? 'call' : 'output'
  const { value } = await edited(turn, { step, changes: { inputs }, review })
  record(turn, [reviseStep(step, { by: by.id, inputs: addPayload(turn, value).digest })])
}

export async function revise(context: EngineContext, runId: string, asked: Revising): Promise<RunState> {
  const values = await preload(context, runId, (state) => {
    const step = stepNamed(state, asked.stepId)
    return step && lastApproval(state, step)
  })
  return command(context, runId, (turn) => {
    for (const [digest, value] of values) turn.run.values.set(digest, value)
    return applyRevision(turn, asked)
  })
}

export const cancel = (
  context: EngineContext,
  runId: string,
  { by, reason }: CancelRequest,
): Promise<RunState> =>
  command(context, runId, (turn) => {
    const { finished } = turn.state
    if (finished !== null) throw new AppError('RUN_FINISHED', { run_id: runId, status: finished.status })
    const why = reason === null ? null : addPayload(turn, reason).digest
    record(turn, cancelLines(turn.state, turn.now, { by: by.id, reason: why }))
  })

function unknownStep(turn: Turn, stepId: string): StepState {
  const step = stepNamed(turn.state, stepId)
  if (step === undefined) throw new AppError('STEP_NOT_FOUND', { run_id: turn.state.runId, step_id: stepId })
  if (step.status !== 'unknown')
    throw new AppError('STEP_NOT_UNKNOWN', { step_id: stepId, status: step.status })
  return step
}

/** What had effects is looked up by somebody who did not ask for it. Errors: APPROVER_IS_REQUESTER. */
function checkReconciler({ state }: Turn, { plan }: StepState, by: Principal): void {
  const isBound = state.approvers.exclude_requester && state.rules.includes('contributors_excluded')
  if (!isBound || plan.side_effects !== 'execute') return
  if (!isAmong(contributorsOf(state).askedBy, by.id)) return
  const why = 'Who asked for a call with effects does not say alone what became of it.'
  throw new AppError('APPROVER_IS_REQUESTER', { why })
}

function applyReconciliation(turn: Turn, asked: Reconciliation & { stepId: string; by: Principal }): void {
  const step = unknownStep(turn, asked.stepId)
  checkReconciler(turn, step, asked.by)
  const { state, now } = turn
  if (asked.outcome === 'did_not_happen') {
    const person = { by: asked.by.id, reason: addPayload(turn, asked.reason).digest }
    const failed = failure('system_unavailable', 'A person found that the call did not happen.')
    return record(turn, [callError(state, step, { ...failed, now, retryAt: now, made: false, person })])
  }
  const tool = turn.run.tools.get(step.plan.tool)
  const spec = turn.run.registry.tools[step.plan.tool]
  if (tool === undefined || spec === undefined) return changesInvalid('The tool is not installed.')
  const given = { input: undefined, output: asked.output, salt: turn.run.salt }
  const checked = inTool(tool.name, () => checkOutput(tool, spec, given))
  if (!checked.ok)
    return changesInvalid('Give the output that the call would have had: it must fit the tool.')
  const person = { by: asked.by.id, reason: addPayload(turn, asked.reason).digest }
  const output = addKnownPayload(turn, checked.payload, checked.output)
  const bytes = Buffer.byteLength(output.body)
  const receipt = keepReceipt(turn, step, checked.output)
  record(turn, [
    callComplete(state, step, { durationMs: 0, output: output.digest, bytes, ...receipt, person }),
  ])
}

export const reconcile = (
  context: EngineContext,
  runId: string,
  asked: Reconciliation & { stepId: string; by: Principal },
) => command(context, runId, (turn) => applyReconciliation(turn, asked))
