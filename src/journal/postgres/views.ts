// What projections keep in PostgreSQL: their rows, and how far they are.
import type { Checkpoint, Journal, ViewQuery, ViewRow } from '../journal.ts'
import { startOf, type RowOrder } from '../../events/row-order.ts'
import type { Session, Statement } from './session.ts'

const SQL = {
  checkpoint: { name: 'checkpoint', text: 'SELECT position, state FROM checkpoints WHERE name = $1' },
  save: {
    name: 'save',
    text: `WITH v AS (
      INSERT INTO views (view, id, sort, status, profile, tenant, doc)
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
      ON CONFLICT (view, id) DO UPDATE SET sort = excluded.sort, status = excluded.status,
        profile = excluded.profile, tenant = excluded.tenant, doc = excluded.doc
    )
    INSERT INTO checkpoints (name, position, state) VALUES ($8, $9, $10)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position, state = excluded.state`,
  },
  row: {
    name: 'row',
    text: 'SELECT view, id, sort, status, profile, tenant, doc FROM views WHERE view = $1 AND id = $2',
  },
}

const COLUMNS = ['view', 'id', 'sort', 'status', 'profile', 'tenant', 'doc'] as const
const FILTERS = ['status', 'profile', 'tenant'] as const

function listOf(filters: readonly string[], order: RowOrder): Statement {
  const equal = ['view', ...filters].map((name, index) => `${name} = $${index + 1}`)
  const first = equal.length + 1
  const [beyond, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC']
  return {
    name: ['list', order, ...filters].join('_'),
    text: `SELECT ${COLUMNS.join(', ')} FROM views WHERE ${equal.join(' AND ')} AND sort ${beyond} $${first}
      ORDER BY sort ${direction} LIMIT $${first + 1}`,
  }
}

/** The newest of each id: a statement may change a row once. */
const distinct = (rows: readonly ViewRow[]): ViewRow[] => [
  ...new Map(rows.map((row) => [`${row.view} ${row.id}`, row])).values(),
]

export type ViewStore = Pick<Journal, 'loadCheckpoint' | 'saveCheckpoint' | 'rows' | 'row'>

/** Saves through `writing`, which holds the lock of the journal. */
export function postgresViews(reading: Session, writing: Session): ViewStore {
  const values = (query: ViewQuery): unknown[] =>
    FILTERS.flatMap((name) => (query[name] === undefined ? [] : [query[name]]))
  return {
    loadCheckpoint: async (name) => {
      const [found] = await reading.ask<Pick<Checkpoint, 'position' | 'state'>>(SQL.checkpoint, [name])
      return found ?? null
    },
    saveCheckpoint: async ({ name, position, state, rows }) => {
      const saved = distinct(rows)
      const columns = COLUMNS.map((column) => saved.map((row) => row[column]))
      await writing.ask(SQL.save, [...columns, name, position, state])
    },
    rows: async (query) => {
      const filters = FILTERS.filter((name) => query[name] !== undefined)
      const { order = 'newest', beyond = startOf(order) } = query
      const bounds = [query.view, ...values(query), beyond, query.limit]
      return [...(await reading.ask<ViewRow>(listOf(filters, order), bounds))]
    },
    row: async (view, id) => (await reading.ask<ViewRow>(SQL.row, [view, id]))[0] ?? null,
  }
}
