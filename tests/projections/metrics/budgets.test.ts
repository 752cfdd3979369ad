import { expect, test } from 'vitest'
import {
  noteTenantRefusal,
  noteTenantUse,
  type BudgetBooks,
} from '../../../src/projections/metrics/budgets/books.ts'
import { refreshBudgets } from '../../../src/projections/metrics/budgets/gauges.ts'
import { createSeries } from '../../../src/projections/metrics/series.ts'
import { labelValues } from '../../../src/projections/metrics/cardinality.ts'
import { NOON, registry } from '../world.ts'

const WINDOW_END = NOON + 3_600_000
const account = (key: string, spent: number) => ({
  key,
  unit: 'cost' as const,
  window: 'day' as const,
  limit_of: 'profile' as const,
  spent,
  limit: 30_000_000,
  window_end: WINDOW_END,
})
const where = { profile: 'demo', at: NOON }
const lineOf = (tenant: string) => `${tenant}\tdemo\tcost\tday`

function world() {
  const books: BudgetBooks = new Map()
  const series = createSeries(['state'])
  series.know(labelValues(registry))
  const demo = registry.profiles['demo']
  const limits = { ...demo?.limits, tenant: { cost: 30_000_000 } }
  const withLimit = (cost: number) =>
    ({
      ...registry,
      profiles: { ...registry.profiles, demo: { ...demo, limits: { ...limits, tenant: { cost } } } },
    }) as typeof registry
  const refresh = (now: number, cost = 30_000_000): void =>
    refreshBudgets(series, {
      books,
      registry: withLimit(cost),
      profiles: Object.keys(registry.profiles),
      now,
    })
  const value = (
    name: 'cugar_tenant_budget_refusing' | 'cugar_tenant_budget_utilization_ratio',
    tenant: string,
  ) => series.families.get(name)?.cells.get(lineOf(tenant))?.value
  return { books, series, refresh, value }
}

test('29.4 of 30 used refuse the next call of 0.7 until the window ends or the limit rises, each tenant by itself', () => {
  const { books, series, refresh, value } = world()
  noteTenantUse(books, account('acme', 29_400_000), where)
  noteTenantUse(books, account('globex', 1_000_000), where)
  refresh(NOON)
  expect(value('cugar_tenant_budget_refusing', 'acme')).toBe(0)
  noteTenantRefusal(books, account('acme', 29_400_000), where)
  refresh(NOON)
  expect(value('cugar_tenant_budget_refusing', 'acme')).toBe(1)
  expect(value('cugar_tenant_budget_utilization_ratio', 'acme')).toBeCloseTo(0.98)
  expect(value('cugar_tenant_budget_refusing', 'globex')).toBeUndefined()
  expect(series.families.get('cugar_budget_refusing')?.cells.get('demo\tcost')?.value).toBe(1)
  refresh(NOON, 40_000_000)
  expect(value('cugar_tenant_budget_refusing', 'acme')).toBeUndefined()
  refresh(WINDOW_END)
  expect(value('cugar_tenant_budget_refusing', 'acme')).toBeUndefined()
  expect(series.families.get('cugar_budget_refusing')?.cells.get('demo\tcost')?.value).toBe(0)
})

test('limits are there before anything is spent', () => {
  const { series, refresh } = world()
  refresh(NOON)
  expect(series.families.get('cugar_budget_limit_cost_units')?.cells.get('demo')?.value).toBe(30)
})
