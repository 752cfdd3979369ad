// The results of a batch, row by row as they are read: NDJSON, or CSV with the columns of the items and then the outputs
// that were asked for. A cell that a spreadsheet would run as a formula is made a text.
import { once } from 'node:events'
import { stringify } from 'csv-stringify/sync'
import type { Response } from 'express'
import type { z } from 'zod'
import type { Engine } from '../../engine/engine.ts'
import type { ItemState, RejectedRow } from '../../engine/batches/contract.ts'
import { isRecord } from '../../events/json.ts'
import type { BatchState } from '../../run/batch.ts'
import type { RunState } from '../../run/state.ts'
import { statusOf } from './present.ts'
import type { resultsQuery } from './schemas.ts'

/** Items that are read at once. */
const PAGE = 100
/** Columns that outputs may become where none are asked for, and items that are looked at for them. */
const MOST_OUTPUTS = 60

type Outputs = Readonly<Record<string, unknown>>
type Row = {
  readonly item: number | null
  readonly line: number | null
  readonly status: string
  readonly run_id: string | null
  readonly context: unknown
  readonly outputs: Outputs
  readonly problem: string | null
}

/** What was released, by step. */
async function outputsOf(run: RunState, engine: Engine): Promise<Outputs> {
  const steps = (run.plan?.order ?? []).flatMap((id) => run.steps[id] ?? [])
  const entries = steps.map(async ({ plan, status, output }) => {
    const isReleased = status === 'completed' && output !== null
    return isReleased ? [[plan.step_id, await engine.payload(run.runId, output)] as const] : []
  })
  return Object.fromEntries((await Promise.all(entries)).flat())
}

function problemOf(run: RunState): string | null {
  if (run.finished === null || run.status === 'succeeded') return null
  const failed = Object.values(run.steps).find(({ error }) => error !== null)
  return [run.cause, run.finished.message ?? failed?.error?.message].filter(Boolean).join(': ') || run.status
}

async function rowOf({ index, item, run }: ItemState, engine: Engine): Promise<Row> {
  return {
    item: index,
    line: item?.line ?? null,
    status: statusOf(run),
    run_id: run?.runId ?? null,
    context: item?.context ?? null,
    outputs: run === null ? {} : await outputsOf(run, engine),
    problem: run === null ? null : problemOf(run),
  }
}

const rejectedRow = ({ line, errors }: RejectedRow): Row => ({
  item: null,
  line,
  status: 'rejected',
  run_id: null,
  context: null,
  outputs: {},
  problem: errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '),
})

/** In the order of their lines. */
async function* rowsOf(engine: Engine, { batchId, started }: BatchState): AsyncGenerator<Row> {
  const rejected = (await engine.batches.rejected(batchId)).map(rejectedRow)
  let told = 0
  for (let from = 0; from < started.items; from += PAGE) {
    const items = await engine.batches.items(batchId, { from, limit: PAGE })
    for (const row of await Promise.all(items.map((item) => rowOf(item, engine)))) {
      const rest = rejected.slice(told)
      const before = rest.findIndex(({ line }) => (line ?? 0) > (row.line ?? 0))
      const due = before < 0 ? rest : rest.slice(0, before)
      told += due.length
      yield* due
      yield row
    }
  }
  yield* rejected.slice(told)
}

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (below, name) => (isRecord(below) && Object.hasOwn(below, name) ? below[name] : undefined),
      value,
    )

/** Paths of what fits into a cell. */
function plainPaths(value: unknown, path: string): string[] {
  if (isRecord(value))
    return Object.entries(value).flatMap(([name, below]) =>
      plainPaths(below, path === '' ? name : `${path}.${name}`),
    )
  return path === '' || value === null || Array.isArray(value) ? [] : [path]
}

async function ownOutputs(engine: Engine, batchId: string): Promise<string[]> {
  const items = await engine.batches.items(batchId, { from: 0, limit: PAGE })
  const found = await Promise.all(items.map(async ({ run }) => (run === null ? {} : outputsOf(run, engine))))
  return [...new Set(found.flatMap((outputs) => plainPaths(outputs, '')))].slice(0, MOST_OUTPUTS)
}

const cellOf = (value: unknown): string | number | boolean | null | undefined =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string | undefined)

const OPTIONS = {
  escape_formulas: true,
  record_delimiter: 'windows',
  cast: { boolean: (value: boolean) => String(value) },
} as const

const csvLine = (cells: readonly unknown[]): string => stringify([cells.map(cellOf)], OPTIONS)

/** A spreadsheet takes a file without this for one in its own encoding. */
const MARK = '\uFEFF'

async function* csvLines(
  engine: Engine,
  state: BatchState,
  asked: readonly string[] | null,
): AsyncGenerator<string> {
  const columns = (await engine.batches.order(state.batchId))?.columns ?? []
  const outputs = asked ?? (await ownOutputs(engine, state.batchId))
  yield MARK + csvLine([...columns, ...outputs, 'status', 'problem', 'line', 'run_id'])
  for await (const row of rowsOf(engine, state)) {
    const facts = columns.map((path) => at(row.context, path))
    const results = outputs.map((path) => at(row.outputs, path))
    yield csvLine([...facts, ...results, row.status, row.problem, row.line, row.run_id])
  }
}

async function* jsonLines(
  engine: Engine,
  state: BatchState,
  asked: readonly string[] | null,
): AsyncGenerator<string> {
  for await (const row of rowsOf(engine, state)) {
    const outputs =
      asked === null ? row.outputs : Object.fromEntries(asked.map((path) => [path, at(row.outputs, path)]))
    yield `${JSON.stringify({ ...row, outputs })}\n`
  }
}

const FORMS = {
  csv: { type: 'text/csv; charset=utf-8', lines: csvLines },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', lines: jsonLines },
}

/** Writes them as they are read; a client that reads slowly is waited for. */
export function streamResults(
  engine: Engine,
  state: BatchState,
  { query, signal }: { readonly query: z.output<typeof resultsQuery>; readonly signal: AbortSignal },
): (res: Response) => Promise<void> {
  const { type, lines } = FORMS[query.format]
  const asked = query.outputs?.split(',') ?? null
  return async (res) => {
    const name = `${state.batchId}.${query.format}`
    res.status(200).set('Content-Disposition', `attachment; filename="${name}"`).type(type)
    for await (const line of lines(engine, state, asked)) {
      if (signal.aborted) break
      if (!res.write(line)) await once(res, 'drain', { signal }).catch(() => undefined)
    }
    if (signal.aborted) res.destroy()
    else res.end()
  }
}
