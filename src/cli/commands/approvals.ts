// `cugar approvals`: one page of GET /v1/approvals, those that are pending unless another status is asked for.
import { Option, type Command } from 'commander'
import { pageOf } from '../../http/answers.ts'
import { approvalSummary } from '../../http/run-answers.ts'
import { APPROVAL_STATUSES } from '../../run/state.ts'
import { answerAs, clientFor, queryOf } from '../client.ts'
import { exiting, remoteCommand, withPages, type Paged } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { noteNext, table } from '../table.ts'

type Options = Paged & { readonly status: string }

const approvalPage = pageOf(approvalSummary)

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const { limit, cursor } = options
  const status = options.status === 'all' ? undefined : options.status
  const body = await clientFor(options).get(`/v1/approvals${queryOf({ status, limit, cursor })}`)
  show(out, body, () => {
    const page = answerAs(approvalPage, body)
    table(
      out,
      ['approval', 'status', 'tool', 'risk', 'review', 'run', 'expires'],
      page.items.map((row) => [
        row.approval_id,
        row.status,
        row.tool,
        row.risk,
        row.review,
        row.run_id,
        row.expires_at,
      ]),
    )
    noteNext(out, page)
  })
  return 0
}

export const approvalsCommand = (): Command =>
  withPages(
    remoteCommand('approvals', 'lists what waits for a person, newest first', 'cugar approvals').addOption(
      new Option('--status <status>', 'only approvals of this status')
        .choices([...APPROVAL_STATUSES, 'all'])
        .default('pending'),
    ),
    'approvals',
    200,
  ).action(exiting(act))
