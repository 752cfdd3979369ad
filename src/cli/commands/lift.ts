// `cugar lift`: ends a freeze, whether a person or an alert began it.
import type { Command } from 'commander'
import { freezeLifted } from '../../http/answers.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, remoteCommand } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { subjectCommand, type FreezeOptions } from './freeze.ts'
import { outputFor, show } from '../output.ts'

async function act(scope: string, key: string, options: FreezeOptions): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).post('/v1/freezes/lift', { scope, key, reason: options.reason })
  show(out, body, () => {
    const { lifted } = answerAs(freezeLifted, body)
    out.line(`${scope} ${key} ${lifted ? 'accepts new runs again' : 'was not frozen'}`)
  })
  return 0
}

export const liftCommand = (): Command =>
  subjectCommand(
    remoteCommand(
      'lift',
      'lets a frozen profile or tenant accept new runs again',
      'cugar lift profile demo --reason "The limit was raised"',
    ),
  ).action(exiting(act))
