// Which adapter serves a step, in whole runs: what the environment switches on counts, not what the file says.
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { EventOf, StoredEvent } from '../../src/events/event.ts'
import { routeOf } from '../../src/engine/calls/route.ts'
import { createRuntime, defineAdapter, defineTool, isCrm, type RuntimeOptions } from '../../src/runtime.ts'
import { openStep } from '../../src/run/replay-step.ts'
import { parsed } from '../registry/parsed.ts'
import { planStep } from '../run/history.ts'

const crm = (name: string) =>
  defineAdapter({ name, interface: 'crm', getAccount: async () => Promise.reject(new Error(name)) })

const seen: (string | null)[] = []
const look = defineTool({
  name: 'look',
  input: z.strictObject({}),
  output: z.strictObject({}),
  run: (_input, { adapter }) => {
    seen.push(isCrm(adapter) ? adapter.name : null)
    return {}
  },
})

const FLAG = 'ENABLE_FOO_ADAPTER'
const registry = `
version: v1
metadata: { name: routes, version: "1" }
tools:
  look: { domain: intelligence, description: Looks up an account., cost: 1, adapter: crm }
profiles:
  both: { allowed_tools: [look], allowed_adapters: [foo, mock], timeout_seconds: 10 }
  real: { allowed_tools: [look], allowed_adapters: [foo], timeout_seconds: 10 }
adapters:
  mock: { interface: crm, module: mock, enabled: true }
  foo: { interface: crm, module: foo, enabled_env: ${FLAG}, fallback: mock }
`

const options: RuntimeOptions = {
  registry,
  dataDir: null,
  tools: [look],
  adapters: [crm('foo'), crm('mock')],
}

const isRoute = (event: StoredEvent): event is EventOf<'route_decision'> => event.type === 'route_decision'
const isPlan = (event: StoredEvent): event is EventOf<'plan_created'> => event.type === 'plan_created'

async function runAs(profile: string) {
  const runtime = await createRuntime(options)
  const { runId } = await runtime.engine.start(
    {
      goal: 'look up the account',
      profile,
      context: {},
      planner: 'rules',
      tenant: 't',
      limits: {},
      idempotencyKey: null,
      traceparent: null,
    },
    { id: 'me', roles: [] },
  )
  const state = await runtime.engine.settled(runId, 10_000, new AbortController().signal)
  const events = await runtime.journal.read(runId)
  await runtime.stop()
  return {
    status: state.finished?.status,
    step: events.find(isPlan)?.data.steps[0],
    route: events.find(isRoute)?.data,
  }
}

afterEach(() => {
  Reflect.deleteProperty(process.env, FLAG)
  seen.length = 0
})

describe('the adapter of a step', () => {
  test('is the one that its environment flag switches on, and the plan names the interface alone', async () => {
    process.env[FLAG] = 'true'
    const { status, step, route } = await runAs('both')
    expect(status).toBe('succeeded')
    expect(step).toMatchObject({ interface: 'crm' })
    expect(step).not.toHaveProperty('adapter')
    expect(route).toMatchObject({ selected: 'foo', strategy: 'adapter' })
    expect(seen).toEqual(['foo'])
  })

  test('is the next of the profile while the flag is off', async () => {
    expect((await runAs('both')).route).toMatchObject({ selected: 'mock', strategy: 'adapter' })
    expect(seen).toEqual(['mock'])
  })

  test('is none where the only one is off, and the route says so', async () => {
    expect((await runAs('real')).route).toMatchObject({
      selected: 'builtin',
      strategy: 'builtin',
      reason: 'No adapter of interface crm that the profile allows is switched on.',
    })
    expect(seen).toEqual([null])
  })
})

test('a plan that 0.1.0 made keeps to the adapter that it names, and to its fallbacks', () => {
  const step = (adapter: string | null) => openStep(planStep({ adapter }))
  const around = { adapters: new Map([['mock', crm('mock')]]), profile: 'real' }
  const all = parsed(registry)
  expect(routeOf(step('foo'), all, around)).toMatchObject({ selected: 'mock', strategy: 'fallback' })
  expect(routeOf(step('mock'), all, around)).toMatchObject({ selected: 'mock', strategy: 'adapter' })
  expect(routeOf(step(null), all, around)).toMatchObject({
    selected: 'builtin',
    reason: 'The tool needs no vendor.',
  })
})
