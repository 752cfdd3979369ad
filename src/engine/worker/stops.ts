// Which processes were stopped in order. A call that was under way then was cut, and is made again like that of a
// process that died; but nobody died of it, so that restarts do not use up how often it may be cut.
import type { EngineParts } from '../parts.ts'

export type Stops = {
  /** Whether the process of that name was stopped in order. */
  readonly has: (writer: string) => boolean
  /** This process is being stopped in order: durable when it resolves. */
  readonly record: () => Promise<void>
}

const NAME = 'stops'
/** A run may wait for its place over several restarts. */
const REMEMBERED = 100

export async function openStops({
  journal,
  writer,
}: Pick<EngineParts, 'journal' | 'writer'>): Promise<Stops> {
  const saved = await journal.loadCheckpoint(NAME)
  // Written below, by this version or an earlier one.
  const known = JSON.parse(saved?.state ?? '[]') as readonly string[]
  const stopped = new Set(known)
  return {
    has: (name) => stopped.has(name),
    record: async () => {
      const state = JSON.stringify([...known, writer].slice(-REMEMBERED))
      await journal.saveCheckpoint({ name: NAME, position: journal.position(), state, rows: [] })
    },
  }
}
