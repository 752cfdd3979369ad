import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { CallError } from '../../src/run/failure.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { openStore, type Store } from './store.ts'
import { only } from './story.ts'
import { approve, isPaused, pendingOf, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const registryOf = (idempotent: boolean) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: quick }
tools:
  amber_work:
    { domain: intelligence, description: amber, outputs: { value: { type: string } }, cost: 1 }
  birch_work:
    { domain: intelligence, description: birch, outputs: { value: { type: string } }, cost: 1 }
  cedar_work:
    domain: engagement
    description: cedar
    side_effects: propose
    approval: { required: true, review: output }
    inputs: { a: { type: string, required: true }, b: { type: string, required: true } }
    binds: { a: amber_work.value, b: birch_work.value }
    outputs: { value: { type: string } }
    cost: 2
  dolphin_work:
    domain: engagement
    description: dolphin
    side_effects: execute
    idempotent: ${idempotent}
    inputs: { text: { type: string, required: true } }
    binds: { text: cedar_work.value }
    outputs: { receipt: { type: string } }
    cost: 1
profiles:
  test:
    allowed_tools: [amber_work, birch_work, cedar_work, dolphin_work]
    approval_required: [execute, propose]
    budget: { run: { calls: 20, cost: 50 }, tenant: { calls: 100 } }
    timeout_seconds: 30
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 2, jitter: 0, attempts: 3 }
`)

type Call = { readonly tool: string; readonly key: string; readonly input: Record<string, unknown> }

/** Four tools of one plan; birch stumbles once. `calls` outlives every process. */
function toolsOf(calls: Call[]) {
  const note = (tool: string, key: string, input: Record<string, unknown>): number =>
    calls.push({ tool, key, input })
  return [
    scripted('amber_work', (input, { idempotencyKey }) => {
      note('amber', idempotencyKey, input)
      return { value: 'a' }
    }),
    scripted('birch_work', (input, { idempotencyKey }) => {
      note('birch', idempotencyKey, input)
      if (idempotencyKey.endsWith('/1')) throw new CallError('system_network', 'Down.', { happened: 'no' })
      return { value: 'b' }
    }),
    scripted('cedar_work', (input, { idempotencyKey }) => {
      note('cedar', idempotencyKey, input)
      return { value: `${String(input['a'])}${String(input['b'])}` }
    }),
    scripted('dolphin_work', (input, { idempotencyKey }) => {
      note('dolphin', idempotencyKey, input)
      return { receipt: `sent ${String(input['text'])}` }
    }),
  ]
}

type Recorded = { readonly store: Store; readonly runId: string; readonly events: readonly StoredEvent[] }

/** Approves whatever is asked; where nobody knows what happened, a person says so. */
async function carryOn(w: World, runId: string, said: 'happened' | 'did_not_happen'): Promise<RunState> {
  for (;;) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return state
    const unknown = Object.values(state.steps).find(({ status }) => status === 'unknown')
    if (unknown === undefined) await w.engine.decide(pendingOf(state), approve, reviewer)
    else {
      const told = { outcome: said, output: { receipt: 'found' }, reason: 'asked the vendor', by: reviewer }
      await w.engine.reconcile(runId, unknown.plan.step_id, told)
    }
  }
}

async function recorded(idempotent: boolean): Promise<Recorded> {
  const store = openStore()
  const { journal } = store.open('first')
  const w = await world({ registry: registryOf(idempotent), tools: toolsOf([]), journal, writer: 'first' })
  const runId = await w.run({ goal: 'amber, birch, cedar, dolphin' })
  expect((await carryOn(w, runId, 'happened')).finished?.status).toBe('succeeded')
  return { store, runId, events: await w.events(runId) }
}

const callsIn = (events: readonly StoredEvent[], type: 'tool_call_start' | 'tool_call_complete'): string[] =>
  only(events, type).map(({ data }) => `${data.tool}/${data.attempt}`)

type Recovered = { before: StoredEvent[]; events: StoredEvent[]; calls: Call[]; end: RunState; w: World }

async function goOnFrom(
  from: Recorded,
  at: { appends: number; idempotent: boolean; said: 'happened' | 'did_not_happen' },
): Promise<Recovered> {
  const store = await from.store.until(at.appends)
  const { journal } = store.open('next')
  const before = await journal.read(from.runId)
  const calls: Call[] = []
  const w = await world({
    registry: registryOf(at.idempotent),
    tools: toolsOf(calls),
    journal,
    writer: 'next',
  })
  await w.engine.recover()
  const end = await carryOn(w, from.runId, at.said)
  return { before, events: await w.events(from.runId), calls, end, w }
}

const openCalls = (events: readonly StoredEvent[]): string[] => {
  const over = new Set([...only(events, 'tool_call_complete'), ...only(events, 'tool_call_error')].map(keyOf))
  return only(events, 'tool_call_start')
    .filter((start) => !over.has(keyOf(start)))
    .map(({ data }) => data.idempotency_key)
}
const keyOf = ({ data }: { data: { step_id: string; attempt: number } }): string =>
  `${data.step_id}/${data.attempt}`

const cases = [true, false].flatMap((idempotent) =>
  (['happened', 'did_not_happen'] as const).map((said) => ({ idempotent, said })),
)

describe('a process that ends after any append', () => {
  test.each(cases)('loses nothing and repeats nothing that is done: %j', async ({ idempotent, said }) => {
    const whole = await recorded(idempotent)
    for (let appends = 2; appends <= whole.store.written.length; appends += 1) {
      const { before, events, calls, end, w } = await goOnFrom(whole, { appends, idempotent, said })
      expect(lawsBroken(events)).toEqual([])
      expect(end.finished).toMatchObject({ status: 'succeeded', completed: ['s1', 's2', 's3', 's4'] })
      const done = new Set(callsIn(before, 'tool_call_complete').map((call) => call.split('/')[0]))
      expect(calls.filter(({ tool }) => done.has(`${tool}_work`))).toEqual([])
      const lost = openCalls(before)
      const repeated = calls.map(({ key }) => key).filter((key) => lost.includes(key))
      const dolphin = before.some(
        (event) => event.type === 'tool_call_start' && event.data.tool === 'dolphin_work',
      )
      const isUnknown = !idempotent && dolphin && lost.length > 0
      expect(repeated).toEqual(isUnknown ? [] : lost)
      expect(end.finished?.unknown).toEqual([])
      expect((await w.journal.accounts()).filter(({ reserved }) => reserved !== 0)).toEqual([])
      expect(w.failures).toEqual([])
    }
  })

  test('has the run wait for a person where a call with effects was under way', async () => {
    const whole = await recorded(false)
    const isLost = (append: number): boolean =>
      whole.store.written[append]?.append.lines.some(
        (line) => line.type === 'tool_call_start' && line.data.tool === 'dolphin_work',
      ) ?? false
    const appends = whole.store.written.findIndex((_, index) => isLost(index)) + 1
    const { journal } = (await whole.store.until(appends)).open('next')
    const calls: Call[] = []
    const w = await world({ registry: registryOf(false), tools: toolsOf(calls), journal, writer: 'next' })
    await w.engine.recover()
    const waiting = await w.when(whole.runId, ({ steps }) => steps['s4']?.status === 'unknown')
    expect(waiting.status).toBe('waiting')
    expect(calls).toEqual([])
    const told = { output: null, reason: 'no trace of it', by: reviewer } as const
    await w.engine.reconcile(whole.runId, 's4', { ...told, outcome: 'did_not_happen' })
    const asked = await w.pause(whole.runId)
    expect(asked.steps['s4']?.status).toBe('awaiting_approval')
    await w.engine.decide(pendingOf(asked), approve, reviewer)
    expect((await w.end(whole.runId)).finished).toMatchObject({ status: 'succeeded', calls: 6, cost: 6 })
    expect(calls.map(({ key }) => key)).toEqual([`${whole.runId}/s4/2`])
    await expect(
      w.engine.reconcile(whole.runId, 's4', { ...told, outcome: 'happened' }),
    ).rejects.toMatchObject({
      code: 'STEP_NOT_UNKNOWN',
    })
  })
})

describe('two processes on one run', () => {
  test('agree on every event: one writes, the other reads it and goes on from there', async () => {
    const store = openStore()
    const calls: Call[] = []
    const registry = registryOf(false)
    const named = async (writer: string): Promise<World> =>
      world({ registry, tools: toolsOf(calls), journal: store.open(writer).journal, writer })
    const [one, other] = [await named('one'), await named('other')]
    const runId = await one.run({ goal: 'amber, birch, cedar, dolphin' })
    const asked = await one.pause(runId)
    const id = pendingOf(asked)
    const votes = await Promise.allSettled([
      one.engine.decide(id, approve, reviewer),
      other.engine.decide(id, approve, { id: 'reviewer-2', roles: ['approver'] }),
    ])
    const lost = votes.filter((vote) => vote.status === 'rejected')
    expect(lost).toHaveLength(1)
    expect(lost[0]?.reason).toMatchObject({ code: 'APPROVAL_DECIDED', params: { status: 'approved' } })
    await carryOn(one, runId, 'happened')
    expect(lawsBroken(await one.events(runId))).toEqual([])
    expect([...one.failures, ...other.failures]).toEqual([])
  })
})

describe('runs that a start has found', () => {
  test('neither refuse new ones nor hold them up', async () => {
    const registry = registryOf(true)
    const journal = memoryJournal({ writer: 'both' })
    const never = scripted('amber_work', () => new Promise(() => undefined))
    const before = await world({ registry, journal, tools: [never], settings: { maxRuns: 1 } })
    const found: string[] = []
    while (found.length < 5) found.push(await before.run({ goal: 'amber' }))
    await before.engine.stop(0)

    const gate = Promise.withResolvers<{ value: string }>()
    const waits = scripted('amber_work', () => gate.promise)
    const settings = { maxRuns: 1, maxQueue: 1 }
    const after = await world({ registry, journal, tools: [waits], settings, writer: 'second' })
    await after.engine.recover()
    const fresh = await after.run({ goal: 'amber' })
    gate.resolve({ value: 'a' })
    for (const runId of [...found, fresh]) await after.end(runId)

    const events = await journal.readAll(0, 10_000)
    const ended = events.filter(({ type }) => type === 'run_finished').map(({ run_id }) => run_id)
    expect(ended).toHaveLength(6)
    expect(ended.indexOf(fresh)).toBe(1)
  })
})
