// `cugar batches`: the batches of a server, one of them, its results, its end and its next round.
import { Option, type Command } from 'commander'
import { batchOrStanding, batchPage, batch } from '../../../http/batches/schemas.ts'
import { BATCH_STATUSES } from '../../../run/batch.ts'
import { units } from '../../../run/figures.ts'
import { answerAs, clientFor, queryOf, type Client } from '../../client.ts'
import { exiting, id, remoteCommand, withPages, type Paged } from '../../command.ts'
import { usage, type ExitCode } from '../../failure.ts'
import { outputFor, show, type Output } from '../../output.ts'
import { noteNext, table } from '../../table.ts'
import { saveResults, showBatch } from './show.ts'

type Options = Paged & {
  readonly status?: string
  readonly out?: string
  readonly outputs?: string
  readonly cancel?: boolean
  readonly resume?: boolean
}

async function list(client: Client, out: Output, { status, limit, cursor }: Options): Promise<void> {
  const body = await client.get(`/v1/batches${queryOf({ status, limit, cursor })}`)
  show(out, body, () => {
    const page = answerAs(batchPage, body)
    table(
      out,
      ['batch', 'status', 'profile', 'tenant', 'items', 'succeeded', 'waiting', 'cost', 'started'],
      page.items.map((row) => [
        row.batch_id,
        row.status,
        row.profile,
        row.tenant,
        row.items,
        row.counts.succeeded,
        row.counts.waiting,
        units(row.cost),
        row.started_at,
      ]),
    )
    noteNext(out, page)
  })
}

async function one(
  client: Client,
  out: Output,
  asked: Options & { readonly batchId: string },
): Promise<void> {
  const path = `/v1/batches/${encodeURIComponent(asked.batchId)}`
  if (asked.cancel === true || asked.resume === true) {
    const body = await client.post(`${path}/${asked.cancel === true ? 'cancel' : 'resume'}`)
    const now = answerAs(batchOrStanding, body)
    return show(out, body, () => out.line(`${now.batch_id} ${now.status}`))
  }
  if (asked.out !== undefined) {
    await saveResults(client, asked.batchId, { file: asked.out, outputs: asked.outputs })
    return out.note(`results in ${asked.out}`)
  }
  const body = await client.get(path)
  show(out, body, () => showBatch(out, answerAs(batch, body)))
}

async function act(batchId: string | undefined, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const client = clientFor(options)
  if (options.cancel === true && options.resume === true)
    throw usage('give only one of --cancel and --resume')
  if (batchId !== undefined) await one(client, out, { ...options, batchId })
  else if (options.out !== undefined || options.cancel === true || options.resume === true)
    throw usage('--out, --cancel and --resume need the id of a batch')
  else await list(client, out, options)
  return 0
}

export const batchesCommand = (): Command =>
  withPages(
    remoteCommand(
      'batches',
      'lists batches, newest first, or shows one',
      'cugar batches --status waiting',
      'cugar batches bat_01a2 --out results.csv',
    )
      .argument('[batch_id]', 'the batch to show', id)
      .addOption(new Option('--status <status>', 'only batches of this status').choices(BATCH_STATUSES))
      .option('--out <file>', 'saves its results: CSV, or NDJSON by its name')
      .option('--outputs <paths>', 'which outputs (default: all plain ones)')
      .option('--cancel', 'begins nothing more, and ends what is under way')
      .option('--resume', 'begins what never began, and resumes what did not succeed'),
    'batches',
    200,
  ).action(exiting(act))
