// `cugar approve`: the decision of a person, bound to exactly the content that the approval names.
import type { Command } from 'commander'
import { exiting, filled, id, remoteCommand, type Remote } from '../../command.ts'
import { decide } from '../../decision.ts'

type Options = Remote & { readonly reason?: string }

export const approveCommand = (): Command =>
  remoteCommand('approve', 'approves exactly this call or content', 'cugar approve APPROVAL')
    .argument('<approval>', 'id of the approval', id)
    .option('--reason <text>', 'why', filled)
    .action(
      exiting((approvalId: string, options: Options) =>
        decide(approvalId, { decision: 'approve', reason: options.reason }, options),
      ),
    )
