// How often each caller has asked within a second, by the clock that nobody sets: by the wall clock, one that is set back
// would keep out whoever goes on asking, for as long as it was set back.
import type { Store } from 'express-rate-limit'

const WINDOW_MS = 1000

type Asked = { readonly since: number; times: number }

/** `now`: milliseconds of a clock that only goes on. */
export function askedWithin(now: () => number = () => performance.now()): Store {
  const callers = new Map<string, Asked>()
  let sweptAt = now()

  function sweep(at: number): void {
    if (at - sweptAt < WINDOW_MS) return
    sweptAt = at
    for (const [key, { since }] of callers) if (at - since >= WINDOW_MS) callers.delete(key)
  }
  return {
    localKeys: true,
    increment: (key) => {
      const at = now()
      sweep(at)
      const known = callers.get(key)
      const asked = known !== undefined && at - known.since < WINDOW_MS ? known : { since: at, times: 0 }
      asked.times += 1
      callers.set(key, asked)
      return { totalHits: asked.times, resetTime: new Date(Date.now() + WINDOW_MS - (at - asked.since)) }
    },
    decrement: (key) => {
      const asked = callers.get(key)
      if (asked !== undefined && asked.times > 0) asked.times -= 1
    },
    resetKey: (key) => {
      callers.delete(key)
    },
  }
}
