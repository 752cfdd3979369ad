// Follows the journal for one projection: reads in batches, folds, and saves position, state and rows together,
// so that after a crash it continues exactly where the last checkpoint stood. An event is never skipped: when
// a projection or the journal fails, following ends and the failure is reported.
import type { StoredEvent } from '../events/event.ts'
import type { Checkpoint, Journal } from '../journal/journal.ts'
import { memoize } from '../cache.ts'

export type Projection = {
  readonly name: string
  /** Fetches what `fold` will need; may wait, changes nothing that shows. */
  readonly prepare: (events: readonly StoredEvent[]) => Promise<void>
  readonly fold: (event: StoredEvent) => void
  /** State and changed rows as they stand; the rows count as saved from now on. */
  readonly take: () => Pick<Checkpoint, 'state' | 'rows'>
  /** What was taken is durable. */
  readonly saved: () => void
  /** Changed rows that wait for a checkpoint. */
  readonly unsaved: () => number
}

export type Follower = {
  readonly position: () => number
  /** Resolves when everything up to `position` is folded; rejects when following has failed. */
  readonly caughtUp: (position: number) => Promise<void>
  /** Saves what is folded so far; resolves when it is durable. */
  readonly flush: () => Promise<void>
  /** Ends following and saves. */
  readonly stop: () => Promise<void>
}

export type FollowOptions = {
  readonly journal: Journal
  readonly projection: Projection
  /** Where the loaded checkpoint stood; 0: from the beginning. */
  readonly from: number
  /** Real milliseconds between checkpoints while moving; null: nothing is saved, the next start begins elsewhere. */
  readonly checkpointMs: number | null
  readonly onFailure: (error: unknown) => void
  readonly onFolded: (events: readonly StoredEvent[]) => void
}

const BATCH = 500
/**
 * Milliseconds between two batches that are not full, unless somebody waits: under load a follower wakes fifty times a
 * second instead of at every commit, and the first event after a silence is still folded at once.
 */
const PACE_MS = 20
/** More changed rows than this are not kept back for the interval. */
const MAX_UNSAVED = 5000

type Waiter = {
  readonly position: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Callers that wait for a position, and the failure that ends all waiting. */
function waitingRoom(position: () => number, onWait: () => void) {
  let waiters: Waiter[] = []
  let failure: { readonly error: unknown } | null = null
  return {
    wait: (target: number): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure) reject(failure.error)
        else if (position() >= target) resolve()
        else {
          waiters.push({ position: target, resolve, reject })
          onWait()
        }
      }),
    isWaitedIn: (): boolean => waiters.length > 0,
    moved: (): void => {
      const reached = waiters.filter((waiter) => waiter.position <= position())
      if (reached.length === 0) return
      waiters = waiters.filter((waiter) => waiter.position > position())
      for (const waiter of reached) waiter.resolve()
    },
    fail: (error: unknown): void => {
      failure = { error }
      for (const waiter of waiters) waiter.reject(error)
      waiters = []
    },
  }
}

/**
 * Rests of `PACE_MS` that can be cut short. All followers of a journal rest together, so that they read the same events
 * one after the other: what the first has fetched into the processor's cache is still there for the others.
 */
const breatherOf = memoize((_journal: Journal) => {
  let resting: { readonly over: Promise<void>; readonly end: () => void } | null = null
  const rest = () => {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const end = (): void => {
      clearTimeout(timer)
      resting = null
      resolve()
    }
    const timer = setTimeout(end, PACE_MS)
    return { over, end }
  }
  return {
    take: (): Promise<void> => {
      resting ??= rest()
      return resting.over
    },
    rouse: (): void => resting?.end(),
  }
})

/** Saves one checkpoint after another, never two at once, and never the same position twice. */
function checkpoints({ journal, projection, from, checkpointMs }: FollowOptions, position: () => number) {
  let savedTo = from
  let last: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  const save = async (): Promise<void> => {
    if (checkpointMs === null || position() === savedTo) return
    const covered = position()
    await journal.saveCheckpoint({ name: projection.name, position: covered, ...projection.take() })
    savedTo = covered
    projection.saved()
  }
  const flush = (): Promise<void> => {
    last = last.then(save)
    return last
  }
  const cancel = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
  }
  /** One save within the interval, however many batches come before it. */
  const schedule = (onError: (error: unknown) => void): void => {
    if (checkpointMs === null) return
    timer ??= setTimeout(() => {
      timer = null
      flush().catch(onError)
    }, checkpointMs)
  }
  return { flush, schedule, cancel }
}

export function follow(options: FollowOptions): Follower {
  const { journal, projection, onFailure, onFolded } = options
  const ending = new AbortController()
  let position = options.from
  let failed = false
  const breather = breatherOf(journal)
  const room = waitingRoom(() => position, breather.rouse)
  const saving = checkpoints(options, () => position)

  const end = (): void => {
    ending.abort()
    breather.rouse()
  }
  const fail = (error: unknown): void => {
    if (failed) return
    failed = true
    end()
    saving.cancel()
    room.fail(error)
    onFailure(error)
  }
  const takeBatch = async (events: readonly StoredEvent[]): Promise<void> => {
    await projection.prepare(events)
    for (const event of events) projection.fold(event)
    position = events.at(-1)?.position ?? position
    onFolded(events)
    room.moved()
    if (projection.unsaved() > MAX_UNSAVED) await saving.flush()
    else saving.schedule(fail)
  }
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const events = await journal.readAll(position, BATCH)
      if (events.length === 0) await journal.changed(position, ending.signal)
      else await takeBatch(events)
      const isUrgent = events.length === BATCH || room.isWaitedIn() || ending.signal.aborted
      if (events.length > 0 && !isUrgent) await breather.take()
    }
  }
  const running = run().catch(fail)
  const flush = async (): Promise<void> => {
    try {
      await saving.flush()
    } catch (error) {
      fail(error)
      throw error
    }
  }

  return {
    position: () => position,
    caughtUp: room.wait,
    flush,
    stop: async () => {
      end()
      await running
      saving.cancel()
      if (!failed) await flush()
      room.fail(new Error('The projection was stopped.'))
    },
  }
}
