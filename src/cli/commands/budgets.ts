// `cugar budgets`: one page of GET /v1/budgets.
import type { Command } from 'commander'
import { budgetAccount, pageOf } from '../../http/answers.ts'
import { percent } from '../amounts.ts'
import { answerAs, clientFor, queryOf } from '../client.ts'
import { exiting, remoteCommand, whole, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { table } from '../table.ts'

type Options = Remote & { readonly limit?: number; readonly cursor?: string }

const budgetPage = pageOf(budgetAccount)

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const { limit, cursor } = options
  const body = await clientFor(options).get(`/v1/budgets${queryOf({ limit, cursor })}`)
  show(out, body, () => {
    const page = answerAs(budgetPage, body)
    table(
      out,
      ['scope', 'key', 'unit', 'spent', 'reserved', 'limit', 'used', 'run'],
      page.items.map((row) => [
        row.scope,
        row.key,
        row.unit,
        row.spent,
        row.reserved,
        row.limit,
        percent(row.utilisation),
        row.run_id,
      ]),
    )
    if (page.next_cursor !== null) out.note(`there are more: --cursor ${page.next_cursor}`)
  })
  return 0
}

export const budgetsCommand = (): Command =>
  remoteCommand('budgets', 'shows every budget in force: spent, reserved, limit', 'cugar budgets')
    .option('--limit <count>', 'budgets on a page, 1 to 1000', whole(1, 1000))
    .option('--cursor <cursor>', 'the page after this one')
    .action(exiting(act))
