// Brings to the disk what was written, beside the thread that writes: while one sync is under way the next batch is
// already being executed, and one sync answers for everything that was written before it began. Promises that nobody
// hears of what the disk does not hold yet, and that answers come in the order in which they were asked for.

/** Starts one sync of everything written so far, and says when it is over. */
export type Sync = (done: (error: Error | null) => void) => void

export type Disk = {
  /** Something was written since the last sync began. */
  readonly wrote: () => void
  /** Calls when everything that was written before is on the disk: at once when it is there already. */
  readonly settled: (then: (error: Error | null) => void) => void
}

export function disk(sync: Sync): Disk {
  type Then = (error: Error | null) => void
  let dirty = false
  /** Those whom the sync that is under way answers; null: none is. */
  let covered: Then[] | null = null
  let next: Then[] = []

  const begin = (): void => {
    const mine = next
    covered = mine
    next = []
    dirty = false
    sync((error) => {
      covered = null
      for (const then of mine) then(error)
      if (next.length > 0) begin()
    })
  }
  return {
    wrote: () => {
      dirty = true
    },
    settled: (then) => {
      if (!dirty) return covered ? void covered.push(then) : then(null)
      next.push(then)
      if (!covered) begin()
    },
  }
}
