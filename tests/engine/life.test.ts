import { describe, expect, test } from 'vitest'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { gate, smallRegistry } from './small.ts'
import { openStore } from './store.ts'
import { only } from './story.ts'
import { approve, operator, pendingOf, reviewer, scripted, second, world } from './world.ts'

const down = () => {
  throw new CallError('user_conflict', 'The vendor refuses.', { happened: 'no' })
}

describe('resuming a run', () => {
  test('runs only what is missing, with the values of before, also after a crash; twice it is the same run', async () => {
    const store = openStore()
    const called: string[] = []
    const given: Record<string, unknown>[] = []
    let broken = true
    const tools = [
      scripted('amber_work', () => (called.push('amber'), { value: 'a', deep: { n: 1 } })),
      scripted('birch_work', () => (called.push('birch'), broken ? down() : { value: 'b' })),
      scripted('cedar_work', (input) => (called.push('cedar'), given.push(input), { value: 'c' })),
    ]
    const life = store.open('first')
    const w = await world({ registry: smallRegistry(), tools, journal: life.journal, writer: 'first' })
    const first = await w.run({ goal: 'amber, birch, cedar' })
    expect((await w.end(first)).finished).toMatchObject({
      status: 'partial',
      completed: ['s1'],
      recovery: 'resume',
    })
    broken = false
    const written = store.written.length
    const [again, same] = await Promise.all([
      w.engine.resume(first, operator),
      w.engine.resume(first, reviewer),
    ])
    expect(same.runId).toBe(again.runId)
    expect(again.created).not.toBe(same.created)
    const end = await w.end(again.runId)
    expect(end.finished).toMatchObject({
      status: 'succeeded',
      completed: ['s1', 's2', 's3'],
      calls: 2,
      cost: 2,
    })
    expect(called).toEqual(['amber', 'birch', 'birch', 'cedar'])
    expect(await w.engine.payload(again.runId, end.steps['s1']?.output ?? '')).toEqual({
      value: 'a',
      deep: { n: 1 },
    })
    expect(lawsBroken(await w.events(again.runId))).toEqual([])
    for (let appends = written + 1; appends < store.written.length; appends += 1) {
      given.length = 0
      const { journal } = (await store.until(appends)).open('next')
      const next = await world({ registry: smallRegistry(), tools, journal, writer: 'next' })
      await next.engine.recover()
      expect((await next.end(again.runId)).finished).toMatchObject({ status: 'succeeded', calls: 3 })
      expect(given).toEqual([{ a: 'a', b: 'b', deep: { n: 1 } }])
      expect(lawsBroken(await next.events(again.runId))).toEqual([])
    }
    await expect(w.engine.resume(again.runId, operator)).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' })
  })

  test('is refused while the run is not over', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('eagle_work', () => ({ value: 'e' }))],
    })
    const runId = await w.run({ goal: 'eagle' })
    await w.pause(runId)
    await expect(w.engine.resume(runId, operator)).rejects.toMatchObject({
      code: 'RUN_NOT_FINISHED',
      params: { status: 'waiting' },
    })
  })
})

describe('an idempotency key', () => {
  test('makes one run of the same request, however often and however close together it comes', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('amber_work', () => ({ value: 'a' }))],
    })
    const asked = { goal: 'amber', idempotencyKey: 'order-1' }
    const ids = await Promise.all([w.run(asked), w.run(asked), w.run(asked)])
    expect(new Set(ids).size).toBe(1)
    await w.end(ids[0] ?? '')
    expect(await w.run(asked)).toBe(ids[0])
    await expect(w.run({ ...asked, context: { other: 1 } })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
    const theirs = await w.run(asked, { ...operator, id: 'operator-2' })
    expect(theirs).not.toBe(ids[0])
    await w.end(theirs)
  })
})

describe('time', () => {
  test('ends what nobody decides by itself, also in the process after the one that asked', async () => {
    const registry = smallRegistry({ expirySeconds: 1 })
    const tools = [scripted('eagle_work', () => ({ value: 'e' }))]
    const store = openStore()
    const life = store.open('first')
    const w = await world({ registry, tools, journal: life.journal, writer: 'first' })
    const runId = await w.run({ goal: 'eagle' })
    await w.pause(runId)
    const { journal } = (await store.until(store.written.length)).open('next')
    life.kill()
    await w.engine.stop(0)
    const next = await world({ registry, tools, journal, writer: 'next' })
    const here = await world({ registry, tools })
    const other = await here.run({ goal: 'eagle' })
    await next.engine.recover()
    for (const end of await Promise.all([next.end(runId), here.end(other)])) {
      expect(end.finished).toMatchObject({
        status: 'failed',
        cause: 'user_approval_timeout',
        skipped: ['s1'],
      })
    }
    expect(lawsBroken(await next.events(runId))).toEqual([])
  })

  test('of work is limited: what does not start in time is skipped, what was done stays done', async () => {
    const tools = [
      scripted('amber_work', () => ({ value: 'a' })),
      scripted('birch_work', () => gate<never>().passed),
    ]
    const w = await world({ registry: smallRegistry({ timeoutSeconds: 3 }), tools })
    const end = await w.end(await w.run({ goal: 'amber, birch, cedar' }))
    expect(end.finished).toMatchObject({ status: 'partial', completed: ['s1'], skipped: ['s2', 's3'] })
    expect(end.finished?.recovery).toBe('resume')
    expect(end.steps['s2']?.error?.mode).toBe('system_timeout')
    expect(end.steps['s3']?.skipReason).toBe('run_timeout')
    expect(end.finished?.cause).toBe('resource_run_timeout')
    expect(lawsBroken(await w.events(end.runId))).toEqual([])
  })

  test('in which only a person can act is not working time', async () => {
    let ahead = 0
    const clock = (): number => Date.now() + ahead
    const tools = [scripted('eagle_work', () => ({ value: 'e' }))]
    const w = await world({ registry: smallRegistry({ timeoutSeconds: 2000 }), tools, clock })
    const runId = await w.run({ goal: 'eagle' })
    const id = pendingOf(await w.pause(runId))
    ahead = 3_000_000
    await w.engine.decide(id, approve, reviewer)
    const { finished } = await w.end(runId)
    expect(finished?.status).toBe('succeeded')
    expect(finished?.duration_ms).toBeGreaterThanOrEqual(3_000_000)
    expect(finished?.active_ms).toBeLessThan(2_000_000)
  })

  test('that passes before an approved call can start makes it ask again', async () => {
    let ahead = 0
    const held = gate<{ value: string }>()
    const tools = [scripted('amber_work', () => held.passed), scripted('eagle_work', () => ({ value: 'e' }))]
    const clock = (): number => Date.now() + ahead
    const settings = { parallelCalls: 1 }
    const w = await world({ registry: smallRegistry({ expirySeconds: 60 }), tools, clock, settings })
    const runId = await w.run({ goal: 'eagle, amber' })
    const asked = await w.when(runId, (state) => pendingOf(state) !== 'none')
    await w.engine.decide(pendingOf(asked), approve, reviewer)
    ahead = 61_000
    held.open({ value: 'a' })
    const again = await w.pause(runId)
    expect(again.steps['s2']?.status).toBe('awaiting_approval')
    await w.engine.decide(pendingOf(again), approve, second)
    expect((await w.end(runId)).finished?.status).toBe('succeeded')
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })

  test('of a retry is kept while another step of the run is still at work', async () => {
    const held = gate<{ value: string }>()
    let tries = 0
    const flaky = scripted('dolphin_work', () => {
      tries += 1
      if (tries === 1) throw new CallError('system_network', 'Down.', { happened: 'no' })
      return { value: 'd' }
    })
    const tools = [scripted('amber_work', () => held.passed), flaky]
    const w = await world({ registry: smallRegistry(), tools, settings: { maxRuns: 1 } })
    const runId = await w.run({ goal: 'amber, dolphin' })
    const beside = await w.when(runId, ({ steps }) => steps['s2']?.status === 'completed')
    expect(beside.steps['s1']?.status).toBe('running')
    held.open({ value: 'a' })
    expect((await w.end(runId)).finished?.status).toBe('succeeded')
  })
})

describe('a goal that cannot be served', () => {
  test('for want of an input is not accepted: the caller hears what is missing, and where to give it', async () => {
    const w = await world({ registry: smallRegistry(), tools: [] })
    await expect(w.run({ goal: 'falcon' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      problems: [
        { path: 'context.lost', message: expect.stringMatching(/^is missing: .*give context\.lost$/) },
      ],
    })
    expect((await w.run({ goal: 'falcon', context: { lost: 'found' } })).length).toBeGreaterThan(0)
  })

  test('ends the run with a sentence about why, before any call', async () => {
    const w = await world({ registry: smallRegistry(), tools: [] })
    const end = await w.end(await w.run({ goal: 'zebra' }))
    expect(end.finished).toMatchObject({
      status: 'failed',
      cause: 'agent_planning',
      calls: 0,
      recovery: 'none',
    })
    expect(end.finished?.message).toMatch(/./)
  })

  test('within its own limits is refused before the first call', async () => {
    const w = await world({ registry: smallRegistry(), tools: [] })
    const end = await w.end(await w.run({ goal: 'amber, birch', limits: { cost: 1.5 } }))
    expect(end.finished).toMatchObject({
      status: 'failed',
      cause: 'policy_budget',
      calls: 0,
      over_budget: [{ scope: 'run', unit: 'cost', requested: 2_000_000, limit: 1_500_000 }],
    })
    expect(only(await w.events(end.runId), 'plan_created')).toEqual([])
    await expect(w.run({ goal: 'amber', limits: { cost: 51 } })).rejects.toMatchObject({
      code: 'LIMIT_LOOSENED',
    })
  })
})

describe('values that flow between steps', () => {
  test('are what was recorded, whatever a tool does to them afterwards', async () => {
    const mine = { value: 'a', deep: { n: 1 } }
    const seen: unknown[] = []
    const spoil = (deep: unknown): void => void Object.assign(deep as object, { n: 'spoilt' })
    const tools = [
      scripted('amber_work', () => mine),
      scripted('birch_work', ({ deep }) => {
        spoil(deep)
        spoil(mine.deep)
        return { value: 'b' }
      }),
      scripted('cedar_work', ({ deep }) => (seen.push(structuredClone(deep)), { value: 'c' })),
    ]
    const w = await world({ registry: smallRegistry(), tools })
    const end = await w.end(await w.run({ goal: 'amber, birch, cedar' }))
    expect(end.finished?.status).toBe('succeeded')
    expect(seen).toEqual([{ n: 1 }])
  })

  test('must be JSON: anything else is an invalid output of that one step', async () => {
    const tools = [
      scripted('amber_work', () => ({ value: 'a', deep: { size: Number.NaN } })),
      scripted('dolphin_work', () => ({ value: 'd' })),
    ]
    const w = await world({ registry: smallRegistry(), tools })
    const end = await w.end(await w.run({ goal: 'amber, dolphin' }))
    expect(end.finished).toMatchObject({ status: 'partial', completed: ['s2'], failed: ['s1'] })
    expect(end.steps['s1']?.error?.mode).toBe('agent_invalid_output')
  })
})
