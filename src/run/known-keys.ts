// The keys of the door as the control stream knows them, so that what is another than before is told once.
import type { DataOf, StoredEvent } from '../events/event.ts'

/** By name, a digest of what a key is and opens. */
export type KnownKeys = ReadonlyMap<string, string>
type KeysChange = DataOf<'keys_changed'>

/** The keys after an event. */
export function foldKeys(known: KnownKeys, event: StoredEvent): KnownKeys {
  if (event.type !== 'keys_changed') return known
  const { added, changed, removed } = event.data
  const gone = new Set(removed)
  const kept = [...known].filter(([id]) => !gone.has(id))
  const news = [...added, ...changed].map(({ id, digest }) => [id, digest] as const)
  return new Map([...kept, ...news])
}

/** null: they are as they were. */
export function changeOfKeys(known: KnownKeys, now: KnownKeys): KeysChange | null {
  const all = Array.from(now, ([id, digest]) => ({ id, digest }))
  const added = all.filter(({ id }) => !known.has(id))
  const changed = all.filter(({ id, digest }) => known.has(id) && known.get(id) !== digest)
  const removed = [...known.keys()].filter((id) => !now.has(id))
  return added.length + changed.length + removed.length === 0 ? null : { added, changed, removed }
}
