// Which runs are worked on and which wait for a place. New runs and older ones (what a start has found, what the clock
// has woken) are taken by turns: what a start has found must not hold up new runs, nor they it.

export type Places = {
  /** Gives a new run a place at once; false: there is none, or others wait for theirs. */
  readonly reserve: (runId: string) => boolean
  /** Gives the run a place when there is one; a run that has its place goes on at once. */
  readonly queue: (runId: string, age: 'new' | 'older') => void
  /** The run needs its place no longer; a place that it waits for it gets all the same. */
  readonly free: (runId: string) => void
  /** The run is over: it waits for no place either. */
  readonly forget: (runId: string) => void
  /** Does this new run wait? */
  readonly hasWaiting: (runId: string) => boolean
  /** New runs that wait. */
  readonly waiting: () => number
  readonly taken: () => number
  /** Nobody gets a place any more. */
  readonly close: () => void
}

/** `begin` is told of each run that has got a place and may go on. */
export function createPlaces(most: number, begin: (runId: string) => void): Places {
  const taken = new Set<string>()
  const queues = { new: new Set<string>(), older: new Set<string>() }
  let lastWasNew = false
  let closed = false

  const first = (): string | undefined => {
    const [newest] = queues.new
    const [oldest] = queues.older
    lastWasNew = newest !== undefined && (oldest === undefined || !lastWasNew)
    return lastWasNew ? newest : oldest
  }
  const leaveQueues = (runId: string): void => {
    queues.new.delete(runId)
    queues.older.delete(runId)
  }
  const admit = (): void => {
    while (taken.size < most) {
      const runId = first()
      if (runId === undefined) return
      leaveQueues(runId)
      taken.add(runId)
      begin(runId)
    }
  }
  return {
    reserve: (runId) => {
      const hasRoom = !closed && taken.size < most && queues.new.size === 0
      if (hasRoom) taken.add(runId)
      return hasRoom
    },
    queue: (runId, age) => {
      if (closed) return
      // A retry may be due beside a long call.
      if (taken.has(runId)) return begin(runId)
      if (!queues.new.has(runId)) queues[age].add(runId)
      admit()
    },
    free: (runId) => {
      taken.delete(runId)
      admit()
    },
    forget: (runId) => {
      leaveQueues(runId)
      taken.delete(runId)
      admit()
    },
    hasWaiting: (runId) => queues.new.has(runId),
    waiting: () => queues.new.size,
    taken: () => taken.size,
    close: () => {
      closed = true
      queues.new.clear()
      queues.older.clear()
    },
  }
}
