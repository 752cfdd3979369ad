// `cugar budgets`: one page of GET /v1/budgets.
import type { Command } from 'commander'
import type { z } from 'zod'
import { budgetAccount, pageOf } from '../../http/answers.ts'
import { percent, timeLeft } from '../../run/figures.ts'
import { answerAs, clientFor, queryOf } from '../client.ts'
import { exiting, remoteCommand, withPages, type Paged } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { noteNext, table } from '../table.ts'

const budgetPage = pageOf(budgetAccount)

const COLUMNS = 'scope key unit spent reserved limit used left state window until zone profile run'.split(' ')

/** What to know first: that it refuses, when it runs out, or that it is above its threshold. */
function stateOf({ refusing, runs_out_at, warned }: z.output<typeof budgetAccount>, now: number): string {
  if (refusing) return 'refusing'
  const soon = runs_out_at === null ? null : `runs out in ${timeLeft(Date.parse(runs_out_at) - now)}`
  return soon ?? (warned ? 'warned' : '')
}

async function act(options: Paged): Promise<ExitCode> {
  const out = outputFor(options)
  const { limit, cursor } = options
  const body = await clientFor(options).get(`/v1/budgets${queryOf({ limit, cursor })}`)
  show(out, body, () => {
    const page = answerAs(budgetPage, body)
    table(
      out,
      COLUMNS,
      page.items.map((row) => [
        row.scope,
        row.key,
        row.unit,
        row.spent,
        row.reserved,
        row.limit,
        percent(row.utilisation),
        row.left,
        stateOf(row, Date.now()),
        row.window,
        row.window_end,
        row.time_zone,
        row.profile,
        row.run_id,
      ]),
    )
    noteNext(out, page)
  })
  return 0
}

export const budgetsCommand = (): Command =>
  withPages(
    remoteCommand(
      'budgets',
      'shows every budget in force: spent, reserved, limit, whether it refuses, when it runs out',
      'cugar budgets',
    ),
    'budgets',
    1000,
  ).action(exiting(act))
