// From a move to what is recorded of it. Everything here happens before the append; nothing acts.
import { copiedPayload, type Payload } from '../events/digest.ts'
import type { Fact } from '../events/event.ts'
import { FAILURES } from '../events/taxonomy.ts'
import type { ProblemItem } from '../events/problem.ts'
import { approvalDigest, approvalRequest, isLive, lastApproval } from '../run/approval.ts'
import { isExcepted } from '../run/approval-policy.ts'
import { toolCallId } from '../run/calls/call.ts'
import { reserve, settle } from '../run/budgets/charge.ts'
import { endApproval } from '../run/decide.ts'
import { failure, type Failure } from '../run/failure.ts'
import type { Refusal } from '../run/budgets/ledger.ts'
import { PLANNING, type Move } from '../run/next.ts'
import { finish } from '../run/outcome.ts'
import { BUILTIN } from '../run/calls/slot.ts'
import type { StepState } from '../run/state.ts'
import { callError, callStart, chargeOf, routeDecision, type Route } from '../run/calls/tool-call.ts'
import { checkInput, type InputCheck } from './calls/input-check.ts'
import { inputsOf } from './calls/inputs.ts'
import { isApprovedAsItIs, servedBy } from './calls/served-by.ts'
import { askCondition, askRule, chooseCase } from './conditions.ts'
import { expandList } from './expansion.ts'
import { lookUp, settleLostCall } from './look-ups.ts'
import type { EngineParts } from './parts.ts'
import { askingNobody, plannerOf, planRun } from './planning.ts'
import { refusedFacts } from './refusal.ts'
import { recordPlanning, replan } from './revisions/replan.ts'
import { revise } from './revisions/revise.ts'
import { routeOf } from './calls/route.ts'
import { addKnownPayload, addPayload, keepProblems, prepare, record, stepOf } from './turn.ts'
import type { Turn } from './active-run.ts'
import { valueOf } from './values.ts'

const skip = (stepId: string, reason: Extract<Move, { do: 'skip' }>['reason']): Fact => ({
  type: 'step_skipped',
  data: { step_id: stepId, reason },
})

const openCallOf = ({ state }: Turn, { plan, attempt }: StepState) =>
  state.openCalls[toolCallId(plan.step_id, attempt)]

/** The call did not happen: its intent is closed again in the same append. */
function closeUncalled(
  turn: Turn,
  stepId: string,
  { failed, problems = [] }: { readonly failed: Failure; readonly problems?: readonly ProblemItem[] },
): void {
  const step = stepOf(turn, stepId)
  const kept = keepProblems(turn, step, problems)
  const error = callError(turn.state, step, { ...failed, ...kept, now: turn.now, retryAt: null, made: false })
  record(turn, [error, ...settle(turn.state, openCallOf(turn, step), 'nothing')])
}

type Callable = {
  readonly stepId: string
  readonly adapter: string
  /** Shared with nobody. */
  readonly copy: unknown
  /** Its input was checked before. */
  readonly checked?: InputCheck
  readonly spanId: string | undefined
}

/** Prepares the call with the input as the tool expects it. Where the input does not fit, the step has failed already. */
function prepareCall({ onToolError }: EngineParts, turn: Turn, call: Callable): void {
  const { stepId, adapter, copy, spanId } = call
  const { plan, attempt } = stepOf(turn, stepId)
  const tool = turn.run.tools.get(plan.tool)
  const spec = turn.run.registry.tools[plan.tool]
  if (tool === undefined || spec === undefined) {
    const message = `The tool ${plan.tool} is not installed.`
    return closeUncalled(turn, stepId, { failed: failure('system_unavailable', message) })
  }
  const checked = call.checked ?? checkInput(tool, spec, copy)
  if (!checked.ok) {
    const where = { tool: tool.name, runId: turn.state.runId, stepId, input: copy }
    if ('thrown' in checked) onToolError?.({ ...where, error: checked.thrown })
    return closeUncalled(turn, stepId, { failed: checked.failure, problems: checked.problems })
  }
  const callId = toolCallId(stepId, attempt)
  const configuration = turn.run.vendors().configurationOf(adapter)
  const { input } = checked
  prepare(turn, { kind: 'tool', callId, stepId, attempt, input, adapter, configuration, spanId })
}

/**
 * Which adapter serves the step: said before a person is asked for the call, and again when it is another one. null: it has
 * effects, and nobody can make it; the step has failed, so that nobody is asked for what cannot be done.
 */
function chooseRoute(turn: Turn, step: StepState): string | null {
  const route = routeOf(step, turn.run.registry, { ...turn.run.vendors(), profile: turn.state.profile })
  if (step.adapter !== route.selected) record(turn, [routeDecision(step, route)])
  if (!isUnserved(turn, step, route)) return route.selected
  record(turn, [unservedFact(step, route.reason)])
  return null
}

const isUnserved = ({ state }: Turn, { plan }: StepState, { selected }: Route): boolean =>
  state.rules.includes('vendor_before_approval') &&
  selected === BUILTIN &&
  plan.side_effects === 'execute' &&
  plan.interface !== null

const unservedFact = ({ plan }: StepState, reason: string): Fact => ({
  type: 'step_failed',
  data: {
    step_id: plan.step_id,
    tool: plan.tool,
    domain: plan.domain,
    mode: 'system_unavailable',
    category: FAILURES.system_unavailable.category,
    message: `${reason} Nobody was asked and nothing was done: resume the run when it serves again.`.slice(
      0,
      300,
    ),
  },
})

type CallInput = {
  readonly inputs: Payload
  /** What a tool does to its input must not reach the values that other steps are given. */
  readonly copy: unknown
  readonly checked?: InputCheck
}

/** The input of the next call, kept; the first call of a step takes what the acceptance of the run has checked. */
async function takeInput({ journal }: EngineParts, turn: Turn, step: StepState): Promise<CallInput> {
  const ready = step.editedInputs === null ? turn.run.ready.get(step.plan.step_id) : undefined
  const given = ready?.given ?? (await inputsOf(journal, turn, step))
  const { payload: inputs, value: copy } = ready?.kept ?? copiedPayload(given, turn.run.salt)
  addKnownPayload(turn, inputs, given)
  return { inputs, copy, ...(ready && { checked: { ok: true, input: ready.input } }) }
}

/** What its vendor had nothing of may still be on its way there: the same call has the same key, so that it is known. */
const keptKey = ({ lookUp, inputs, idempotencyKey }: StepState, next: string): string | null =>
  lookUp != null && inputs === next ? idempotencyKey : null

/** The registry of the run asks nobody for a call with these inputs. */
function isUnasked({ run }: Turn, { plan }: StepState, inputs: unknown): boolean {
  const spec = run.registry.tools[plan.tool]
  return spec?.approval.except !== undefined && isExcepted(spec, inputs)
}

async function startCall(parts: EngineParts, turn: Turn, stepId: string): Promise<void> {
  const step = stepOf(turn, stepId)
  const { inputs, copy, checked } = await takeInput(parts, turn, step)
  const approval = step.plan.review === 'call' ? lastApproval(turn.state, step) : undefined
  const adapter = chooseRoute(turn, step)
  if (adapter === null) return
  if (step.plan.review === 'call' && !isUnasked(turn, step, copy)) {
    const subject = { review: 'call', inputs: inputs.digest, output: null } as const
    const digest = approvalDigest(turn.state, step, { ...subject, served: servedBy(turn, adapter) })
    if (!isLive(approval, step, turn.now) || approval?.digest !== digest)
      return requestApproval(parts, turn, { stepId, review: 'call' })
  }
  const approvalId = approval?.approvalId ?? null
  record(turn, reserve(turn.state, chargeOf(step), turn.now))
  const key = keptKey(step, inputs.digest)
  const start = callStart(turn.state, step, { inputs: inputs.digest, adapter, approvalId, key })
  record(turn, [start])
  // Once: a tool may do to it what it likes.
  turn.run.ready.delete(stepId)
  prepareCall(parts, turn, { stepId, adapter, copy, spanId: start.span_id, ...(checked && { checked }) })
}

function callOrSkip(parts: EngineParts, turn: Turn, stepId: string): Promise<void> | void {
  const { callId } = chargeOf(stepOf(turn, stepId))
  const refusals: readonly Refusal[] | undefined = turn.refusals.get(callId)
  if (refusals === undefined) return startCall(parts, turn, stepId)
  record(turn, [...refusedFacts(refusals), skip(stepId, 'budget_exceeded')])
}

/** Ends the call that a process left: what it was given is charged, since it may well have been made. */
function closeCut(
  turn: Turn,
  step: StepState,
  end: { readonly failed: Failure; readonly cut?: true; readonly stopped?: true },
): void {
  const { failed, ...mark } = end
  const retryAt = mark.cut === undefined ? null : turn.now
  const error = callError(turn.state, step, { ...failed, ...mark, now: turn.now, retryAt, made: true })
  record(turn, [error, ...settle(turn.state, openCallOf(turn, step), 'as_reserved')])
}

/**
 * The call once more, as a new attempt: every time that it is really made is reserved and charged. The vendor can
 * recognise it by its key, and it goes on under the approval of the first one.
 */
async function repeatCall(parts: EngineParts, turn: Turn, stepId: string): Promise<void> {
  const cut = stepOf(turn, stepId)
  // It may have happened at the vendor as it was set up then: elsewhere it would happen a second time, unapproved.
  if (!isApprovedAsItIs(turn, cut)) return admitUnknown(turn, stepId)
  const { idempotencyKey: key, inputs } = cut
  const value = inputs === null ? null : await valueOf(parts.journal, turn.run, inputs)
  const ended = turn.run.isFromStop ? 'was stopped' : 'ended'
  closeCut(turn, cut, {
    failed: failure('system_crash', `The process ${ended} during the call.`),
    cut: true,
    ...(turn.run.isFromStop && { stopped: true as const }),
  })
  const step = stepOf(turn, stepId)
  const charge = chargeOf(step)
  const refusals = turn.refusals.get(charge.callId)
  if (refusals !== undefined)
    return record(turn, [...refusedFacts(refusals), skip(stepId, 'budget_exceeded')])
  const adapter = step.adapter ?? BUILTIN
  const approvalId = step.plan.review === 'call' ? (step.approvalIds.at(-1) ?? null) : null
  record(turn, reserve(turn.state, charge, turn.now))
  const start = callStart(turn.state, step, { inputs: inputs ?? '', adapter, approvalId, key })
  record(turn, [start])
  prepareCall(parts, turn, { stepId, adapter, copy: structuredClone(value), spanId: start.span_id })
}

/** Processes have ended during this call too often to make it once more. */
function giveUpCall(turn: Turn, stepId: string): void {
  const step = stepOf(turn, stepId)
  const message = `The process ended ${step.cuts + 1} times during this call: it is not made again.`
  const mode = step.plan.side_effects === 'execute' ? 'system_unknown_outcome' : 'system_crash'
  closeCut(turn, step, { failed: failure(mode, message, 'unknown') })
}

async function requestApproval(
  parts: EngineParts,
  turn: Turn,
  { stepId, review }: { readonly stepId: string; readonly review: 'call' | 'output' },
): Promise<void> {
  const step = stepOf(turn, stepId)
  const isCall = review === 'call'
  const adapter = isCall ? chooseRoute(turn, step) : BUILTIN
  if (adapter === null) return
  const served = servedBy(turn, adapter)
  const given = isCall ? await inputsOf(parts.journal, turn, step) : null
  if (isCall && isUnasked(turn, step, given)) return callOrSkip(parts, turn, stepId)
  const inputs = isCall ? addPayload(turn, given).digest : (step.inputs ?? '')
  const consequences = turn.run.registry.tools[step.plan.tool]?.approval.consequences ?? []
  const subject = { review, inputs, output: isCall ? null : step.output, served }
  record(turn, [approvalRequest(turn.state, step, { ...subject, consequences, now: turn.now })])
}

function admitUnknown(turn: Turn, stepId: string): void {
  const step = stepOf(turn, stepId)
  const failed = failure('system_unknown_outcome', 'The process ended during a call with effects.', 'unknown')
  closeCut(turn, step, { failed })
}

/** A planner that asks somebody else has its own flight; any other one plans in this very turn. */
async function plan(parts: EngineParts, turn: Turn): Promise<void> {
  const { run, state } = turn
  const profile = run.registry.profiles[state.profile]
  if (state.resumes === null && plannerOf(parts, state.planner, profile)?.asks === true)
    return prepare(turn, { kind: 'plan', callId: PLANNING })
  recordPlanning(turn, run.planned ?? (await planRun(parts, run, askingNobody())))
}

/** Records a move in the turn. */
export function recordMove(parts: EngineParts, turn: Turn, move: Move): Promise<void> | void {
  const { state, now } = turn
  switch (move.do) {
    case 'plan':
      return plan(parts, turn)
    case 'give_up': {
      const message = 'There was no plan within the time limit of the run.'
      return record(turn, [finish(state, now, { cause: move.cause, message })])
    }
    case 'request_approval':
      return requestApproval(parts, turn, move)
    case 'call':
      return callOrSkip(parts, turn, move.stepId)
    case 'repeat':
      return repeatCall(parts, turn, move.stepId)
    case 'admit_unknown':
      return admitUnknown(turn, move.stepId)
    case 'give_up_call':
      return giveUpCall(turn, move.stepId)
    case 'look_up':
      return lookUp(parts, turn, move.stepId)
    case 'settle_lost':
      return settleLostCall(turn, move.callId)
    case 'choose':
      return chooseCase(parts, turn, move.block)
    case 'expand':
      return expandList(parts, turn, move.block)
    case 'ask_rule':
      return askRule(parts, turn, move.ruling)
    case 'revise':
      return revise(parts, turn, move.ruling)
    case 'replan':
      return replan(parts, turn)
    case 'ask_condition':
      return askCondition(parts, turn, move.stepId)
    case 'skip':
      return record(turn, [skip(move.stepId, move.reason)])
    case 'expire':
      return record(turn, [endApproval(state, move.approvalId, { cause: move.cause, now })])
    case 'finish':
      return record(turn, [finish(state, now)])
  }
}
