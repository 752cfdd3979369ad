// The two units of time: working time counts against a run's limit, waiting for a person does not.
import { isHeld, maySee } from './judge.ts'
import { isOverThere, stepStanding, waitsForChoice } from './plan/blocks.ts'
import type { RunState, StepState } from './state.ts'

export const isOver = (step: StepState): boolean =>
  step.status === 'completed' || step.status === 'failed' || step.status === 'skipped'

/** Until when the requester may give a step that was sent back other inputs, epoch milliseconds. */
export function returnedUntil({ approvals, approvers }: RunState, { approvalIds }: StepState): number {
  const sentBackAt = approvals[approvalIds.at(-1) ?? '']?.decidedAt ?? 0
  return sentBackAt + approvers.timeout_s * 1000
}

/** Its vendor is asked what became of its call, before a person is. */
export const isLookedUp = ({ status, lookUp }: StepState): boolean =>
  status === 'unknown' && lookUp != null && lookUp.nextAt !== null

const asksAPerson = (state: RunState, step: StepState): boolean => {
  if (step.status === 'unknown') return !isLookedUp(step)
  if (step.status === 'changes_requested') return true
  if (step.status !== 'awaiting_approval' && step.status !== 'reviewing') return false
  const last = step.approvalIds.at(-1)
  return last !== undefined && state.approvals[last]?.status === 'pending'
}

/** Blocked behind a step that asks a person, so that nothing but that person can move it. */
const isBlocked = (state: RunState, step: StepState): boolean =>
  isHeld(step) ||
  (step.status === 'pending' &&
    stepStanding(state, step) !== 'closed' &&
    (waitsForChoice(state, step) ||
      step.plan.depends_on.some((id) => !maySee(state, step, id)) ||
      (step.plan.after ?? []).some((id) => !isOverThere(state, id))))

/** Whether only a person, or the clock of an approval, can move this run. */
export function waitsForPeople(state: RunState): boolean {
  if (state.plan === null || state.finished !== null) return false
  const { order } = state.plan
  let asks = false
  // From the end: steps are mostly carried out in order, and one that is still to come says no at once.
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const step = state.steps[order[at] ?? '']
    if (step === undefined || isOver(step)) continue
    if (asksAPerson(state, step)) asks = true
    else if (!isBlocked(state, step)) return false
  }
  return asks
}

/** The run with its status and its two clocks brought up to `at`. */
export function withClock(state: RunState, at: number): RunState {
  if (state.finished !== null) {
    const waited = state.waitingSince === null ? 0 : Math.max(0, at - state.waitingSince)
    return { ...state, status: state.finished.status, waitedMs: state.waitedMs + waited, waitingSince: null }
  }
  const waits = waitsForPeople(state)
  const status = state.plan === null ? 'accepted' : waits ? 'waiting' : 'running'
  if (waits === (state.waitingSince !== null)) return status === state.status ? state : { ...state, status }
  if (waits) return { ...state, status, waitingSince: at }
  const waited = Math.max(0, at - (state.waitingSince ?? at))
  return { ...state, status, waitingSince: null, waitedMs: state.waitedMs + waited }
}

/** Working time so far, milliseconds. */
export function activeMs(state: RunState, now: number): number {
  const until = state.waitingSince ?? now
  return Math.max(0, until - state.startedAt - state.waitedMs)
}

/** When the working time is used up if nobody has to be waited for; null while it stands still. */
export const deadline = (state: RunState): number | null =>
  state.waitingSince === null ? state.startedAt + state.waitedMs + state.limits.timeout_ms : null
