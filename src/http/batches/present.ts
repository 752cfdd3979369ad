// Batches and their items in the shapes of the API.
import type { z } from 'zod'
import type { Engine } from '../../engine/engine.ts'
import type { AcceptedBatch, ItemState, RejectedRow } from '../../engine/batches/contract.ts'
import type { BatchSummary } from '../../projections/lists/views.ts'
import type { ItemStatus } from '../../run/batch.ts'
import { fromMicro } from '../../registry/registry.ts'
import { plannedBy } from '../../run/planned-by.ts'
import type { RunState } from '../../run/state.ts'
import { timeOf, timeOrNull } from '../present.ts'
import { presentAnswer } from '../runs/present-answer.ts'
import type { batch, batchAccepted, batchItem, batchSummary } from './schemas.ts'

/** Rows that are shown with the batch: all of them stand in its results. */
const SHOWN_ROWS = 50

const linksOf = (batchId: string): z.input<typeof batchAccepted>['links'] => {
  const self = `/v1/batches/${encodeURIComponent(batchId)}`
  return { self, items: `${self}/items`, results: `${self}/results` }
}

const rowsOf = (rejected: readonly RejectedRow[]): z.input<typeof batchAccepted>['rejected_rows'] =>
  rejected.slice(0, SHOWN_ROWS).map(({ line, errors }) => ({ line, errors: [...errors] }))

export const presentAccepted = (
  { batchId, items, rejected }: AcceptedBatch,
  rows: readonly RejectedRow[],
): z.input<typeof batchAccepted> => ({
  batch_id: batchId,
  status: 'running',
  items,
  rejected,
  rejected_rows: rowsOf(rows),
  links: linksOf(batchId),
})

export function presentSummary(row: BatchSummary): z.input<typeof batchSummary> {
  const { causes: _causes, problems: _problems, ...summary } = row
  return {
    ...summary,
    started_at: timeOf(row.started_at),
    updated_at: timeOf(row.updated_at),
    finished_at: timeOrNull(row.finished_at),
    counts: { ...row.counts },
  }
}

/** Errors: BATCH_NOT_FOUND. */
export async function presentBatch(row: BatchSummary, { batches }: Engine): Promise<z.input<typeof batch>> {
  const id = row.batch_id
  const [state, order, rejected] = await Promise.all([
    batches.state(id),
    batches.order(id),
    batches.rejected(id),
  ])
  return {
    ...presentSummary(row),
    goal: order?.goal ?? null,
    cancelled_by: state.cancelledBy?.by ?? null,
    rounds: state.round,
    parallel: state.started.parallel,
    held: batches.held(id),
    causes: row.causes.map((cause) => ({ ...cause })),
    problems: row.problems.map((problem) => ({ ...problem })),
    rejected_rows: rowsOf(rejected),
    columns: [...(order?.columns ?? [])],
    links: linksOf(id),
  }
}

export function statusOf(run: RunState | null): ItemStatus {
  if (run === null) return 'not_begun'
  return run.status === 'accepted' ? 'running' : run.status
}

const SHOWN_LINES = 6
const SHOWN_TEXT = 200

const short = (line: string): string => {
  const [first = ''] = line.trim().split('\n', 1)
  return first.length > SHOWN_TEXT ? `${first.slice(0, SHOWN_TEXT - 1)}…` : first
}

async function answerOf(run: RunState, engine: Engine): Promise<string[]> {
  const { results, missing } = await presentAnswer(run, engine)
  return [...results.flatMap(({ lines }) => lines), ...missing].slice(0, SHOWN_LINES).map(short)
}

export async function presentItem(
  { index, item, run }: ItemState,
  engine: Engine,
): Promise<z.input<typeof batchItem>> {
  return {
    item: index,
    line: item?.line ?? null,
    status: statusOf(run),
    run_id: run?.runId ?? null,
    planned_by: run?.plan == null ? null : plannedBy(run.plan),
    context: item?.context ?? null,
    answer: run === null ? [] : await answerOf(run, engine),
    approvals: Object.values(run?.approvals ?? {})
      .filter(({ status }) => status === 'pending')
      .map(({ approvalId }) => approvalId),
    cause: run?.cause ?? null,
    message: run?.finished?.message ?? null,
    cost: fromMicro(run?.spentCost ?? 0),
  }
}
