// What must happen next: from a run's state, and the steps this process is busy with, to its next moves. Pure.
// The engine makes each move happen; a move that is not listed here does not exist.
import type { SkipReason } from '../events/step.ts'
import type { FailureMode } from '../events/taxonomy.ts'
import { isLive, lastApproval } from './approval.ts'
import { lookUpId, toolCallId } from './calls/call.ts'
import { isHeld, isJudged, maySee } from './judge.ts'
import { branchesToChoose, groupPlaces, isOverThere, listsToExpand, stepStanding } from './plan/blocks.ts'
import {
  firedRule,
  hasFatalFailure,
  isQuiet,
  revisionsLeft,
  ruleOf,
  rulesToAsk,
  type Ruling,
} from './plan/rules.ts'
import type { RunState, StepState } from './state.ts'
import { deadline, isOver, returnedUntil } from './waiting.ts'

/** The planning of a run, among the calls that are under way. */
export const PLANNING = 'plan'

export type Move =
  /** There is no plan yet. */
  | { readonly do: 'plan' }
  /** There is no plan, and there will be none. */
  | { readonly do: 'give_up'; readonly cause: FailureMode }
  /** A person must see the call or the output first. */
  | { readonly do: 'request_approval'; readonly stepId: string; readonly review: 'call' | 'output' }
  | { readonly do: 'call'; readonly stepId: string }
  /** Started by a process that is gone, and harmless to repeat: a new attempt under the same idempotency key. */
  | { readonly do: 'repeat'; readonly stepId: string }
  /** Started by a process that is gone, with effects: nobody knows whether it happened. */
  | { readonly do: 'admit_unknown'; readonly stepId: string }
  /** Harmless to repeat, but processes have died of it, perhaps, often enough. */
  | { readonly do: 'give_up_call'; readonly stepId: string }
  /** Nobody knows whether the step's call happened: its vendor is asked. */
  | { readonly do: 'look_up'; readonly stepId: string }
  /** A call that is no step's, of a process that is gone: its answer will not come. */
  | { readonly do: 'settle_lost'; readonly callId: string }
  /** Everything that the cases of a branch use is over: one of them is chosen. */
  | { readonly do: 'choose'; readonly block: string }
  /** The list of a for_each is there: its steps are made, once for each item. */
  | { readonly do: 'expand'; readonly block: string }
  /** Everything that the condition of a rule uses is over: it is asked. */
  | { readonly do: 'ask_rule'; readonly ruling: Ruling }
  /** A rule changes the plan: steps are done again, or it goes on without some. */
  | { readonly do: 'revise'; readonly ruling: Ruling }
  /** A rule has the planner make a plan for what is left. */
  | { readonly do: 'replan'; readonly ruling: Ruling }
  /** Everything that the condition of a step uses is over: it is asked. */
  | { readonly do: 'ask_condition'; readonly stepId: string }
  | { readonly do: 'skip'; readonly stepId: string; readonly reason: SkipReason }
  | { readonly do: 'expire'; readonly approvalId: string; readonly cause: 'expired' | 'cancelled' }
  | { readonly do: 'finish' }

export type Surroundings = {
  /** Epoch milliseconds. */
  readonly now: number
  /** Calls that this process has under way right now, by their id, and PLANNING. */
  readonly busy: ReadonlySet<string>
  /** How many tool calls of one run may be under way at once. */
  readonly parallel: number
  /** Whoever left the calls that are not busy was stopped in order: nobody died of them. Default: false. */
  readonly isFromStop?: boolean
}

/** A call that was under way in one process death more is not made again. */
export const MOST_CUTS = 2

/** Whether the step's call may be made again without anyone knowing how the first one ended. */
export const isRepeatable = (step: StepState): boolean =>
  step.plan.side_effects !== 'execute' || step.plan.idempotent

export const isTimedOut = (state: RunState, now: number): boolean => {
  const end = deadline(state)
  return end !== null && now >= end
}

/** Why nothing may start any more, whatever the plan says. */
function haltReason(state: RunState, now: number): SkipReason | null {
  if (state.cancelled) return 'cancelled'
  if (state.stopped) return 'budget_exceeded'
  return isTimedOut(state, now) ? 'run_timeout' : null
}

/** Why nothing that has not started yet may start any more. */
function stopReason(state: RunState, now: number): SkipReason | null {
  const halt = haltReason(state, now)
  if (halt !== null) return halt
  return hasFatalFailure(state) ? 'dependency_failed' : null
}

const isOverAll = (state: RunState, ids: readonly string[]): boolean =>
  ids.every((id) => isOverThere(state, id))

/** Of an input with several sources, none of which is there any more. */
const lacksSource = ({ steps }: RunState, { plan }: StepState): boolean =>
  Object.values(plan.inputs).some(
    (input) =>
      Array.isArray(input) &&
      input.every((source) => 'step' in source && steps[source.step]?.status !== 'completed'),
  )

function pendingMove(state: RunState, step: StepState, now: number): Move | null {
  const stepId = step.plan.step_id
  const standing = stepStanding(state, step)
  if (standing === 'closed') return { do: 'skip', stepId, reason: 'branch_not_taken' }
  if (standing === 'undecided') return null
  const dependencies = step.plan.depends_on.map((id) => state.steps[id]?.status)
  if (dependencies.some((status) => status === 'failed' || status === 'skipped' || status === undefined)) {
    return { do: 'skip', stepId, reason: 'dependency_failed' }
  }
  if (!step.plan.depends_on.every((id) => maySee(state, step, id))) return null
  if (!isOverAll(state, step.plan.after ?? [])) return null
  if (step.plan.when !== undefined && step.condition === undefined) return { do: 'ask_condition', stepId }
  if (lacksSource(state, step)) return { do: 'skip', stepId, reason: 'dependency_failed' }
  const needsApproval = step.plan.review === 'call' && !isLive(lastApproval(state, step), step, now)
  return needsApproval ? { do: 'request_approval', stepId, review: 'call' } : { do: 'call', stepId }
}

function waitingMove(state: RunState, step: StepState, now: number): Move | null {
  const stepId = step.plan.step_id
  const approval = lastApproval(state, step)
  if (approval?.status === 'pending') {
    return approval.expiresAt <= now
      ? { do: 'expire', approvalId: approval.approvalId, cause: 'expired' }
      : null
  }
  if (approval?.status === 'expired') return { do: 'skip', stepId, reason: 'approval_timeout' }
  if (approval?.status === 'cancelled') return { do: 'skip', stepId, reason: 'cancelled' }
  if (approval?.status === 'denied') return { do: 'skip', stepId, reason: 'approval_denied' }
  const isReady = step.status === 'reviewing' && isJudged(state, stepId)
  return isReady ? { do: 'request_approval', stepId, review: 'output' } : null
}

/** A judge that has spoken waits for what becomes of what it judged. */
function heldMove(state: RunState, { plan }: StepState): Move | null {
  const judged = state.steps[plan.judges ?? '']?.status
  if (judged !== 'failed' && judged !== 'skipped') return null
  return { do: 'skip', stepId: plan.step_id, reason: 'dependency_failed' }
}

/** Its requester has as long as an approver has. */
function returnedMove(state: RunState, step: StepState, now: number): Move | null {
  if (now < returnedUntil(state, step)) return null
  return { do: 'skip', stepId: step.plan.step_id, reason: 'approval_timeout' }
}

function stopMove(state: RunState, step: StepState, reason: SkipReason): Move {
  const approval = lastApproval(state, step)
  return approval?.status === 'pending'
    ? { do: 'expire', approvalId: approval.approvalId, cause: 'cancelled' }
    : { do: 'skip', stepId: step.plan.step_id, reason }
}

function lookUpMove({ plan, attempt, lookUp }: StepState, { now, busy }: Surroundings): Move | null {
  const nextAt = lookUp?.nextAt ?? null
  if (lookUp == null || nextAt === null || nextAt > now) return null
  const isUnderWay = busy.has(lookUpId(plan.step_id, attempt, lookUp.made + 1))
  return isUnderWay ? null : { do: 'look_up', stepId: plan.step_id }
}

/** `stop`: why nothing that has not started may start any more, the same for every step of one moment. */
type Ground = Surroundings & { readonly stop: SkipReason | null }

function moveOf(state: RunState, step: StepState, around: Ground): Move | null {
  const stepId = step.plan.step_id
  if (step.status === 'running') {
    if (around.busy.has(toolCallId(stepId, step.attempt))) return null
    if (!isRepeatable(step)) return { do: 'admit_unknown', stepId }
    const isSpared = around.isFromStop === true || step.cuts < MOST_CUTS
    return { do: isSpared ? 'repeat' : 'give_up_call', stepId }
  }
  if (step.status === 'unknown') return lookUpMove(step, around)
  if (isOver(step)) return null
  if (around.stop !== null) return stopMove(state, step, around.stop)
  if (isHeld(step)) return heldMove(state, step)
  if (step.status === 'changes_requested') return returnedMove(state, step, around.now)
  if (step.status === 'awaiting_approval' || step.status === 'reviewing') {
    return waitingMove(state, step, around.now)
  }
  if (step.status === 'retrying' && (step.retryAt ?? 0) > around.now) return null
  return pendingMove(state, step, around.now)
}

/** Calls besides those of steps, that nobody waits for: tool calls are decided with their step. */
function lostCalls(state: RunState, { busy }: Surroundings): Move[] {
  const lost: Move[] = []
  for (const { kind, callId, stepId, hasEnded } of Object.values(state.openCalls)) {
    // A person was quicker: nobody waits for what its vendor says.
    const isIdle = kind === 'lookup' && state.steps[stepId ?? '']?.status !== 'unknown'
    if (kind !== 'tool' && !hasEnded && (isIdle || !busy.has(callId)))
      lost.push({ do: 'settle_lost', callId })
  }
  return lost
}

function beforePlan(state: RunState, { now, busy }: Surroundings): Move[] {
  const isLimited = state.rules.includes('planning_limited')
  if (isLimited && isTimedOut(state, now)) return [{ do: 'give_up', cause: 'resource_run_timeout' }]
  return busy.has(PLANNING) ? [] : [{ do: 'plan' }]
}

const isUnderWay = (step: StepState, busy: ReadonlySet<string>): boolean =>
  step.status === 'running' && busy.has(toolCallId(step.plan.step_id, step.attempt))

const openSteps = ({ plan, steps }: RunState): StepState[] => {
  const open: StepState[] = []
  for (const id of plan?.order ?? []) {
    const step = steps[id]
    if (step !== undefined && !isOver(step)) open.push(step)
  }
  return open
}

/** Blocks are decided before any step goes on: nothing of them is in the journal until they are. */
function movesOfBlocks(state: RunState, { now }: Surroundings): Move[] {
  if (state.plan?.blocks === undefined || stopReason(state, now) !== null) return []
  return [
    ...branchesToChoose(state).map(({ block }): Move => ({ do: 'choose', block })),
    ...listsToExpand(state).map(({ block }): Move => ({ do: 'expand', block })),
  ]
}

/** What the rules of the plan want done before anything else; `wait`: as soon as what is under way is over. */
function movesOfRules(state: RunState, { now, busy }: Surroundings): Move[] | 'wait' {
  if (state.plan?.replan === undefined || revisionsLeft(state) === 0) return []
  if (haltReason(state, now) !== null) return []
  const asks = rulesToAsk(state).map((ruling): Move => ({ do: 'ask_rule', ruling }))
  if (asks.length > 0) return asks
  const ruling = firedRule(state)
  if (ruling === null) return []
  const isAsk = ruleOf(state, ruling)?.action === 'ask'
  if ((isAsk && busy.has(PLANNING)) || !isQuiet(state, ruling)) return 'wait'
  return [{ do: isAsk ? 'replan' : 'revise', ruling }]
}

/** Every move that can be made now, in plan order; empty: wait for an outcome, a person or `wakeAt`. */
export function next(state: RunState, around: Surroundings): Move[] {
  if (state.finished !== null) return []
  const lost = lostCalls(state, around)
  if (lost.length > 0) return lost
  if (state.plan === null) return beforePlan(state, around)
  const ruleMoves = movesOfRules(state, around)
  // What a process left under way has an outcome first.
  if (ruleMoves === 'wait') return movesOfSteps(state, openSteps(state).filter(wasCalled), around)
  if (ruleMoves.length > 0) return ruleMoves
  const blockMoves = movesOfBlocks(state, around)
  if (blockMoves.length > 0) return blockMoves
  const steps = openSteps(state)
  if (steps.length === 0) return Object.keys(state.openCalls).length > 0 ? [] : [{ do: 'finish' }]
  return movesOfSteps(state, steps, around)
}

const wasCalled = ({ status }: StepState): boolean => status === 'running' || status === 'unknown'

function movesOfSteps(state: RunState, steps: readonly StepState[], around: Surroundings): Move[] {
  const moves: Move[] = []
  const underWay = steps.filter((step) => isUnderWay(step, around.busy))
  const places = groupPlaces(state, underWay)
  const parallel = Math.min(around.parallel, state.bounds?.parallel ?? Infinity)
  let calls = underWay.length
  const ground = { ...around, stop: stopReason(state, around.now) }
  for (const step of steps) {
    const move = moveOf(state, step, ground)
    const isCall = move?.do === 'call' || move?.do === 'repeat'
    if (move === null || (isCall && (calls >= parallel || places?.fits(step) === false))) continue
    if (isCall) {
      calls += 1
      places?.take(step)
    }
    moves.push(move)
  }
  return moves
}

/** When the clock alone moves it next, epoch milliseconds; null: never. */
export function wakeAt(state: RunState): number | null {
  if (state.finished !== null) return null
  const times: number[] = []
  const end = deadline(state)
  if (end !== null) times.push(end)
  for (const step of Object.values(state.steps)) {
    if (step.status === 'retrying' && step.retryAt !== null) times.push(step.retryAt)
    const approval = lastApproval(state, step)
    if (approval?.status === 'pending') times.push(approval.expiresAt)
    if (step.status === 'changes_requested') times.push(returnedUntil(state, step))
    if (step.status === 'unknown' && step.lookUp?.nextAt != null) times.push(step.lookUp.nextAt)
  }
  return times.length === 0 ? null : Math.min(...times)
}
