// A batch as lines for people, and its results as a file.
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { units } from '../../../run/figures.ts'
import { queryOf, type Client } from '../../client.ts'
import { unwritable } from '../../file.ts'
import type { Output } from '../../output.ts'
import { sheet } from '../../table.ts'
import type { Batch } from './watch.ts'

type Rejected = Batch['rejected_rows']

export function showRejected(out: Output, rejected: number, rows: Rejected): void {
  if (rejected === 0) return
  out.line(`${rejected} rows are no items:`)
  for (const { line, errors } of rows)
    for (const { path, message } of errors)
      out.line(`  line ${line}: ${path === '' ? message : `${path}: ${message}`}`)
  if (rejected > rows.length) out.line(`  and ${rejected - rows.length} more: the results have them all`)
}

const COUNTED = ['succeeded', 'partial', 'failed', 'cancelled', 'waiting', 'running', 'not_begun'] as const

export function showBatch(out: Output, batch: Batch): void {
  const { batch_id: id, counts, items, cost, forecast_cost: forecast } = batch
  out.heading(`${id} ${batch.status}`)
  const counted = COUNTED.filter((status) => counts[status] > 0)
  out.line(
    `${items} items: ${counted.map((status) => `${counts[status]} ${status.replaceAll('_', ' ')}`).join(', ')}`,
  )
  out.line(
    `cost ${units(cost)}${forecast === null || forecast === cost ? '' : `, ${units(forecast)} when all are done`}`,
  )
  if (batch.held !== null) out.line(`no item begins now: ${batch.held}`)
  showRejected(out, batch.rejected, batch.rejected_rows)
  if (batch.causes.length > 0)
    sheet(
      out,
      ['cause', 'items'],
      batch.causes.map(({ cause, count }) => [cause, count]),
    )
  for (const { item, run_id, cause, message } of batch.problems.slice(0, 5))
    out.line(`item ${item + 1}: ${message ?? cause ?? 'not succeeded'}  (cugar show ${run_id})`)
  if (batch.approvals_pending > 0)
    out.note(`${batch.approvals_pending} approvals wait: the console's Lists page decides them together`)
}

/** CSV, or NDJSON where the file's name says so. Errors: FILE_UNWRITABLE, and those of the server. */
export async function saveResults(
  client: Client,
  batchId: string,
  { file, outputs }: { readonly file: string; readonly outputs?: string | undefined },
): Promise<void> {
  const format = /\.(?:ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv'
  const path = `/v1/batches/${encodeURIComponent(batchId)}/results${queryOf({ format, outputs })}`
  const body = await client.download(path)
  await pipeline(body, createWriteStream(file)).catch((cause: unknown) => {
    throw unwritable(file, cause)
  })
}
