// GET /v1/budgets: every budget in force, a line for each limit.
import type { z } from 'zod'
import type { Engine, Principal } from '../engine/engine.ts'
import { budgetRows, type BudgetRow } from '../run/budgets/budget-rows.ts'
import { budgetAccount, pageOf } from './answers.ts'
import { reaches, reachesAll, reachesProfile, reachesTenant } from './callers/reach.ts'
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

type Row = { readonly id: string; readonly row: BudgetRow }

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

/**
 * Of a key for some tenants: their own books. What tenants of several customers share tells of all of them, so that only
 * a key with that very name sees it; the books of a run are for who may see the run.
 */
async function isWithin(engine: Engine, row: BudgetRow, by: Principal): Promise<boolean> {
  if (row.scope !== 'tenant') return reaches(by, await engine.state(row.owner))
  const { profile } = row
  return (
    reachesTenant(by, row.key) &&
    (profile === null ? reachesAll(by, 'profiles') : reachesProfile(by, profile))
  )
}

async function within(engine: Engine, rows: readonly Row[], by: Principal): Promise<readonly Row[]> {
  if (by.limitedTo === undefined) return rows
  const seen: Row[] = []
  for (const row of rows) if (await isWithin(engine, row.row, by)) seen.push(row)
  return seen
}

export const budgetRoutes = ({ engine, journal, clock }: DoorParts): Route[] => [
  route({
    method: 'get',
    path: '/v1/budgets',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'A line for each limit: tenant, window, spent, reserved, left, utilisation, window end',
    query: budgetsQuery,
    answers: { 200: { description: 'One page.', schema: budgetPage } },
    errors: [],
    answer: async ({ query, principal }) => {
      const after = query.cursor === undefined ? '' : Buffer.from(query.cursor, 'base64url').toString()
      const books = budgetRows(await journal.accounts(), { registry: engine.registry(), now: clock() })
      const all = Array.from(books, ([id, row]) => ({ id, row })).sort(byId)
      const rows = await within(engine, all, principal)
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
