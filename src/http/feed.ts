// Wakes the streams: one follower of the journal for all of them, at work only while somebody listens.
import type { Journal } from '../journal/journal.ts'

const BATCH = 500

export type Bell = {
  /** Resolves when the run had an event since the last time, or the signal is aborted. Errors: the follower's. */
  readonly rung: () => Promise<void>
  readonly leave: () => void
}

export type Feed = { readonly listen: (runId: string, signal: AbortSignal) => Bell }

type Ear = { readonly runId: string; readonly ring: () => void; readonly fail: (cause: unknown) => void }

const follower = (journal: Pick<Journal, 'readAll' | 'changed' | 'position'>, stopping: AbortSignal) => {
  const ears = new Set<Ear>()
  let following = false

  const follow = async (start: number): Promise<void> => {
    let position = start
    while (ears.size > 0 && !stopping.aborted) {
      await journal.changed(position, stopping)
      const events = await journal.readAll(position, BATCH)
      const runs = new Set(events.map((event) => event.run_id))
      for (const ear of ears) if (runs.has(ear.runId)) ear.ring()
      position = events.at(-1)?.position ?? position
    }
    following = false
  }

  const failAll = (cause: unknown): void => {
    following = false
    for (const ear of ears) ear.fail(cause)
  }

  const join = (ear: Ear): void => {
    ears.add(ear)
    if (following) return
    following = true
    follow(journal.position()).then(undefined, failAll)
  }

  return { join, leave: (ear: Ear): boolean => ears.delete(ear) }
}

/** Listen first and read then: an event that comes in between rings. */
export function liveFeed(
  journal: Pick<Journal, 'readAll' | 'changed' | 'position'>,
  stopping: AbortSignal,
): Feed {
  const { join, leave } = follower(journal, stopping)

  const listen = (runId: string, signal: AbortSignal): Bell => {
    let ringing = signal.aborted
    let failure: { readonly cause: unknown } | null = null
    let wake: () => void = () => undefined
    const ring = (): void => {
      ringing = true
      wake()
    }
    const fail = (cause: unknown): void => {
      failure = { cause }
      ring()
    }
    const rung = async (): Promise<void> => {
      if (!ringing) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      ringing = signal.aborted
      if (failure !== null) throw failure.cause
    }
    const ear = { runId, ring, fail }
    signal.addEventListener('abort', ring, { once: true })
    join(ear)
    return {
      rung,
      leave: () => {
        signal.removeEventListener('abort', ring)
        leave(ear)
      },
    }
  }

  return { listen }
}
