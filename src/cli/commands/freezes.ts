// `cugar freezes`: everything that is frozen, with who did it and why.
import type { Command } from 'commander'
import { freezePage } from '../../http/freezes.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { table } from '../table.ts'

async function act(options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).get('/v1/freezes')
  show(out, body, () => {
    table(
      out,
      ['scope', 'key', 'cause', 'by', 'since', 'reason'],
      answerAs(freezePage, body).items.map(({ scope, key, cause, by, at, reason }) => [
        scope,
        key,
        cause,
        by,
        at,
        reason,
      ]),
    )
  })
  return 0
}

export const freezesCommand = (): Command =>
  remoteCommand('freezes', 'lists the profiles and tenants that accept no new runs', 'cugar freezes').action(
    exiting(act),
  )
