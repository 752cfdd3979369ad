// How far the journal is, and who waits for more.
import { onAbort } from '../aborts.ts'
import { AppError } from '../errors.ts'
import type { CommitStats } from './journal.ts'

type Waiter = {
  readonly after: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export type Progress = {
  readonly position: () => number
  readonly changed: (after: number, signal: AbortSignal) => Promise<void>
  /** A commit reached `position`. */
  readonly advance: (position: number) => void
  readonly onCommit: (listener: (stats: CommitStats) => void) => void
  readonly report: (stats: CommitStats) => void
  /** Nothing more will come: who still waits gets the error. */
  readonly end: (error: AppError) => void
}

export const closedError = (): AppError => new AppError('JOURNAL_BROKEN', { why: 'It has been closed.' })

/** Follows a journal that holds everything up to `start`. */
export function progressFrom(start: number): Progress {
  const waiters = new Set<Waiter>()
  const listeners: ((stats: CommitStats) => void)[] = []
  let position = start
  let ended: AppError | null = null

  const wait = (after: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiters.delete(waiter)
        unfollow()
      }
      const done = (): void => {
        leave()
        resolve()
      }
      const fail = (error: Error): void => {
        leave()
        reject(error)
      }
      const waiter: Waiter = { after, resolve: done, reject: fail }
      waiters.add(waiter)
      const unfollow = onAbort(signal, done)
    })

  return {
    position: () => position,
    changed: async (after, signal) => {
      if (position > after || signal.aborted) return
      if (ended) throw ended
      await wait(after, signal)
    },
    advance: (reached) => {
      position = reached
      for (const waiter of waiters) if (waiter.after < position) waiter.resolve()
    },
    onCommit: (listener) => {
      listeners.push(listener)
    },
    report: (stats) => {
      for (const listener of listeners) listener(stats)
    },
    end: (error) => {
      ended = error
      for (const waiter of waiters) waiter.reject(error)
    },
  }
}
