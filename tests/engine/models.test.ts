// Calls of language models under the same laws as those of tools: intent and reservation before the request, outcome
// and settlement before the answer, nothing asked without budget, and nothing left reserved when a process dies.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openControl } from '../../src/engine/control.ts'
import type { EngineContext } from '../../src/engine/context.ts'
import { createFreezes } from '../../src/engine/commands/freezes.ts'
import { createOverlay } from '../../src/engine/slots/overlay.ts'
import { createRegistries } from '../../src/engine/registries.ts'
import { cancel } from '../../src/engine/commands/commands.ts'
import { startRun } from '../../src/engine/commands/start.ts'
import { createRunClock } from '../../src/engine/worker/run-clock.ts'
import { openStops } from '../../src/engine/worker/stops.ts'
import { createWorker } from '../../src/engine/worker/worker.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import type { ModelOutcome, ModelRequest } from '../../src/models/model.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { said, request, scriptedModels, silent, type ScriptedModels } from './scripted-models.ts'
import { gate } from './small.ts'
import { openStore } from './store.ts'
import { only } from './story.ts'
import { operator, partsOf, registryFrom, scripted, typesOf } from './world.ts'

const registryOf = (tokens: number) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: governance, description: amber, outputs: { value: { type: string } }, cost: 1 }
profiles:
  test:
    allowed_tools: [amber_work]
    approval_required: [execute]
    budget:
      run: { calls: 9, llm_tokens: ${tokens}, llm_usd: 1 }
      domain: { governance: { llm_tokens: 100000 } }
      tenant: { llm_usd: 5 }
    timeout_seconds: 30
`)

type House = {
  readonly context: EngineContext
  readonly journal: Journal
  readonly failures: unknown[]
  /** Accepts a run whose only step is under way until it is let go. */
  readonly start: () => Promise<string>
  readonly ask: (runId: string, asked?: ModelRequest) => Promise<ModelOutcome | null>
  readonly letGo: () => void
  readonly end: (runId: string) => Promise<RunState>
}

async function house(
  models: ScriptedModels,
  given: { readonly journal?: Journal; readonly writer?: string; readonly tokens?: number } = {},
): Promise<House> {
  const held = gate<{ value: string }>()
  const registry = registryOf(given.tokens ?? 1000)
  const failures: unknown[] = []
  const { journal = memoryJournal(), writer = 'one' } = given
  const parts = partsOf({ registry, tools: [], models, journal, writer }, (error) => failures.push(error))
  const control = await openControl(parts)
  const tools = new Map([['amber_work', scripted('amber_work', () => held.passed)]])
  const about = { parts, control, overlay: createOverlay(parts, control) }
  const guards = () => Promise.reject(new Error('no adapter is called'))
  const first = { registry, installed: { tools, adapters: new Map() } }
  const registries = await createRegistries({ ...about, guards }, first)
  const clock = createRunClock(parts)
  const worker = createWorker(parts, { registries, clock, stops: await openStops(parts) })
  const context = { parts, registries, freezes: createFreezes(control), worker, clock }
  const goal = {
    goal: 'amber',
    profile: 'test',
    context: {},
    planner: 'rules',
    tenant: 'team',
    limits: {},
  } as const
  return {
    context,
    journal,
    failures,
    start: async () =>
      (await startRun(context, { ...goal, idempotencyKey: null, traceparent: null }, operator)).runId,
    ask: (runId, asked = request()) =>
      new Promise((resolve, reject) => {
        worker.tell(runId, { kind: 'asked', request: asked, asker: null, listener: resolve }).catch(reject)
      }),
    letGo: () => held.open({ value: 'a' }),
    end: async (runId) => {
      for (;;) {
        const position = journal.position()
        const state = await worker.load(runId)
        if (state.finished !== null) return state
        await journal.changed(position, AbortSignal.timeout(5000))
      }
    },
  }
}

const accountsOf = async (journal: Journal, unit: string) =>
  (await journal.accounts()).filter((account) => account.unit === unit)

describe('a model that is asked', () => {
  test('is asked after the intent and its reservations are durable, and charged what it used', async () => {
    let before: string[] = []
    const models = scriptedModels(async (_, signal) => {
      before = typesOf(await h.journal.read(runId))
      expect(signal.aborted).toBe(false)
      expect((await accountsOf(h.journal, 'llm_tokens')).map(({ reserved }) => reserved)).toEqual([100, 100])
      return said(40, 200)
    })
    const h = await house(models)
    const runId = await h.start()
    expect(await h.ask(runId)).toMatchObject({ outcome: 'success', answer: { tokens: 40 } })
    expect(before.at(-1)).toBe('llm_call_start')
    const open = await h.context.worker.load(runId)
    expect(Object.keys(open.openCalls)).toEqual(['s1/1'])
    expect(
      (await accountsOf(h.journal, 'llm_tokens')).map(({ spent, reserved }) => [spent, reserved]),
    ).toEqual([
      [40, 0],
      [40, 0],
    ])
    h.letGo()
    const state = await h.end(runId)
    expect(state.finished?.status).toBe('succeeded')
    const events = await h.journal.read(runId)
    expect(lawsBroken(events)).toEqual([])
    const [call] = only(events, 'llm_call')
    expect(call?.data).toMatchObject({
      call_id: 'm1',
      usage: 'reported',
      input_tokens: 40,
      cost_micro_usd: 200,
    })
    expect(await h.journal.payload(runId, call?.data.answer ?? '')).toBe('{"tokens":40}')
    expect(only(events, 'budget_updated').filter(({ data }) => data.call_id === 'm1')).toHaveLength(2)
  })

  test('is charged what was reserved where nobody reports its use, and never more than that', async () => {
    const answers = [silent, said(9_999, 9_999)]
    const models = scriptedModels(() => answers.shift() ?? silent)
    const h = await house(models)
    const runId = await h.start()
    await h.ask(runId)
    await h.ask(runId)
    h.letGo()
    await h.end(runId)
    const events = await h.journal.read(runId)
    expect(lawsBroken(events)).toEqual([])
    expect(only(events, 'llm_call').map(({ data }) => [data.call_id, data.usage, data.input_tokens])).toEqual(
      [
        ['m1', 'assumed', 100],
        ['m2', 'reported', 9_999],
      ],
    )
    const [tenant] = await accountsOf(h.journal, 'llm_usd')
    expect(tenant).toMatchObject({ scope: 'tenant', spent: 1000, reserved: 0 })
  })

  test('is not asked without budget: the refusal is recorded, and the run goes on', async () => {
    const models = scriptedModels(() => said(1, 1))
    const h = await house(models, { tokens: 150 })
    const runId = await h.start()
    const held = h.ask(runId, request({ most: { llm_tokens: 100, llm_usd: 1 } }))
    const answers = await Promise.all([
      held,
      h.ask(runId),
      h.ask(runId, request({ most: { llm_tokens: 20, llm_usd: 1 } })),
    ])
    expect(answers.map((answer) => answer !== null)).toEqual([true, false, true])
    expect(models.asked).toHaveLength(2)
    h.letGo()
    expect((await h.end(runId)).finished).toMatchObject({ status: 'succeeded', cause: null })
    const events = await h.journal.read(runId)
    expect(only(events, 'budget_exceeded').map(({ data }) => [data.scope, data.unit, data.step_id])).toEqual([
      ['run', 'llm_tokens', null],
    ])
    expect(lawsBroken(events)).toEqual([])
  })

  test('is given up when the run is cancelled: charged as reserved, and the asker hears that there is no answer', async () => {
    const aborted = gate<string>()
    const models = scriptedModels(
      (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.open('aborted')
            resolve(said(1, 1))
          })
        }),
    )
    const h = await house(models)
    const runId = await h.start()
    const answer = h.ask(runId)
    while (models.asked.length === 0) await new Promise(setImmediate)
    const state = await cancel(h.context, runId, { by: operator, reason: null })
    expect(state.finished?.status).toBe('cancelled')
    expect([await answer, await aborted.passed]).toEqual([null, 'aborted'])
    const events = await h.journal.read(runId)
    expect(only(events, 'llm_call').map(({ data }) => [data.outcome, data.usage])).toEqual([
      ['cancelled', 'assumed'],
    ])
    expect(lawsBroken(events)).toEqual([])
    expect((await accountsOf(h.journal, 'llm_usd')).map(({ spent, reserved }) => [spent, reserved])).toEqual([
      [500, 0],
    ])
  })

  test('that was asked by a process that is gone is settled at what was reserved, before anything else', async () => {
    const store = openStore()
    const life = store.open('one')
    const models = scriptedModels(() => new Promise(() => undefined))
    const h = await house(models, { journal: life.journal })
    const runId = await h.start()
    void h.ask(runId)
    while (models.asked.length === 0) await new Promise(setImmediate)
    life.kill()
    const again = await house(models, { journal: store.open('two').journal, writer: 'two' })
    again.letGo()
    again.context.worker.queue(runId)
    const state = await again.end(runId)
    expect(state.finished?.status).toBe('succeeded')
    expect(models.asked).toHaveLength(1)
    const events = await again.journal.read(runId)
    const [call] = only(events, 'llm_call')
    expect(call?.data).toMatchObject({
      outcome: 'unknown',
      usage: 'assumed',
      input_tokens: 100,
      cost_micro_usd: 500,
    })
    expect(lawsBroken(events)).toEqual([])
    expect([h.failures, again.failures]).toEqual([[], []])
  })

  test('keeps every limit, whatever it is asked and answers, in any order, with a crash at any append', async () => {
    const asks = fc.array(
      fc.record({ most: fc.integer({ min: 1, max: 90 }), used: fc.nat(120), reports: fc.boolean() }),
      { minLength: 1, maxLength: 6 },
    )
    await fc.assert(
      fc.asyncProperty(asks, fc.integer({ min: 50, max: 250 }), async (todo, tokens) => {
        const plan = [...todo]
        const models = scriptedModels(() => {
          const next = plan.shift()
          return next?.reports === true ? said(next.used, next.used) : silent
        })
        const store = openStore()
        const h = await house(models, { journal: store.open('one').journal, tokens })
        const runId = await h.start()
        await Promise.all(
          todo.map(({ most }) => h.ask(runId, request({ most: { llm_tokens: most, llm_usd: most } }))),
        )
        h.letGo()
        expect((await h.end(runId)).finished?.status).toBe('succeeded')
        const events = await h.journal.read(runId)
        expect(lawsBroken(events)).toEqual([])
        for (const { data } of only(events, 'budget_updated'))
          for (const { spent, reserved, limit } of data.accounts)
            expect(spent + reserved).toBeLessThanOrEqual(limit)
        for (let appends = 2; appends < store.written.length; appends += 1) {
          const cut = await store.until(appends)
          const after = await house(models, { journal: cut.open('two').journal, writer: 'two', tokens })
          after.letGo()
          after.context.worker.queue(runId)
          await after.end(runId)
          expect(lawsBroken(await after.journal.read(runId))).toEqual([])
          expect((await after.journal.accounts()).every(({ reserved }) => reserved === 0)).toBe(true)
        }
      }),
      { numRuns: 15 },
    )
  })
})
