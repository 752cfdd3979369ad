// How a run ends: what was completed stays completed, whatever else failed, and the caller is told what can be done.
import type { Fact } from '../events/event.ts'
import type { RunOutcomeStatus } from '../events/run.ts'
import type { FailureMode } from '../events/taxonomy.ts'
import { fromMicro } from '../registry/registry.ts'
import { budgetUse } from './budget.ts'
import type { RunState, StepStatus } from './state.ts'
import { activeMs } from './waiting.ts'

const idsOf = (state: RunState, status: StepStatus): string[] =>
  (state.plan?.order ?? []).filter((id) => state.steps[id]?.status === status)

type Refused = { readonly cause: FailureMode; readonly message: string }

function statusOf(state: RunState, refused: Refused | null, completed: number): RunOutcomeStatus {
  const total = state.plan?.order.length ?? 0
  if (state.cancelled || refused?.cause === 'user_cancelled') return 'cancelled'
  if (total > 0 && completed === total) return 'succeeded'
  return completed > 0 ? 'partial' : 'failed'
}

/** The last event of a run whose steps are all over, or whose plan could not be made. */
export function finish(state: RunState, now: number, refused: Refused | null = null): Fact {
  const completed = idsOf(state, 'completed')
  const failed = idsOf(state, 'failed')
  const skipped = idsOf(state, 'skipped')
  const unknown = idsOf(state, 'unknown')
  const status = statusOf(state, refused, completed.length)
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
      cause: status === 'succeeded' ? null : (refused?.cause ?? state.cause),
      recovery: unknown.length > 0 ? 'manual' : recoverable ? 'resume' : 'none',
      message: refused?.message.slice(0, 1000) ?? null,
      budget_use: budgetUse(state),
    },
  }
}
