// `cugar approvals`: one page of GET /v1/approvals, those that are pending unless another status is asked for, each with
// what it is about in short.
import { Option, type Command } from 'commander'
import type { z } from 'zod'
import { pageOf } from '../../../http/answers.ts'
import { approvalRow } from '../../../http/runs/run-answers.ts'
import { APPROVAL_STATUSES } from '../../../run/state.ts'
import { answerAs, clientFor, queryOf } from '../../client.ts'
import {
  exiting,
  remoteCommand,
  soughtBy,
  withPages,
  withSearch,
  type Paged,
  type Sought,
} from '../../command.ts'
import type { ExitCode } from '../../failure.ts'
import { outputFor } from '../../output.ts'
import { noteNext, table, type Cell } from '../../table.ts'

type Options = Paged & Sought & { readonly status: string; readonly decidedBy?: string }

const approvalPage = pageOf(approvalRow)

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

type Row = z.output<typeof approvalRow>

const rowOf = (row: Row): Cell[] => [
  row.approval_id,
  row.status,
  row.tool,
  row.risk,
  row.review,
  row.revision,
  row.run_id,
  row.expires_at,
  row.requester ?? '',
  row.goal ?? 'erased',
  [row.subject_line ?? row.title, ...row.quality].join('; '),
]

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const client = clientFor(options)
  const { limit, cursor, decidedBy } = options
  const status = options.status === 'all' ? undefined : options.status
  const body = await client.get(
    `/v1/approvals${queryOf({ status, limit, cursor, decided_by: decidedBy, ...soughtBy(options) })}`,
  )
  if (out.json) {
    out.document(body)
    return 0
  }
  const page = answerAs(approvalPage, body)
  table(out, COLUMNS, page.items.map(rowOf))
  noteNext(out, page)
  return 0
}

export const approvalsCommand = (): Command =>
  withPages(
    withSearch(remoteCommand('approvals', 'lists what waits for a person, newest first', 'cugar approvals'))
      .addOption(
        new Option('--status <status>', 'only approvals of this status')
          .choices([...APPROVAL_STATUSES, 'all'])
          .default('pending'),
      )
      .option('--decided-by <name>', 'only what this person has decided'),
    'approvals',
    200,
  ).action(exiting(act))
