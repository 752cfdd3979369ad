// `cugar run`: starts a run, and with --wait shows its answer.
import type { Command } from 'commander'
import { accepted, runOrStanding } from '../../http/runs/run-answers.ts'
import { aimOf } from '../aim.ts'
import { answerAs, clientFor, queryOf } from '../client.ts'
import { exiting, filled, remoteCommand, whole, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { readContext } from '../file.ts'
import { outputFor, type Output } from '../output.ts'
import { showAccepted, showRunOrStanding } from '../show-run.ts'

type Options = Remote & {
  readonly profile?: string
  readonly context?: string
  readonly tenant?: string
  readonly planner: string
  readonly playbook?: string
  readonly plan?: string
  readonly wait?: number
  readonly idempotencyKey?: string
}

const MAX_WAIT = 60
/** Seconds. Whoever does not wait hears all the same why there is no plan; a model may take longer than that. */
const PLANNING = 2

async function start(goal: string | undefined, options: Options, out: Output): Promise<unknown> {
  const { profile, tenant, planner, wait, idempotencyKey } = options
  const client = clientFor(options)
  const context = options.context === undefined ? {} : await readContext(options.context)
  // What is not given is not sent: the server has its defaults.
  const aim = await aimOf(goal, options)
  const body = { ...aim, profile, planner, context, tenant }
  if (wait !== undefined && process.stderr.isTTY)
    out.note(`waiting up to ${wait} s for its end, or for a person`)
  const headers: Record<string, string> =
    idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }
  return client.post(
    `/v1/runs${queryOf(wait === undefined ? { wait: PLANNING, until: 'plan' } : { wait, until: 'person' })}`,
    body,
    headers,
  )
}

async function act(goal: string | undefined, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await start(goal, options, out)
  const started = accepted.safeParse(body)
  if (out.json) out.document(body)
  if (started.success) {
    if (!out.json) showAccepted(out, started.data)
    return 0
  }
  const ended = answerAs(runOrStanding, body)
  if (!out.json) showRunOrStanding(out, ended)
  // A run that waits for a person has not failed.
  return ended.status === 'succeeded' || ended.status === 'waiting' ? 0 : 1
}

export const runCommand = (): Command =>
  remoteCommand(
    'run',
    'starts a run, and with --wait shows its answer; exit code 1 when it has no plan, or ended and did not succeed',
    'cugar run "Score the account" --profile demo --context account.json --wait 10',
  )
    .argument('[goal]', 'what is to be achieved', filled)
    .option('--playbook <name>', 'a plan of the registry in place of a goal', filled)
    .option('--plan <file>', 'JSON or YAML with a plan in place of a goal; - for standard input', filled)
    .option('--profile <profile>', `a profile of the registry (default: the server's)`, filled)
    .option(
      '--context <file>',
      'JSON or YAML with the facts, or a scenario as of the demo; - for standard input',
    )
    .option('--tenant <tenant>', 'the customer or team it belongs to')
    .option('--planner <planner>', 'who plans: auto, or a planner of the registry', filled, 'auto')
    .option(
      '--wait <seconds>',
      `wait for its end, or until only a person can move it, 0 to ${MAX_WAIT} s`,
      whole(0, MAX_WAIT),
    )
    .option('--idempotency-key <key>', 'the same key and request give the same run', filled)
    .action(exiting(act))
