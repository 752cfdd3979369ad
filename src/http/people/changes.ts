// What changed, for whoever shows lists: one follower of the journal for all of them, at work only while somebody
// listens. Changes that come together are told together.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal } from '../../journal/journal.ts'
import type { ChangedRun, Changes } from './window.ts'

/** Changes within this are told at once: a page is not drawn for each event of a run. */
const TOGETHER_MS = 100
const BATCH = 1000

const APPROVALS: ReadonlySet<string> = new Set([
  'approval_requested',
  'approval_received',
  'approval_timeout',
])

type Listener = Parameters<Changes['subscribe']>[0]

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
      const runs = new Map<string, ChangedRun>()
      let approvals = false
      for (let events = await journal.readAll(position, BATCH); events.length > 0;) {
        for (const { run_id, tenant, type } of events) {
          runs.set(run_id, { runId: run_id, tenant })
          approvals ||= APPROVALS.has(type)
        }
        position = events.at(-1)?.position ?? position
        events = events.length < BATCH ? [] : await journal.readAll(position, BATCH)
      }
      for (const { tell } of listeners) tell({ runs: [...runs.values()], approvals })
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
