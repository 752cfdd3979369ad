// What time it is for a run. The wall clock of a machine is set back and forth; a run that works must neither stand still
// for it nor be out of time. So its time goes on steadily while this process works on it, from the wall clock's time at
// which that began, and follows the wall clock again whenever the run only waits for people.
import type { RunState } from '../../run/state.ts'
import type { EngineParts } from '../parts.ts'

export type RunClock = {
  /** Epoch milliseconds, never before the run's last event. */
  readonly now: (state: RunState) => number
  /** The run is at `now`: from here its time goes on steadily. */
  readonly begin: (runId: string, now: number) => void
  /** Nothing is to be measured of it any more: it waits for people, or is over. */
  readonly forget: (runId: string) => void
}

export function createRunClock({ clock, steady }: Pick<EngineParts, 'clock' | 'steady'>): RunClock {
  const elapsed = steady ?? (() => performance.now())
  /** The run's time less the steady clock's, of those that this process works on. */
  const ahead = new Map<string, number>()
  return {
    now: ({ runId, updatedAt, waitingSince }) => {
      const offset = waitingSince === null ? ahead.get(runId) : undefined
      const now = offset === undefined ? clock() : Math.round(offset + elapsed())
      return Math.max(now, updatedAt)
    },
    begin: (runId, now) => {
      ahead.set(runId, now - elapsed())
    },
    forget: (runId) => {
      ahead.delete(runId)
    },
  }
}
