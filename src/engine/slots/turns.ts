// Whose turn it is: calls of one adapter that are under way at once, and that begin in any second. They are the
// adapter's, whichever slot its calls go through: other limits, or another module, make no call unmade.
import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import type { AdapterLimits } from '../../registry/registry.ts'
import { CallError } from '../../run/failure.ts'
import type { CallTime } from './call-time.ts'

type Take = <T>(task: () => Promise<T>, time: CallTime) => Promise<T>

/** Both: Errors: what the task throws; CallError `resource_rate_limited` where its turn did not come in time. */
export type Turns = {
  /** One of those that are under way at once: from here to the end of the task. */
  readonly place: Take
  /** One of those that begin in a second. */
  readonly start: Take
  readonly waiting: () => number
  /** What holds from now on; calls under way are counted against it. */
  readonly limit: (limits: AdapterLimits) => void
}

const SECOND_MS = 1000

/** Those that wait for their turn one behind the other; a turn comes when the second allows it. */
type Pace = { readonly line: PQueue; readonly turn: (signal: AbortSignal) => Promise<void> }

/** No window of a second, wherever it begins, has more: by the clock that nobody sets. */
function paced(perSecond: number | undefined): Pace {
  if (perSecond === undefined) return { line: new PQueue(), turn: () => Promise.resolve() }
  const begun: number[] = []
  const leftMs = (): number =>
    begun.length < perSecond ? 0 : Math.ceil((begun[0] ?? 0) + SECOND_MS - performance.now())
  const turn = async (signal: AbortSignal): Promise<void> => {
    for (let left = leftMs(); left > 0; left = leftMs())
      await sleep(left, undefined, { signal }).catch(() => signal.throwIfAborted())
    if (begun.push(performance.now()) > perSecond) begun.shift()
  }
  return { line: new PQueue({ concurrency: 1 }), turn }
}

/** Another pace after the one before: what waits there goes first, and a second lies between the two. */
function pacedAfter(before: Pace, perSecond: number | undefined): Pace {
  const next = paced(perSecond)
  next.line.pause()
  void before.line.onIdle().then(() => setTimeout(() => next.line.start(), SECOND_MS).unref())
  return next
}

type Waiting = CallTime & { readonly busy: () => CallError }

/** `wait` with a signal that ends it when its time is over, too. */
async function inTime<T>(
  wait: (signal: AbortSignal) => Promise<T>,
  { signal, waitMs, busy }: Waiting,
): Promise<T> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(busy()), waitMs)
  const giveUp = (): void => waiting.abort(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await wait(waiting.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}

/** Resolves when there is a place, which is held until `over`. */
const taken = (places: PQueue, over: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    let isHeld = false
    const hold = (): Promise<void> => {
      isHeld = true
      resolve()
      return over
    }
    places.add(hold, { signal }).catch((error: unknown) => {
      if (!isHeld) reject(error)
    })
  })

export function createTurns(name: string, first: AdapterLimits): Turns {
  const places = new PQueue({ concurrency: first.parallel ?? Infinity })
  let perSecond = first.per_second
  let starts = paced(perSecond)
  const busy = (): CallError =>
    new CallError('resource_rate_limited', `${name} has as many calls as its limits allow.`, {
      happened: 'no',
    })
  return {
    place: async (task, time) => {
      const { promise: over, resolve: leave } = Promise.withResolvers<void>()
      await inTime((signal) => taken(places, over, signal), { ...time, busy })
      return task().finally(leave)
    },
    start: async (task, time) => {
      const { line, turn } = starts
      await inTime((signal) => line.add(() => turn(signal), { signal }), { ...time, busy })
      return task()
    },
    waiting: () => places.size + starts.line.size + starts.line.pending,
    limit: (limits) => {
      places.concurrency = limits.parallel ?? Infinity
      if (limits.per_second === perSecond) return
      perSecond = limits.per_second
      starts = pacedAfter(starts, perSecond)
    },
  }
}
