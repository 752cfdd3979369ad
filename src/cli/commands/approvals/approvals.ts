// `cugar approvals`: one page of GET /v1/approvals, those that are pending unless another status is asked for, each with
// what it is about in short.
import { Option, type Command } from 'commander'
import { pageOf } from '../../../http/answers.ts'
import { approval, approvalSummary } from '../../../http/runs/run-answers.ts'
import { APPROVAL_STATUSES } from '../../../run/state.ts'
import { answerAs, clientFor, queryOf, type Client } from '../../client.ts'
import { exiting, remoteCommand, withPages, type Paged } from '../../command.ts'
import type { ExitCode } from '../../failure.ts'
import { outputFor } from '../../output.ts'
import { inShort, type Approval } from '../../show-approval.ts'
import { noteNext, table, type Cell } from '../../table.ts'

type Options = Paged & { readonly status: string }

const approvalPage = pageOf(approvalSummary)

const COLUMNS = [
  'approval',
  'status',
  'tool',
  'risk',
  'review',
  'revision',
  'run',
  'expires',
  'requester',
  'goal',
  'in short',
]

/** Approvals that are read at once. */
const AT_ONCE = 8

async function wholeOf(client: Client, ids: readonly string[]): Promise<Approval[]> {
  const found: Approval[] = []
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const bodies = await Promise.all(
      ids.slice(from, from + AT_ONCE).map((one) => client.get(`/v1/approvals/${one}`)),
    )
    found.push(...bodies.map((body) => answerAs(approval, body)))
  }
  return found
}

const rowOf = (row: Approval): Cell[] => [
  row.approval_id,
  row.status,
  row.tool,
  row.risk,
  row.review,
  row.revision,
  row.run_id,
  row.expires_at,
  row.requester,
  row.goal ?? 'erased',
  inShort(row),
]

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const client = clientFor(options)
  const { limit, cursor } = options
  const status = options.status === 'all' ? undefined : options.status
  const body = await client.get(`/v1/approvals${queryOf({ status, limit, cursor })}`)
  if (out.json) {
    out.document(body)
    return 0
  }
  const page = answerAs(approvalPage, body)
  const rows = await wholeOf(
    client,
    page.items.map(({ approval_id }) => approval_id),
  )
  table(out, COLUMNS, rows.map(rowOf))
  noteNext(out, page)
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
