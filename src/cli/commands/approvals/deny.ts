// `cugar deny`: the decision of a person; unlike an approval it needs a reason.
import type { Command } from 'commander'
import { exiting, filled, id, remoteCommand, type Remote } from '../../command.ts'
import { decide } from '../../decision.ts'

type Options = Remote & { readonly reason: string }

export const denyCommand = (): Command =>
  remoteCommand('deny', 'denies a call or content', 'cugar deny APPROVAL --reason "The price is out of date"')
    .argument('<approval>', 'id of the approval', id)
    .requiredOption('--reason <text>', 'why', filled)
    .action(
      exiting((approvalId: string, options: Options) =>
        decide(approvalId, { decision: 'deny', reason: options.reason }, options),
      ),
    )
