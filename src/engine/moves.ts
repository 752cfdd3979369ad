// From a move to what is recorded of it. Everything here happens before the append; nothing acts.
import type { Fact } from '../events/event.ts'
import { approvalDigest, approvalRequest } from '../run/approval.ts'
import { closings, reservations } from '../run/budget.ts'
import { callError, callStart, routeDecision } from '../run/call.ts'
import { endApproval } from '../run/decide.ts'
import { failure, type Failure } from '../run/failure.ts'
import type { Refusal } from '../run/ledger.ts'
import { isLive, lastApproval, type Move } from '../run/next.ts'
import { finish } from '../run/outcome.ts'
import type { StepState } from '../run/state.ts'
import { checkInput } from './call.ts'
import { inputsOf, valueOf } from './inputs.ts'
import type { EngineParts } from './parts.ts'
import { routeOf } from './route.ts'
import { keep, record, stepOf, type Turn } from './turn.ts'

/** Reservations that the books refused in this turn, by step. */
export type Refusals = ReadonlyMap<string, readonly Refusal[]>

function refused(turn: Turn, step: StepState, refusals: readonly Refusal[]): void {
  const facts = refusals.map(({ posting, spent, reserved }): Fact => ({
    type: 'budget_exceeded',
    data: {
      scope: posting.scope,
      key: posting.key,
      unit: posting.unit,
      profile: posting.profile,
      step_id: posting.step_id,
      spent,
      reserved,
      requested: posting.amount,
      limit: posting.limit,
    },
  }))
  const skipped: Fact = {
    type: 'step_skipped',
    data: { step_id: step.plan.step_id, reason: 'budget_exceeded' },
  }
  record(turn, [...facts, skipped])
}

/** The call did not happen: its intent is closed again in the same append. */
function uncallable(turn: Turn, stepId: string, failed: Failure): void {
  const step = stepOf(turn, stepId)
  const error = callError(turn.state, step, { ...failed, now: turn.now, retryAt: null, made: false })
  record(turn, [error, ...closings(turn.state, step, false)])
}

/** The input as the tool takes it, or null: then the step has failed already. */
function accepted(
  parts: EngineParts,
  turn: Turn,
  call: { stepId: string; copy: unknown },
): { input: unknown } | null {
  const { tool: name } = stepOf(turn, call.stepId).plan
  const tool = parts.tools.get(name)
  const spec = turn.run.registry.tools[name]
  if (tool === undefined || spec === undefined) {
    uncallable(turn, call.stepId, failure('system_unavailable', `The tool ${name} is not installed.`))
    return null
  }
  const checked = checkInput(tool, spec, call.copy)
  if (checked.ok) return { input: checked.input }
  uncallable(turn, call.stepId, checked.failure)
  return null
}

/** Which adapter serves the step: said before a person is asked for the call, and again when it is another one. */
function chooseRoute(parts: EngineParts, turn: Turn, step: StepState): string {
  const route = routeOf(step, turn.run.registry, { adapters: parts.adapters, profile: turn.state.profile })
  if (step.adapter !== route.selected) record(turn, [routeDecision(step, route)])
  return route.selected
}

async function startCall(parts: EngineParts, turn: Turn, stepId: string): Promise<void> {
  const step = stepOf(turn, stepId)
  const value = await inputsOf(parts.journal, turn, step)
  const inputs = keep(turn, value)
  const approval = step.plan.review === 'call' ? lastApproval(turn.state, step) : undefined
  if (step.plan.review === 'call') {
    const digest = approvalDigest(turn.state, step, { review: 'call', inputs: inputs.digest, output: null })
    if (!isLive(approval, step, turn.now) || approval?.digest !== digest)
      return ask(parts, turn, { stepId, review: 'call' })
  }
  const adapter = chooseRoute(parts, turn, step)
  record(turn, reservations(turn.state, step, turn.now))
  const approvalId = approval?.approvalId ?? null
  record(turn, [callStart(turn.state, step, { inputs: inputs.digest, adapter, approvalId })])
  // A copy: what a tool does to its input must not reach the values that other steps are given.
  const ready = accepted(parts, turn, { stepId, copy: JSON.parse(inputs.body) })
  if (ready === null) return
  turn.busy.add(stepId)
  turn.calls.push({ stepId, attempt: step.attempt + 1, input: ready.input, adapter })
}

/** The same attempt again: its intent is in the journal already, and its reservation is still held. */
async function repeatCall(parts: EngineParts, turn: Turn, stepId: string): Promise<void> {
  const step = stepOf(turn, stepId)
  const value = step.inputs === null ? null : await valueOf(parts.journal, turn.run, step.inputs)
  const ready = accepted(parts, turn, { stepId, copy: structuredClone(value) })
  if (ready === null) return
  turn.busy.add(stepId)
  turn.calls.push({ stepId, attempt: step.attempt, input: ready.input, adapter: step.adapter ?? 'builtin' })
}

async function ask(
  parts: EngineParts,
  turn: Turn,
  move: { readonly stepId: string; readonly review: 'call' | 'output' },
): Promise<void> {
  const step = stepOf(turn, move.stepId)
  const isCall = move.review === 'call'
  if (isCall) chooseRoute(parts, turn, step)
  const inputs = isCall ? keep(turn, await inputsOf(parts.journal, turn, step)).digest : (step.inputs ?? '')
  const consequences = turn.run.registry.tools[step.plan.tool]?.approval.consequences ?? []
  const subject = { review: move.review, inputs, output: isCall ? null : step.output }
  record(turn, [approvalRequest(turn.state, step, { ...subject, consequences, now: turn.now })])
}

function admitUnknown(turn: Turn, stepId: string): void {
  const step = stepOf(turn, stepId)
  const failed = failure('system_unknown_outcome', 'The process ended during a call with effects.', 'unknown')
  const error = callError(turn.state, step, { ...failed, now: turn.now, retryAt: null, made: true })
  record(turn, [error, ...closings(turn.state, step, true)])
}

/** Records a move in the turn. */
export async function make(
  parts: EngineParts,
  turn: Turn,
  todo: { move: Move; refusals: Refusals },
): Promise<void> {
  const { move, refusals } = todo
  switch (move.do) {
    case 'plan':
      turn.planning = true
      return
    case 'ask':
      return ask(parts, turn, move)
    case 'call': {
      const refusal = refusals.get(move.stepId)
      return refusal ? refused(turn, stepOf(turn, move.stepId), refusal) : startCall(parts, turn, move.stepId)
    }
    case 'repeat':
      return repeatCall(parts, turn, move.stepId)
    case 'admit_unknown':
      return admitUnknown(turn, move.stepId)
    case 'skip':
      return record(turn, [{ type: 'step_skipped', data: { step_id: move.stepId, reason: move.reason } }])
    case 'expire':
      return record(turn, [endApproval(turn.state, move.approvalId, { cause: move.cause, now: turn.now })])
    case 'finish':
      return record(turn, [finish(turn.state, turn.now)])
  }
}
