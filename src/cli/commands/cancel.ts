import type { Command } from 'commander'
import { run } from '../../http/run-answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { showRun } from '../show-run.ts'

async function act(runId: string, options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).post(`/v1/runs/${runId}/cancel`)
  show(out, body, () => showRun(out, answerAs(run, body)))
  return 0
}

export const cancelCommand = (): Command =>
  remoteCommand('cancel', 'ends a run that is not over', 'cugar cancel RUN')
    .argument('<run>', 'id of the run', id)
    .action(exiting(act))
