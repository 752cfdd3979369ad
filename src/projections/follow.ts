// Follows the journal for one projection: reads in batches, folds, and saves position, state and rows together,
// so that after a crash it continues exactly where the last checkpoint stood. An event is never skipped: when
// a projection or the journal fails, following ends and the failure is reported.
import type { StoredEvent } from '../events/event.ts'
import type { Checkpoint, Journal } from '../journal/journal.ts'
import { within } from './deadline.ts'
import type { Pause } from './pause.ts'

export type Projection = {
  /** Of its checkpoint. */
  readonly name: string
  /** Fetches what `fold` will need; may wait, changes nothing that shows. */
  readonly prepare?: (events: readonly StoredEvent[]) => Promise<void>
  readonly fold: (event: StoredEvent) => void
  /** The state as it stands, and the rows that changed since the last time: they are being saved from now on. */
  readonly drain: () => Pick<Checkpoint, 'state' | 'rows'>
  /** What was drained is durable. */
  readonly saved?: () => void
  /** Number of changed rows that wait for a checkpoint. */
  readonly unsaved?: () => number
  /** Hands over what it still holds, in at most `graceMs`; its state is saved once more afterwards. */
  readonly close?: (graceMs: number) => Promise<void>
}

/** A projection, and how it is followed. */
export type Followed = {
  readonly projection: Projection
  /** Where the loaded checkpoint stood; 0: from the beginning. */
  readonly from: number
  /** Real milliseconds between checkpoints while moving; null: nothing is saved, the next start begins elsewhere. */
  readonly checkpointMs: number | null
}

export type Follower = {
  readonly position: () => number
  /** Resolves when everything up to `position` is folded; rejects when following has failed. */
  readonly caughtUp: (position: number) => Promise<void>
  /** Catches up with the journal and closes the projection, in at most `graceMs`; then ends following and saves. */
  readonly stop: (graceMs: number) => Promise<void>
}

export type FollowOptions = Followed & {
  readonly journal: Journal
  /** Taken between two batches; followers that share one read the same events one after the other. */
  readonly pause: Pause
  /** Is called once; the follower has ended. */
  readonly onFailure: (error: unknown) => void
  readonly onFolded: (events: readonly StoredEvent[]) => void
}

const BATCH = 500
/** More changed rows than this do not wait for the interval. */
const MAX_UNSAVED = 5000

type Waiter = {
  readonly position: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Callers that wait for a position, and the failure that ends all waiting. */
function waitersFor(position: () => number, onWait: () => void) {
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
    isEmpty: (): boolean => waiters.length === 0,
    /** The position has moved. */
    release: (): void => {
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

/** Saves one checkpoint after another, never two at once, and the same position twice only when told to. */
function checkpoints({ journal, projection, from, checkpointMs }: FollowOptions, position: () => number) {
  let savedTo = from
  let last: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  const save = async (anyway: boolean): Promise<void> => {
    if (checkpointMs === null || (position() === savedTo && !anyway)) return
    const covered = position()
    await journal.saveCheckpoint({ name: projection.name, position: covered, ...projection.drain() })
    savedTo = covered
    projection.saved?.()
  }
  const flush = (anyway = false): Promise<void> => {
    last = last.then(() => save(anyway))
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

/** Follows from `from` on until it is stopped or fails. */
export function follow(options: FollowOptions): Follower {
  const { journal, projection, pause, onFailure, onFolded } = options
  const ending = new AbortController()
  let position = options.from
  let failed = false
  const waiters = waitersFor(() => position, pause.interrupt)
  const saving = checkpoints(options, () => position)

  const end = (): void => {
    ending.abort()
    pause.interrupt()
  }
  const fail = (error: unknown): void => {
    if (failed) return
    failed = true
    end()
    saving.cancel()
    waiters.fail(error)
    onFailure(error)
  }
  const foldBatch = async (events: readonly StoredEvent[]): Promise<void> => {
    await projection.prepare?.(events)
    for (const event of events) projection.fold(event)
    position = events.at(-1)?.position ?? position
    onFolded(events)
    waiters.release()
    if ((projection.unsaved?.() ?? 0) > MAX_UNSAVED) await saving.flush()
    else saving.schedule(fail)
  }
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const events = await journal.readAll(position, BATCH)
      if (events.length === 0) await journal.changed(position, ending.signal)
      else await foldBatch(events)
      const isUrgent = events.length === BATCH || !waiters.isEmpty() || ending.signal.aborted
      if (events.length > 0 && !isUrgent) await pause.wait()
    }
  }
  const running = run().catch(fail)
  const failAndThrow = (error: unknown): never => {
    fail(error)
    throw error
  }

  return {
    position: () => position,
    caughtUp: waiters.wait,
    stop: async (graceMs) => {
      const deadline = performance.now() + graceMs
      // A failure ends the wait too; `onFailure` has been told of it.
      const caughtUp = waiters.wait(journal.position()).catch(() => undefined)
      await within(graceMs, caughtUp, undefined)
      await projection.close?.(Math.max(0, deadline - performance.now()))
      end()
      await running
      saving.cancel()
      // What a projection hands over when it closes changes its state, though not its position.
      if (!failed) await saving.flush(projection.close !== undefined).catch(failAndThrow)
      waiters.fail(new Error('The projection was stopped.'))
    },
  }
}
