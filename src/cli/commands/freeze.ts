// `cugar freeze`: a person refuses new runs of a profile or tenant; runs under way go on.
import { Argument, type Command } from 'commander'
import { FREEZE_SCOPES } from '../../events/control.ts'
import { freeze } from '../../http/answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, filled, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'

export type FreezeOptions = Remote & { readonly reason: string }

/** What freeze and lift have in common. */
export const subjectCommand = (command: Command): Command =>
  command
    .addArgument(new Argument('<scope>', 'what it is').choices(FREEZE_SCOPES))
    .argument('<key>', 'name of the profile, or the tenant', filled)
    .requiredOption('--reason <text>', 'why, for those who come later', filled)

async function act(scope: string, key: string, options: FreezeOptions): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).post('/v1/freezes', { scope, key, reason: options.reason })
  show(out, body, () => {
    const { cause, by, at } = answerAs(freeze, body)
    out.line(`${scope} ${key} frozen for new runs since ${at} (${cause}, ${by})`)
  })
  return 0
}

export const freezeCommand = (): Command =>
  subjectCommand(
    remoteCommand(
      'freeze',
      'refuses new runs of a profile or tenant; runs under way go on',
      'cugar freeze profile demo --reason "Too expensive today"',
    ),
  ).action(exiting(act))
