// How many items may be worked on at once, over all batches: half of the places, so that a single run always finds one
// soon. Who waits longest is served first, and asks for one at a time, so that batches take turns.
import { onAbort } from '../../aborts.ts'

export type Slots = {
  /** Resolves with true when there is one, with false at the signal. */
  readonly take: (signal: AbortSignal) => Promise<boolean>
  /** Takes one whether or not there is one: for what is under way already. */
  readonly claim: () => void
  readonly free: () => void
}

export function createSlots(most: number): Slots {
  const waiting: (() => void)[] = []
  let taken = 0
  return {
    take: (signal) => {
      if (signal.aborted) return Promise.resolve(false)
      if (taken < most) {
        taken += 1
        return Promise.resolve(true)
      }
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const serve = (): void => {
        unfollow()
        resolve(true)
      }
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(serve), 1)
        resolve(false)
      }
      waiting.push(serve)
      // A list has one signal for all of its items.
      const unfollow = onAbort(signal, giveUp)
      return promise
    },
    claim: () => {
      taken += 1
    },
    free: () => {
      const next = taken <= most ? waiting.shift() : undefined
      // Whoever waits gets the very one that is free now.
      if (next === undefined) taken -= 1
      else next()
    },
  }
}
