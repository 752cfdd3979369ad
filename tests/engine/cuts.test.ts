import { describe, expect, test } from 'vitest'
import { MOST_CUTS } from '../../src/run/next.ts'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { gate, smallRegistry } from './small.ts'
import { openStore, type Store } from './store.ts'
import { only } from './story.ts'
import { approve, pendingOf, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const registryOf = (calls: number, effects: 'read-only' | 'execute') =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: none }
tools:
  amber_work:
    { domain: intelligence, description: amber, side_effects: ${effects}, idempotent: true, cost: 2,
      outputs: { value: { type: string } } }
profiles:
  test:
    allowed_tools: [amber_work]
    approval_required: [execute]
    budget: { run: { calls: ${calls}, cost: 100 }, tenant: { calls: 100 } }
    timeout_seconds: 100
`)

type Deaths = { readonly store: Store; readonly calls: string[] }

/** A process that dies, or is stopped, during the call; what it left is the next one's. */
async function die(
  { store, calls }: Deaths,
  life: {
    writer: string
    start: (w: World) => Promise<unknown>
    registry: ReturnType<typeof registryOf>
    isStopped: boolean
  },
): Promise<void> {
  const { journal, kill } = store.open(life.writer)
  const called = gate<null>()
  const tool = scripted('amber_work', (_, { idempotencyKey }) => {
    calls.push(idempotencyKey)
    called.open(null)
    return new Promise(() => undefined)
  })
  const w = await world({ registry: life.registry, tools: [tool], journal, writer: life.writer })
  await life.start(w)
  await called.passed
  if (life.isStopped) await w.engine.stop(0)
  kill()
}

/** Dies so many times, or is stopped in the lives named, and then a process that lives takes the run up. */
async function after(
  deaths: number,
  registry: ReturnType<typeof registryOf>,
  stopped: readonly number[] = [],
) {
  const told: Deaths = { store: openStore(), calls: [] }
  let runId = ''
  const first = async (w: World): Promise<void> => {
    runId = await w.run({ goal: 'amber' })
    const asked = await w.when(runId, ({ steps }) => steps['s1']?.status !== 'pending')
    if (asked.waitingSince !== null) await w.engine.decide(pendingOf(asked), approve, reviewer)
  }
  await die(told, { registry, writer: 'life-1', start: first, isStopped: stopped.includes(1) })
  for (let life = 2; life <= deaths; life += 1)
    await die(told, {
      registry,
      writer: `life-${life}`,
      start: (w) => w.engine.recover(),
      isStopped: stopped.includes(life),
    })
  const { journal } = told.store.open('last')
  const tool = scripted('amber_work', (_, { idempotencyKey }) => {
    told.calls.push(idempotencyKey)
    return { value: 'a' }
  })
  const w = await world({ registry, tools: [tool], journal, writer: 'last' })
  await w.engine.recover()
  return { w, runId, calls: told.calls }
}

const spentCalls = async (w: World): Promise<number | undefined> =>
  (await w.journal.accounts()).find(({ scope }) => scope === 'tenant')?.spent

describe('a call that was under way when its process died', () => {
  test.each(['read-only', 'execute'] as const)(
    'is made again under its key and its approval, and charged each time: %s',
    async (effects) => {
      const { w, runId, calls } = await after(MOST_CUTS, registryOf(20, effects))
      const end = await w.end(runId)
      expect(calls).toEqual(Array.from({ length: 3 }, () => `${runId}/s1/1`))
      expect(end.finished).toMatchObject({ status: 'succeeded', calls: 3, cost: 6 })
      expect(await spentCalls(w)).toBe(3)
      const events = await w.events(runId)
      expect(only(events, 'approval_requested')).toHaveLength(effects === 'execute' ? 1 : 0)
      expect(lawsBroken(events)).toEqual([])
    },
  )

  test('is made again after each stop in order: only deaths are counted', async () => {
    const { w, runId, calls } = await after(6, registryOf(20, 'execute'), [1, 2, 4, 6])
    expect((await w.end(runId)).finished).toMatchObject({ status: 'succeeded', calls: 7, cost: 14 })
    expect(calls).toEqual(Array.from({ length: 7 }, () => `${runId}/s1/1`))
    const events = await w.events(runId)
    expect(only(events, 'tool_call_error').map(({ data }) => [data.message, data.stopped ?? false])).toEqual(
      [true, true, false, true, false, true].map((isStopped) => [
        `The process ${isStopped ? 'was stopped' : 'ended'} during the call.`,
        isStopped,
      ]),
    )
    expect(lawsBroken(events)).toEqual([])
  })

  test('is not made above a limit on calls', async () => {
    const { w, runId, calls } = await after(2, registryOf(2, 'read-only'))
    const end = await w.end(runId)
    expect(calls).toHaveLength(2)
    expect(end.finished).toMatchObject({
      status: 'failed',
      skipped: ['s1'],
      cause: 'policy_budget',
      calls: 2,
    })
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })

  test('has failed when three processes died of it', async () => {
    const { w, runId, calls } = await after(MOST_CUTS + 1, registryOf(20, 'read-only'))
    const end = await w.end(runId)
    expect(calls).toHaveLength(3)
    expect(end.steps['s1']?.error).toMatchObject({
      mode: 'system_crash',
      message: 'The process ended 3 times during this call: it is not made again.',
    })
    expect(end.finished).toMatchObject({ status: 'failed', failed: ['s1'], calls: 3, cost: 6 })
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })

  test('waits for a person when three processes died of it and it has effects', async () => {
    const { w, runId } = await after(MOST_CUTS + 1, registryOf(20, 'execute'))
    const parked = await w.when(runId, ({ steps }) => steps['s1']?.status === 'unknown')
    expect(parked.status).toBe('waiting')
    const said = { output: { value: 'found' }, reason: 'asked the vendor', by: reviewer } as const
    await w.engine.reconcile(runId, 's1', { ...said, outcome: 'happened' })
    expect((await w.end(runId)).finished?.status).toBe('succeeded')
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })
})

describe('a vendor that says when to come again', () => {
  const retry = '{ strategy: linear, base_ms: 1, cap_ms: 300, jitter: 0, attempts: 2 }'
  const waitFor = async (retryAfterMs: number): Promise<number> => {
    let calls = 0
    const tool = scripted('amber_work', () => {
      calls += 1
      if (calls > 1) return { value: 'a' }
      throw new CallError('resource_rate_limited', 'Too many calls.', { happened: 'no', retryAfterMs })
    })
    const w = await world({ registry: smallRegistry({ retry }), tools: [tool] })
    const runId = await w.run({ goal: 'amber' })
    await w.end(runId)
    const [failed] = only(await w.events(runId), 'tool_call_error')
    return (failed?.data.retry_at ?? 0) - (failed?.at ?? 0)
  }
  test('is not called before, and the policy bounds the wait', async () => {
    expect([await waitFor(120), await waitFor(10_000), await waitFor(NaN), await waitFor(-5)]).toEqual([
      120, 300, 1, 1,
    ])
  })
})
