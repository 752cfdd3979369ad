// `cugar runs`: one page of GET /v1/runs.
import { Option, type Command } from 'commander'
import { pageOf } from '../../http/answers.ts'
import { runRow } from '../../http/runs/run-answers.ts'
import { RUN_STATUSES } from '../../run/state.ts'
import { units } from '../../run/figures.ts'
import { answerAs, clientFor, queryOf } from '../client.ts'
import {
  exiting,
  remoteCommand,
  soughtBy,
  withPages,
  withSearch,
  type Paged,
  type Sought,
} from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { noteNext, table } from '../table.ts'

type Options = Paged &
  Sought & {
    readonly status?: string
    readonly profile?: string
    readonly tenant?: string
  }

const runPage = pageOf(runRow)

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const { status, profile, tenant, limit, cursor } = options
  const query = queryOf({ status, profile, tenant, limit, cursor, ...soughtBy(options) })
  const body = await clientFor(options).get(`/v1/runs${query}`)
  show(out, body, () => {
    const page = answerAs(runPage, body)
    table(
      out,
      ['run', 'status', 'profile', 'tenant', 'steps', 'cost', 'started', 'requester', 'planned by', 'goal'],
      page.items.map((row) => [
        row.run_id,
        row.status,
        row.profile,
        row.tenant,
        `${row.steps_completed}/${row.steps}`,
        row.cost === null ? null : units(row.cost),
        row.started_at,
        row.requester,
        row.planned_by,
        row.goal ?? 'erased',
      ]),
    )
    noteNext(out, page)
  })
  return 0
}

export const runsCommand = (): Command =>
  withPages(
    withSearch(remoteCommand('runs', 'lists runs, newest first', 'cugar runs --status waiting'))
      .addOption(new Option('--status <status>', 'only runs of this status').choices(RUN_STATUSES))
      .option('--profile <profile>', 'only runs of this profile')
      .option('--tenant <tenant>', 'only runs of this tenant'),
    'runs',
    200,
  ).action(exiting(act))
