// What changed, for whoever shows lists: one follower of the journal for all of them, at work only while somebody
// listens. Changes that come together are told together.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal } from '../../journal/journal.ts'
import { changesSince, type Changed } from './changed.ts'
import type { Changes } from './window.ts'

/** Changes within this are told at once: a page is not drawn for each event of a run. */
const TOGETHER_MS = 100
const BATCH = 1000

type Listener = Parameters<Changes['subscribe']>[0]

/** What changed after a position, up to now. */
export async function gather(journal: Pick<Journal, 'readAll'>, position: number): Promise<Changed> {
  const gathered = changesSince(position)
  let last = position
  for (;;) {
    const events = await journal.readAll(last, BATCH)
    gathered.add(events)
    last = events.at(-1)?.position ?? last
    if (events.length < BATCH) return gathered.all()
  }
}

export function changesOf(
  journal: Pick<Journal, 'readAll' | 'changed' | 'position'>,
  stopping: AbortSignal,
): Changes {
  const listeners = new Set<Listener>()
  let isFollowing = false

  const follow = async (start: number): Promise<void> => {
    let position = start
    while (listeners.size > 0 && !stopping.aborted) {
      await journal.changed(position, stopping)
      await sleep(TOGETHER_MS, undefined, { signal: stopping, ref: false })
      const gathered = await gather(journal, position)
      position = gathered.position
      for (const { tell } of listeners) tell(gathered)
    }
  }

  const start = (): void => {
    isFollowing = true
    follow(journal.position()).then(
      () => {
        isFollowing = false
        // Somebody came while the last one left.
        if (listeners.size > 0 && !stopping.aborted) start()
      },
      (error: unknown) => {
        isFollowing = false
        if (!stopping.aborted) for (const { fail } of listeners) fail(error)
      },
    )
  }
  return {
    position: () => journal.position(),
    subscribe: (listener, signal) => {
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true })
      if (!isFollowing) start()
    },
  }
}
