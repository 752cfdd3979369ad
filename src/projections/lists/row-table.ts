// Rows of one view in memory: those that changed since the last checkpoint, and the open ones that changed last.
// Everything else is read back from the journal when an event needs it.
import type { Journal, ViewRow } from '../../journal/journal.ts'

export type RowTable<T> = {
  readonly get: (id: string) => T | undefined
  /** The entry is new or has changed. */
  readonly put: (id: string, entry: T) => void
  /** Brings rows that are not in memory; unknown ones stay unknown. */
  readonly load: (ids: Iterable<string>) => Promise<void>
  readonly take: () => ViewRow[]
  readonly saved: () => void
  readonly unsaved: () => number
}

type RowFormat<T> = {
  readonly view: string
  readonly toRow: (entry: T) => Omit<ViewRow, 'view' | 'doc'>
  /** May the row change again soon. */
  readonly open: (entry: T) => boolean
}

/** Open rows kept in memory after they were saved; the others are read back. */
const MAX_OPEN = 10_000

export const entryOf = (row: ViewRow): unknown => JSON.parse(row.doc)

export function rowTable<T>(journal: Journal, format: RowFormat<T>): RowTable<T> {
  const entries = new Map<string, T>()
  const changed = new Set<string>()
  /** Taken, but not yet known to be durable: reading them back would give what was before. */
  const saving = new Set<string>()
  let mayForget = false

  const forget = (): void => {
    let spare = entries.size - changed.size - MAX_OPEN
    for (const [id, entry] of entries) {
      if (changed.has(id) || saving.has(id)) continue
      if (spare > 0 || !format.open(entry)) entries.delete(id)
      spare -= 1
    }
    mayForget = false
  }
  return {
    get: (id) => entries.get(id),
    put: (id, entry) => {
      // Last changed is last in the map: the first ones are let go first.
      entries.delete(id)
      entries.set(id, entry)
      changed.add(id)
    },
    load: async (ids) => {
      // Here and not when a save ends: what is loaded now must still be there when it is folded.
      if (mayForget) forget()
      const missing = Array.from(ids).filter((id) => !entries.has(id))
      // All at once: one after another, each would wait for the commit before it.
      const rows = await Promise.all(missing.map((id) => journal.row(format.view, id)))
      for (const row of rows) if (row) entries.set(row.id, entryOf(row) as T)
    },
    take: () => {
      const rows: ViewRow[] = []
      for (const id of changed) {
        const entry = entries.get(id)
        if (entry === undefined) continue
        rows.push({ view: format.view, ...format.toRow(entry), doc: JSON.stringify(entry) })
        saving.add(id)
      }
      changed.clear()
      return rows
    },
    saved: () => {
      saving.clear()
      mayForget = true
    },
    unsaved: () => changed.size,
  }
}
