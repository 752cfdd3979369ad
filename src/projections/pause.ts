// The pause that followers of one journal make between two batches. They make it together, so that they read the same
// events one after the other: what the first has fetched into the processor's cache is still there for the others.

/**
 * Milliseconds between two batches that are not full, unless somebody waits: under load a follower wakes fifty times a
 * second instead of at every commit, and the first event after a silence is still folded at once.
 */
const PAUSE_MS = 20

export type Pause = {
  /** Resolves when the pause that is under way, or begins now, is over. */
  readonly wait: () => Promise<void>
  /** Ends the pause that is under way. */
  readonly interrupt: () => void
}

export function sharedPause(): Pause {
  let current: { readonly over: Promise<void>; readonly end: () => void } | null = null
  const begin = () => {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const end = (): void => {
      clearTimeout(timer)
      current = null
      resolve()
    }
    const timer = setTimeout(end, PAUSE_MS)
    return { over, end }
  }
  return {
    wait: () => {
      current ??= begin()
      return current.over
    },
    interrupt: () => current?.end(),
  }
}
