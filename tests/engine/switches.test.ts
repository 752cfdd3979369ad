// Adapters are switched, swapped and cut off while runs go through them: who serves is what was announced, a person's
// word holds over a restart, and a vendor that fails is left alone and tried again.
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/adapters/adapter.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import type { FailureMode } from '../../src/events/taxonomy.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { CallError } from '../../src/run/failure.ts'
import { openStore, type Store } from './store.ts'
import { approve, operator, pendingOf, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: engagement, description: amber, cost: 1, adapter: crm, timeout_ms: 2000,
                retry: quick, outputs: { value: { type: string } } }
profiles:
  test: { allowed_tools: [amber_work], allowed_adapters: [north, east], timeout_seconds: 1000 }
adapters:
  north: { interface: crm, module: north, enabled: true, fallback: south, breaker: { failures: 2, open_ms: 20 } }
  south: { interface: crm, module: south, enabled: true }
  east: { interface: crm, module: east, enabled: false, limits: { parallel: 1 } }
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 2, attempts: 3 }
`)

type Vendor = Adapter<{
  ask: () => Promise<string>
  getAccount: (id: string, call: object) => Promise<null>
}>

/** A vendor that counts how often it was asked, and fails while it is told to. */
function vendor(name: string) {
  const state = { asked: 0, fails: null as FailureMode | null, retryAfterMs: 0 }
  const answer = async (): Promise<void> => {
    state.asked += 1
    const { fails: mode, retryAfterMs } = state
    if (mode !== null) throw new CallError(mode, 'down', { happened: 'no', retryAfterMs })
  }
  const adapter: Vendor = {
    name,
    interface: 'crm',
    ask: async () => {
      await answer()
      return name
    },
    getAccount: async () => {
      await answer()
      return null
    },
  }
  return { adapter, state }
}

const isVendor = (adapter: Adapter | null): adapter is Vendor => adapter !== null && 'ask' in adapter

type Vendors = Readonly<Record<'north' | 'south' | 'east' | 'spare', ReturnType<typeof vendor>>>
const vendors = (): Vendors => ({
  north: vendor('north'),
  south: vendor('south'),
  east: vendor('east'),
  spare: vendor('spare'),
})

const found = (all: Vendors, name: string): Adapter | undefined =>
  Object.entries(all).find(([one]) => one === name)?.[1].adapter

async function open(all: Vendors, given: { readonly store?: Store; readonly writer?: string } = {}) {
  const life = given.store?.open(given.writer ?? 'first')
  const w = await world({
    registry,
    tools: [
      scripted('amber_work', async (_input, { adapter }) => ({
        value: isVendor(adapter) ? await adapter.ask() : 'nobody',
      })),
    ],
    adaptersOf: ({ adapters }: Registry) =>
      new Map(
        Object.values(adapters).flatMap(({ name, enabled }) => {
          const adapter = found(all, name)
          return enabled && adapter ? [[name, adapter]] : []
        }),
      ),
    openAdapter: async ({ name }, module) => {
      const adapter = found(all, module ?? name)
      if (adapter !== undefined) return { ok: true, adapter, configuration: `of ${module ?? name}` }
      return { ok: false, problems: [{ path: `adapters.${name}`, message: 'has no such module' }] }
    },
    ...(life && { journal: life.journal, writer: given.writer ?? 'first' }),
  })
  return { w, all, kill: life?.kill }
}

/** Who served a run. */
async function served({ engine, run, end }: World): Promise<unknown> {
  const state = await end(await run({ goal: 'amber' }))
  const output = state.steps['s1']?.output
  return output == null ? state.finished?.status : engine.payload(state.runId, output)
}

const changes = async ({ journal }: World): Promise<StoredEvent[]> =>
  (await journal.read('control')).filter(({ type }) => type === 'adapter_changed')
const told = async (w: World): Promise<string[]> =>
  (await changes(w)).map((event) =>
    event.type === 'adapter_changed'
      ? `${event.data.adapter} ${event.data.from}>${event.data.to} ${event.data.cause}`
      : '',
  )

const change = (w: World, adapter: string, wanted: object) =>
  w.engine.adapters.change(adapter, { ...wanted, reason: 'because' }, operator)
const stateOf = ({ engine }: World, adapter: string) =>
  engine.adapters.list().find(({ spec }) => spec.name === adapter)

/** When an adapter is in a state: what is found out is told at most once a second. */
async function inState(w: World, adapter: string, state: string): Promise<void> {
  const patience = AbortSignal.timeout(30_000)
  for (;;) {
    const position = w.journal.position()
    if (stateOf(w, adapter)?.state === state) return
    if (patience.aborted) throw new Error(`never ${state}: ${(await told(w)).join(', ')}`)
    await w.journal.changed(position, patience)
  }
}

describe('what a person switches', () => {
  test('serves at the next call, by the registry of fallbacks, as an event that says who and why', async () => {
    const { w } = await open(vendors())
    expect(await served(w)).toEqual({ value: 'north' })
    await change(w, 'north', { enabled: false })
    expect(await served(w)).toEqual({ value: 'south' })
    await change(w, 'north', { enabled: false })
    expect(await told(w)).toEqual(['north enabled>disabled person'])
    const { last } = stateOf(w, 'north') ?? {}
    expect([last?.by, await w.engine.payload('control', last?.why ?? '')]).toEqual([operator.id, 'because'])
    await change(w, 'north', { enabled: true })
    expect(await served(w)).toEqual({ value: 'north' })
  })

  test('may be an adapter that the registry leaves off, in another place, or by another module', async () => {
    const { w } = await open(vendors())
    expect(stateOf(w, 'east')?.state).toBe('disabled')
    await change(w, 'east', { enabled: true, order: 1 })
    expect([await served(w), stateOf(w, 'east')?.state]).toEqual([{ value: 'east' }, 'enabled'])
    await change(w, 'east', { order: null })
    expect(await served(w)).toEqual({ value: 'north' })
    await change(w, 'north', { module: 'spare' })
    expect([await served(w), stateOf(w, 'north')?.module]).toEqual([{ value: 'spare' }, 'spare'])
    await change(w, 'north', { module: null })
    expect(await served(w)).toEqual({ value: 'north' })
  })

  test('changes nothing where it cannot be opened, or is not known', async () => {
    const { w } = await open(vendors())
    await expect(change(w, 'north', { module: 'none' })).rejects.toMatchObject({ code: 'ADAPTER_UNUSABLE' })
    await expect(change(w, 'west', { enabled: true })).rejects.toMatchObject({ code: 'ADAPTER_NOT_FOUND' })
    expect([await told(w), await served(w)]).toEqual([[], { value: 'north' }])
  })

  test('stays so in the next process, and under the next registry', async () => {
    const store = openStore()
    const first = await open(vendors(), { store })
    await change(first.w, 'north', { enabled: false })
    await change(first.w, 'east', { enabled: true, module: 'spare', order: 1 })
    first.kill?.()
    await first.w.engine.stop(0)
    const { w } = await open(vendors(), { store, writer: 'next' })
    expect([stateOf(w, 'north')?.state, await served(w)]).toEqual(['disabled', { value: 'spare' }])
    const { digest: _old, ...same } = registry
    await w.adopt(
      { ...same, digest: registry.digest.replace(/.$/, (last) => (last === '0' ? '1' : '0')), version: 'v1' },
      operator,
    )
    expect(await served(w)).toEqual({ value: 'spare' })
  })
})

describe('an adapter whose calls fail one after the other', () => {
  test('is cut off, its runs go to its fallback and say so, and it is tried again until it answers', async () => {
    const all = vendors()
    const { w } = await open(all)
    all.north.state.fails = 'system_unavailable'
    const runId = await w.run({ goal: 'amber' })
    const state = await w.end(runId)
    expect(await w.engine.payload(runId, state.steps['s1']?.output ?? '')).toEqual({ value: 'south' })
    expect(all.north.state.asked).toBeGreaterThanOrEqual(2)
    const routes = (await w.events(runId)).flatMap((event) =>
      event.type === 'route_decision' ? [[event.data.selected, event.data.strategy, event.data.from]] : [],
    )
    expect(routes).toEqual([
      ['north', 'adapter', undefined],
      ['south', 'fallback', 'north'],
    ])
    expect((await told(w))[0]).toBe('north enabled>open breaker')
    all.north.state.fails = null
    await inState(w, 'north', 'enabled')
    expect(await served(w)).toEqual({ value: 'north' })
  })

  test('is not cut off by what its vendor answers', async () => {
    const all = vendors()
    const { w } = await open(all)
    all.north.state.fails = 'resource_not_found'
    expect(await served(w)).toBe('failed')
    expect(await served(w)).toBe('failed')
    expect([await told(w), stateOf(w, 'north')?.figures?.calls.success]).toEqual([[], 2])
  })

  test('is asked by a check, which sends its calls to its fallback, or takes them back', async () => {
    const all = vendors()
    const { w } = await open(all)
    all.north.state.fails = 'system_network'
    const failed = await w.engine.adapters.check('north')
    expect([failed.isFine, failed.now.state]).toEqual([false, 'fallback'])
    expect(await served(w)).toEqual({ value: 'south' })
    all.north.state.fails = null
    await inState(w, 'north', 'enabled')
    expect(await served(w)).toEqual({ value: 'north' })
  })
})

test('a vendor that asks for a pause is not asked meanwhile', async () => {
  const all = vendors()
  const { w } = await open(all)
  all.north.state.fails = 'resource_rate_limited'
  all.north.state.retryAfterMs = 60_000
  expect(await served(w)).toBe('failed')
  all.north.state.fails = null
  expect(await served(w)).toBe('failed')
  expect(all.north.state.asked).toBe(1)
  const figures = stateOf(w, 'north')?.figures
  expect([figures?.calls.rate_limited, figures?.calls.refused]).toEqual([1, 5])
})

describe('an effect whose adapter is cut off', () => {
  const effects = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: engagement, description: amber, side_effects: execute, cost: 1, adapter: crm }
profiles:
  test: { allowed_tools: [amber_work], allowed_adapters: [north, south], timeout_seconds: 1000 }
adapters:
  north: { interface: crm, module: north, enabled: true, fallback: south }
  south: { interface: crm, module: south, enabled: true }
`)
  async function openEffects() {
    const all = vendors()
    const asked = (): number => all.north.state.asked + all.south.state.asked
    const w = await world({
      registry: effects,
      tools: [
        scripted('amber_work', async (_input, { adapter }) => ({
          by: isVendor(adapter) ? await adapter.ask() : '',
        })),
      ],
      adaptersOf: () =>
        new Map([
          ['north', all.north.adapter],
          ['south', all.south.adapter],
        ]),
      openAdapter: async ({ name }) => ({
        ok: true,
        adapter: found(all, name) ?? all.north.adapter,
        configuration: 'c',
      }),
    })
    const turn = (enabled: boolean) =>
      w.engine.adapters.change('north', { enabled, reason: 'maintenance' }, operator)
    return { w, turn, asked }
  }
  const failed = {
    status: 'failed',
    attempt: 0,
    error: {
      mode: 'system_unavailable',
      message:
        'Adapter north is switched off until a person switches it on. An effect never goes to another vendor. Nobody was asked and nothing was done: resume the run when it serves again.',
    },
  }

  test('fails without a question, and is asked about when the run is resumed', async () => {
    const { w, turn, asked } = await openEffects()
    await turn(false)
    const runId = await w.run({ goal: 'amber' })
    const state = await w.end(runId)
    expect([state.steps['s1'], Object.keys(state.approvals), asked()]).toMatchObject([failed, [], 0])
    await turn(true)
    const { runId: next } = await w.engine.resume(runId, operator)
    await w.engine.decide(pendingOf(await w.pause(next)), approve, reviewer)
    expect([(await w.end(next)).finished?.status, asked()]).toEqual(['succeeded', 1])
  })

  test('is not done by another one when it is cut off while a person thinks, nor asked about again', async () => {
    const { w, turn, asked } = await openEffects()
    const runId = await w.run({ goal: 'amber' })
    const waiting = await w.pause(runId)
    await turn(false)
    await w.engine.decide(pendingOf(waiting), approve, reviewer)
    const state = await w.end(runId)
    expect([state.steps['s1'], Object.keys(state.approvals).length, asked()]).toMatchObject([failed, 1, 0])
  })
})
