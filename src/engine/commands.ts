// What people tell a run: decide an approval, cancel, reconcile. Each is checked against the run as it is at that
// moment, in the run's own order, and answered when it is durable.
import { AppError } from '../errors.ts'
import { jsonPayload } from '../events/digest.ts'
import { isRecord } from '../events/json.ts'
import { runOfApproval } from '../events/approval.ts'
import { problemsOf } from '../events/problem.ts'
import { cancelLines } from '../run/cancel.ts'
import { contributorsOf, isAmong } from '../run/contributors.ts'
import { decideApproval } from '../run/decide.ts'
import { failure } from '../run/failure.ts'
import type { RunState, StepState } from '../run/state.ts'
import { callComplete, callError } from '../run/tool-call.ts'
import { checkOutput } from './output.ts'
import type { EngineContext } from './context.ts'
import type { CancelRequest, DecisionRequest, Principal, Reconciliation } from './engine.ts'
import { checkInput } from './input-check.ts'
import { addKnownPayload, addPayload, record } from './turn.ts'
import type { Turn } from './active-run.ts'
import { payloadValue } from './values.ts'

/** Hands a command to a run; answers with the run after it, or with the error it was refused with. */
function command(context: EngineContext, runId: string, apply: (turn: Turn) => void): Promise<RunState> {
  return new Promise((resolve, reject) => {
    context.worker.tell(runId, { kind: 'command', apply, resolve, reject }).catch(reject)
  })
}

/** The run as it is now: an approval whose time is over has expired, whether or not the clock has woken the run yet. */
export async function presentState(context: EngineContext, runId: string): Promise<RunState> {
  const state = await context.worker.load(runId)
  const now = context.clock.now(state)
  const isDue = Object.values(state.approvals).some(
    ({ status, expiresAt }) => status === 'pending' && expiresAt <= now,
  )
  if (!isDue || state.finished !== null) return state
  return command(context, runId, () => undefined).catch((error: unknown) => {
    // It cannot be moved, but it can be shown.
    if (error instanceof AppError && error.code === 'RUN_PARKED') return state
    throw error
  })
}

type Changes = NonNullable<DecisionRequest['changes']>

function changesInvalid(why: string, problems: { path: string; message: string }[] = []): never {
  throw new AppError('CHANGES_INVALID', { why }, { problems })
}

/** The content that the changes make of what the reviewer saw: their fields replace its fields. */
function edited(turn: Turn, change: { step: StepState; changes: Changes; review: 'call' | 'output' }) {
  const { step, changes, review } = change
  const edits = changes.output === undefined ? 'inputs' : 'output'
  if (edits === 'output' && review === 'call')
    return changesInvalid('There is no output yet: change the inputs.')
  const asked = edits === 'output' ? changes.output : changes.inputs
  if (!isRecord(asked)) return changesInvalid(`The ${edits} must be an object.`)
  const tool = turn.run.tools.get(step.plan.tool)
  const spec = turn.run.registry.tools[step.plan.tool]
  if (tool === undefined || spec === undefined) return changesInvalid('The tool is not installed.')
  const shown = edits === 'output' ? step.output : review === 'call' ? shownInputs(turn, step) : step.inputs
  const before = shown === null ? {} : turn.run.values.get(shown)
  const value = { ...(isRecord(before) ? before : {}), ...asked }
  if (jsonPayload(value) === null) return changesInvalid(`The ${edits} must be JSON.`)
  const schema = edits === 'output' ? tool.output : tool.input
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    return changesInvalid(`The ${edits} would not fit ${step.plan.tool}.`, problemsOf(parsed.error))
  const checked =
    edits === 'output'
      ? checkOutput(tool, spec, { input: undefined, output: value, salt: turn.run.salt })
      : checkInput(tool, spec, value)
  if (!checked.ok) return changesInvalid(checked.failure.message)
  return { edits, value } as const
}

const shownInputs = (turn: Turn, step: StepState): string | null => {
  const last = step.approvalIds.at(-1)
  return last === undefined ? null : (turn.state.approvals[last]?.subject ?? null)
}

function applyDecision(
  turn: Turn,
  asked: { approvalId: string; request: DecisionRequest; by: Principal },
): void {
  const { approvalId, request, by } = asked
  const approval = turn.state.approvals[approvalId]
  const step = approval && turn.state.steps[approval.stepId]
  const vote = { approvalId, decision: request.decision, by, now: turn.now }
  // First without content: whether this person may decide at all comes before whether the changes are good.
  decideApproval(turn.state, { ...vote, reason: null, changes: null })
  const reason = request.reason === null ? null : addPayload(turn, request.reason).digest
  if (request.decision !== 'request_changes' || approval === undefined || step === undefined) {
    return record(turn, decideApproval(turn.state, { ...vote, reason, changes: null }))
  }
  if (request.changes === null) changesInvalid('Say what to change.')
  const { edits, value } = edited(turn, {
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
  approvalId: string,
): Promise<Map<string, unknown>> {
  const state = await context.worker.load(runId)
  const approval = state.approvals[approvalId]
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
  const unknown = new AppError('APPROVAL_NOT_FOUND', { approval_id: asked.approvalId })
  const runId = runOfApproval(asked.approvalId)
  if (runId === null) throw unknown
  try {
    const values = asked.request.changes
      ? await preload(context, runId, asked.approvalId)
      : new Map<string, unknown>()
    return await command(context, runId, (turn) => {
      for (const [digest, value] of values) turn.run.values.set(digest, value)
      applyDecision(turn, asked)
    })
  } catch (error) {
    throw error instanceof AppError && error.code === 'RUN_NOT_FOUND' ? unknown : error
  }
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
  // What every object has, such as `__proto__`, is no step.
  const step = Object.hasOwn(turn.state.steps, stepId) ? turn.state.steps[stepId] : undefined
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
  const checked = checkOutput(tool, spec, {
    input: undefined,
    output: asked.output,
    salt: turn.run.salt,
  })
  if (!checked.ok)
    return changesInvalid('Give the output that the call would have had: it must fit the tool.')
  const person = { by: asked.by.id, reason: addPayload(turn, asked.reason).digest }
  const output = addKnownPayload(turn, checked.payload, checked.output)
  const bytes = Buffer.byteLength(output.body)
  record(turn, [callComplete(state, step, { durationMs: 0, output: output.digest, bytes, person })])
}

export const reconcile = (
  context: EngineContext,
  runId: string,
  asked: Reconciliation & { stepId: string; by: Principal },
) => command(context, runId, (turn) => applyReconciliation(turn, asked))
