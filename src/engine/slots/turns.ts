// Whose turn it is: calls of one adapter that are under way at once, and that begin in any second.
import PQueue from 'p-queue'
import type { AdapterLimits } from '../../registry/registry.ts'
import { CallError } from '../../run/failure.ts'
import type { CallTime } from './call-time.ts'

export type Turns = {
  /** Errors: what the task throws; CallError `resource_rate_limited` where its turn did not come in time. */
  readonly take: <T>(task: () => Promise<T>, time: CallTime) => Promise<T>
  readonly waiting: () => number
}

const unlimited: Turns = { take: (task) => task(), waiting: () => 0 }

const queueOf = ({ parallel = Infinity, per_second }: AdapterLimits): PQueue =>
  new PQueue({
    concurrency: parallel,
    // No window of a second, wherever it begins, has more.
    ...(per_second === undefined ? {} : { intervalCap: per_second, interval: 1000, strict: true }),
  })

export function createTurns(name: string, limits: AdapterLimits): Turns {
  if (limits.parallel === undefined && limits.per_second === undefined) return unlimited
  const queue = queueOf(limits)
  const busy = (): CallError =>
    new CallError('resource_rate_limited', `${name} has as many calls as its limits allow.`, {
      happened: 'no',
    })
  return {
    waiting: () => queue.size,
    take: async (task, { signal, waitMs }) => {
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
    },
  }
}
