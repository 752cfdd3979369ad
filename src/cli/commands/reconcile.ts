// `cugar reconcile`: a person says what became of a call with effects whose outcome nobody knows.
import { Option, type Command } from 'commander'
import { runOrStanding } from '../../http/runs/run-answers.ts'
import { answerAs } from '../client.ts'
import { exiting, filled, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { readObject } from '../file.ts'
import { outputFor, show } from '../output.ts'
import { reviewerFor } from '../reviewer.ts'
import { showRunOrStanding } from '../show-run.ts'

type Options = Remote & { readonly outcome: string; readonly reason: string; readonly output?: string }

async function act(runId: string, stepId: string, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const { outcome, reason } = options
  const output = options.output === undefined ? {} : { output: await readObject(options.output) }
  const request = { outcome, reason, ...output }
  const client = await reviewerFor(options, out.note)
  const body = await client.post(`/v1/runs/${runId}/steps/${stepId}/reconcile`, request)
  show(out, body, () => showRunOrStanding(out, answerAs(runOrStanding, body)))
  return 0
}

export const reconcileCommand = (): Command =>
  remoteCommand(
    'reconcile',
    'settles a step whose outcome is unknown',
    'cugar reconcile RUN s2 --outcome did_not_happen --reason "Not in the CRM"',
  )
    .argument('<run>', 'id of the run', id)
    .argument('<step>', 'id of the step', id)
    .addOption(
      new Option('--outcome <outcome>', 'what a person found out')
        .choices(['happened', 'did_not_happen'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'how it was found out', filled)
    .option('--output <file>', 'JSON or YAML object: what the call gave, where it happened')
    .action(exiting(act))
