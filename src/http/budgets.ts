// GET /v1/budgets: every budget in force, a line for each limit.
import type { z } from 'zod'
import { budgetRows, type BudgetRow } from '../run/budget-rows.ts'
import { budgetAccount, pageOf } from './answers.ts'
import { pageAfter } from './pages.ts'
import { presentBudget } from './present.ts'
import { route, type DoorParts, type Route } from './route.ts'
import { budgetsQuery } from './schemas.ts'

export const budgetPage = pageOf(budgetAccount)

const present = (row: BudgetRow): z.input<typeof budgetAccount> => ({
  ...presentBudget(row),
  run_id: row.scope === 'tenant' ? null : row.owner,
  tenant: row.scope === 'tenant' ? row.key : null,
  profile: row.profile,
  time_zone: row.time_zone,
})

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

export const budgetRoutes = ({ engine, journal, clock }: DoorParts): Route[] => [
  route({
    method: 'get',
    path: '/v1/budgets',
    roles: ['viewer'],
    summary: 'A line for each limit: tenant, window, spent, reserved, left, utilisation, window end',
    query: budgetsQuery,
    answers: { 200: { description: 'One page.', schema: budgetPage } },
    errors: [],
    answer: async ({ query }) => {
      const after = query.cursor === undefined ? '' : Buffer.from(query.cursor, 'base64url').toString()
      const books = budgetRows(await journal.accounts(), { registry: engine.registry(), now: clock() })
      const rows = Array.from(books, ([id, row]) => ({ id, row })).sort(byId)
      const { items, lastKey } = pageAfter(rows, ({ id }) => id, { after, limit: query.limit })
      return {
        status: 200,
        body: {
          items: items.map(({ row }) => present(row)),
          next_cursor: lastKey === null ? null : Buffer.from(lastKey).toString('base64url'),
        },
      }
    },
  }),
]
