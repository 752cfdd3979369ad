// A call with an effect whose answer was lost is looked up at its vendor by its key, before a person is asked: it
// happened, or it did not and is made again under the same key, or nobody can say and a person must.
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CallError } from '../../src/run/failure.ts'
import { defineTool, type ToolContext } from '../../src/tools/tool.ts'
import { gate } from './small.ts'
import { openStore } from './store.ts'
import { approve, operator, pendingOf, registryFrom, reviewer, world, type World } from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: engagement, description: amber, side_effects: execute, idempotent: false, cost: 1,
                adapter: crm, reconcile: auto, retry: quick, timeout_ms: 2000, outputs: { id: { type: string } } }
profiles:
  test: { allowed_tools: [amber_work], allowed_adapters: [vendor], timeout_seconds: 1000,
          budget: { run: { calls: 5, cost: 5 } } }
adapters:
  vendor: { interface: crm, module: vendor, enabled: true }
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 2, attempts: 3 }
`)

/** A vendor that keeps what was written by key; `answers` and `finds` say what of it goes wrong. */
function crm() {
  const written = new Map<string, string>()
  const state = {
    written,
    writes: 0,
    asked: 0,
    keys: new Set<string>(),
    write: (_key: string): Promise<void> | void => undefined,
    find: (): Promise<void> | void => undefined,
  }
  const put = async ({ idempotencyKey: key }: ToolContext) => {
    state.keys.add(key)
    await state.write(key)
    const id = written.get(key) ?? `id-${written.size + 1}`
    if (!written.has(key)) state.writes += 1
    written.set(key, id)
    return { id }
  }
  const tool = defineTool({
    name: 'amber_work',
    input: z.object({}),
    output: z.object({ id: z.string() }),
    run: (_input, context) => put(context),
    lookUp: async (_input, { idempotencyKey }) => {
      state.asked += 1
      await state.find()
      const id = written.get(idempotencyKey)
      return id === undefined ? null : { id }
    },
  })
  return { tool, state }
}

const vendor = { name: 'vendor', interface: 'crm' }
const open = (tool: ReturnType<typeof crm>['tool'], life?: { journal: World['journal']; writer: string }) =>
  world({ registry, tools: [tool], adaptersOf: () => new Map([['vendor', vendor]]), ...life })

const approved = async (w: World, runId: string): Promise<void> => {
  await w.engine.decide(pendingOf(await w.pause(runId)), approve, reviewer)
}
const looked = async (w: World, runId: string) =>
  (await w.events(runId)).flatMap((event) =>
    event.type === 'call_looked_up' ? [[event.data.look_up, event.data.outcome]] : [],
  )
const lost = (): never => {
  throw new CallError('system_network', 'The answer was lost.')
}

describe('a call whose answer was lost', () => {
  test('and that is found at its vendor is done, with the output found', async () => {
    const { tool, state } = crm()
    const w = await open(tool)
    const put = state.written
    state.write = (key) => {
      put.set(key, 'id-lost')
      lost()
    }
    const runId = await w.run({ goal: 'amber' })
    await approved(w, runId)
    const end = await w.end(runId)
    expect([end.finished?.status, await w.engine.payload(runId, end.steps['s1']?.output ?? '')]).toEqual([
      'succeeded',
      { id: 'id-lost' },
    ])
    expect(await looked(w, runId)).toEqual([[1, 'found']])
    const done = (await w.events(runId)).find(({ type }) => type === 'tool_call_complete')
    expect(done?.data).toMatchObject({ reconciled_by: 'adapter', cost: 0 })
    // The call and its look-up are charged, each once; nothing is held any more.
    expect(end.budget.filter(({ scope }) => scope === 'run')).toMatchObject([
      { unit: 'calls', spent: 2, reserved: 0 },
      { unit: 'cost', spent: 1_000_000, reserved: 0 },
    ])
  })

  test('and that is not there after every look-up did not happen: a person approves it again, under its key', async () => {
    const { tool, state } = crm()
    const w = await open(tool)
    state.write = () => {
      state.write = () => undefined
      lost()
    }
    const runId = await w.run({ goal: 'amber' })
    await approved(w, runId)
    await approved(w, runId)
    const end = await w.end(runId)
    expect([end.finished?.status, state.writes, state.keys.size]).toEqual(['succeeded', 1, 1])
    expect(await looked(w, runId)).toEqual([
      [1, 'not_found'],
      [2, 'not_found'],
      [3, 'not_found'],
    ])
  })

  test('and whose vendor cannot be asked waits for a person, as unknown', async () => {
    const { tool, state } = crm()
    const w = await open(tool)
    state.write = lost
    state.find = () => {
      throw new CallError('system_unavailable', 'down')
    }
    const runId = await w.run({ goal: 'amber' })
    await approved(w, runId)
    const paused = await w.pause(runId)
    expect([paused.steps['s1']?.status, paused.status, state.asked]).toEqual(['unknown', 'waiting', 3])
    const told = { outcome: 'happened', output: { id: 'seen' }, reason: 'I looked' } as const
    await w.engine.reconcile(runId, 's1', { ...told, by: reviewer })
    expect((await w.end(runId)).finished?.status).toBe('succeeded')
  })

  test('is unknown while it is looked up; a person who is quicker settles it, and nothing stays held', async () => {
    const { tool, state } = crm()
    const w = await open(tool)
    const asked = gate<void>()
    state.write = lost
    state.find = () => {
      asked.open()
      return new Promise(() => {})
    }
    const runId = await w.run({ goal: 'amber' })
    await approved(w, runId)
    await asked.passed
    const now = await w.engine.state(runId)
    expect([now.steps['s1']?.status, now.status]).toEqual(['unknown', 'running'])
    const told = { outcome: 'happened', output: { id: 'seen' }, reason: 'I looked' } as const
    await w.engine.reconcile(runId, 's1', { ...told, by: reviewer })
    const end = await w.end(runId)
    expect([end.finished?.status, end.openCalls]).toEqual(['succeeded', {}])
  })
})

test('a process that died during the call, and one that died during the look-up, leave it to the next', async () => {
  const store = openStore()
  const { tool, state } = crm()
  const begun = gate<void>()
  state.write = (key) => {
    state.written.set(key, 'id-1')
    begun.open()
    return new Promise(() => {})
  }
  const one = store.open('one')
  const first = await open(tool, { journal: one.journal, writer: 'one' })
  const runId = await first.run({ goal: 'amber' }, operator)
  await approved(first, runId)
  await begun.passed
  one.kill()
  await first.engine.stop(0)

  const looking = gate<void>()
  state.find = () => {
    looking.open()
    return new Promise(() => {})
  }
  const two = store.open('two')
  const next = await open(tool, { journal: two.journal, writer: 'two' })
  await next.engine.recover()
  await looking.passed
  two.kill()
  await next.engine.stop(0)

  state.find = () => undefined
  const last = await open(tool, { journal: store.open('three').journal, writer: 'three' })
  await last.engine.recover()
  const end = await last.end(runId)
  expect([end.finished?.status, state.writes, end.openCalls]).toEqual(['succeeded', 0, {}])
  expect(await looked(last, runId)).toEqual([
    [1, 'failed'],
    [2, 'found'],
  ])
})
