// What projections keep in the store: their rows, and how far they are.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Checkpoint, ViewQuery, ViewRow } from '../journal.ts'
import { startOf, type RowOrder } from '../../events/row-order.ts'

const SQL = {
  checkpoint: 'SELECT position, state FROM checkpoints WHERE name = ?',
  advance: `INSERT INTO checkpoints (name, position, state) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET position = excluded.position, state = excluded.state`,
  // Most changes leave the filters alone: then no index is touched.
  redraw: `UPDATE views SET doc = ? WHERE view = ? AND id = ? AND sort = ? AND status = ? AND profile = ? AND tenant = ?`,
  put: `INSERT INTO views (doc, view, id, sort, status, profile, tenant) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (view, id) DO UPDATE SET doc = excluded.doc, sort = excluded.sort, status = excluded.status,
    profile = excluded.profile, tenant = excluded.tenant`,
  row: 'SELECT view, id, sort, status, profile, tenant, doc FROM views WHERE view = ? AND id = ?',
}

export type ViewStore = {
  readonly loadCheckpoint: (name: string) => { position: number; state: string | null } | null
  /** Inside a transaction. */
  readonly save: (checkpoint: Checkpoint) => void
  readonly rows: (query: ViewQuery) => ViewRow[]
  readonly row: (view: string, id: string) => ViewRow | null
}

const FILTERS = ['status', 'profile', 'tenant'] as const

const INDEXES: Readonly<Record<string, string>> = {
  '': 'views_all',
  status: 'views_s',
  profile: 'views_p',
  tenant: 'views_t',
  'status,profile': 'views_sp',
  'status,tenant': 'views_st',
  'profile,tenant': 'views_pt',
  'status,profile,tenant': 'views_spt',
}

export function sqliteViews(db: DatabaseSync): ViewStore {
  const checkpoint = db.prepare(SQL.checkpoint)
  const advance = db.prepare(SQL.advance)
  const redraw = db.prepare(SQL.redraw)
  const put = db.prepare(SQL.put)
  const row = db.prepare(SQL.row)
  const lists = new Map<string, StatementSync>()

  const listOf = (filters: string, order: RowOrder): StatementSync => {
    const name = `${filters} ${order}`
    const known = lists.get(name)
    if (known) return known
    const equal = filters === '' ? [] : filters.split(',')
    const [beyond, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC']
    const conditions = ['view = ?', ...equal.map((column) => `${column} = ?`), `sort ${beyond} ?`]
    const list = db.prepare(
      `SELECT view, id, sort, status, profile, tenant, doc FROM views INDEXED BY ${INDEXES[filters]}
       WHERE ${conditions.join(' AND ')} ORDER BY sort ${direction} LIMIT ?`,
    )
    lists.set(name, list)
    return list
  }
  const putRow = (at: ViewRow): void => {
    const values = [at.doc, at.view, at.id, at.sort, at.status, at.profile, at.tenant]
    if (redraw.run(...values).changes === 0) put.run(...values)
  }

  return {
    loadCheckpoint: (name) => {
      const found = checkpoint.get(name) as { position: number; state: string | null } | undefined
      return found ? { position: found.position, state: found.state } : null
    },
    save: ({ name, position, state, rows }) => {
      for (const one of rows) putRow(one)
      advance.run(name, position, state)
    },
    rows: (query) => {
      const names = FILTERS.filter((name) => query[name] !== undefined)
      const equal = names.map((name): SQLInputValue => query[name] ?? null)
      const { order = 'newest', beyond = startOf(order) } = query
      const found = listOf(names.join(','), order).all(query.view, ...equal, beyond, query.limit)
      return found as unknown[] as ViewRow[]
    },
    row: (view, id) => (row.get(view, id) as ViewRow | undefined) ?? null,
  }
}
