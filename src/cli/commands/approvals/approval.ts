// `cugar approval`: everything that a person needs for a decision.
import type { Command } from 'commander'
import { approval } from '../../../http/runs/run-answers.ts'
import { answerAs, clientFor } from '../../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../../command.ts'
import type { ExitCode } from '../../failure.ts'
import { outputFor, show } from '../../output.ts'
import { showApproval } from '../../show-approval.ts'

async function act(approvalId: string, options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).get(`/v1/approvals/${approvalId}`)
  show(out, body, () => showApproval(out, answerAs(approval, body)))
  return 0
}

export const approvalCommand = (): Command =>
  remoteCommand(
    'approval',
    'shows what is to be approved: goal, text, quality, consequences, changes since the last revision',
    'cugar approval APPROVAL',
  )
    .argument('<approval>', 'id of the approval', id)
    .action(exiting(act))
