import { describe, expect, test } from 'vitest'
import type { BatchRequest } from '../../src/engine/batches/contract.ts'
import type { Engine, Principal } from '../../src/engine/engine.ts'
import { CallError } from '../../src/run/failure.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { replayBatch, type BatchState } from '../../src/run/batch.ts'
import { smallRegistry } from './small.ts'
import { approve, deny, operator, pendingOf, reviewer, scripted, second, world } from './world.ts'

const PATIENCE_MS = 60_000

const requestOf = (count: number, more: Partial<BatchRequest> = {}): BatchRequest => ({
  goal: 'amber',
  profile: 'test',
  planner: 'auto',
  tenant: 'default',
  context: {},
  limits: {},
  idempotencyKey: null,
  items: Array.from({ length: count }, (_none, index) => ({ line: index + 1, context: { n: index } })),
  rejected: [],
  columns: ['n'],
  ...more,
})

/** The batch as soon as it is as asked. */
async function when(
  journal: Journal,
  batchId: string,
  is: (state: BatchState) => boolean,
): Promise<BatchState> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  for (;;) {
    const position = journal.position()
    const state = replayBatch(await journal.read(batchId))
    if (state !== null && is(state)) return state
    if (patience.aborted) throw new Error(`nothing happens any more: ${JSON.stringify(state)}`)
    await journal.changed(position, patience)
  }
}

const isOver = ({ finished }: BatchState): boolean => finished !== null

const everyItem = (engine: Engine, batchId: string, limit: number) =>
  engine.batches.items(batchId, { from: 0, limit })

const childrenOf = (journal: Journal, batchId: string) => journal.children(batchId, '', 10_000)

describe('a batch', () => {
  test('makes one run of each item, in their order, with what all have in common', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('amber_work', () => ({ value: 'a' }))],
    })
    const asked = requestOf(250, { context: { shared: 1, n: 'default' } })
    const { batchId, created } = await w.engine.batches.start(asked, operator)
    expect(created).toBe(true)
    const { finished } = await when(w.journal, batchId, isOver)
    expect(finished).toMatchObject({
      status: 'succeeded',
      succeeded: 250,
      failed: 0,
      not_begun: 0,
      profile: 'test',
    })
    const items = await everyItem(w.engine, batchId, 10_000)
    expect(items.map(({ index }) => index)).toEqual(asked.items.map((_item, index) => index))
    const contexts = await Promise.all(
      items.flatMap(({ run }) => (run === null ? [] : [w.engine.payload(run.runId, run.context)])),
    )
    expect(contexts).toEqual(asked.items.map((_item, n) => ({ shared: 1, n })))
    expect(finished?.cost).toBeCloseTo(items.reduce((sum, { run }) => sum + (run?.finished?.cost ?? 0), 0))
    expect(await childrenOf(w.journal, batchId)).toHaveLength(250)
    expect(w.failures).toEqual([])
  })

  test('has at most so many items under way as the profile says', async () => {
    const small = smallRegistry()
    const { test: profile } = small.profiles
    if (profile === undefined) throw new Error('no profile')
    const registry: Registry = { ...small, profiles: { test: { ...profile, batch: { parallel: 3 } } } }
    let busy = 0
    let most = 0
    const amber = scripted('amber_work', async () => {
      busy += 1
      most = Math.max(most, busy)
      await new Promise(setImmediate)
      busy -= 1
      return { value: 'a' }
    })
    const w = await world({ registry, tools: [amber] })
    const { batchId } = await w.engine.batches.start(requestOf(40), operator)
    expect((await when(w.journal, batchId, isOver)).finished?.succeeded).toBe(40)
    expect(most).toBe(3)
  })

  test('goes on where items fail, and resumed takes up those alone', async () => {
    let isBroken = true
    const calls: number[] = []
    const registry = smallRegistry()
    const falcon = scripted('falcon_work', ({ lost }) => {
      calls.push(Number(lost))
      if (isBroken && Number(lost) % 10 === 3) throw new CallError('agent_bug', 'broken')
      return { value: 'a' }
    })
    const w = await world({ registry, tools: [falcon] })
    const items = Array.from({ length: 50 }, (_none, n) => ({
      line: n + 1,
      context: n === 7 ? {} : { lost: `${n}` },
    }))
    const { batchId } = await w.engine.batches.start(requestOf(50, { goal: 'falcon', items }), operator)
    const first = await when(w.journal, batchId, isOver)
    expect(first.finished).toMatchObject({ status: 'partial', succeeded: 44, failed: 6, not_begun: 0 })
    await expect(w.engine.batches.cancel(batchId, { by: operator, reason: null })).rejects.toMatchObject({
      code: 'BATCH_FINISHED',
    })
    isBroken = false
    calls.length = 0
    await w.engine.batches.resume(batchId, operator)
    const again = await when(w.journal, batchId, (state) => state.round === 1 && isOver(state))
    // One has nothing to work with: it fails again.
    expect(again.finished).toMatchObject({ status: 'partial', succeeded: 49, failed: 1, not_begun: 0 })
    expect(calls.sort((a, b) => a - b)).toEqual([3, 13, 23, 33, 43])
    const states = await everyItem(w.engine, batchId, 50)
    expect(
      states.filter(({ run }) => run?.finished?.status !== 'succeeded').map(({ index }) => index),
    ).toEqual([7])
    expect(w.failures).toEqual([])
  })

  test('keeps no slot for what waits for a person, and ends with the last decision', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('eagle_work', () => ({ value: 'e' }))],
    })
    const { batchId } = await w.engine.batches.start(requestOf(60, { goal: 'eagle' }), operator)
    const asked = new Set<string>()
    let last = ''
    for (let position = 0; asked.size < 60;) {
      const { runs, last: next } = await w.engine.batches.openRuns(batchId, { after: last, limit: 25 })
      for (const { approvals } of runs) for (const id of Object.keys(approvals)) asked.add(id)
      last = next ?? ''
      if (next === null && asked.size < 60) await w.journal.changed(position, AbortSignal.timeout(100))
      position = w.journal.position()
    }
    await expect(w.engine.batches.resume(batchId, operator)).rejects.toMatchObject({
      code: 'BATCH_NOT_FINISHED',
    })
    const approve = { decision: 'approve', reason: null, changes: null } as const
    await Promise.all([...asked].map((id) => w.engine.decide(id, approve, reviewer)))
    expect((await when(w.journal, batchId, isOver)).finished).toMatchObject({
      status: 'succeeded',
      succeeded: 60,
    })
    await expect(w.engine.batches.resume(batchId, operator)).rejects.toMatchObject({ code: 'BATCH_COMPLETE' })
  })

  test('cancelled begins nothing more and ends what is open; resumed it begins the rest', async () => {
    let isHeld = true
    let begun = 0
    const amber = scripted('amber_work', (_input, { signal }) => {
      begun += 1
      if (!isHeld || begun <= 10) return { value: 'a' }
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('cut'))),
      )
    })
    const w = await world({ registry: smallRegistry(), tools: [amber] })
    const { batchId } = await w.engine.batches.start(requestOf(300), operator)
    while ((await childrenOf(w.journal, batchId)).length < 26)
      await w.journal.changed(w.journal.position(), AbortSignal.timeout(200))
    await w.engine.batches.cancel(batchId, { by: reviewer, reason: 'the wrong list' })
    const { finished } = await when(w.journal, batchId, isOver)
    expect(finished).toMatchObject({ status: 'cancelled', succeeded: 10, cancelled: 16, not_begun: 274 })
    const cancelled = (await w.journal.readAll(0, 100_000)).filter(({ type }) => type === 'run_cancelled')
    expect(cancelled.map(({ data }) => data)).toEqual(
      Array(16).fill(expect.objectContaining({ by: reviewer.id })),
    )
    isHeld = false
    await w.engine.batches.resume(batchId, operator)
    const again = await when(w.journal, batchId, (state) => state.round === 1 && isOver(state))
    expect(again.finished).toMatchObject({ status: 'succeeded', succeeded: 300 })
    expect(await childrenOf(w.journal, batchId)).toHaveLength(300 + 16)
  })

  test('goes on after a stop where it was: no item is lost, none is begun twice', async () => {
    const journal = memoryJournal()
    const tools = [scripted('amber_work', () => ({ value: 'a' }))]
    const first = await world({ registry: smallRegistry(), tools, journal })
    const { batchId } = await first.engine.batches.start(requestOf(200), operator)
    while ((await childrenOf(journal, batchId)).length < 50)
      await journal.changed(journal.position(), AbortSignal.timeout(200))
    await first.engine.stop(0)
    const before = (await childrenOf(journal, batchId)).length
    expect(before).toBeLessThan(200)
    const w = await world({ registry: smallRegistry(), tools, journal })
    await w.engine.recover()
    expect((await when(journal, batchId, isOver)).finished).toMatchObject({
      status: 'succeeded',
      succeeded: 200,
    })
    expect(await childrenOf(journal, batchId)).toHaveLength(200)
    expect([...first.failures, ...w.failures]).toEqual([])
  })

  test('waits while its profile is frozen, and says so', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('amber_work', () => ({ value: 'a' }))],
    })
    const freeze = { scope: 'profile', key: 'test', reason: 'too many' } as const
    const { batchId } = await w.engine.batches.start(requestOf(200), operator)
    await w.engine.freeze(freeze, operator)
    while (w.engine.batches.held(batchId) !== 'FROZEN')
      await w.journal.changed(w.journal.position(), AbortSignal.timeout(20))
    await expect(w.engine.batches.start(requestOf(1), operator)).rejects.toMatchObject({ code: 'FROZEN' })
    await w.engine.lift(freeze, operator)
    expect((await when(w.journal, batchId, isOver)).finished).toMatchObject({
      status: 'succeeded',
      succeeded: 200,
    })
  })

  test('is the same one when asked for twice under one key', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('amber_work', () => ({ value: 'a' }))],
    })
    const asked = requestOf(3, { idempotencyKey: 'k' })
    const [one, two] = await Promise.all([
      w.engine.batches.start(asked, operator),
      w.engine.batches.start(asked, operator),
    ])
    expect([one.batchId, [one.created, two.created].filter(Boolean).length]).toEqual([two.batchId, 1])
    await when(w.journal, one.batchId, isOver)
    expect(await w.engine.batches.start(asked, operator)).toEqual({ ...one, created: false })
    const other = requestOf(4, { idempotencyKey: 'k' })
    await expect(w.engine.batches.start(other, operator)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
    expect(await childrenOf(w.journal, one.batchId)).toHaveLength(3)
  })

  test('is refused for what would be refused of every item', async () => {
    const w = await world({ registry: smallRegistry(), tools: [] })
    const start = (more: Partial<BatchRequest>) => w.engine.batches.start(requestOf(3, more), operator)
    await expect(start({ profile: 'none' })).rejects.toMatchObject({ code: 'UNKNOWN_PROFILE' })
    await expect(start({ limits: { calls: 1000 } })).rejects.toMatchObject({ code: 'LIMIT_LOOSENED' })
    const playbook = { goal: undefined, playbook: 'none' }
    await expect(start(playbook)).rejects.toMatchObject({ code: 'UNKNOWN_PLAYBOOK' })
    const plan = { goal: undefined, plan: { steps: [{ id: 'x', tool: 'zebra', inputs: {}, after: [] }] } }
    await expect(start(plan)).rejects.toMatchObject({ code: 'PLAN_INVALID' })
    expect(await w.journal.openBatches('', 10)).toEqual([])
    await expect(w.engine.batches.state('bat_none')).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' })
    await expect(w.engine.batches.state('run_none')).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' })
  })
})

const resumer: Principal = { id: 'resumer-1', roles: ['operator', 'approver'] }

describe('whoever resumes a batch', () => {
  test('asks for the items that begin then, and does not approve them alone', async () => {
    const eagle = scripted('eagle_work', () => ({ value: 'a' }))
    const small = smallRegistry()
    const { test: profile } = small.profiles
    if (profile === undefined) throw new Error('no profile')
    const registry: Registry = { ...small, profiles: { test: { ...profile, batch: { parallel: 1 } } } }
    const w = await world({ registry, tools: [eagle] })
    const { batchId } = await w.engine.batches.start(requestOf(40, { goal: 'eagle' }), operator)
    await w.engine.batches.cancel(batchId, { by: operator, reason: null })
    const { finished } = await when(w.journal, batchId, isOver)
    expect(finished?.status).toBe('cancelled')
    expect(finished?.not_begun).toBeGreaterThan(0)
    await w.engine.batches.resume(batchId, resumer)
    const waiting = async () => {
      const { runs } = await w.engine.batches.openRuns(batchId, { after: '', limit: 100 })
      return runs.filter(({ waitingSince }) => waitingSince !== null)
    }
    for (let found = await waiting(); found.length < 40; found = await waiting())
      await w.journal.changed(w.journal.position(), AbortSignal.timeout(PATIENCE_MS))
    for (const run of await waiting()) {
      expect([run.requester, run.resumedBy]).toEqual([operator.id, resumer.id])
      const alone = w.engine.decide(pendingOf(run), approve, resumer)
      await expect(alone).rejects.toMatchObject({ code: 'APPROVER_IS_REQUESTER' })
      await w.engine.decide(pendingOf(run), approve, reviewer)
    }
    expect((await when(w.journal, batchId, isOver)).finished?.status).toBe('succeeded')
  })

  test('with a key for some profiles lets the tools of its runs read no run of another one', async () => {
    const amber = scripted('amber_work', () => {
      throw new CallError('agent_bug', 'broken')
    })
    const w = await world({ registry: smallRegistry(), tools: [amber] })
    const limited = { ...operator, limitedTo: { tenants: null, profiles: ['test'] } }
    const reachesOf = async (batchId: string) => {
      const items = await everyItem(w.engine, batchId, 10)
      return items.map(({ run }) => run?.reach)
    }
    const { batchId } = await w.engine.batches.start(requestOf(2), limited)
    await when(w.journal, batchId, isOver)
    expect(await reachesOf(batchId)).toEqual(['profile', 'profile'])
    await w.engine.batches.resume(batchId, operator)
    await when(w.journal, batchId, isOver)
    expect(await reachesOf(batchId)).toEqual([undefined, undefined])
    await w.engine.batches.resume(batchId, limited)
    await when(w.journal, batchId, isOver)
    expect(await reachesOf(batchId)).toEqual(['profile', 'profile'])
  })
})

test('a decision that comes too late for an earlier run of an item ends no list that was resumed', async () => {
  const eagle = scripted('eagle_work', () => ({ value: 'a' }))
  const w = await world({ registry: smallRegistry(), tools: [eagle] })
  const { batchId } = await w.engine.batches.start(requestOf(2, { goal: 'eagle' }), operator)
  const waiting = async (): Promise<string[]> => {
    for (;;) {
      const position = w.journal.position()
      const { runs } = await w.engine.batches.openRuns(batchId, { after: '', limit: 10 })
      if (runs.length === 2 && runs.every(({ waitingSince }) => waitingSince !== null))
        return runs.map(pendingOf)
      await w.journal.changed(position, AbortSignal.timeout(PATIENCE_MS))
    }
  }
  const before = await waiting()
  for (const id of before) await w.engine.decide(id, deny, reviewer)
  expect((await when(w.journal, batchId, isOver)).finished).toMatchObject({ status: 'failed', failed: 2 })
  await w.engine.batches.resume(batchId, operator)
  const now = await waiting()
  for (const id of before)
    await expect(w.engine.decide(id, approve, second)).rejects.toMatchObject({ code: 'APPROVAL_DECIDED' })
  expect((await w.engine.batches.state(batchId)).finished).toBeNull()
  for (const id of now) await w.engine.decide(id, approve, reviewer)
  expect((await when(w.journal, batchId, isOver)).finished).toMatchObject({
    status: 'succeeded',
    succeeded: 2,
    failed: 0,
  })
})
