import { describe, expect, test } from 'vitest'
import { CONTROL_STREAM } from '../../src/events/control.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Alert } from '../../src/run/freeze.ts'
import { openStore } from './store.ts'
import { only } from './story.ts'
import { operator, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const profile = '{ allowed_tools: [alpha_work], approval_required: [execute], timeout_seconds: 30 }'
const registryOf = (profiles: readonly string[] = ['test', 'other']) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  alpha_work:
    domain: intelligence
    description: alpha
    cost: 1
    retry: none
    inputs: { fact: { type: string } }
    binds: { fact: context.fact }
    outputs: { value: { type: string } }
profiles: { ${profiles.map((name) => `${name}: ${profile}`).join(', ')} }
alerts: { BudgetGone: { freeze: profile }, TenantBudgetGone: { freeze: tenant } }
`)

const admin = { id: 'admin-1', roles: ['admin'] }
const hook = { id: 'alertmanager', roles: ['hooks'] }
const why = { reason: 'too expensive' }
const PROFILE = { scope: 'profile', key: 'test' } as const
const TENANT = { scope: 'tenant', key: 'team' } as const
const T0 = Date.UTC(2026, 0, 1)

const alert = (labels: Record<string, string>, patch: Partial<Alert> = {}): Alert => ({
  status: 'firing',
  labels: { alertname: 'BudgetGone', ...labels },
  annotations: {},
  startsAt: T0,
  ...patch,
})

/** Works unless the fact is `bad`. */
const alpha = scripted('alpha_work', ({ fact }) => {
  if (fact === 'bad') throw new Error('no')
  return { value: 'a' }
})

type Setup = Partial<Parameters<typeof world>[0]>
const open = (setup: Setup = {}): Promise<World> =>
  world({ registry: registryOf(), tools: [alpha], ...setup })

const changes = async ({ journal }: World) =>
  only<'freeze_changed'>(await journal.read(CONTROL_STREAM), 'freeze_changed').map(({ data }) => data)

const refusal = (scope: string) => ({
  code: 'FROZEN',
  status: 409,
  message: `The ${scope} accepts no new runs until a person lifts the freeze.`,
})

describe('a frozen profile', () => {
  test('takes no new run and no resume; other profiles and runs under way go on; a person lifts it', async () => {
    const gate = Promise.withResolvers<void>()
    const slow = scripted('alpha_work', async ({ fact }) => {
      if (fact === 'slow') await gate.promise
      if (fact === 'bad') throw new Error('no')
      return { value: 'a' }
    })
    const w = await open({ tools: [slow] })
    const failed = await w.run({ goal: 'alpha', context: { fact: 'bad' } })
    await w.end(failed)
    const under = await w.run({ goal: 'alpha', context: { fact: 'slow' } })
    await w.when(under, ({ steps }) => steps['s1']?.status === 'running')

    expect(await w.engine.freeze({ ...PROFILE, ...why }, admin)).toMatchObject({
      ...PROFILE,
      frozen: true,
      cause: 'manual',
      by: 'admin-1',
    })
    const before = w.journal.position()
    await expect(w.run({ goal: 'alpha' })).rejects.toMatchObject(refusal('profile'))
    await expect(w.engine.resume(failed, operator)).rejects.toMatchObject(refusal('profile'))
    expect(w.journal.position()).toBe(before)
    expect((await w.end(await w.run({ goal: 'alpha', profile: 'other' }))).status).toBe('succeeded')
    gate.resolve()
    expect((await w.end(under)).status).toBe('succeeded')

    expect(await w.engine.lift({ ...PROFILE, reason: 'limit raised' }, reviewer)).toBe(true)
    expect(w.engine.freezes()).toEqual([])
    expect((await w.end(await w.run({ goal: 'alpha' }))).status).toBe('succeeded')
    expect((await w.engine.resume(failed, operator)).created).toBe(true)
  })

  test('is told twice and written once, with the words of a person beside the event', async () => {
    const w = await open()
    const first = await w.engine.freeze({ ...PROFILE, ...why }, admin)
    expect(await w.engine.freeze({ ...PROFILE, reason: 'again' }, reviewer)).toEqual(first)
    expect(await w.engine.lift({ ...PROFILE, reason: 'fine' }, admin)).toBe(true)
    expect(await w.engine.lift({ ...PROFILE, reason: 'fine' }, admin)).toBe(false)
    expect(await changes(w)).toMatchObject([
      { ...PROFILE, frozen: true, cause: 'manual', by: 'admin-1' },
      { ...PROFILE, frozen: false, cause: 'manual', by: 'admin-1' },
    ])
    expect(await w.engine.payload(CONTROL_STREAM, first.reason ?? '')).toBe('too expensive')
    expect(JSON.stringify(await w.journal.read(CONTROL_STREAM))).not.toContain('too expensive')
  })

  test('gives a caller who repeats an accepted request the run that it made before the freeze', async () => {
    const w = await open()
    const asked = { goal: 'alpha', idempotencyKey: 'k1' }
    const runId = await w.run(asked)
    await w.engine.freeze({ ...PROFILE, ...why }, admin)
    expect(await w.run(asked)).toBe(runId)
    await expect(w.run({ ...asked, idempotencyKey: 'k2' })).rejects.toMatchObject(refusal('profile'))
    await w.engine.lift({ ...PROFILE, ...why }, admin)
    expect(await w.run({ ...asked, idempotencyKey: 'k2' })).not.toBe(runId)
  })

  test('must exist, unless it is to be lifted and left the registry while it was frozen', async () => {
    const w = await open()
    for (const key of ['nobody', 'constructor', 'toString']) {
      const subject = { scope: 'profile', key, ...why } as const
      await expect(w.engine.freeze(subject, admin)).rejects.toMatchObject({ code: 'UNKNOWN_PROFILE' })
      await expect(w.engine.lift(subject, admin)).rejects.toMatchObject({ code: 'UNKNOWN_PROFILE' })
      await expect(w.run({ goal: 'alpha', profile: key })).rejects.toMatchObject({ code: 'UNKNOWN_PROFILE' })
    }
    await w.engine.freeze({ ...PROFILE, ...why }, admin)
    await w.adopt(registryOf(['other']), admin)
    expect(await w.engine.lift({ ...PROFILE, ...why }, admin)).toBe(true)
    await expect(w.engine.lift({ ...PROFILE, ...why }, admin)).rejects.toMatchObject({
      code: 'UNKNOWN_PROFILE',
    })
  })
})

test('a frozen tenant takes no new run under any profile, and is not named in the refusal', async () => {
  const w = await open()
  await w.engine.freeze({ ...TENANT, ...why }, admin)
  for (const name of ['test', 'other'])
    await expect(w.run({ goal: 'alpha', profile: name })).rejects.toMatchObject(refusal('tenant'))
  expect((await w.end(await w.run({ goal: 'alpha', tenant: 'crew' }))).status).toBe('succeeded')
})

test('a restart keeps what is frozen, and what was lifted', async () => {
  const store = openStore()
  const first = await open({ journal: store.open('first').journal, writer: 'first' })
  await first.engine.freeze({ ...PROFILE, ...why }, admin)
  await first.engine.freeze({ ...TENANT, ...why }, admin)
  await first.engine.lift({ ...TENANT, ...why }, admin)
  const next = await open({ journal: store.open('next').journal, writer: 'next' })
  expect(next.engine.freezes()).toEqual(first.engine.freezes())
  await expect(next.run({ goal: 'alpha' })).rejects.toMatchObject(refusal('profile'))
  expect(await next.engine.freeze({ ...PROFILE, ...why }, reviewer)).toMatchObject({ by: 'admin-1' })
  expect((await next.end(await next.run({ goal: 'alpha', profile: 'other' }))).status).toBe('succeeded')
})

test('many who freeze at once, and a reload beside them, write each change once', async () => {
  const w = await open()
  const keys = ['a', 'b', 'c', 'd']
  const asked = [...keys, ...keys, ...keys].map((key) =>
    w.engine.freeze({ scope: 'tenant', key, ...why }, admin),
  )
  await Promise.all([...asked, w.adopt(registryOf(['test', 'other', 'third']), admin)])
  const written = (await changes(w)).map(({ key }) => key)
  expect(written.toSorted()).toEqual(keys)
  const events: StoredEvent[] = await w.journal.read(CONTROL_STREAM)
  expect(events.filter(({ type }) => type === 'registry_changed')).toHaveLength(2)
})

const LIMITED = (calls: number, tenants = ''): ReturnType<typeof registryOf> =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools: { alpha_work: { domain: intelligence, description: alpha, cost: 1, outputs: { value: { type: string } } } }
profiles:
  test: { allowed_tools: [alpha_work], timeout_seconds: 30, budget: { tenant: { window: day, calls: ${calls} } } }
alerts: { BudgetGone: { freeze: profile } }
${tenants}`)

describe('a freeze by an alert that names a tenant', () => {
  test('is of that tenant, and of no other one and no profile', async () => {
    const w = await open({ registry: LIMITED(5) })
    const named = alert({ budget: 'test', tenant: 'team' })
    expect(await w.engine.applyAlerts([named], hook)).toEqual({ frozen: [TENANT], ignored: 0 })
    await expect(w.run({ goal: 'alpha' })).rejects.toMatchObject(refusal('tenant'))
    await w.end(await w.run({ goal: 'alpha', tenant: 'crew' }))
    await w.engine.lift({ ...TENANT, ...why }, admin)
    const second = alert({ budget: 'test' }, { annotations: { tenant: 'crew' } })
    expect((await w.engine.applyAlerts([second], hook)).frozen).toEqual([{ scope: 'tenant', key: 'crew' }])
    await w.end(await w.run({ goal: 'alpha' }))
  })

  test('is of nobody where the registry refuses whom it names, be it by an alert or by hand', async () => {
    const w = await open({ registry: LIMITED(5, 'tenants: { unknown: refuse, team: {}, eu-*: {} }') })
    const named = ['made-up', 'eu-1', 'eu-*', 'us-*', 'unknown', 'constructor', 'other', 'team'].map(
      (tenant) => alert({ budget: 'test', tenant }),
    )
    const { frozen, ignored } = await w.engine.applyAlerts(named, hook)
    expect([frozen.map(({ key }) => key), ignored]).toEqual([['eu-1', 'eu-*', 'team'], 5])
    for (const key of ['made-up', 'us-*', 'other']) {
      const made = { scope: 'tenant', key, ...why } as const
      await expect(w.engine.freeze(made, admin)).rejects.toMatchObject({ code: 'UNKNOWN_TENANT' })
      await expect(w.engine.lift(made, admin)).rejects.toMatchObject({ code: 'UNKNOWN_TENANT' })
    }
    // Whoever left the registry while frozen can be lifted.
    await w.adopt(LIMITED(5, 'tenants: { unknown: refuse, crew: {} }'), admin)
    expect(await w.engine.lift({ ...TENANT, ...why }, admin)).toBe(true)
  })

  test('is of all that share a budget, and of nobody where metrics do not tell who it is', async () => {
    const w = await open({ registry: LIMITED(5, 'tenants: { eu-*: {} }') })
    const shared = { scope: 'tenant', key: 'eu-*' } as const
    const alerts = [alert({ budget: 'test', tenant: 'eu-*' }), alert({ budget: 'test', tenant: 'other' })]
    expect(await w.engine.applyAlerts(alerts, hook)).toEqual({ frozen: [shared], ignored: 1 })
    await expect(w.run({ goal: 'alpha', tenant: 'eu-1' })).rejects.toMatchObject(refusal('tenant'))
    await w.end(await w.run({ goal: 'alpha' }))
    expect(await w.engine.lift({ ...shared, ...why }, admin)).toBe(true)
    await w.end(await w.run({ goal: 'alpha', tenant: 'eu-1' }))
  })
})

describe('a lift', () => {
  const HOUR = 3_600_000
  const setUp = async () => {
    const time = { now: T0 + 10 * HOUR }
    const w = await open({ registry: LIMITED(5), clock: () => time.now })
    const fire = async (startsAt: number): Promise<boolean> => {
      const { frozen } = await w.engine.applyAlerts([alert({ budget: 'test' }, { startsAt })], hook)
      expect(w.engine.freezes().length).toBe(frozen.length)
      return frozen.length > 0
    }
    expect(await fire(time.now)).toBe(true)
    time.now += HOUR
    expect(await w.engine.lift({ ...PROFILE, ...why }, admin)).toBe(true)
    return { w, time, fire }
  }

  test('holds until the window ends, however often alerts end and begin', async () => {
    const { time, fire } = await setUp()
    for (let later = 1; later < 13; later += 1) {
      time.now = T0 + (11 + later) * HOUR - 1
      expect(await fire(time.now)).toBe(false)
    }
    time.now = T0 + 24 * HOUR
    expect(await fire(time.now)).toBe(true)
  })

  test('holds until the limit is another one', async () => {
    const { w, time, fire } = await setUp()
    time.now += HOUR
    expect(await fire(time.now)).toBe(false)
    await w.adopt(LIMITED(5, 'tenants: { acme: {} }'), admin)
    expect(await fire(time.now)).toBe(false)
    await w.adopt(LIMITED(3), admin)
    expect(await fire(time.now)).toBe(true)
  })

  test('holds against an alert that says it begins in the future', async () => {
    const { w, time, fire } = await setUp()
    const far = T0 + 10_000 * HOUR
    expect(await fire(far)).toBe(false)
    time.now += 100 * HOUR
    expect(await fire(far)).toBe(false)
    expect(await fire(time.now)).toBe(true)
    await w.engine.lift({ ...PROFILE, ...why }, admin)
    expect(await fire(far)).toBe(false)
  })
})

describe('alerts', () => {
  test('freeze what the registry says they freeze, in one append, and the same ones again change nothing', async () => {
    const w = await open()
    const alerts = [
      alert({ budget: 'test', resource: 'calls' }),
      alert({ budget: 'test', resource: 'cost' }),
      alert({ alertname: 'TenantBudgetGone' }, { annotations: { tenant: 'team' } }),
      alert({ alertname: 'TenantBudgetGone', tenant: 'crew' }, { annotations: { tenant: 'team' } }),
    ]
    const taken = { frozen: [PROFILE, TENANT, { scope: 'tenant', key: 'crew' }], ignored: 0 }
    expect(await w.engine.applyAlerts(alerts, hook)).toEqual(taken)
    const position = w.journal.position()
    expect(await w.engine.applyAlerts(alerts, hook)).toEqual(taken)
    expect(w.journal.position()).toBe(position)
    expect(await changes(w)).toEqual([
      { ...PROFILE, frozen: true, cause: 'BudgetGone', by: 'alertmanager', reason: null },
      { ...TENANT, frozen: true, cause: 'TenantBudgetGone', by: 'alertmanager', reason: null },
      {
        scope: 'tenant',
        key: 'crew',
        frozen: true,
        cause: 'TenantBudgetGone',
        by: 'alertmanager',
        reason: null,
      },
    ])
    await expect(w.run({ goal: 'alpha' })).rejects.toMatchObject(refusal('profile'))
  })

  test.each([
    ['no alert at all', []],
    ['one that resolves', [alert({ budget: 'test' }, { status: 'resolved' })]],
    ['one that the registry does not name', [alert({ alertname: 'Other', budget: 'test' })]],
    ['one without a name', [{ ...alert({}), labels: { budget: 'test' } }]],
    ['one with the name of what every object has', [alert({ alertname: 'constructor', budget: 'test' })]],
    ['one without its label', [alert({ profile: 'test' })]],
    ['an unknown profile', [alert({ budget: 'nobody' }), alert({ budget: 'toString' })]],
    ['a budget in an annotation', [alert({}, { annotations: { budget: 'test' } })]],
    ['a tenant that cannot be one', [alert({ alertname: 'TenantBudgetGone', tenant: 'a b' })]],
    ['no tenant', [alert({ alertname: 'TenantBudgetGone', budget: 'test' })]],
  ])('that say nothing of use freeze nothing: %s', async (_, alerts) => {
    const w = await open()
    expect(await w.engine.applyAlerts(alerts, hook)).toEqual({ frozen: [], ignored: alerts.length })
    expect(await changes(w)).toEqual([])
  })

  test('do not undo what a person lifted while they fired; a later one freezes again', async () => {
    let now = T0 + 60_000
    const store = openStore()
    const clock = (): number => now
    const setup = { journal: store.open('first').journal, clock }
    const w = await open(setup)
    const old = alert({ budget: 'test' })
    await w.engine.applyAlerts([old], hook)
    now += 60_000
    await w.engine.applyAlerts([{ ...old, status: 'resolved' }], hook)
    expect(w.engine.freezes()).toMatchObject([PROFILE])
    await w.engine.lift({ ...PROFILE, ...why }, admin)
    now += 60_000
    const again = await open({ journal: store.open('next').journal, clock })
    for (const { engine } of [w, again]) {
      expect(await engine.applyAlerts([old], hook)).toEqual({ frozen: [], ignored: 1 })
      expect(engine.freezes()).toEqual([])
    }
    const later = { ...old, startsAt: now }
    expect(await again.engine.applyAlerts([later, old], hook)).toEqual({ frozen: [PROFILE], ignored: 0 })
    expect((await changes(again)).map(({ frozen, cause }) => [frozen, cause])).toEqual([
      [true, 'BudgetGone'],
      [false, 'manual'],
      [true, 'BudgetGone'],
    ])
  })
})
