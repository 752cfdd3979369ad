// `cugar resume`: a new run of what failed or was skipped; asked for twice it is the same run.
import type { Command } from 'commander'
import { accepted } from '../../http/run-answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { showAccepted } from '../show-run.ts'

async function act(runId: string, options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).post(`/v1/runs/${runId}/resume`)
  show(out, body, () => showAccepted(out, answerAs(accepted, body)))
  return 0
}

export const resumeCommand = (): Command =>
  remoteCommand(
    'resume',
    'starts a new run of what failed or was skipped; completed steps are not repeated',
    'cugar resume RUN',
  )
    .argument('<run>', 'id of the run', id)
    .action(exiting(act))
