// `cugar revise`: the requester gives other inputs for a step that a reviewer sent back.
import type { Command } from 'commander'
import { runOrStanding } from '../../http/runs/run-answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { readObject } from '../file.ts'
import { outputFor, show } from '../output.ts'
import { showRunOrStanding } from '../show-run.ts'

type Options = Remote & { readonly inputs: string }

async function act(runId: string, stepId: string, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const inputs = await readObject(options.inputs)
  const body = await clientFor(options).post(`/v1/runs/${runId}/steps/${stepId}/revise`, { inputs })
  show(out, body, () => showRunOrStanding(out, answerAs(runOrStanding, body)))
  return 0
}

export const reviseCommand = (): Command =>
  remoteCommand(
    'revise',
    'gives other inputs for a step that a reviewer sent back; only its requester may',
    'cugar revise RUN s2 --inputs shorter.yaml',
  )
    .argument('<run>', 'id of the run', id)
    .argument('<step>', 'id of the step', id)
    .requiredOption(
      '--inputs <file>',
      'JSON or YAML: fields that replace those the reviewer saw; - for standard input',
    )
    .action(exiting(act))
