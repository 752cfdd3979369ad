// `cugar cancel`: ends a run that is not over; the event says who did it and why.
import type { Command } from 'commander'
import { runOrStanding } from '../../http/runs/run-answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, filled, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { showRunOrStanding } from '../show-run.ts'

type Options = Remote & { readonly reason?: string }

async function act(runId: string, { reason, ...options }: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).post(`/v1/runs/${runId}/cancel`, { reason })
  show(out, body, () => showRunOrStanding(out, answerAs(runOrStanding, body)))
  return 0
}

export const cancelCommand = (): Command =>
  remoteCommand('cancel', 'ends a run that is not over', 'cugar cancel RUN --reason "The account was closed"')
    .argument('<run>', 'id of the run', id)
    .option('--reason <text>', 'why', filled)
    .action(exiting(act))
