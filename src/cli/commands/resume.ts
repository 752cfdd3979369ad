// `cugar resume`: a new run of what failed or was skipped; asked for twice it is the same run.
import type { Command } from 'commander'
import { accepted } from '../../http/runs/run-answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { readContext } from '../file.ts'
import { outputFor, show } from '../output.ts'
import { showAccepted } from '../show-run.ts'

type Options = Remote & { readonly context?: string }

async function act(runId: string, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const corrected = options.context === undefined ? {} : { context: await readContext(options.context) }
  const body = await clientFor(options).post(`/v1/runs/${runId}/resume`, corrected)
  show(out, body, () => showAccepted(out, answerAs(accepted, body)))
  return 0
}

export const resumeCommand = (): Command =>
  remoteCommand(
    'resume',
    'starts a new run of what failed or was skipped; completed steps are not repeated',
    'cugar resume RUN --context corrected.yaml',
  )
    .argument('<run>', 'id of the run', id)
    .option(
      '--context <file>',
      'corrected facts, JSON or YAML: fields that replace those of the run; - for standard input',
    )
    .action(exiting(act))
