import { describe, expect, test } from 'vitest'
import { CallError } from '../../src/run/failure.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { lawsBroken } from './laws.ts'
import { gate, smallRegistry } from './small.ts'
import { approve, operator, pendingOf, reviewer, scripted, world } from './world.ts'

const LONG = '{ strategy: linear, base_ms: 3600000, cap_ms: 3600000, jitter: 0, attempts: 3 }'

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))

describe('cancelling a run', () => {
  test('ends it while it is still being planned', async () => {
    const held = gate<void>()
    const rules = rulesPlanner()
    const planner: typeof rules = {
      name: 'rules',
      asks: true,
      plan: async (...asked) => {
        await held.passed
        return rules.plan(...asked)
      },
    }
    const w = await world({ registry: smallRegistry(), tools: [], planner })
    const runId = await w.run({ goal: 'amber' })
    const state = await w.engine.cancel(runId, { by: operator, reason: null })
    expect(state.finished).toMatchObject({
      status: 'cancelled',
      cause: 'user_cancelled',
      completed: [],
      calls: 0,
    })
    held.open()
    await w.end(runId)
    expect((await w.events(runId)).map(({ type }) => type)).toEqual(['run_started', 'run_finished'])
    expect(w.failures).toEqual([])
  })

  test('ends it while it waits in the queue, and the run before it goes on', async () => {
    const held = gate<{ value: string }>()
    const tools = [scripted('amber_work', () => held.passed)]
    const w = await world({ registry: smallRegistry(), tools, settings: { maxRuns: 1 } })
    const [first, queued] = [await w.run({ goal: 'amber' }), await w.run({ goal: 'amber' })]
    await w.when(first, ({ steps }) => steps['s1']?.status === 'running')
    await w.engine.cancel(queued, { by: operator, reason: null })
    held.open({ value: 'a' })
    expect((await w.end(first)).finished?.status).toBe('succeeded')
    expect((await w.end(queued)).finished).toMatchObject({ status: 'cancelled', calls: 0 })
    expect(lawsBroken(await w.events(queued))).toEqual([])
  })

  test('gives up the call under way and tells the tool so', async () => {
    const told = gate<string>()
    const tools = [
      scripted('amber_work', (_, { signal }) => {
        signal.addEventListener('abort', () => told.open('aborted'))
        return untilAborted(signal)
      }),
    ]
    const w = await world({ registry: smallRegistry(), tools })
    const runId = await w.run({ goal: 'amber, birch' })
    await w.when(runId, ({ steps }) => steps['s1']?.status === 'running')
    await w.engine.cancel(runId, { by: operator, reason: null })
    expect(await told.passed).toBe('aborted')
    const end = await w.end(runId)
    expect(end.finished).toMatchObject({
      status: 'cancelled',
      failed: ['s1'],
      skipped: ['s2'],
      cost: 1,
      calls: 1,
    })
    expect(end.steps['s1']?.error?.mode).toBe('user_cancelled')
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })

  test('does not wait for a retry that is due later', async () => {
    const tools = [
      scripted('amber_work', () => {
        throw new CallError('system_network', 'Down.', { happened: 'no' })
      }),
    ]
    const w = await world({ registry: smallRegistry({ retry: LONG }), tools })
    const runId = await w.run({ goal: 'amber' })
    await w.when(runId, ({ steps }) => steps['s1']?.status === 'retrying')
    const end = await w.engine.cancel(runId, { by: operator, reason: null })
    expect(end.finished).toMatchObject({ status: 'cancelled', skipped: ['s1'], calls: 1 })
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })

  test('withdraws what a person was asked for, and says so to whoever decides too late', async () => {
    const w = await world({
      registry: smallRegistry(),
      tools: [scripted('eagle_work', () => ({ value: 'e' }))],
    })
    const runId = await w.run({ goal: 'eagle' })
    const id = pendingOf(await w.pause(runId))
    const end = await w.engine.cancel(runId, { by: operator, reason: null })
    expect(end.finished).toMatchObject({ status: 'cancelled', skipped: ['s1'], calls: 0 })
    await expect(w.engine.decide(id, approve, reviewer)).rejects.toMatchObject({
      code: 'APPROVAL_DECIDED',
      params: { status: 'cancelled' },
    })
    await expect(w.engine.cancel(runId, { by: operator, reason: null })).rejects.toMatchObject({
      code: 'RUN_FINISHED',
    })
  })

  test.each(['happened', 'did_not_happen'] as const)(
    'during a call with effects waits for a person, and starts nothing again when it %s',
    async (outcome) => {
      const tools = [scripted('eagle_work', (_, { signal }) => untilAborted(signal))]
      const w = await world({ registry: smallRegistry(), tools })
      const runId = await w.run({ goal: 'eagle' })
      await w.engine.decide(pendingOf(await w.pause(runId)), approve, reviewer)
      await w.when(runId, ({ steps }) => steps['s1']?.status === 'running')
      const waiting = await w.engine.cancel(runId, { by: operator, reason: null })
      expect(waiting).toMatchObject({
        status: 'waiting',
        finished: null,
        steps: { s1: { status: 'unknown' } },
      })
      await w.engine.reconcile(runId, 's1', {
        outcome,
        output: { value: 'e' },
        reason: 'asked',
        by: reviewer,
      })
      const end = await w.pause(runId)
      const list = outcome === 'happened' ? { completed: ['s1'] } : { skipped: ['s1'] }
      expect(end.finished).toMatchObject({ status: 'cancelled', cost: 1, calls: 1, ...list })
      expect(lawsBroken(await w.events(runId))).toEqual([])
    },
  )
})
