// What tenants may spend: every limit by itself, several windows at once, in the zone of each, on a clock of the test.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { windowEnd } from '../../src/run/budgets/window.ts'
import { goalFor, nameOf, wordOf } from './generated.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import { operator, registryFrom, scripted, world, type World } from './world.ts'

const profileText = (name: string, tenant: string): string => `  ${name}:
    allowed_tools: [${nameOf(0)}]
    budget: { tenant: ${tenant} }
    timeout_seconds: 30`

/** One tool, and the limits that a profile `test` and others put on a tenant. */
const registryOf = (profiles: Readonly<Record<string, string>>, tenants = '') =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  ${nameOf(0)}: { domain: engagement, description: ${wordOf(0)}, cost: 1, retry: none,
    inputs: { fact: { type: string } }, binds: { fact: context.fact }, outputs: { value: { type: string } } }
profiles:
${Object.entries(profiles)
  .map(([name, tenant]) => profileText(name, tenant))
  .join('\n')}
${tenants}`)

type Clock = { now: number }

const worldOf = (registry: ReturnType<typeof registryOf>, clock: Clock): Promise<World> =>
  world({ registry, tools: [scripted(nameOf(0), () => ({ value: 'made' }))], clock: () => clock.now })

async function spend(w: World, request: { tenant?: string; profile?: string } = {}): Promise<boolean> {
  const id = await w.run({ goal: goalFor(1), ...request })
  const end = await w.end(id)
  expect(lawsBroken(await w.events(id))).toEqual([])
  return end.status === 'succeeded'
}

async function spentBefore(w: World, most: number, request?: Parameters<typeof spend>[1]): Promise<number> {
  for (let made = 0; made < most; made += 1) if (!(await spend(w, request))) return made
  return most
}

describe('on the last evening of a month', () => {
  test.each([
    ['UTC', '2026-11-30T23:30:00Z'],
    ['Europe/Berlin', '2026-11-30T22:30:00Z'],
    ['America/New_York', '2026-12-01T04:30:00Z'],
    ['Asia/Kolkata', '2026-11-30T18:15:00Z'],
  ])('hour, day and month of %s are three budgets, although they end together', async (zone, evening) => {
    const clock = { now: Date.parse(evening) - 3 * 86_400_000 }
    const windows = [
      `{ window: hour, time_zone: ${zone}, calls: 2 }`,
      `{ window: day, time_zone: ${zone}, calls: 3 }`,
      `{ window: month, time_zone: ${zone}, calls: 5 }`,
    ]
    const w = await worldOf(registryOf({ test: `[${windows.join(', ')}]` }), clock)
    expect(await spentBefore(w, 9)).toBe(2)
    clock.now = Date.parse(evening) - 2 * 3_600_000
    expect(await spentBefore(w, 9)).toBe(2)
    clock.now = Date.parse(evening)
    const ends = (['hour', 'day', 'month'] as const).map((window) => windowEnd(clock.now, window, zone))
    expect(new Set(ends).size).toBe(1)
    // One is left of the month and of the day, two of the hour.
    expect(await spentBefore(w, 9)).toBe(1)
    const lines = (await w.journal.accounts()).filter(({ window_end }) => window_end === ends[0])
    expect(lines.map(({ owner, spent, limit }) => [owner.split('/')[1], spent, limit])).toEqual(
      expect.arrayContaining([
        ['hour', 1, 2],
        ['day', 3, 3],
        ['month', 5, 5],
      ]),
    )
    clock.now = ends[0] ?? 0
    expect(await spentBefore(w, 9)).toBe(2)
    expect(w.failures).toEqual([])
  })
})

describe('each limit has its own books', () => {
  test('of a small and of a large profile: neither counts what the other spends', async () => {
    const registry = registryOf({ test: '{ calls: 5 }', technical: '{ calls: 100000 }' })
    const w = await worldOf(registry, { now: Date.parse('2026-11-20T12:00:00Z') })
    expect(await spentBefore(w, 6, { profile: 'technical' })).toBe(6)
    expect(await spentBefore(w, 9)).toBe(5)
    const books = (await w.journal.accounts()).map(({ owner, spent, limit, warned }) => [
      owner.split('/').slice(2).join(' '),
      spent,
      limit,
      warned,
    ])
    expect(books).toEqual([
      ['profile technical', 6, 100_000, false],
      ['profile test', 5, 5, true],
    ])
  })

  test("a tenant's own limit counts what it spends under every profile, and warns at its own share", async () => {
    const tenants = 'tenants: { acme: { limits: { window: week, calls: 4 }, warning_threshold: 0.5 } }'
    const registry = registryOf({ test: '{ calls: 3 }', other: '{ calls: 3 }' }, tenants)
    const w = await worldOf(registry, { now: Date.parse('2026-11-20T12:00:00Z') })
    expect(await spentBefore(w, 9, { tenant: 'acme' })).toBe(3)
    expect(await spentBefore(w, 9, { tenant: 'acme', profile: 'other' })).toBe(1)
    expect(await spentBefore(w, 9, { tenant: 'globex', profile: 'other' })).toBe(3)
    const events = await w.journal.readAll(0, 10_000)
    const own = only(events, 'budget_warning').filter(({ data }) => data.limit_of === 'tenant')
    expect(own.map(({ data }) => [data.key, data.window, data.spent, data.threshold])).toEqual([
      ['acme', 'week', 2, 0.5],
    ])
  })

  test('a new name is no new budget where a pattern or default says so', async () => {
    const tenants = `tenants:
  eu-*: { limits: { calls: 3 } }
  us-*: { limits: { calls: 3 }, shared: false }
  default: {}`
    const w = await worldOf(registryOf({ test: '{ calls: 4 }' }, tenants), { now: 1_780_000_000_000 })
    expect(await spentBefore(w, 2, { tenant: 'eu-1' })).toBe(2)
    expect(await spentBefore(w, 9, { tenant: 'eu-2' })).toBe(1)
    expect(await spentBefore(w, 9, { tenant: 'us-1' })).toBe(3)
    expect(await spentBefore(w, 9, { tenant: 'us-2' })).toBe(3)
    // The profile's limit, which default has no limits beside, is one for all of them too.
    expect(await spentBefore(w, 3, { tenant: 'made-up-1' })).toBe(3)
    expect(await spentBefore(w, 9, { tenant: 'made-up-2' })).toBe(1)
  })

  test('a limit that a reload lowers holds at once for new runs, one that it raises lets them in', async () => {
    const clock = { now: 1_780_000_000_000 }
    const w = await worldOf(registryOf({ test: '{ calls: 5 }' }), clock)
    expect(await spentBefore(w, 3)).toBe(3)
    await w.adopt(registryOf({ test: '{ calls: 2 }' }), operator)
    expect(await spentBefore(w, 9)).toBe(0)
    await w.adopt(registryOf({ test: '{ calls: 4 }' }), operator)
    expect(await spentBefore(w, 9)).toBe(1)
  })
})

describe('a run that a budget refused', () => {
  const noon = { now: Date.parse('2026-11-20T12:00:00Z') }

  test('says whose budget it was, what is used of it, and when it opens again', async () => {
    const tenants = 'tenants: { acme: { limits: { window: hour, time_zone: Asia/Kolkata, cost: 2.5 } } }'
    const w = await worldOf(registryOf({ test: '{ window: week, calls: 2 }' }, tenants), noon)
    expect(await spentBefore(w, 9)).toBe(2)
    const refused = await w.end(await w.run({ goal: goalFor(1) }))
    expect(refused.finished).toMatchObject({
      cause: 'policy_budget',
      message:
        'The budget of this week of tenant team under profile test has 2 of 2 calls used; a call needs 1. It opens again at 2026-11-23T00:00:00.000Z.',
    })
    expect(refused.refusals).toMatchObject([
      { scope: 'tenant', key: 'team', window: 'week', limit_of: 'profile', step_id: 's1' },
    ])
    expect(await spentBefore(w, 9, { tenant: 'acme' })).toBe(2)
    const both = await w.end(await w.run({ goal: goalFor(1), tenant: 'acme' }))
    expect(both.finished?.message).toBe(
      'The budget of this week of tenant acme under profile test has 2 of 2 calls used; a call needs 1. It opens again at 2026-11-23T00:00:00.000Z. ' +
        'The budget of this hour of tenant acme has 2 of 2.5 cost units used; a call needs 1. It opens again at 2026-11-20T12:30:00.000Z.',
    )
  })

  test('says nothing of it where it ended well', async () => {
    const w = await worldOf(registryOf({ test: '{ calls: 9 }' }), noon)
    expect((await w.end(await w.run({ goal: goalFor(1) }))).finished?.message).toBeNull()
  })
})

describe('the door', () => {
  test("takes no name that is no tenant's, whichever way a run comes in, and none that metrics use for the rest", async () => {
    const w = await worldOf(registryOf({ test: '{}' }), { now: 1_780_000_000_000 })
    const position = w.journal.position()
    for (const tenant of ['', 'a b', 'x\ny="1"', 'münchen', 'eu-*', 'other', 'x'.repeat(101)])
      await expect(w.run({ tenant })).rejects.toMatchObject({ code: 'INVALID_REQUEST', status: 400 })
    expect(w.journal.position()).toBe(position)
    for (const tenant of ['Other', 'others', 'unknown', 'constructor', '__proto__'])
      expect(await spend(w, { tenant })).toBe(true)
  })

  test('refuses a tenant that nobody knows and a profile that is not for it, before anything is written', async () => {
    const tenants = 'tenants: { unknown: refuse, acme: { allowed_profiles: [test] } }'
    const w = await worldOf(registryOf({ test: '{}', other: '{}' }, tenants), { now: 1_780_000_000_000 })
    const position = w.journal.position()
    await expect(w.run({ tenant: 'nobody' })).rejects.toMatchObject({ code: 'UNKNOWN_TENANT', status: 422 })
    await expect(w.run({ tenant: 'acme', profile: 'other' })).rejects.toMatchObject({
      code: 'PROFILE_NOT_ALLOWED',
      message: 'other is not a profile of tenant acme. Allowed: test.',
    })
    expect(w.journal.position()).toBe(position)
    expect(await spend(w, { tenant: 'acme' })).toBe(true)
  })
})

/** The books of tenants once more from the bare events: within every limit, each window from nothing. */
function passed(events: readonly StoredEvent[]): string[] {
  const books = new Map<string, { spent: number; reserved: number }>()
  const broken: string[] = []
  for (const { data } of only(events, 'budget_updated')) {
    for (const { key, window, limit_of, window_end, ...now } of data.accounts) {
      if (window === undefined) continue
      const id = [key, window, limit_of, limit_of === 'profile' ? data.profile : '', window_end].join(' ')
      const before = books.get(id) ?? { spent: 0, reserved: 0 }
      if (now.spent + now.reserved > now.limit) broken.push(`${id} is passed`)
      if (now.spent + now.reserved - before.spent - before.reserved !== now.delta) broken.push(`${id} leaks`)
      books.set(id, now)
    }
  }
  for (const [id, { reserved }] of books) if (reserved !== 0) broken.push(`${id} still holds ${reserved}`)
  return broken
}

const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
)
const windows = fc
  .uniqueArray(fc.constantFrom('hour', 'day', 'week', 'month'), { minLength: 1, maxLength: 4 })
  .chain((lengths) =>
    fc.tuple(...lengths.map((window) => fc.record({ window: fc.constant(window), zone, calls: fc.nat(12) }))),
  )
  .map(
    (each) =>
      `[${each.map((one) => `{ window: ${one.window}, time_zone: ${one.zone}, calls: ${one.calls} }`).join(', ')}]`,
  )

test('no limit is ever passed, whatever the windows, zones, tenants, and a process that dies in between', async () => {
  const wait = fc.array(fc.integer({ min: 0, max: 40 * 3_600_000 }), { minLength: 2, maxLength: 6 })
  const start = fc.integer({
    min: Date.parse('2026-10-20T00:00:00Z'),
    max: Date.parse('2026-11-05T00:00:00Z'),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(windows, { minLength: 4, maxLength: 4 }),
      wait,
      start,
      async (limits, waits, from) => {
        const [test = '', other = '', own = '', group = ''] = limits
        const tenants = `tenants: { acme: { limits: ${own} }, 'eu-*': { limits: ${group} } }`
        const registry = registryOf({ test, other }, tenants)
        const journal = memoryJournal({ writer: 'test' })
        const clock = { now: from }
        for (const pause of waits) {
          const tools = [scripted(nameOf(0), () => ({ value: 'made' }))]
          const w = await world({ registry, tools, journal, clock: () => clock.now })
          await w.engine.recover()
          const requests = ['acme', 'eu-1', 'eu-2', 'globex'].flatMap((tenant) =>
            ['test', 'other'].map((profile) => ({ tenant, profile, goal: goalFor(1) })),
          )
          const ids = await Promise.all(requests.map((request) => w.run(request)))
          clock.now += pause
          await Promise.all(ids.map((id) => w.end(id)))
          await w.engine.stop(0)
          expect(w.failures).toEqual([])
        }
        expect(passed(await journal.readAll(0, 1_000_000))).toEqual([])
      },
    ),
    { numRuns: 25 },
  )
})
