// A process that dies around a call of its planner: before, during and after it. What was reserved is charged at most,
// what was answered is not asked again, nothing stays reserved, and the run ends.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openaiModels } from '../../src/models/openai.ts'
import { llmPlanner } from '../../src/planner/llm/llm.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { tool as score } from '../../src/tools/intelligence/score-account-fit.ts'
import { lawsBroken } from '../engine/laws.ts'
import { openStore, type Store } from '../engine/store.ts'
import { only } from '../engine/story.ts'
import { registryFrom, world, type World } from '../engine/world.ts'
import { CONTEXT, GOAL, KEY, SHIPPED } from './house.ts'
import { GOOD, inTurn, modelServer, plan, says, type ModelServer } from './server.ts'

let server: ModelServer
beforeAll(async () => {
  server = await modelServer(says(GOOD))
})
afterAll(() => server.stop())

/** A process on this journal, with a planner that has learned nothing yet. */
function process(journal: World['journal'], writer: string): Promise<World> {
  const llm = { apiKey: KEY, baseUrl: server.url, model: null }
  const models = openaiModels(llm)
  const offline = rulesPlanner()
  const planners = [llmPlanner({ offline, model: null, prepare: models.prepare })]
  return world({
    registry: registryFrom(SHIPPED),
    tools: [score],
    journal,
    writer,
    planners,
    planner: offline,
    models,
  })
}

const start = (w: World): Promise<string> =>
  w.run({ goal: GOAL, profile: 'demo', context: CONTEXT, planner: 'auto' })

/** The run as the next process finds and ends it. */
async function goOn(store: Store, runId: string) {
  const next = await process(store.open('two').journal, 'two')
  await next.engine.recover()
  const state = await next.end(runId)
  const events = await next.events(runId)
  expect(lawsBroken(events)).toEqual([])
  const accounts = await next.journal.accounts()
  expect(accounts.filter(({ reserved, spent, limit }) => reserved !== 0 || spent > limit)).toEqual([])
  expect(state.finished?.status).toBe('succeeded')
  const calls = only(events, 'llm_call').map(({ data }) => data)
  const most = only(events, 'llm_call_start').reduce((sum, { data }) => sum + data.most.llm_usd, 0)
  const charged = state.budget.find(({ scope, unit }) => scope === 'run' && unit === 'llm_usd')?.spent ?? 0
  expect(charged).toBeLessThanOrEqual(most)
  return { calls, events }
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
