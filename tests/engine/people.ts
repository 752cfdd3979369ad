// People who act on a run, one action at a time, as a test makes them up.
import * as fc from 'fast-check'
import { AppError } from '../../src/errors.ts'
import type { Principal } from '../../src/engine/engine.ts'
import type { RunState } from '../../src/run/state.ts'
import {
  approve,
  change,
  deny,
  pendingOf,
  requester,
  reviewer,
  second,
  sendBack,
  third,
  type World,
} from './world.ts'

export const ACTIONS = [
  'approve',
  'approve_second',
  'approve_third',
  'approve_requester',
  'deny',
  'change_inputs',
  'change_output',
  'send_back',
  'revise',
  'revise_other',
  'expire',
  'cancel',
  'decide_old',
  'happened',
  'did_not_happen',
] as const
export type Action = (typeof ACTIONS)[number]

export const actions = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant<Action>('approve') }, fc.constantFrom(...ACTIONS)),
  { maxLength: 14 },
)

export type Surroundings = {
  readonly world: World
  readonly runId: string
  /** Lets time pass beyond the expiry of whatever is pending. */
  readonly expire: () => void
  readonly edits: { readonly inputs: Readonly<Record<string, unknown>>; readonly output: unknown }
  /** What a person says the lost call would have given. */
  readonly lost: unknown
}

/** The error with which the product refused; anything else is a fault. */
async function asked(doing: Promise<RunState>): Promise<AppError | null> {
  try {
    await doing
    return null
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
    return error
  }
}

export const oldApproval = (state: RunState): string =>
  Object.values(state.approvals).find(({ status }) => status !== 'pending')?.approvalId ?? pendingOf(state)

/** The step that was sent back to the requester. */
export const returnedStep = (state: RunState): string =>
  Object.values(state.steps).find(({ status }) => status === 'changes_requested')?.plan.step_id ?? 's1'

const unknownStep = (state: RunState): string =>
  Object.values(state.steps).find(({ status }) => status === 'unknown')?.plan.step_id ?? 's1'

function doing(action: Exclude<Action, 'expire'>, state: RunState, around: Surroundings): Promise<RunState> {
  const { engine } = around.world
  const id = pendingOf(state)
  const by: Principal = reviewer
  const told = { output: around.lost, reason: 'looked it up', by }
  switch (action) {
    case 'approve':
      return engine.decide(id, approve, reviewer)
    case 'approve_second':
      return engine.decide(id, approve, second)
    case 'approve_third':
      return engine.decide(id, approve, third)
    case 'approve_requester':
      return engine.decide(id, approve, requester)
    case 'deny':
      return engine.decide(id, deny, reviewer)
    case 'change_inputs':
      return engine.decide(id, change({ inputs: around.edits.inputs }), reviewer)
    case 'change_output':
      return engine.decide(id, change({ output: around.edits.output }), second)
    case 'send_back':
      return engine.decide(id, sendBack, reviewer)
    case 'revise':
      return engine.revise(around.runId, returnedStep(state), { inputs: around.edits.inputs, by: requester })
    case 'revise_other':
      return engine.revise(around.runId, returnedStep(state), { inputs: around.edits.inputs, by: reviewer })
    case 'cancel':
      return engine.cancel(around.runId, { by: requester, reason: null })
    case 'decide_old':
      return engine.decide(oldApproval(state), approve, second)
    case 'happened':
      return engine.reconcile(around.runId, unknownStep(state), { ...told, outcome: 'happened' })
    case 'did_not_happen':
      return engine.reconcile(around.runId, unknownStep(state), { ...told, outcome: 'did_not_happen' })
  }
}

/** Does it; the refusal, or null when it was taken. */
export async function perform(
  action: Action,
  state: RunState,
  around: Surroundings,
): Promise<AppError | null> {
  if (action !== 'expire') return asked(doing(action, state, around))
  around.expire()
  await around.world.engine.recover()
  const isDue = (now: RunState): boolean => pendingOf(now) === 'none' || pendingOf(now) !== pendingOf(state)
  const sentBack = Object.values(state.steps).some(({ status }) => status === 'changes_requested')
  if (sentBack)
    await around.world.when(around.runId, (now) => now.steps[returnedStep(state)]?.status === 'skipped')
  if (pendingOf(state) !== 'none') await around.world.when(around.runId, isDue)
  return null
}
