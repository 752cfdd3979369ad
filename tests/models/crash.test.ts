// A process that dies around a call of its planner: before, during and after it. What was reserved is charged at most,
// what was answered is not asked again, nothing stays reserved, and the run ends.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openaiModels } from '../../src/models/openai.ts'
import { llmPlanner } from '../../src/planner/llm/llm.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { tool as draft } from '../../src/tools/engagement/draft-outbound-message.ts'
import { tool as score } from '../../src/tools/intelligence/score-account-fit.ts'
import { lawsBroken } from '../engine/laws.ts'
import { openStore, type Store } from '../engine/store.ts'
import { only } from '../engine/story.ts'
import { registryFrom, world, type World } from '../engine/world.ts'
import { CONTEXT, DRAFT_ANSWER, DRAFT_CONTEXT, DRAFT_GOAL, GOAL, KEY, SHIPPED, withLlm } from './asked.ts'
import { GOOD, inTurn, modelServer, plan, says, type ModelServer } from './server.ts'

let server: ModelServer
beforeAll(async () => {
  server = await modelServer(says(GOOD))
})
afterAll(() => server.stop())

/** Plans by itself; what it asks a model for is a better draft. */
const SHARING = withLlm('{ planner: "off", model: gpt-4o-mini, share: values }')

/** A process on this journal, whose client has learned nothing yet. */
function process(journal: World['journal'], writer: string, registry = SHIPPED): Promise<World> {
  const models = openaiModels({ apiKey: KEY, baseUrl: server.url, model: null })
  const offline = rulesPlanner()
  const toolAsking = { model: null, prepare: models.prepare }
  const planners = [llmPlanner({ offline, ...toolAsking })]
  return world({
    registry: registryFrom(registry),
    tools: [score, draft],
    journal,
    writer,
    planners,
    planner: offline,
    models,
    toolAsking,
  })
}

const start = (w: World): Promise<string> =>
  w.run({ goal: GOAL, profile: 'demo', context: CONTEXT, planner: 'auto' })

const startDraft = (w: World): Promise<string> =>
  w.run({ goal: DRAFT_GOAL, profile: 'demo', context: DRAFT_CONTEXT, planner: 'auto' })

/** What is asked and charged; nothing stays reserved, and no limit is passed. */
async function booked(w: World, runId: string) {
  const state = await w.engine.state(runId)
  const events = await w.events(runId)
  expect(lawsBroken(events)).toEqual([])
  const accounts = await w.journal.accounts()
  expect(accounts.filter(({ reserved, spent, limit }) => reserved !== 0 || spent > limit)).toEqual([])
  const calls = only(events, 'llm_call').map(({ data }) => data)
  const most = only(events, 'llm_call_start').reduce((sum, { data }) => sum + data.most.llm_usd, 0)
  const charged = state.budget.find(({ scope, unit }) => scope === 'run' && unit === 'llm_usd')?.spent ?? 0
  expect(charged).toBeLessThanOrEqual(most)
  return { state, events, calls }
}

/** The run as the next process finds and ends it. */
async function goOn(store: Store, runId: string) {
  const next = await process(store.open('two').journal, 'two')
  await next.engine.recover()
  await next.end(runId)
  const { state, events, calls } = await booked(next, runId)
  expect(state.finished?.status).toBe('succeeded')
  return { calls, events }
}

/** The same of a run whose draft waits for a person. */
async function goOnDrafting(store: Store, runId: string) {
  const next = await process(store.open('two').journal, 'two', SHARING)
  await next.engine.recover()
  const { steps } = await next.pause(runId)
  const step = Object.values(steps).find(({ plan: { tool } }) => tool === 'draft_outbound_message')
  const body = await next.journal.payload(runId, step?.output ?? '')
  expect(JSON.parse(body ?? 'null')).toMatchObject({ written_by: 'model' })
  return booked(next, runId)
}

describe('a process that dies', () => {
  test('at any append leaves what the next one can end', async () => {
    server.answers((response, received, nth) => inTurn(says(plan()), says(GOOD))(response, received, nth))
    const first = openStore()
    const w = await process(first.open('one').journal, 'one')
    const runId = await start(w)
    await w.end(runId)
    const begun = first.written.findIndex(({ append }) => append.runId === runId)
    for (let appends = begun + 1; appends < first.written.length; appends += 1) {
      server.answers(says(GOOD))
      const { calls } = await goOn(await first.until(appends), runId)
      expect(calls.length).toBeGreaterThan(0)
    }
  })

  test('during a call has it charged as reserved, and the next one asks again', async () => {
    const asked = Promise.withResolvers<void>()
    server.answers(() => asked.resolve())
    const store = openStore()
    const life = store.open('one')
    const w = await process(life.journal, 'one')
    const runId = await start(w)
    await asked.promise
    life.kill()
    server.answers(says(GOOD))
    const { calls } = await goOn(store, runId)
    expect(calls.map(({ outcome, usage }) => [outcome, usage])).toEqual([
      ['unknown', 'assumed'],
      ['success', 'reported'],
    ])
  })

  test('after an answer has it kept: the next one is told the same, and asks only what is new', async () => {
    const before = server.received.length
    const asked = Promise.withResolvers<void>()
    server.answers((response, received, nth) => {
      if (nth - before === 1) says('no plan')(response, received, nth)
      else asked.resolve()
    })
    const store = openStore()
    const life = store.open('one')
    const w = await process(life.journal, 'one')
    const runId = await start(w)
    await asked.promise
    life.kill()
    server.answers(says(GOOD))
    const { calls } = await goOn(store, runId)
    expect(calls.map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
      ['decompose', 'success'],
      ['repair', 'unknown'],
      ['repair', 'success'],
    ])
  })
})

describe('a process that dies while a tool asks', () => {
  test('leaves at any append what the next one can end, with the words of the model', async () => {
    server.answers(says(DRAFT_ANSWER))
    const first = openStore()
    const w = await process(first.open('one').journal, 'one', SHARING)
    const runId = await startDraft(w)
    await w.pause(runId)
    const begun = first.written.findIndex(({ append }) => append.runId === runId)
    for (let appends = begun + 1; appends <= first.written.length; appends += 1) {
      const asked = server.received.length
      const { calls } = await goOnDrafting(await first.until(appends), runId)
      // Once, or once more where the first answer was lost with its process.
      const lost = calls.filter(({ outcome }) => outcome === 'unknown').length
      expect(calls.length - lost).toBe(1)
      expect(server.received.length - asked).toBeLessThanOrEqual(1)
    }
    const asked = server.received.length
    await goOnDrafting(first, runId)
    expect(server.received.length).toBe(asked)
  })

  test('leaves a call that is charged as reserved, and made again', async () => {
    const asked = Promise.withResolvers<void>()
    server.answers(() => asked.resolve())
    const store = openStore()
    const life = store.open('one')
    const w = await process(life.journal, 'one', SHARING)
    const runId = await startDraft(w)
    await asked.promise
    life.kill()
    server.answers(says(DRAFT_ANSWER))
    const { calls } = await goOnDrafting(store, runId)
    expect(calls.map(({ outcome, usage, tool }) => [outcome, usage, tool])).toEqual([
      ['unknown', 'assumed', 'draft_outbound_message'],
      ['success', 'reported', 'draft_outbound_message'],
    ])
  })
})
