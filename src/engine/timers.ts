// When sleeping runs must be looked at again. One timer a run; Node's timers hold at most 2^31 - 1 ms, so a
// longer sleep is woken early and sleeps on.
const LONGEST_MS = 2 ** 31 - 1
/** A time that has passed while its run was busy is looked at again a moment later, not at once and for ever. */
const SHORTEST_MS = 5

export type Timers = {
  readonly set: (id: string, at: number) => void
  readonly clear: (id: string) => void
  readonly stop: () => void
}

export function timers(clock: () => number, wake: (id: string) => void): Timers {
  const running = new Map<string, NodeJS.Timeout>()
  let stopped = false
  const clear = (id: string): void => {
    clearTimeout(running.get(id))
    running.delete(id)
  }
  const set = (id: string, at: number): void => {
    clear(id)
    if (stopped) return
    const delay = Math.min(Math.max(SHORTEST_MS, at - clock()), LONGEST_MS)
    const ring = (): void => {
      running.delete(id)
      if (clock() < at) set(id, at)
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
