// Pages of a list. The cursor is the sort of the last row shown.
import { AppError } from '../../errors.ts'
import type { ViewQuery } from '../../journal/journal.ts'
import type { RowTable } from './row-table.ts'
import type { Page, PageQuery } from './views.ts'

const encodeCursor = (sort: number): string => Buffer.from(String(sort)).toString('base64url')

/** Throws INVALID_REQUEST when the cursor is not one of ours. */
function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('INVALID_REQUEST', {}, { problems: [{ path: 'cursor', message: 'is not a cursor' }] })
}

/** Errors: INVALID_REQUEST where a number of rows or of seconds is none. */
export function checkWhole(path: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  const problems = [{ path, message: 'must be a whole number from 1' }]
  throw new AppError('INVALID_REQUEST', {}, { problems })
}

const filtersOf = ({ status, profile, tenant, order, cursor }: PageQuery): Partial<ViewQuery> => ({
  ...(status !== undefined && { status }),
  ...(profile !== undefined && { profile }),
  ...(tenant !== undefined && { tenant }),
  ...(order !== undefined && { order }),
  ...(cursor !== undefined && { beyond: decodeCursor(cursor) }),
})

/** One page of a table's entries, as `show` presents them. Errors: INVALID_REQUEST. */
export async function pageOf<T, S>(
  table: Pick<RowTable<T>, 'find'>,
  show: (entry: T) => S,
  query: PageQuery,
): Promise<Page<S>> {
  checkWhole('limit', query.limit)
  const found = await table.find({ ...filtersOf(query), limit: query.limit + 1 })
  const shown = found.slice(0, query.limit)
  const last = shown.at(-1)
  const isMore = found.length > shown.length && last !== undefined
  return {
    items: shown.map(({ entry }) => show(entry)),
    next_cursor: isMore ? encodeCursor(last.sort) : null,
  }
}
