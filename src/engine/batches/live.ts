// A batch that is not over, in memory: which of its items are open, and how the others ended. A byte an item.
import type { BatchOutcome } from '../../events/batch.ts'
import type { DataOf } from '../../events/event.ts'
import { fromMicro } from '../../registry/registry.ts'
import type { BatchState } from '../../run/batch.ts'
import type { RunState } from '../../run/state.ts'
import type { Slots } from './slots.ts'

export type LiveBatch = {
  state: BatchState
  readonly salt: string
  /** Accepted by this process in this round: none of its items has a run. */
  readonly isNew: boolean
  /** Of this batch alone: at most `parallel`. */
  readonly slots: Slots
  /** Items whose run is not over, or is being accepted. */
  readonly open: Set<number>
  /** Those of them that have a slot. */
  readonly moving: Set<number>
  /** How the last run of each item ended, by OUTCOMES; 0: it has not. */
  readonly outcomes: Uint8Array
  /** Micro cost units of the runs that are over. */
  cost: number
  /** Every item has been looked at: none is left to begin. */
  isWalked: boolean
  /** Aborted when no further item shall begin. */
  readonly ending: AbortController
  /** Why its items cannot begin now; null: they can. */
  held: string | null
}

const OUTCOMES: readonly (BatchOutcome | null)[] = [null, 'succeeded', 'partial', 'failed', 'cancelled']

export function liveBatch(
  state: BatchState,
  { salt, isNew, slots }: Pick<LiveBatch, 'salt' | 'isNew' | 'slots'>,
): LiveBatch {
  const ending = new AbortController()
  if (state.isCancelled) ending.abort()
  return {
    state,
    salt,
    isNew,
    slots,
    open: new Set(),
    moving: new Set(),
    outcomes: new Uint8Array(state.started.items),
    cost: 0,
    isWalked: false,
    ending,
    held: null,
  }
}

/** A run of one of its items is over. */
export function noteOutcome(live: LiveBatch, { finished, spentCost, batch }: RunState): void {
  if (finished === null || batch === undefined) return
  live.outcomes[batch.item] = OUTCOMES.indexOf(finished.status)
  live.cost += spentCost
}

const countOf = ({ outcomes }: LiveBatch, outcome: BatchOutcome | null): number => {
  const code = OUTCOMES.indexOf(outcome)
  return outcomes.reduce((count, each) => (each === code ? count + 1 : count), 0)
}

function statusOf({ state }: LiveBatch, succeeded: number, partial: number): BatchOutcome {
  if (state.isCancelled) return 'cancelled'
  if (succeeded === state.started.items) return 'succeeded'
  return succeeded + partial > 0 ? 'partial' : 'failed'
}

/** The last event of a batch. */
export function finishedBatch(live: LiveBatch, now: number): DataOf<'batch_finished'> {
  const [succeeded, partial] = [countOf(live, 'succeeded'), countOf(live, 'partial')]
  return {
    profile: live.state.started.profile,
    status: statusOf(live, succeeded, partial),
    succeeded,
    partial,
    failed: countOf(live, 'failed'),
    cancelled: countOf(live, 'cancelled'),
    not_begun: countOf(live, null),
    cost: fromMicro(live.cost),
    duration_ms: Math.max(0, now - live.state.startedAt),
  }
}
