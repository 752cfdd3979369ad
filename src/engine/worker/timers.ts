// When sleeping runs must be looked at again. One timer a run. The machine's clock may be set meanwhile, so that a sleep
// is never longer than a minute: then it is asked again what time it is.
const LONGEST_MS = 60_000
/** A time that has passed while its run was busy is looked at again a moment later, not at once and for ever. */
const SHORTEST_MS = 5

export type Timers = {
  /** Wakes it when `now` shows `at`, or up to a minute later; both epoch milliseconds. */
  readonly set: (id: string, at: number, now: () => number) => void
  readonly clear: (id: string) => void
  readonly stop: () => void
}

export function timers(wake: (id: string) => void): Timers {
  const running = new Map<string, NodeJS.Timeout>()
  let stopped = false
  const clear = (id: string): void => {
    clearTimeout(running.get(id))
    running.delete(id)
  }
  const set: Timers['set'] = (id, at, now) => {
    clear(id)
    if (stopped) return
    const delay = Math.min(Math.max(SHORTEST_MS, at - now()), LONGEST_MS)
    const ring = (): void => {
      running.delete(id)
      if (now() < at) set(id, at, now)
      else wake(id)
    }
    running.set(id, setTimeout(ring, delay))
  }
  const stop = (): void => {
    stopped = true
    for (const id of running.keys()) clear(id)
  }
  return { set, clear, stop }
}
