// How a run ends: what was completed stays completed, whatever else failed, and the caller is told what can be done.
import type { DataOf, Fact } from '../events/event.ts'
import type { RunOutcomeStatus } from '../events/run.ts'
import type { FailureMode } from '../events/taxonomy.ts'
import { fromMicro } from '../registry/registry.ts'
import { budgetUse } from './budgets/books.ts'
import type { Excess } from './budgets/plan-budget.ts'
import { firstRefusal } from './refusal.ts'
import { isAsPlanned } from './plan/as-planned.ts'
import { presentSteps } from './plan/version.ts'
import type { RunState, StepStatus } from './state.ts'
import { activeMs } from './waiting.ts'

/** Of every step that the run has ever had. */
const idsOf = ({ steps }: RunState, status: StepStatus): string[] =>
  Object.keys(steps).filter((id) => steps[id]?.status === status)

/** What the plan is now, was done. */
function isDone(state: RunState): boolean {
  const present = presentSteps(state)
  return present.length > 0 && present.every(({ status }) => status === 'completed')
}

/** Why there was never a plan to carry out. */
export type NoPlan = {
  readonly cause: FailureMode
  readonly message: string
  /** The limits that the plan would have broken. */
  readonly broken?: readonly Excess[]
}

function statusOf(state: RunState, noPlan: NoPlan | null, completed: number): RunOutcomeStatus {
  if (state.cancelled || noPlan?.cause === 'user_cancelled') return 'cancelled'
  if ((isDone(state) || isAsPlanned(state)) && state.failedBlocks === undefined) return 'succeeded'
  return completed > 0 ? 'partial' : 'failed'
}

function messageOf(state: RunState, status: RunOutcomeStatus, noPlan: NoPlan | null): string | null {
  if (noPlan !== null) return noPlan.message.slice(0, 1000)
  return status !== 'succeeded' && state.cause === 'policy_budget' ? firstRefusal(state.refusals) : null
}

const overBudget = (broken: readonly Excess[]): Pick<DataOf<'run_finished'>, 'over_budget'> =>
  broken.length === 0
    ? {}
    : { over_budget: broken.map(({ scope, unit, requested, limit }) => ({ scope, unit, requested, limit })) }

/** The last event of a run whose steps are all over, or whose plan could not be made. */
export function finish(state: RunState, now: number, noPlan: NoPlan | null = null): Fact {
  const completed = idsOf(state, 'completed')
  const failed = idsOf(state, 'failed')
  const skipped = idsOf(state, 'skipped')
  const unknown = idsOf(state, 'unknown')
  const status = statusOf(state, noPlan, completed.length)
  const recoverable = state.plan !== null && status !== 'succeeded'
  return {
    type: 'run_finished',
    data: {
      profile: state.profile,
      status,
      completed,
      failed,
      skipped,
      unknown,
      duration_ms: Math.max(0, now - state.startedAt),
      active_ms: activeMs(state, now),
      cost: fromMicro(state.spentCost),
      calls: state.calls,
      cause: status === 'succeeded' ? null : (noPlan?.cause ?? state.cause),
      ...(state.batch && { in_batch: true as const }),
      recovery: unknown.length > 0 ? 'manual' : recoverable ? 'resume' : 'none',
      message: messageOf(state, status, noPlan),
      budget_use: budgetUse(state),
      ...overBudget(noPlan?.broken ?? []),
    },
  }
}
