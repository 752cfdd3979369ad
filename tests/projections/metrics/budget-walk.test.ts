// The gauges of budgets as the running engine's own events make them, on a clock of the test.
import { describe, expect, test } from 'vitest'
import { labelValues } from '../../../src/projections/metrics/cardinality.ts'
import { refreshBudgets } from '../../../src/projections/metrics/budgets/gauges.ts'
import { fold } from '../../../src/projections/metrics/fold.ts'
import { createMetricsState, learn } from '../../../src/projections/metrics/metrics-state.ts'
import { createSeries } from '../../../src/projections/metrics/series.ts'
import type { Registry } from '../../../src/registry/registry.ts'
import { registryFrom, scripted, world, type World } from '../../engine/world.ts'

const registryOf = (tenant: string): Registry =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  alpha_work: { domain: intelligence, description: alpha, cost: 0.7, retry: none,
    inputs: { fact: { type: string } }, binds: { fact: context.fact }, outputs: { value: { type: string } } }
profiles:
  test: { allowed_tools: [alpha_work], budget: { tenant: ${tenant} }, timeout_seconds: 30 }
alerts: { CugarBudgetExhausted: { freeze: profile } }
`)

type Clock = { now: number }

const open = (registry: Registry, clock: Clock): Promise<World> =>
  world({ registry, tools: [scripted('alpha_work', () => ({ value: 'a' }))], clock: () => clock.now })

/** How many of so many runs of one call each were let through. */
async function passed(w: World, tenant: string, runs: number): Promise<number> {
  let count = 0
  for (let run = 0; run < runs; run += 1)
    if ((await w.end(await w.run({ goal: 'alpha', tenant }))).status === 'succeeded') count += 1
  return count
}

/** `tenant resource window: value` of each line of a gauge, at a scrape now. */
async function scraped(w: World, registry: Registry, now: number) {
  const state = createMetricsState()
  learn(state, 0, labelValues(registry))
  for (const event of await w.journal.readAll(0, 100_000)) fold(state, event)
  const series = createSeries(['state'])
  series.know(labelValues(registry))
  refreshBudgets(series, { books: state.books, registry, profiles: Object.keys(registry.profiles), now })
  const linesOf = (name: 'cugar_tenant_budget_refusing' | 'cugar_tenant_budget_utilization_ratio') =>
    Object.fromEntries(
      [...(series.families.get(name)?.cells ?? [])].map(([labels, { value }]) => [
        labels.split('\t').join(' '),
        Math.round(value * 100) / 100,
      ]),
    )
  return {
    refusing: linesOf('cugar_tenant_budget_refusing'),
    used: linesOf('cugar_tenant_budget_utilization_ratio'),
  }
}

const T0 = Date.parse('2026-11-20T10:00:00Z')
const admin = { id: 'admin-1', roles: ['admin'] }
const hook = { id: 'alertmanager', roles: ['hooks'] }
const HOUR = 3_600_000

test('two tenants are exhausted, frozen, lifted and exhausted again, each by itself', async () => {
  const clock = { now: T0 }
  const registry = registryOf('{ window: day, cost: 3 }')
  const w = await open(registry, clock)
  const fire = async (tenant: string) => {
    const labels = { alertname: 'CugarBudgetExhausted', budget: 'test', tenant, resource: 'cost' }
    const alert = { status: 'firing', labels, annotations: {}, startsAt: clock.now } as const
    return (await w.engine.applyAlerts([alert], hook)).frozen.map(({ key }) => key)
  }
  const lift = (key: string) => w.engine.lift({ scope: 'tenant', key, reason: 'seen' }, admin)
  const frozen = (tenant: string) =>
    expect(w.run({ goal: 'alpha', tenant })).rejects.toMatchObject({ code: 'FROZEN' })
  const acme = 'acme test cost day'
  const globex = 'globex test cost day'

  expect(await passed(w, 'acme', 6)).toBe(4)
  expect(await passed(w, 'globex', 2)).toBe(2)
  expect((await scraped(w, registry, clock.now)).refusing).toEqual({ [acme]: 1 })
  expect(await fire('acme')).toEqual(['acme'])
  await frozen('acme')
  expect(await passed(w, 'globex', 4)).toBe(2)
  expect((await scraped(w, registry, clock.now)).refusing).toEqual({ [acme]: 1, [globex]: 1 })
  await lift('acme')
  expect(await fire('globex')).toEqual(['globex'])
  await frozen('globex')
  // Under the lift, in the same window: refused by the budget, and frozen by nobody.
  expect(await passed(w, 'acme', 1)).toBe(0)
  expect(await fire('acme')).toEqual([])
  await lift('globex')

  clock.now += 24 * HOUR
  expect((await scraped(w, registry, clock.now)).refusing).toEqual({})
  expect(await passed(w, 'acme', 5)).toBe(4)
  expect((await scraped(w, registry, clock.now)).refusing).toEqual({ [acme]: 1 })
  expect(await fire('acme')).toEqual(['acme'])
  expect(await passed(w, 'globex', 5)).toBe(4)
  expect(await fire('globex')).toEqual(['globex'])
  expect(w.failures).toEqual([])
})

describe('on the last evening of a month', () => {
  test.each([
    ['UTC', '2026-11-30T23:30:00Z'],
    ['Europe/Berlin', '2026-11-30T22:30:00Z'],
    ['America/New_York', '2026-12-01T04:30:00Z'],
  ])('day and month in %s are two lines with their own numbers', async (zone, evening) => {
    const clock = { now: Date.parse(evening) - 48 * HOUR }
    const registry = registryOf(
      `[{ window: day, time_zone: ${zone}, cost: 2.1 }, { window: month, time_zone: ${zone}, cost: 7 }]`,
    )
    const w = await open(registry, clock)
    for (const daysBefore of [2, 1]) {
      clock.now = Date.parse(evening) - daysBefore * 24 * HOUR
      expect(await passed(w, 'acme', 4)).toBe(3)
    }
    clock.now = Date.parse(evening)
    expect(await passed(w, 'acme', 4)).toBe(3)
    const late = await scraped(w, registry, clock.now)
    expect(late.refusing).toEqual({ 'acme test cost day': 1, 'acme test cost month': 0 })
    expect(late.used).toEqual({ 'acme test cost day': 1, 'acme test cost month': 0.9 })
    clock.now += HOUR
    const after = await scraped(w, registry, clock.now)
    expect(after.refusing).toEqual({})
    expect(await passed(w, 'acme', 4)).toBe(3)
    expect((await scraped(w, registry, clock.now)).refusing).toEqual({ 'acme test cost day': 1 })
  })
})

test.each([
  ['ends before', 'Europe/Berlin', 'Australia/Lord_Howe'],
  ['ends after', 'Australia/Lord_Howe', 'Europe/Berlin'],
])(
  'a reload to a time zone whose day %s the one before shows the budget that holds now',
  async (_which, before, after) => {
    const clock = { now: T0 }
    const then = registryOf(`{ window: day, time_zone: ${before}, cost: 2.1 }`)
    const now = registryOf(`{ window: day, time_zone: ${after}, cost: 2.1 }`)
    const w = await open(then, clock)
    const line = 'acme test cost day'
    expect(await passed(w, 'acme', 4)).toBe(3)
    expect(await scraped(w, then, clock.now)).toEqual({ refusing: { [line]: 1 }, used: { [line]: 1 } })

    await w.adopt(now, admin)
    // Nothing is spent of today as it is counted now, though the day as it was counted lasts as well.
    expect(await scraped(w, now, clock.now)).toEqual({ refusing: {}, used: {} })
    expect(await passed(w, 'acme', 2)).toBe(2)
    expect((await scraped(w, now, clock.now)).refusing).toEqual({})
    expect(await passed(w, 'acme', 2)).toBe(1)
    expect(await scraped(w, now, clock.now)).toEqual({ refusing: { [line]: 1 }, used: { [line]: 1 } })

    clock.now += 24 * HOUR
    expect((await scraped(w, now, clock.now)).refusing).toEqual({})
    expect(await passed(w, 'acme', 4)).toBe(3)
    expect((await scraped(w, now, clock.now)).refusing).toEqual({ [line]: 1 })
    expect(w.failures).toEqual([])
  },
)
