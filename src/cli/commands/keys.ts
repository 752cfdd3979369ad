// `cugar keys new`: makes an API key without a server. The key is shown once; only its digest is for the keys file.
import { InvalidArgumentError, type Command } from 'commander'
import { ACTOR_PATTERN, ACTOR_RULE, NAME_PATTERN } from '../../events/names.ts'
import { command, exiting, group, type Common } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'

type Options = Common & { readonly id: string; readonly roles: readonly string[] }

const keyId = (text: string): string => {
  if (!ACTOR_PATTERN.test(text)) throw new InvalidArgumentError(`It ${ACTOR_RULE}`)
  return text
}

const roleList = (text: string): string[] => {
  const roles = text.split(',').map((role) => role.trim())
  if (!roles.every((role) => NAME_PATTERN.test(role)))
    throw new InvalidArgumentError(
      'It must be role names with commas between them, such as operator,approver.',
    )
  return [...new Set(roles)]
}

async function create({ id, roles, ...options }: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const { newKey } = await import('../../http/keys.ts')
  const { ROLES } = await import('../../http/route.ts')
  const { key, sha256 } = newKey()
  for (const role of roles) {
    if (!ROLES.some((known) => known === role))
      out.note(`${role} is no role of the API: it counts only where a profile asks it of approvers`)
  }
  show(out, { key, entry: { id, sha256, roles } }, () => {
    out.line(`key: ${key}`)
    out.line('It is shown only now. Add its entry to the file that CUGAR_KEYS_FILE names:')
    out.line('keys:')
    // Quoted: an id or a digest of digits alone would be a number.
    out.line(`  - id: ${JSON.stringify(id)}`)
    out.line(`    sha256: ${JSON.stringify(sha256)}`)
    out.line(`    roles: [${roles.map((role) => JSON.stringify(role)).join(', ')}]`)
  })
  return 0
}

export function keysCommand(): Command {
  const keys = group('keys', 'makes API keys', 'cugar keys new --id alice --roles viewer,operator')
  keys.addCommand(
    command(
      'new',
      'makes a key: shows it once, and the entry for the keys file',
      'cugar keys new --id alice --roles viewer,operator',
    )
      .requiredOption('--id <id>', 'whose key it is', keyId)
      .requiredOption(
        '--roles <roles>',
        'viewer, operator, approver, admin, metrics, hooks; commas between',
        roleList,
      )
      .action(exiting(create)),
  )
  return keys
}
