// The items of a request, whatever form they come in: JSON, a JSON document a line, or CSV. Rows that are wrong are
// told with their line and do not stop the rest.
import { isUtf8 } from 'node:buffer'
import type { z } from 'zod'
import type { BatchItem, RejectedRow } from '../../engine/batches/contract.ts'
import { AppError } from '../../errors.ts'
import { MOST_ITEMS } from '../../events/batch.ts'
import { isRecord } from '../../events/json.ts'
import { problemsOf } from '../../events/problem.ts'
import { checkNesting, invalid } from '../validation.ts'
import { textOf } from './charset.ts'
import { csvRows } from './csv-rows.ts'
import { columnsOf, factsOf, type Column } from './mapping.ts'
import { batchBody, type batchQuery } from './schemas.ts'

export type BatchBody = z.output<typeof batchBody>

export type ReadBatch = {
  readonly body: BatchBody
  readonly items: readonly BatchItem[]
  readonly rejected: readonly RejectedRow[]
  /** Paths into the context of an item. */
  readonly columns: readonly string[]
}

export type BatchInput = {
  readonly contentType: string
  /** As the request names it; null: it does not. */
  readonly charset: string | null
  readonly bytes: Buffer
  readonly query: z.output<typeof batchQuery>
}

type Rows = { readonly items: BatchItem[]; readonly rejected: RejectedRow[] }

function checkCount({ items, rejected }: Rows): void {
  if (items.length + rejected.length > MOST_ITEMS)
    throw invalid([{ path: 'items', message: `are more than ${MOST_ITEMS}` }])
}

function add(rows: Rows, line: number, value: unknown): void {
  if (!isRecord(value)) {
    rows.rejected.push({ line, errors: [{ path: '', message: 'must be an object of facts' }] })
  } else {
    try {
      checkNesting(value)
      rows.items.push({ line, context: value })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      rows.rejected.push({ line, errors: error.problems })
    }
  }
  checkCount(rows)
}

const newRows = (): Rows => ({ items: [], rejected: [] })

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid([{ path, message: 'must be JSON' }])
  }
}

function utf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new AppError('INVALID_JSON')
  return bytes.toString('utf8')
}

function checkedBody(value: unknown): BatchBody {
  const parsed = batchBody.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(problemsOf(parsed.error))
}

/** What is asked of all items, from the query. Errors: INVALID_REQUEST. */
function bodyOf({ map: _map, ...query }: BatchInput['query']): BatchBody {
  const { context, plan, limits, ...plain } = query
  const parsed = {
    ...plain,
    ...(context !== undefined && { context: parseJson(context, 'query.context') }),
    ...(plan !== undefined && { plan: parseJson(plan, 'query.plan') }),
    ...(limits !== undefined && { limits: parseJson(limits, 'query.limits') }),
  }
  checkNesting(parsed)
  return checkedBody({ ...parsed, items: [] })
}

function readDocument({ bytes, query }: BatchInput): { body: BatchBody; rows: Rows } {
  const [first] = Object.keys(query)
  if (first !== undefined)
    throw invalid([{ path: `query.${first}`, message: 'belongs into the body where that is JSON' }])
  let value: unknown
  try {
    value = JSON.parse(utf8(bytes))
  } catch (cause) {
    throw new AppError('INVALID_JSON', {}, { cause })
  }
  if (!isRecord(value)) throw invalid([{ path: '', message: 'must be an object' }])
  const { items, ...rest } = value
  checkNesting(rest)
  const body = checkedBody({ ...rest, items })
  const rows = newRows()
  for (const [index, item] of body.items.entries()) add(rows, index + 1, item)
  return { body, rows }
}

function readLines(bytes: Buffer): Rows {
  const rows = newRows()
  for (const [index, line] of utf8(bytes)
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue
    try {
      add(rows, index + 1, JSON.parse(line))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      rows.rejected.push({ line: index + 1, errors: [{ path: '', message: 'is not JSON' }] })
    }
  }
  return rows
}

async function readTable({
  bytes,
  charset,
  query,
}: BatchInput): Promise<Rows & { columns: readonly Column[] }> {
  const rows = newRows()
  let columns: readonly Column[] | null = null
  for await (const row of csvRows(textOf(bytes, charset))) {
    if ('error' in row) {
      rows.rejected.push({ line: row.line, errors: [{ path: '', message: row.error }] })
    } else if (columns === null) {
      columns = columnsOf(query.map, row.cells)
      continue
    } else {
      const { line } = row
      const read = factsOf(row.cells, columns)
      if ('errors' in read) rows.rejected.push({ line, errors: read.errors })
      else add(rows, line, read.context)
    }
    checkCount(rows)
  }
  return { ...rows, columns: columns ?? [] }
}

const MOST_COLUMNS = 100

/** Where an item has its plain facts, in the order in which they first come up. */
function pathsOf(items: readonly BatchItem[]): string[] {
  const found = new Set<string>()
  const visit = (value: unknown, path: string): void => {
    if (found.size >= MOST_COLUMNS) return
    if (isRecord(value))
      for (const [name, below] of Object.entries(value)) visit(below, path === '' ? name : `${path}.${name}`)
    else if (path !== '') found.add(path)
  }
  for (const { context } of items) visit(context, '')
  return [...found]
}

/** A list without an item is refused, with what is wrong with its rows. */
function checkFilled({ items, rejected }: Rows): void {
  if (items.length > 0) return
  const told = rejected.flatMap(({ line, errors }) =>
    errors.map(({ path, message }) => ({ path: `line ${line}${path === '' ? '' : ` ${path}`}`, message })),
  )
  throw invalid([{ path: 'items', message: 'must have one at least' }, ...told])
}

/** Errors: INVALID_JSON, INVALID_REQUEST, UNSUPPORTED_MEDIA_TYPE. */
export async function readBatch(input: BatchInput): Promise<ReadBatch> {
  if (input.contentType === 'application/json') {
    const { body, rows } = readDocument(input)
    checkFilled(rows)
    return { body, ...rows, columns: pathsOf(rows.items) }
  }
  const body = bodyOf(input.query)
  if (input.contentType === 'text/csv') {
    const { columns, ...rows } = await readTable(input)
    checkFilled(rows)
    return { body, ...rows, columns: columns.map(({ path }) => path) }
  }
  if (input.query.map !== undefined) throw invalid([{ path: 'query.map', message: 'is for CSV' }])
  const rows = readLines(input.bytes)
  checkFilled(rows)
  return { body, ...rows, columns: pathsOf(rows.items) }
}
