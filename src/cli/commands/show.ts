// `cugar show`: the answer of a run, over or not, and how its steps stand.
import type { Command } from 'commander'
import { run } from '../../http/runs/run-answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { showRun, showSteps } from '../show-run.ts'

async function act(runId: string, options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).get(`/v1/runs/${runId}`)
  show(out, body, () => {
    const shown = answerAs(run, body)
    showRun(out, shown)
    showSteps(out, shown)
  })
  return 0
}

export const showCommand = (): Command =>
  remoteCommand('show', 'shows what a run has made, what is missing and what it waits for', 'cugar show RUN')
    .argument('<run>', 'id of the run', id)
    .action(exiting(act))
