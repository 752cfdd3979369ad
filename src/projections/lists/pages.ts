// Pages of a view, newest first. The cursor is the sort of the last row shown.
import { AppError } from '../../errors.ts'
import type { Journal, ViewQuery, ViewRow } from '../../journal/journal.ts'
import type { Page, PageQuery } from './views.ts'

const encodeCursor = (sort: number): string => Buffer.from(String(sort)).toString('base64url')

/** Throws INVALID_REQUEST when the cursor is not one of ours. */
function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('INVALID_REQUEST', {}, { problems: [{ path: 'cursor', message: 'is not a cursor' }] })
}

const filtersOf = ({ status, profile, tenant, cursor }: PageQuery): Partial<ViewQuery> => ({
  ...(status !== undefined && { status }),
  ...(profile !== undefined && { profile }),
  ...(tenant !== undefined && { tenant }),
  ...(cursor !== undefined && { before: decodeCursor(cursor) }),
})

/** One page of a view. Errors: INVALID_REQUEST. */
export async function pageOf<T>(
  journal: Journal,
  source: { readonly view: string; readonly show: (row: ViewRow) => T },
  query: PageQuery,
): Promise<Page<T>> {
  const rows = await journal.rows({ view: source.view, ...filtersOf(query), limit: query.limit + 1 })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  const more = rows.length > shown.length && last !== undefined
  return { items: shown.map(source.show), next_cursor: more ? encodeCursor(last.sort) : null }
}
