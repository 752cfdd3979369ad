// Whose turn it is: calls of one adapter that are under way at once, and that begin in any second. They are the
// adapter's, whichever slot its calls go through: other limits, or another module, make no call unmade.
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

/** No window of a second, wherever it begins, has more. */
const paced = (perSecond: number | undefined): PQueue =>
  new PQueue(perSecond === undefined ? {} : { intervalCap: perSecond, interval: 1000, strict: true })

const SECOND_MS = 1000

/** Another pace after the one before: what waits there goes first, and a second lies between the two. */
function pacedAfter(before: PQueue, perSecond: number | undefined): PQueue {
  const next = paced(perSecond)
  next.pause()
  void before.onEmpty().then(() => setTimeout(() => next.start(), SECOND_MS).unref())
  return next
}

async function queued<T>(
  queue: PQueue,
  task: () => Promise<T>,
  { signal, waitMs, busy }: CallTime & { readonly busy: () => CallError },
): Promise<T> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(busy()), waitMs)
  const giveUp = (): void => waiting.abort(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  const begin = () => {
    clearTimeout(timer)
    return task()
  }
  try {
    return await queue.add(begin, { signal: waiting.signal })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}

export function createTurns(name: string, first: AdapterLimits): Turns {
  const places = new PQueue({ concurrency: first.parallel ?? Infinity })
  let perSecond = first.per_second
  let starts = paced(perSecond)
  const busy = (): CallError =>
    new CallError('resource_rate_limited', `${name} has as many calls as its limits allow.`, {
      happened: 'no',
    })
  return {
    place: (task, time) => queued(places, task, { ...time, busy }),
    start: (task, time) => queued(starts, task, { ...time, busy }),
    waiting: () => places.size + starts.size,
    limit: (limits) => {
      places.concurrency = limits.parallel ?? Infinity
      if (limits.per_second === perSecond) return
      perSecond = limits.per_second
      starts = pacedAfter(starts, perSecond)
    },
  }
}
