// Nobody approves alone what they had a hand in, over the whole chain of runs; and what is approved is approved for the
// vendor that it goes to, as that one is set up.
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { DecisionRequest, Principal } from '../../src/engine/engine.ts'
import { createRuntime, defineAdapter, defineTool, type Runtime } from '../../src/runtime.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { approve, change, deny, pendingOf } from './world.ts'

const person = (id: string, ...roles: string[]): Principal => ({
  id,
  roles: ['operator', 'approver', ...roles],
})
const [ann, bob, cid, dan] = [person('ann'), person('bob'), person('cid'), person('dan')]

const served: string[] = []
const crm = (name: string) =>
  defineAdapter({ name, interface: 'crm', getAccount: async () => Promise.reject(new Error(name)) })
const send = defineTool({
  name: 'send',
  input: z.strictObject({ text: z.string().default('hello') }),
  output: z.strictObject({ value: z.string() }),
  run: ({ text }, { adapter }) => {
    served.push(`${text} through ${adapter?.name ?? 'nobody'}`)
    return { value: text }
  },
})

type Knobs = { readonly quorum?: number; readonly excludes?: boolean; readonly adapters?: string }

const registryOf = ({ quorum = 1, excludes = true, adapters = SANDBOX }: Knobs = {}): string => `
version: v1
metadata: { name: test, version: "1" }
tools:
  send: { domain: engagement, description: send, side_effects: execute, cost: 1, adapter: crm,
          inputs: { text: { type: string } }, outputs: { value: { type: string } } }
profiles:
  test: { allowed_tools: [send], allowed_adapters: [sandbox, production], timeout_seconds: 100,
          approvers: { quorum: ${quorum}, exclude_requester: ${excludes} },
          budget: { run: { calls: 9, cost: 9 } } }
adapters:
  sandbox: { interface: crm, module: sandbox, ${adapters} }
  production: { interface: crm, module: production, enabled: true }
`
const SECRET = 'FOUR_EYES_SANDBOX_TOKEN'
const SANDBOX = `enabled: true, secrets: [${SECRET}]`

let runtime: Runtime
afterEach(async () => {
  served.length = 0
  Reflect.deleteProperty(process.env, SECRET)
  await runtime.stop()
})

async function open(knobs: Knobs = {}): Promise<void> {
  process.env[SECRET] = 'first-token'
  const adapters = [crm('sandbox'), crm('production')]
  runtime = await createRuntime({ registry: registryOf(knobs), dataDir: null, tools: [send], adapters })
}

async function start(by: Principal = ann, limits = {}): Promise<string> {
  const request = { goal: 'send', profile: 'test', context: {}, planner: 'rules', tenant: 't', limits }
  return (await runtime.engine.start({ ...request, idempotencyKey: null, traceparent: null }, by)).runId
}

/** The run when a person is asked, or it is over. */
async function paused(runId: string): Promise<RunState> {
  for (const patience = AbortSignal.timeout(20_000); ;) {
    const position = runtime.journal.position()
    const state = await runtime.engine.state(runId)
    if (state.finished !== null || pendingOf(state) !== 'none') return state
    patience.throwIfAborted()
    await runtime.journal.changed(position, patience)
  }
}

const decide = async (runId: string, what: DecisionRequest, by: Principal): Promise<RunState> => {
  await runtime.engine.decide(pendingOf(await paused(runId)), what, by)
  return paused(runId)
}
const refused = { code: 'APPROVER_IS_REQUESTER', status: 403 }

async function resume(runId: string, by: Principal): Promise<string> {
  return (await runtime.engine.resume(runId, by)).runId
}

describe('whoever had a hand in a run', () => {
  test('does not approve it: not who asked first, nor who resumed it; somebody else does', async () => {
    await open()
    const first = await start(ann)
    await decide(first, { ...deny, reason: 'too early' }, bob)
    const again = await resume(first, cid)
    for (const by of [ann, cid, person('ANN'), person('Cid')])
      await expect(decide(again, approve, by)).rejects.toMatchObject(refused)
    const state = await decide(again, approve, bob)
    expect(state).toMatchObject({ requester: 'ann', resumedBy: 'cid', finished: { status: 'succeeded' } })
    expect(lawsBroken(await runtime.journal.read(again))).toEqual([])
  })

  test('is remembered over two resumes, with what was denied on the way', async () => {
    await open()
    const first = await start(ann)
    await decide(first, { ...deny, reason: 'too early' }, bob)
    const next = await resume(first, cid)
    await decide(next, { ...deny, reason: 'still too early' }, bob)
    const last = await resume(next, dan)
    for (const by of [ann, cid, dan]) await expect(decide(last, approve, by)).rejects.toMatchObject(refused)
    const { chain, steps } = await paused(last)
    const [step] = Object.keys(steps)
    const words = await Promise.all(
      (chain?.denials ?? []).map(({ reason }) => runtime.engine.payload(last, reason ?? '')),
    )
    expect(chain?.asked_by).toEqual(['ann', 'cid'])
    expect(chain?.denials).toMatchObject([
      { run_id: first, by: 'bob', step_id: step },
      { run_id: next, by: 'bob' },
    ])
    expect(words).toEqual(['too early', 'still too early'])
  })

  test('does not approve alone what they wrote, and may be one of two', async () => {
    await open({ quorum: 2 })
    const runId = await start(ann)
    await decide(runId, change({ inputs: { text: 'edited' } }), bob)
    await decide(runId, change({ inputs: { text: 'twice' } }), cid)
    await decide(runId, approve, bob)
    await expect(decide(runId, approve, cid)).rejects.toMatchObject(refused)
    await expect(decide(runId, approve, person('BOB'))).rejects.toMatchObject({ code: 'ALREADY_VOTED' })
    await decide(runId, approve, dan)
    expect(served).toEqual(['twice through sandbox'])
  })

  test('may do all of it where the profile does not ask for two people', async () => {
    await open({ excludes: false })
    const runId = await start(ann)
    await decide(runId, change({ inputs: { text: 'mine' } }), ann)
    await decide(runId, approve, ann)
    expect(served).toEqual(['mine through sandbox'])
  })

  test('gives what they had tightened to whoever resumes it', async () => {
    await open()
    const first = await start(ann, { calls: 1, cost: 2.5, timeout_seconds: 7 })
    await decide(first, deny, bob)
    const again = await resume(first, cid)
    const { limits } = await runtime.engine.state(again)
    expect(limits).toMatchObject({ run: { calls: 1, cost: 2_500_000 }, timeout_ms: 7000 })
    expect(await runtime.engine.resume(first, dan)).toMatchObject({ runId: again, created: false })
  })
})

test('a caller who is called like a run, and whose key is a word of ours, has nothing to do with resuming it', async () => {
  await open()
  const first = await start(ann)
  await decide(first, deny, bob)
  const request = { goal: 'send', profile: 'test', context: {}, planner: 'rules', tenant: 't', limits: {} }
  const named = { ...request, idempotencyKey: 'resume', traceparent: null }
  const { runId } = await runtime.engine.start(named, person(first))
  const again = await resume(first, cid)
  expect(again).not.toBe(runId)
  expect((await runtime.engine.state(again)).resumes).toBe(first)
})

describe('an approval of a call with effects', () => {
  const gone = registryOf({ adapters: 'enabled: false' })
  const swapped = registryOf().replace('module: sandbox', 'module: other')
  test.each([
    ['the adapter is switched off', gone, 'first-token', 'hello through production'],
    ['the adapter gets another module', swapped, 'first-token', 'hello through sandbox'],
    ['the adapter gets another secret', registryOf(), 'second-token', 'hello through sandbox'],
  ])('is asked for again when %s', async (...[, registry, secret, outcome]) => {
    await open()
    const runId = await start(ann)
    const before = pendingOf(await paused(runId))
    process.env[SECRET] = secret
    await runtime.reload(registry, person('admin'))
    const asked = await decide(runId, approve, bob)
    expect(served).toEqual([])
    expect(pendingOf(asked)).not.toBe(before)
    expect(asked.finished).toBeNull()
    await decide(runId, approve, bob)
    expect(served).toEqual([outcome])
    expect(lawsBroken(await runtime.journal.read(runId))).toEqual([])
  })

  // Until 0.2.0 the adapter was off then, without a word, and the next one of the profile served.
  test('holds over a reload that is refused, because its adapter would lose its secret', async () => {
    await open()
    const runId = await start(ann)
    await paused(runId)
    process.env[SECRET] = ''
    await expect(runtime.reload(registryOf(), person('admin'))).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      problems: [{ path: SECRET, message: expect.stringContaining('must be set') }],
    })
    await decide(runId, approve, bob)
    expect(served).toEqual(['hello through sandbox'])
  })

  test('holds over a reload that changes nothing of its adapter', async () => {
    await open()
    const runId = await start(ann)
    await paused(runId)
    await runtime.reload(registryOf().replace('description: send', 'description: sends'), person('admin'))
    await decide(runId, approve, bob)
    expect(served).toEqual(['hello through sandbox'])
    const names = (await runtime.journal.read(runId)).map((event) => JSON.stringify(event)).join()
    expect(names).toContain('"adapter":"sandbox"')
    expect(names).not.toContain('first-token')
  })
})
