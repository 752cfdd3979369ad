// GET /v1/budgets: every budget in force, a line for each limit.
import type { z } from 'zod'
import type { Engine, Principal } from '../engine/engine.ts'
import type { BudgetLineNow } from '../projections/metrics/budgets/lines.ts'
import { budgetRows, type BudgetRow } from '../run/budgets/budget-rows.ts'
import { budgetAccount, pageOf } from './answers.ts'
import { reaches, reachesAll, reachesProfile, reachesTenant } from './callers/reach.ts'
import { pageAfter } from './pages.ts'
import { presentBudget, share, timeOrNull } from './present.ts'
import { route, type DoorParts, type Route } from './route.ts'
import { budgetsQuery } from './schemas.ts'

export const budgetPage = pageOf(budgetAccount)

/** What names a line of a tenant, in the books of the journal and in those of the metrics. */
const lineName = (parts: readonly (string | null | undefined)[]): string => JSON.stringify(parts)

const rowName = ({ key, unit, window, limit_of, profile, window_end }: BudgetRow): string =>
  lineName([key, unit, window, limit_of === 'profile' ? profile : null, String(window_end)])

type Lines = ReadonlyMap<string, BudgetLineNow>

const byName = (lines: readonly BudgetLineNow[]): Lines =>
  new Map(
    lines.map((line) => {
      const { tenant, window, limitOf, windowEnd } = line.use
      const profile = limitOf === 'profile' ? line.profile : null
      return [lineName([tenant, line.unit, window, profile, String(windowEnd)]), line]
    }),
  )

type Forecast = Pick<z.input<typeof budgetAccount>, 'warned' | 'threshold' | 'refusing' | 'runs_out_at'>

const present = (row: BudgetRow, lines: Lines): z.input<typeof budgetAccount> => ({
  ...presentBudget(row),
  ...presentForecast(row, row.scope === 'tenant' ? lines.get(rowName(row)) : undefined),
  run_id: row.scope === 'tenant' ? null : row.owner,
  tenant: row.scope === 'tenant' ? row.key : null,
  profile: row.profile,
  time_zone: row.time_zone,
})

function presentForecast(row: BudgetRow, line: BudgetLineNow | undefined): Forecast {
  return {
    warned: row.warned,
    threshold: row.threshold,
    refusing: line?.isRefusing ?? false,
    runs_out_at: timeOrNull(line?.runsOutAt ?? null),
  }
}

/** `id`: its place among all. */
type Row = { readonly id: string; readonly row: BudgetRow }

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

const MOST_SHARE = 1e12

/** Sorts as text like the share that is left, the smallest first. */
const placeOf = (id: string, { spent, limit }: BudgetRow): string =>
  `${String(Math.max(0, MOST_SHARE - Math.round(share(spent, limit) * 1e6))).padStart(13, '0')} ${id}`

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

export const budgetRoutes = ({ engine, journal, views, clock }: DoorParts): Route[] => [
  route({
    method: 'get',
    path: '/v1/budgets',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary:
      'A line for each limit: tenant, window, spent, reserved, left, utilisation, window end, refusing, runs out at',
    query: budgetsQuery,
    answers: { 200: { description: 'One page.', schema: budgetPage } },
    errors: [],
    answer: async ({ query, principal }) => {
      const after = query.cursor === undefined ? '' : Buffer.from(query.cursor, 'base64url').toString()
      const books = budgetRows(await journal.accounts(), { registry: engine.registry(), now: clock() })
      const { of, order } = query
      const all = Array.from(books, ([id, row]) => ({ id: order === 'name' ? id : placeOf(id, row), row }))
        .filter(({ row }) => of === undefined || (row.scope === 'tenant') === (of === 'tenants'))
        .sort(byId)
      const rows = await within(engine, all, principal)
      const lines = byName(await views.budgetLines())
      const { items, lastKey } = pageAfter(rows, ({ id }) => id, { after, limit: query.limit })
      return {
        status: 200,
        body: {
          items: items.map(({ row }) => present(row, lines)),
          next_cursor: lastKey === null ? null : Buffer.from(lastKey).toString('base64url'),
        },
      }
    },
  }),
]
