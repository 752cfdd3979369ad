// `cugar request-changes`: the decision of a person who wants other inputs, edits the output, or sends it back.
import type { Command } from 'commander'
import { exiting, filled, id, remoteCommand, type Remote } from '../../command.ts'
import { decide } from '../../decision.ts'
import type { ExitCode } from '../../failure.ts'
import { readObject } from '../../file.ts'

type Options = Remote & { readonly reason: string; readonly changes?: string }

async function act(approvalId: string, options: Options): Promise<ExitCode> {
  const changes = options.changes === undefined ? {} : { changes: await readObject(options.changes) }
  return decide(approvalId, { decision: 'request_changes', reason: options.reason, ...changes }, options)
}

export const requestChangesCommand = (): Command =>
  remoteCommand(
    'request-changes',
    'sends a step back to its requester, or brings other inputs or the edited output for a new approval',
    'cugar request-changes APPROVAL --reason "Too long"',
    'cugar request-changes APPROVAL --reason "Too long" --changes changes.json',
  )
    .argument('<approval>', 'id of the approval', id)
    .requiredOption('--reason <text>', 'why', filled)
    .option(
      '--changes <file>',
      'the next revision; JSON or YAML: { inputs: {...} } or { output: {...} }; - for standard input',
    )
    .action(exiting(act))
