import { describe, expect, test } from 'vitest'
import {
  noteTenantRefusal,
  noteTenantUse,
  type BudgetBooks,
} from '../../../src/projections/metrics/budgets/books.ts'
import { refreshBudgets } from '../../../src/projections/metrics/budgets/gauges.ts'
import { createSeries } from '../../../src/projections/metrics/series.ts'
import { labelValues } from '../../../src/projections/metrics/cardinality.ts'
import { NOON, registry } from '../world.ts'

const WINDOW_END = NOON + 12 * 3_600_000
const account = (key: string, spent: number, reserved = 0) => ({
  key,
  unit: 'cost' as const,
  window: 'day' as const,
  limit_of: 'profile' as const,
  spent,
  reserved,
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

test('what calls under way hold, and the used share against the elapsed one, are shown of each line', () => {
  const { books, series, refresh } = world()
  const end = NOON + 12 * 3_600_000
  const whole = { ...account('acme', 27_000_000, 1_500_000), window_end: end }
  noteTenantUse(books, whole, where)
  refresh(NOON)
  const ofLine = (name: 'cugar_tenant_budget_reserved_ratio' | 'cugar_tenant_budget_pace_ratio') =>
    series.families.get(name)?.cells.get(lineOf('acme'))?.value
  const ofProfile = (name: 'cugar_budget_reserved_ratio' | 'cugar_budget_pace_ratio', resource: string) =>
    series.families.get(name)?.cells.get(`demo\t${resource}`)?.value
  // 27 and 1.5 of 30, and half of the day is over.
  expect(ofLine('cugar_tenant_budget_reserved_ratio')).toBeCloseTo(0.05)
  expect(ofLine('cugar_tenant_budget_pace_ratio')).toBeCloseTo(1.8)
  const limits = series.families.get('cugar_tenant_budget_limit_cost_units')?.cells
  expect([...(limits ?? [])].map(([line, { value }]) => [line, value])).toEqual([['acme\tdemo\tday', 30]])
  expect(series.families.get('cugar_tenant_budget_limit_calls')?.cells.size).toBe(0)
  expect(ofProfile('cugar_budget_reserved_ratio', 'cost')).toBeCloseTo(0.05)
  expect(ofProfile('cugar_budget_pace_ratio', 'cost')).toBeCloseTo(1.8)
  expect(ofProfile('cugar_budget_pace_ratio', 'calls')).toBe(0)
  noteTenantUse(books, { ...whole, spent: 28_500_000, reserved: 0 }, where)
  refresh(end - 1)
  expect(ofLine('cugar_tenant_budget_reserved_ratio')).toBe(0)
  expect(ofLine('cugar_tenant_budget_pace_ratio')).toBeCloseTo(0.95)
})

test('a tenant of an older journal that is called as the rest is does not hide who is in the rest', () => {
  const { books, series, refresh, value } = world()
  const others = Array.from({ length: 20 }, (_, index) => `t-${index}`)
  for (const tenant of ['other', ...others]) noteTenantUse(books, account(tenant, 30_000_000), where)
  noteTenantUse(books, account('late', 28_000_000), where)
  refresh(NOON)
  expect(value('cugar_tenant_budget_utilization_ratio', 'other')).toBe(1)
  expect(value('cugar_tenant_budget_utilization_ratio', 't-19')).toBe(1)
  expect(value('cugar_tenant_budget_utilization_ratio', 'late')).toBeUndefined()
  expect(series.families.get('cugar_tenant_budget_utilization_ratio')?.cells.size).toBe(21)
})

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
  expect(value('cugar_tenant_budget_refusing', 'acme')).toBe(0)
  expect(value('cugar_tenant_budget_utilization_ratio', 'acme')).toBeCloseTo(0.735)
  const ofDemo = (name: 'cugar_budget_limit_cost_units' | 'cugar_budget_used_cost_units') =>
    series.families.get(name)?.cells.get('demo')?.value
  expect(ofDemo('cugar_budget_limit_cost_units')).toBe(40)
  expect(ofDemo('cugar_budget_used_cost_units')).toBe(29.4)
  expect(series.families.get('cugar_budget_utilization_ratio')?.cells.get('demo\tcost')?.value).toBeCloseTo(
    0.735,
  )
  refresh(WINDOW_END)
  expect(value('cugar_tenant_budget_refusing', 'acme')).toBeUndefined()
  expect(series.families.get('cugar_budget_refusing')?.cells.get('demo\tcost')?.value).toBe(0)
})

test('limits are there before anything is spent', () => {
  const { series, refresh } = world()
  refresh(NOON)
  expect(series.families.get('cugar_budget_limit_cost_units')?.cells.get('demo')?.value).toBe(30)
})

const MINUTE = 60_000

describe('a budget that is spent', () => {
  const spend = (books: BudgetBooks, minutesAgo: number, spent: number): void =>
    noteTenantUse(books, account('acme', spent), { ...where, at: NOON - minutesAgo * MINUTE })
  const exhaustion = ({ series }: ReturnType<typeof world>) =>
    series.families.get('cugar_tenant_budget_exhaustion_timestamp_seconds')?.cells.get(lineOf('acme'))?.value

  test('steadily runs out when the pace of the last hours says so', () => {
    const w = world()
    for (const minutesAgo of [60, 50, 40, 30, 20, 10, 0])
      spend(w.books, minutesAgo, 20_000_000 - minutesAgo * 200_000)
    w.refresh(NOON)
    // 12 in an hour, 10 left: 50 minutes.
    expect(((exhaustion(w) ?? 0) * 1000 - NOON) / MINUTE).toBeCloseTo(50, 0)
  })

  test('by one batch is not expected to run out', () => {
    const w = world()
    for (const minutesAgo of [3, 2, 1, 0]) spend(w.books, minutesAgo, 20_000_000 - minutesAgo * 1_000_000)
    w.refresh(NOON)
    expect(exhaustion(w)).toBeUndefined()
  })

  test('so slowly that its window ends before is not expected to run out', () => {
    const w = world()
    for (const minutesAgo of [60, 50, 40, 30, 20, 10, 0])
      spend(w.books, minutesAgo, 20_000_000 - minutesAgo * 10_000)
    w.refresh(NOON)
    expect(exhaustion(w)).toBeUndefined()
  })
})
