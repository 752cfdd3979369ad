// GET /v1/budgets: every budget account of the journal.
import type { z } from 'zod'
import { accountId, type Account } from '../run/ledger.ts'
import { budgetAccount, pageOf } from './answers.ts'
import { pageAfter } from './pages.ts'
import { presentBudget } from './present.ts'
import { route, type DoorParts, type Route } from './route.ts'
import { budgetsQuery } from './schemas.ts'

export const budgetPage = pageOf(budgetAccount)

const present = (account: Account): z.input<typeof budgetAccount> => ({
  ...presentBudget(account),
  run_id: account.scope === 'tenant' ? null : account.owner,
})

/** A window that has ended is history, unless something is still reserved in it. */
const current = (account: Account, now: number): boolean =>
  account.window_end === null || account.window_end > now || account.reserved > 0

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

export const budgetRoutes = ({ journal, clock }: DoorParts): Route[] => [
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
        .sort(byId)
      const { items, lastKey } = pageAfter(rows, ({ id }) => id, { after, limit: query.limit })
      return {
        status: 200,
        body: {
          items: items.map((row) => present(row.account)),
          next_cursor: lastKey === null ? null : Buffer.from(lastKey).toString('base64url'),
        },
      }
    },
  }),
]
