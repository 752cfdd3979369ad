// Planners that are not to be trusted: one that hangs, one that rejects, one that is asked for and then not needed.
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import type { Planner, PlanResult } from '../../src/planner/planner.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { lawsBroken } from './laws.ts'
import { gate, smallRegistry } from './small.ts'
import { openStore } from './store.ts'
import { only } from './story.ts'
import { approve, operator, reviewer, scripted, world, type WorldOptions } from './world.ts'

const tools = [scripted('amber_work', () => ({ value: 'a' }))]

/** A planner that asks somebody else, and what became of its question. */
function askingPlanner(plan: (signal: AbortSignal) => Promise<PlanResult>): Planner {
  return { name: 'llm', asks: true, plan: (_, signal) => plan(signal) }
}

const hanging = (): Promise<never> => new Promise(() => undefined)

const open = (planner: Planner, more: Partial<WorldOptions> = {}) =>
  world({ registry: smallRegistry(), tools, planners: [planner], settings: { planTimeoutMs: 50 }, ...more })

describe('a planner that gives no plan', () => {
  test.each([
    ['hangs', 'timeout', hanging],
    ['rejects', 'unavailable', () => Promise.reject(new Error('the wire is cut'))],
    [
      'throws at once',
      'unavailable',
      () => {
        throw new TypeError('no such thing')
      },
    ],
  ] as const)('and %s is replaced by the one that asks nobody: %s', async (_, reason, plan) => {
    const w = await open(askingPlanner(plan))
    for (const planner of ['auto', 'llm'] as const) {
      const runId = await w.run({ goal: 'amber', planner })
      expect((await w.end(runId)).finished?.status).toBe('succeeded')
      const events = await w.events(runId)
      const [created] = only(events, 'plan_created')
      expect(created?.data).toMatchObject({ planner: 'rules', fallback_reason: reason })
      expect(lawsBroken(events)).toEqual([])
    }
    const request = { goal: 'amber', profile: 'test', context: {}, planner: 'auto' } as const
    expect(await w.engine.preview(request)).toMatchObject({ planner: 'rules' })
    expect(w.failures).toEqual([])
  })

  test('takes half of the time of the run at most, so that the plan is carried out', async () => {
    const registry = smallRegistry({ timeoutSeconds: 8 })
    const w = await open(askingPlanner(hanging), { registry, settings: { planTimeoutMs: 60_000 } })
    const runId = await w.run({ goal: 'amber', planner: 'auto' })
    const { finished } = await w.end(runId)
    expect(finished?.status).toBe('succeeded')
    expect(finished?.active_ms).toBeLessThan(8000)
  })

  const broken = (): never => {
    throw new Error('broken')
  }
  test.each<[string, Partial<Planner>]>([
    ['rejects', { plan: () => Promise.reject(new Error('broken')) }],
    ['throws where it plans at once', { plan: hanging, planNow: broken }],
  ])('ends the run with that reason where it is the last one and %s', async (_, failing) => {
    const last: Planner = { name: 'rules', asks: false, plan: hanging, ...failing }
    const w = await world({ registry: smallRegistry(), tools, planner: last })
    const runId = await w.run({ goal: 'amber' })
    expect((await w.end(runId)).finished).toMatchObject({
      status: 'failed',
      cause: 'agent_planning',
      message: 'The planner gave no answer.',
    })
    expect(w.failures).toEqual([])
  })

  test('is told so when the run is cancelled', async () => {
    const told = gate<string>()
    const begun = gate<true>()
    const planner = askingPlanner(
      (signal) =>
        new Promise(() => {
          begun.open(true)
          signal.addEventListener('abort', () => told.open('aborted'))
        }),
    )
    const w = await open(planner, { settings: { planTimeoutMs: 60_000 } })
    const runId = await w.run({ goal: 'amber', planner: 'auto' })
    // Whoever was not asked yet is not asked any more.
    await begun.passed
    await w.engine.cancel(runId, { by: operator, reason: null })
    expect(await told.passed).toBe('aborted')
    expect((await w.end(runId)).finished?.status).toBe('cancelled')
  })
})

describe('a run without a plan', () => {
  test('ends when its time is over, although its planner still hangs', async () => {
    let now = Date.UTC(2026, 0, 1)
    const told = gate<string>()
    const planner = askingPlanner(
      (signal) => new Promise(() => signal.addEventListener('abort', () => told.open('aborted'))),
    )
    const w = await open(planner, {
      clock: () => now,
      settings: { planTimeoutMs: 60_000 },
      registry: smallRegistry({ timeoutSeconds: 100 }),
    })
    const runId = await w.run({ goal: 'amber', planner: 'auto' })
    now += 100_000
    // Anybody who comes to it finds it out; the timer of the run would, too.
    const approvalId = `apr_${runId.slice('run_'.length)}_1`
    await expect(w.engine.decide(approvalId, approve, reviewer)).rejects.toMatchObject({
      code: 'APPROVAL_NOT_FOUND',
    })
    expect((await w.end(runId)).finished).toMatchObject({ status: 'failed', cause: 'resource_run_timeout' })
    expect(await told.passed).toBe('aborted')
    expect(lawsBroken(await w.events(runId))).toEqual([])
  })

  test('whose goal has been erased is not planned for the word null', async () => {
    const store = openStore()
    const life = store.open('one')
    const w = await open(askingPlanner(hanging), {
      journal: life.journal,
      settings: { planTimeoutMs: 60_000 },
    })
    const runId = await w.run({ goal: 'amber', planner: 'auto' })
    life.kill()
    const { journal } = store.open('two')
    const erased: Journal = {
      ...journal,
      payload: async (id, digest) => (id === runId ? null : journal.payload(id, digest)),
    }
    const next = await world({
      registry: smallRegistry(),
      tools,
      journal: erased,
      writer: 'two',
      planner: rulesPlanner(),
    })
    await next.engine.recover()
    expect((await next.end(runId)).finished).toMatchObject({
      status: 'failed',
      message: 'The goal of the run has been erased.',
    })
  })
})
