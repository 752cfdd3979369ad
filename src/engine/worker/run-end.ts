// Waiting for a run to be over, to need a person, or to have its plan.
import { onAbort } from '../../aborts.ts'
import { releasingMap } from '../../cache.ts'
import type { RunState } from '../../run/state.ts'
import type { Worker } from './worker.ts'

/** The run when it has come so far, or as it stands after `timeoutMs` or at the signal. Errors: RUN_NOT_FOUND. */
type Wait = (runId: string, timeoutMs: number, signal: AbortSignal) => Promise<RunState>

export type RunEnds = {
  /** Until it is over. */
  readonly wait: Wait
  /** Until it is over, or only a person can move it. */
  readonly waitForPeople: Wait
  /** Until it has a plan, or is over without one. */
  readonly waitForPlan: Wait
}

type Waiter = {
  readonly until: (state: RunState) => boolean
  readonly resolve: (state: RunState | null) => void
}

/** The longest that a timer waits, 24 days: a longer one would ring at once. */
const LONGEST_MS = 2_147_483_647

const isOver = ({ finished }: RunState): boolean => finished !== null
const isResting = (state: RunState): boolean => isOver(state) || state.waitingSince !== null
const isPlanned = (state: RunState): boolean => isOver(state) || state.plan !== null

export function createRunEnds(worker: Worker): RunEnds {
  const waiting = releasingMap<string, Set<Waiter>>()
  const tell = (state: RunState): void => {
    for (const { until, resolve } of waiting.get(state.runId) ?? []) if (until(state)) resolve(state)
  }
  worker.onFinished(tell)
  worker.onPaused(tell)
  worker.onPlanned(tell)

  const waitUntil =
    (until: Waiter['until']): Wait =>
    async (runId, timeoutMs, signal) => {
      const { promise, resolve } = Promise.withResolvers<RunState | null>()
      const waiter = { until, resolve }
      const waiters = waiting.get(runId) ?? new Set()
      waiting.set(runId, waiters.add(waiter))
      const giveUp = (): void => resolve(null)
      const timer = setTimeout(giveUp, Math.min(timeoutMs, LONGEST_MS))
      const unfollow = onAbort(signal, giveUp)
      try {
        // The end and a pause of a run in the worker's hands are still to be told; any other may be as far already, or unknown.
        const isToBeTold = until !== isPlanned && worker.isActive(runId)
        const state = isToBeTold ? null : await worker.load(runId)
        if (state !== null && until(state)) return state
        return (await promise) ?? (await worker.load(runId))
      } finally {
        clearTimeout(timer)
        unfollow()
        waiters.delete(waiter)
        if (waiters.size === 0) waiting.delete(runId)
      }
    }
  return {
    wait: waitUntil(isOver),
    waitForPeople: waitUntil(isResting),
    waitForPlan: waitUntil(isPlanned),
  }
}
