// What is done to a turn: it is opened, facts and payloads are put into it, and calls are prepared for after it.
import { payloadOf, type Payload } from '../events/digest.ts'
import { isRecord } from '../events/json.ts'
import { receiptSchema } from '../events/step.ts'
import type { ProblemItem } from '../events/problem.ts'
import { predictState, type Line } from '../run/line.ts'
import { ownRecords } from '../run/replay-step.ts'
import type { RunState, StepState } from '../run/state.ts'
import type { KeptReceipt } from '../run/calls/tool-call.ts'
import { locate, type Giver } from './calls/input-check.ts'
import type { ActiveRun, PreparedCall, Refusals, Turn } from './active-run.ts'

/** A run that the journal does not have yet begins at the moment of its acceptance. */
const timeOf = ({ state, clock }: ActiveRun): number =>
  state.version === 0 ? state.updatedAt : clock.now(state)

export function openTurn(run: ActiveRun, refusals: Refusals): Turn {
  const now = timeOf(run)
  run.clock.begin(run.runId, now)
  return {
    run,
    now,
    refusals,
    state: run.state,
    lines: [],
    payloads: new Map(),
    calls: [],
    busy: new Set(run.flights.keys()),
    idempotency: null,
    waits: false,
    refusedAsks: 0,
    listeners: [],
  }
}

export function record(turn: Turn, lines: readonly Line[]): void {
  turn.lines.push(...lines)
  // Until its first fact the turn looks at the run that everybody sees, and which stays as it is.
  const own = turn.state === turn.run.state ? ownRecords(turn.state) : turn.state
  turn.state = predictState(own, lines, turn.now)
}

/** Keeps a value beside the events of this turn; its digest. */
export const addPayload = (turn: Turn, value: unknown): Payload =>
  addKnownPayload(turn, payloadOf(value, turn.run.salt), value)

/** Keeps a value whose payload is known already. */
export function addKnownPayload(turn: Turn, payload: Payload, value: unknown): Payload {
  turn.payloads.set(payload.digest, payload)
  turn.run.values.set(payload.digest, value)
  return payload
}

/** The receipt of an effect, kept beside its event; nothing where the output has none. */
export function keepReceipt(turn: Turn, step: StepState, output: unknown): { receipt?: KeptReceipt } {
  if (step.plan.side_effects !== 'execute' || !isRecord(output)) return {}
  const { data: receipt } = receiptSchema.safeParse(output['receipt'])
  if (receipt === undefined) return {}
  const { guarantee, created_or_found } = receipt
  return { receipt: { record: addPayload(turn, receipt).digest, guarantee, created_or_found } }
}

/** Who gave the values that stand in the plan of the run. */
export const giverOf = ({ givenPlan, playbook }: RunState): Giver =>
  givenPlan === undefined && playbook === undefined ? 'goal' : 'plan'

/** What was wrong with the input of a step's call, kept for whoever may see the run. */
export function keepProblems(
  turn: Turn,
  { plan, editedInputs }: StepState,
  problems: readonly ProblemItem[],
): { readonly problems?: string } {
  if (problems.length === 0) return {}
  // Edited inputs are the reviewer's: they stand under their own names.
  const told = editedInputs === null ? locate(plan, problems, giverOf(turn.state)) : problems
  return { problems: addPayload(turn, told).digest }
}

/** A call to make after the append. */
export function prepare(turn: Turn, call: PreparedCall): void {
  turn.busy.add(call.callId)
  turn.calls.push(call)
}

export function stepOf(turn: Turn, stepId: string): StepState {
  const step = turn.state.steps[stepId]
  if (step === undefined) throw new TypeError(`no step ${stepId}`)
  return step
}
