// GET /v1/budgets: the books, as the journal keeps them.
import type { z } from 'zod'
import { accountId, type Account } from '../run/ledger.ts'
import { budgetAccount, pageOf } from './answers.ts'
import { presentBudget } from './present.ts'
import { route, type Parts, type Route } from './route.ts'
import { budgetsQuery } from './schemas.ts'

export const budgetPage = pageOf(budgetAccount)

const present = (account: Account): z.input<typeof budgetAccount> => ({
  ...presentBudget(account),
  run_id: account.scope === 'tenant' ? null : account.owner,
})

/** A window that has ended is history, unless something is still held in it. */
const current = (account: Account, now: number): boolean =>
  account.window_end === null || account.window_end > now || account.reserved > 0

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

export const budgetRoutes = ({ journal, clock }: Parts): Route[] => [
  route({
    method: 'get',
    path: '/v1/budgets',
    roles: ['viewer'],
    summary: 'Every scope: spent, reserved, limit, utilisation, window end',
    query: budgetsQuery,
    answers: { 200: { description: 'One page.', schema: budgetPage } },
    errors: [],
    answer: async ({ query }) => {
      const after = query.cursor === undefined ? '' : Buffer.from(query.cursor, 'base64url').toString()
      const now = clock()
      const rows = (await journal.accounts())
        .filter((account) => current(account, now))
        .map((account) => ({ id: accountId(account), account }))
        .filter((row) => row.id > after)
        .sort(byId)
      const shown = rows.slice(0, query.limit)
      const last = shown.at(-1)
      const more = rows.length > shown.length && last !== undefined
      return {
        status: 200,
        body: {
          items: shown.map((row) => present(row.account)),
          next_cursor: more ? Buffer.from(last.id).toString('base64url') : null,
        },
      }
    },
  }),
]
