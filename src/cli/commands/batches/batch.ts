// `cugar batch`: a list of items, one run each, and its results as a file.
import { InvalidArgumentError, type Command } from 'commander'
import type { z } from 'zod'
import { batchAccepted } from '../../../http/batches/schemas.ts'
import { aimOf } from '../../aim.ts'
import { answerAs, clientFor, queryOf, type Client } from '../../client.ts'
import { exiting, filled, remoteCommand, type Remote } from '../../command.ts'
import { cliError, type ExitCode } from '../../failure.ts'
import { readBytes, readContext } from '../../file.ts'
import { outputFor } from '../../output.ts'
import { saveResults, showBatch, showRejected } from './show.ts'
import { watchBatch } from './watch.ts'

type Options = Remote & {
  readonly goal?: string
  readonly playbook?: string
  readonly plan?: string
  readonly profile?: string
  readonly tenant?: string
  readonly context?: string
  readonly map?: string
  readonly charset?: string
  readonly out?: string
  readonly outputs?: string
  readonly wait: boolean
  readonly idempotencyKey?: string
}

type Accepted = z.output<typeof batchAccepted>

const charset = (text: string): string => {
  if (!/^[\w-]{1,40}$/.test(text)) throw new InvalidArgumentError('It is not the name of a charset.')
  return text
}

const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value))

/** What all items have in common, as the request says it beside them. */
async function commonOf(options: Options) {
  const { goal, profile, tenant } = options
  const aim = await aimOf(goal, options)
  const context = options.context === undefined ? undefined : await readContext(options.context)
  return { ...aim, profile, tenant, context }
}

async function upload(client: Client, file: string, options: Options): Promise<unknown> {
  const common = await commonOf(options)
  const bytes = await readBytes(file)
  const { map, idempotencyKey: key } = options
  const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key }
  if (/\.json$/i.test(file)) {
    const items = parseItems(file, bytes)
    return client.post('/v1/batches', { ...common, items }, headers)
  }
  const { context, profile, tenant, ...aim } = common
  const way = 'plan' in aim ? { plan: json(aim.plan) } : aim
  const query = queryOf({ ...way, profile, tenant, context: json(context), map })
  const isLines = /\.(?:ndjson|jsonl)$/i.test(file)
  const told = options.charset === undefined ? '' : `; charset=${options.charset}`
  const contentType = isLines ? 'application/x-ndjson' : `text/csv${told}`
  return client.upload(`/v1/batches${query}`, { contentType, bytes, headers })
}

function parseItems(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw cliError('FILE_INVALID', `${file} is not JSON`, { cause })
  }
}

async function act(file: string, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const client = clientFor(options)
  const body = await upload(client, file, options)
  const accepted: Accepted = answerAs(batchAccepted, body)
  if (!options.wait) {
    if (out.json) out.document(body)
    else out.line(`${accepted.batch_id} accepted, ${accepted.items} items`)
    if (!out.json) showRejected(out, accepted.rejected, accepted.rejected_rows)
    return 0
  }
  out.note(`${accepted.batch_id} accepted, ${accepted.items} items`)
  const ended = await watchBatch(client, accepted.batch_id)
  if (options.out !== undefined) {
    await saveResults(client, accepted.batch_id, { file: options.out, outputs: options.outputs })
    out.note(`results in ${options.out}`)
  }
  if (out.json) out.document(ended)
  else showBatch(out, ended)
  return ended.status === 'succeeded' || ended.status === 'waiting' ? 0 : 1
}

export const batchCommand = (): Command =>
  remoteCommand(
    'batch',
    'works through a list, one run an item; exit code 1 when it ended and not every item succeeded',
    'cugar batch accounts.csv --playbook prospecting --map "account.name:Company,account.revenue:Revenue" --context common.yaml --out results.csv',
  )
    .argument('<file>', 'CSV, .ndjson with an item a line, or .json with a list; - for CSV on standard input')
    .option('--goal <goal>', 'what is to be achieved for each item', filled)
    .option('--playbook <name>', 'a plan of the registry in place of a goal', filled)
    .option('--plan <file>', 'JSON or YAML with a plan in place of a goal', filled)
    .option('--map <map>', 'of CSV: which heading is which fact, path:Heading, ...', filled)
    .option('--charset <charset>', 'of CSV: its encoding (default: read from the file)', charset)
    .option('--context <file>', 'JSON or YAML with the facts that all items have in common')
    .option('--profile <profile>', `a profile of the registry (default: the server's)`, filled)
    .option('--tenant <tenant>', 'the customer or team it belongs to')
    .option('--out <file>', 'where the results go: CSV, or NDJSON by its name')
    .option(
      '--outputs <paths>',
      'which outputs, score.fit_score,draft.subject (default: all plain ones)',
      filled,
    )
    .option('--no-wait', 'come back as soon as it is accepted')
    .option('--idempotency-key <key>', 'the same key and request give the same batch', filled)
    .action(exiting(act))
