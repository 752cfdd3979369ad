// A hundred runs at once through vendors that are switched, swapped and broken meanwhile: no run is lost, no effect
// happens twice, and what is told of who served is who really did.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Adapter } from '../../src/adapters/adapter.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { createProjections } from '../../src/projections/projections.ts'
import { CallError } from '../../src/run/failure.ts'
import { defineTool } from '../../src/tools/tool.ts'
import { valueOf } from '../projections/world.ts'
import { approve, operator, pendingOf, registryFrom, reviewer, world, type World } from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: intelligence, description: amber, cost: 1, adapter: crm, retry: quick, outputs: { by: { type: string } } }
  birch_work: { domain: engagement, description: birch, side_effects: execute, idempotent: false, cost: 1, adapter: crm,
                reconcile: auto, retry: quick, outputs: { by: { type: string } } }
profiles:
  test: { allowed_tools: [amber_work, birch_work], allowed_adapters: [north], timeout_seconds: 1000 }
adapters:
  north: { interface: crm, module: north, enabled: true, fallback: south, limits: { parallel: 8 }, breaker: { failures: 3, open_ms: 20 } }
  south: { interface: crm, module: south, enabled: true }
retry:
  quick: { strategy: linear, base_ms: 5, cap_ms: 50, attempts: 20 }
`)

/** Counts what each vendor was asked and what it has written; breaks while it is told to. */
async function double() {
  const asked = new Map<string, number>()
  const written = new Map<string, { by: string; times: number }>()
  const broken = new Set<string>()
  const server = createServer((req, res) => {
    const { searchParams, pathname } = new URL(req.url ?? '', 'http://double')
    const by = searchParams.get('by') ?? ''
    const key = searchParams.get('key') ?? ''
    asked.set(by, (asked.get(by) ?? 0) + 1)
    if (broken.has(by)) return void res.writeHead(503).end()
    const known = written.get(key)
    if (pathname === '/write') written.set(key, { by, times: (known?.times ?? 0) + 1 })
    res.end(JSON.stringify({ by: pathname === '/find' ? (known?.by ?? null) : by }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, written, broken }
}

type Vendor = Adapter<{ ask: (path: string, key: string, signal: AbortSignal) => Promise<string | null> }>
const isVendor = (adapter: Adapter | null): adapter is Vendor => adapter !== null && 'ask' in adapter

const vendorOf = (name: string, url: string): Vendor => ({
  name,
  interface: 'crm',
  ask: async (path, key, signal) => {
    const response = await fetch(`${url}${path}?by=${name}&key=${encodeURIComponent(key)}`, { signal })
    if (!response.ok) throw new CallError('system_unavailable', 'down', { happened: 'no' })
    return ((await response.json()) as { by: string | null }).by
  },
})

const doing = (name: string, path: string) =>
  defineTool({
    name,
    input: z.object({}),
    output: z.object({ by: z.string() }),
    run: async (_input, { adapter, idempotencyKey, signal }) => {
      if (!isVendor(adapter)) throw new CallError('system_unavailable', 'nobody', { happened: 'no' })
      return { by: (await adapter.ask(path, idempotencyKey, signal)) ?? '' }
    },
    lookUp: async (_input, { adapter, idempotencyKey, signal }) => {
      if (!isVendor(adapter)) throw new CallError('system_unavailable', 'nobody')
      const by = await adapter.ask('/find', idempotencyKey, signal)
      return by === null ? null : { by }
    },
  })

/** What /metrics says once it has caught up is what stands in the journal. */
async function metricsHold({ journal }: World): Promise<void> {
  const { views } = await createProjections({
    journal,
    registry,
    adapterEnabled: () => true,
    version: '1.0.0',
    revision: 'abc',
    workers: () => ({ busy: 0, idle: 1 }),
    clock: Date.now,
    onFailure: (error) => {
      throw error
    },
  })
  const { body } = await views.metrics('text')
  await views.stop()
  const events = await journal.readAll(0, 100_000)
  const count = (is: (event: StoredEvent) => boolean): number => events.filter(is).length
  // A series that nothing has moved is not there.
  const told = (series: string): number => valueOf(body, series) || 0
  for (const strategy of ['adapter', 'fallback', 'builtin'])
    expect([strategy, totalOf(body, `cugar_route_decisions_total{`, `strategy="${strategy}"`)]).toEqual([
      strategy,
      count(({ type, data }) => type === 'route_decision' && data.strategy === strategy),
    ])
  expect(told('cugar_adapter_fallbacks_total{adapter="north"}')).toBe(
    count(({ type, data }) => type === 'route_decision' && data.from === 'north'),
  )
  for (const change of ['disabled', 'enabled', 'open', 'half_open', 'module'])
    expect([change, told(`cugar_adapter_changes_total{adapter="north",change="${change}"}`)]).toEqual([
      change,
      count(
        ({ type, data }) =>
          type === 'adapter_changed' &&
          (change === 'module' ? data.aspect === 'module' : data.aspect === 'state' && data.to === change),
      ),
    ])
  for (const type of ['tool_call_complete', 'tool_call_error', 'call_looked_up', 'adapter_changed'] as const)
    expect([type, told(`cugar_events_total{type="${type}"}`)]).toEqual([
      type,
      count((event) => event.type === type),
    ])
}

/** Of all series with this beginning and this label. */
const totalOf = (body: string, name: string, label: string): number =>
  body
    .split('\n')
    .filter((line) => line.startsWith(name) && line.includes(label))
    .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)

test('no run is lost, no effect happens twice, and routes say who served', async () => {
  const { url, asked, written, broken } = await double()
  const vendors = new Map(['north', 'south', 'spare'].map((name) => [name, vendorOf(name, url)]))
  const w = await world({
    registry,
    tools: [doing('amber_work', '/read'), doing('birch_work', '/write')],
    adaptersOf: () => new Map([...vendors].filter(([name]) => name !== 'spare')),
    openAdapter: async ({ name }, module) => {
      const adapter = vendors.get(module ?? name)
      if (adapter !== undefined) return { ok: true, adapter, configuration: module ?? name }
      return { ok: false, problems: [] }
    },
  })
  const ended = new Map<string, number>()
  w.engine.adapters.observe(({ status }) => ended.set(status, (ended.get(status) ?? 0) + 1))
  const change = (wanted: object) => w.engine.adapters.change('north', { ...wanted, reason: 'r' }, operator)
  const carryOut = async (goal: string) => {
    const runId = await w.run({ goal })
    for (;;) {
      const state = await w.when(
        runId,
        ({ finished, waitingSince }) => finished !== null || waitingSince !== null,
      )
      if (state.finished !== null) return state
      await w.engine.decide(pendingOf(state), approve, reviewer)
    }
  }
  const runs = Array.from({ length: 100 }, (_, at) => carryOut(at % 2 === 0 ? 'amber' : 'birch'))
  for (let round = 0; round < 3; round += 1) {
    broken.add('north')
    await change({ enabled: round % 2 === 0 })
    await Promise.race(runs.slice(round * 10, round * 10 + 5))
    broken.delete('north')
    await change({ enabled: true, module: round % 2 === 0 ? 'spare' : null })
  }
  await change({ enabled: true })
  const states = await Promise.all(runs)
  expect(states.map(({ finished }) => finished?.status).filter((status) => status === undefined)).toEqual([])
  expect([...written.values()].filter(({ times }) => times !== 1)).toEqual([])
  let effects = 0
  for (const state of states) {
    const step = state.steps['s1']
    if (step?.status !== 'completed') continue
    const served = (await w.engine.payload(state.runId, step.output ?? '')) as { by: string }
    // Another module serves under the name of its adapter.
    expect([step.adapter === 'south' ? ['south'] : ['north', 'spare'], served.by]).toEqual([
      expect.arrayContaining([served.by]),
      served.by,
    ])
    expect(step.degraded?.from ?? null).toBe(step.adapter === 'south' ? 'north' : null)
    if (step.plan.side_effects !== 'execute') continue
    effects += 1
    expect(written.get(step.idempotencyKey ?? '')).toEqual({ by: served.by, times: 1 })
  }
  expect(written.size).toBe(effects)
  // A read has its fallback, whenever its vendor was switched; an effect may have failed, with its reason.
  const reads = states.filter(({ steps }) => steps['s1']?.plan.side_effects === 'read-only')
  expect(reads.map(({ finished }) => finished?.status)).toEqual(Array(50).fill('succeeded'))
  expect((asked.get('north') ?? 0) + (asked.get('spare') ?? 0)).toBeGreaterThan(0)
  // Every call that was let out is one that a vendor has counted, and no other.
  const made = [...ended].filter(([status]) => status !== 'refused').map(([, count]) => count)
  const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)
  expect(sum(made)).toBe(sum(asked.values()))
  await metricsHold(w)
}, 120_000)
