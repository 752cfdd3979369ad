// Rows of one view in memory: those that changed since the last checkpoint, and the open ones that changed last.
// Everything else is read back from the journal when an event or a page needs it. Promises pages as if every change
// had been saved before they are read.
import type { Journal, ViewQuery, ViewRow } from '../../journal/journal.ts'
import { byOrder, isBeyond, startOf } from '../../events/row-order.ts'

export type RowTable<T> = {
  readonly get: (id: string) => T | undefined
  /** The entry is new or has changed. */
  readonly put: (id: string, entry: T) => void
  /** Brings rows that are not in memory; unknown ones stay unknown. */
  readonly load: (ids: Iterable<string>) => Promise<void>
  /** One entry, as it is now; null: there is none. */
  readonly read: (id: string) => Promise<T | null>
  /** Entries that match the query, in its order. */
  readonly find: (query: Query) => Promise<Found<T>[]>
  /** Rows that changed since the last time: they are being saved from now on. */
  readonly drain: () => ViewRow[]
  /** What was drained is durable. */
  readonly saved: () => void
  /** Number of changed rows that were not drained yet. */
  readonly unsaved: () => number
}

type Query = Omit<ViewQuery, 'view'>

/** What lists filter and order by. */
type Columns = Omit<ViewRow, 'view' | 'doc'>

export type RowFormat<T> = {
  readonly view: string
  readonly columnsOf: (entry: T) => Columns
  /** May the row change again soon? */
  readonly open: (entry: T) => boolean
}

export type Found<T> = { readonly sort: number; readonly entry: T }

/** Open rows that stay in memory after they were saved; the others are read back. */
const MAX_OPEN = 10_000
/** Rows that are asked of the journal at once, where many of those before were out of date. */
const MAX_ROWS = 1000

export const entryOf = (row: ViewRow): unknown => JSON.parse(row.doc)

const matches = (
  columns: Columns,
  { status, profile, tenant, order = 'newest', beyond = startOf(order) }: Query,
): boolean =>
  (status === undefined || columns.status === status) &&
  (profile === undefined || columns.profile === profile) &&
  (tenant === undefined || columns.tenant === tenant) &&
  isBeyond(columns.sort, beyond, order)

/** What saved rows are overlaid with: the entries that they are replaced by, by id. */
type Overlay<T> = { readonly format: RowFormat<T>; readonly entries: ReadonlyMap<string, T> }

function foundIn<T>({ format, entries }: Overlay<T>, query: Query): Found<T>[] {
  const found: Found<T>[] = []
  for (const entry of entries.values()) {
    const columns = format.columnsOf(entry)
    if (matches(columns, query)) found.push({ sort: columns.sort, entry })
  }
  return found
}

/**
 * Reads saved rows until those that are up to date and those of the overlay make a full page: rows that do not belong
 * to it any more cost another read, which asks for twice as many.
 */
async function overlaid<T>(
  journal: Pick<Journal, 'rows'>,
  overlay: Overlay<T>,
  query: Query,
): Promise<Found<T>[]> {
  const { view } = overlay.format
  const upToDate: Found<T>[] = []
  const { order = 'newest' } = query
  let { beyond, limit } = query
  for (;;) {
    const rows = await journal.rows({ ...query, view, ...(beyond !== undefined && { beyond }), limit })
    for (const row of rows) {
      if (!overlay.entries.has(row.id)) upToDate.push({ sort: row.sort, entry: entryOf(row) as T })
    }
    const isEnd = rows.length < limit
    // Beyond the last row that was read there may be saved rows that were not.
    const last = isEnd ? undefined : rows.at(-1)?.sort
    // Only now, after the wait: entries change in place, and what one is found by and what is shown of it must agree.
    const changed = foundIn(overlay, query).filter(
      ({ sort }) => last === undefined || !isBeyond(sort, last, order),
    )
    if (isEnd || upToDate.length + changed.length >= query.limit) {
      return [...upToDate, ...changed].sort(byOrder(order)).slice(0, query.limit)
    }
    beyond = last ?? beyond
    limit = Math.max(query.limit, Math.min(2 * limit, MAX_ROWS))
  }
}

export function rowTable<T>(journal: Pick<Journal, 'row' | 'rows'>, format: RowFormat<T>): RowTable<T> {
  const entries = new Map<string, T>()
  const changed = new Set<string>()
  /** Drained, but not yet known to be durable: reading them back would give what was before. */
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
  /** Entries that are not known to be durable, as a copy: they may be saved and forgotten while a page is read. */
  const unsavedEntries = (): Map<string, T> => {
    const found = new Map<string, T>()
    for (const ids of [saving, changed]) {
      for (const id of ids) {
        const entry = entries.get(id)
        if (entry !== undefined) found.set(id, entry)
      }
    }
    return found
  }
  return {
    get: (id) => entries.get(id),
    put: (id, entry) => {
      // Last changed is last in the map: the first ones are forgotten first. What changes now is not forgotten.
      if (!changed.has(id)) entries.delete(id)
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
    read: async (id) => {
      const row = entries.has(id) ? null : await journal.row(format.view, id)
      // What has come into memory meanwhile is newer.
      return entries.get(id) ?? (row === null ? null : (entryOf(row) as T))
    },
    find: (query) => overlaid(journal, { format, entries: unsavedEntries() }, query),
    drain: () => {
      const rows: ViewRow[] = []
      for (const id of changed) {
        const entry = entries.get(id)
        if (entry === undefined) continue
        rows.push({ view: format.view, ...format.columnsOf(entry), doc: JSON.stringify(entry) })
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
