// Everything that follows one journal: where each projection stands, who waits for it, and how all of them end.
import type { StoredEvent } from '../events/event.ts'
import type { Journal } from '../journal/journal.ts'
import { follow, type Followed } from './follow.ts'
import { sharedPause } from './pause.ts'

export type Followers = {
  /** Position up to which each projection has folded, by its name. */
  readonly positions: () => ReadonlyMap<string, number>
  /** Resolves when these have folded everything that is committed now; rejects when following has failed. */
  readonly caughtUp: (names: readonly string[]) => Promise<void>
  /** Events that the slowest of these is behind the journal. */
  readonly lag: (names: readonly string[]) => number
  /** Ends all of them, each with its last checkpoint. */
  readonly stop: () => Promise<void>
}

export type FollowersOptions = {
  readonly journal: Journal
  /** In the order in which they read the same events. */
  readonly followed: readonly Followed[]
  /** A follower could not go on; is called once for each that fails. */
  readonly onFailure: (error: unknown) => void
  readonly onFolded: (name: string, events: readonly StoredEvent[]) => void
}

/** A projection that cannot catch up or hand over what it holds delays the end of the process no longer than this. */
const GRACE_MS = 2000

export function followAll({ journal, followed, onFailure, onFolded }: FollowersOptions): Followers {
  const pause = sharedPause()
  const followers = new Map(
    followed.map((one) => {
      const { name } = one.projection
      const told = (events: readonly StoredEvent[]): void => onFolded(name, events)
      return [name, follow({ ...one, journal, pause, onFailure, onFolded: told })]
    }),
  )
  const named = (names: readonly string[]) => names.flatMap((name) => followers.get(name) ?? [])
  return {
    positions: () => new Map([...followers].map(([name, follower]) => [name, follower.position()])),
    caughtUp: async (names) => {
      const position = journal.position()
      await Promise.all(named(names).map((follower) => follower.caughtUp(position)))
    },
    lag: (names) => Math.max(0, ...named(names).map((follower) => journal.position() - follower.position())),
    stop: async () => {
      await Promise.all([...followers.values()].map((follower) => follower.stop(GRACE_MS)))
    },
  }
}
