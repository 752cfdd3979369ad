// Wakes the event streams: one follower of the journal for all of them, at work only while somebody has subscribed.
import type { Journal } from '../../journal/journal.ts'

const BATCH = 500

export type Subscription = {
  /** Resolves when the run had an event since the last time, or the signal is aborted. Errors: the follower's. */
  readonly changed: () => Promise<void>
  readonly close: () => void
}

export type Feed = { readonly subscribe: (runId: string, signal: AbortSignal) => Subscription }

type FollowedJournal = Pick<Journal, 'readAll' | 'changed' | 'position'>

type Subscriber = {
  readonly runId: string
  readonly notify: () => void
  readonly fail: (cause: unknown) => void
}

const follower = (journal: FollowedJournal, stopping: AbortSignal) => {
  const subscribers = new Set<Subscriber>()
  let isFollowing = false

  const follow = async (start: number): Promise<void> => {
    let position = start
    while (subscribers.size > 0 && !stopping.aborted) {
      await journal.changed(position, stopping)
      const events = await journal.readAll(position, BATCH)
      const runs = new Set(events.map((event) => event.run_id))
      for (const subscriber of subscribers) if (runs.has(subscriber.runId)) subscriber.notify()
      position = events.at(-1)?.position ?? position
    }
    isFollowing = false
  }

  const failAll = (cause: unknown): void => {
    isFollowing = false
    for (const subscriber of subscribers) subscriber.fail(cause)
  }

  const add = (subscriber: Subscriber): void => {
    subscribers.add(subscriber)
    if (isFollowing) return
    isFollowing = true
    follow(journal.position()).then(undefined, failAll)
  }

  return { add, remove: (subscriber: Subscriber): boolean => subscribers.delete(subscriber) }
}

/** Subscribe first and read then: an event that comes in between is a change. */
export function liveFeed(journal: FollowedJournal, stopping: AbortSignal): Feed {
  const { add, remove } = follower(journal, stopping)

  const subscribe = (runId: string, signal: AbortSignal): Subscription => {
    let hasChanged = signal.aborted
    let failure: { readonly cause: unknown } | null = null
    let wake: () => void = () => undefined
    const notify = (): void => {
      hasChanged = true
      wake()
    }
    const fail = (cause: unknown): void => {
      failure = { cause }
      notify()
    }
    const changed = async (): Promise<void> => {
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      hasChanged = signal.aborted
      if (failure !== null) throw failure.cause
    }
    const subscriber = { runId, notify, fail }
    signal.addEventListener('abort', notify, { once: true })
    add(subscriber)
    return {
      changed,
      close: () => {
        signal.removeEventListener('abort', notify)
        remove(subscriber)
      },
    }
  }

  return { subscribe }
}
