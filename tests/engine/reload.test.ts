// A reload swaps the registry and what is installed for it together, after the journal has it: what the new file drops
// is gone for new runs, runs under way keep their tools, and a vendor that is switched off serves nobody any more.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { RunState } from '../../src/run/state.ts'
import { createRuntime, defineAdapter, defineTool, isCrm, type Runtime } from '../../src/runtime.ts'
import { gate } from './small.ts'

const admin = { id: 'admin-1', roles: ['admin'] }
const operator = { id: 'operator-1', roles: ['operator'] }

let held = gate<void>()
const served: (string | null)[] = []

const tool = (name: string, wait: boolean) =>
  defineTool({
    name,
    input: z.strictObject({}),
    output: z.strictObject({ by: z.string() }),
    run: async (_input, { adapter }) => {
      if (wait) await held.passed
      served.push(isCrm(adapter) ? adapter.name : null)
      return { by: adapter?.name ?? 'nobody' }
    },
  })

const crm = (name: string) => defineAdapter({ name, interface: 'crm', getAccount: async () => null })

const TOOLS = `
  look: { domain: intelligence, description: look, cost: 1, adapter: crm, outputs: { by: { type: string } } }
  stay: { domain: intelligence, description: stay, cost: 1, outputs: { by: { type: string } } }
  ask: { domain: intelligence, description: ask, cost: 1, adapter: crm, approval: { required: true, review: call },
    outputs: { by: { type: string } } }`

const registryOf = (tools: string, names: string, adapters: string): string => `
version: v1
metadata: { name: reload, version: "1" }
tools: ${tools}
profiles:
  test: { allowed_tools: [${names}], allowed_adapters: [foo, bar], timeout_seconds: 10 }
adapters:
  foo: { interface: crm, module: foo, enabled: ${adapters.includes('foo')} }
  bar: { interface: crm, module: bar, enabled: ${adapters.includes('bar')} }
`

const FULL = registryOf(TOOLS, 'look, stay, ask', 'foo bar')

let runtime: Runtime

beforeEach(async () => {
  held = gate<void>()
  served.length = 0
  runtime = await createRuntime({
    registry: FULL,
    dataDir: null,
    tools: [tool('look', false), tool('stay', true), tool('ask', false)],
    adapters: [crm('foo'), crm('bar')],
  })
})
afterEach(async () => {
  held.open()
  await runtime.stop()
})

const start = async (goal: string): Promise<string> => {
  const asked = { goal, profile: 'test', context: {}, planner: 'rules', tenant: 't', limits: {} }
  const { runId } = await runtime.engine.start(
    { ...asked, idempotencyKey: null, traceparent: null },
    operator,
  )
  return runId
}
const ended = (runId: string): Promise<RunState> =>
  runtime.engine.settled(runId, 10_000, new AbortController().signal)

describe('a reload', () => {
  test('takes what it drops from new runs, and leaves it to those under way', async () => {
    const under = await start('stay')
    const without = registryOf(
      TOOLS.split('\n')
        .filter((line) => !line.includes('stay:'))
        .join('\n'),
      'look, ask',
      'foo bar',
    )
    expect(await runtime.reload(without, admin)).toMatchObject({ removed: ['tools.stay'] })
    await expect(
      runtime.engine.preview({ goal: 'stay', profile: 'test', context: {}, planner: 'rules' }),
    ).rejects.toMatchObject({ code: 'PLAN_IMPOSSIBLE' })
    held.open()
    expect((await ended(under)).finished?.status).toBe('succeeded')
  })

  test('switches a vendor off for every call from then on, also of plans made before', async () => {
    const waiting = await start('ask')
    const [approval] = Object.keys((await runtime.engine.state(waiting)).approvals)
    expect((await ended(await start('look'))).steps['s1']?.adapter).toBe('foo')
    await runtime.reload(registryOf(TOOLS, 'look, stay, ask', 'bar'), admin)
    expect((await ended(await start('look'))).steps['s1']?.adapter).toBe('bar')
    await runtime.engine.decide(
      approval ?? '',
      { decision: 'approve', reason: null, changes: null },
      { id: 'reviewer-1', roles: ['approver'] },
    )
    await ended(waiting)
    expect(served).toEqual(['foo', 'bar', 'bar'])
  })

  test.each([
    ['is not YAML of ours', 'version: v2'],
    ['could make too many series', `${FULL}labels: { max_series: 10 }\n`],
    [
      'names a tool that nobody has',
      registryOf(`${TOOLS}\n  none: { domain: intelligence, description: none, cost: 1 }`, 'none', 'foo'),
    ],
  ])('that %s changes nothing', async (_, text) => {
    const before = runtime.journal.position()
    const { digest } = runtime.engine.registry()
    await expect(runtime.reload(text, admin)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' })
    expect([runtime.engine.registry().digest, runtime.journal.position()]).toEqual([digest, before])
    const { body } = await runtime.views.metrics('text')
    expect(body).not.toContain('tool="none"')
    expect((await ended(await start('look'))).finished?.status).toBe('succeeded')
  })
})
