// What a plan may take of language models at most stands in it, is said by every surface, and is never exceeded, whichever
// step or rule asks, and whenever its process dies.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mostText } from '../../src/cli/show-plan.ts'
import { openaiModels } from '../../src/models/openai.ts'
import { llmPlanner } from '../../src/planner/llm/llm.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { planDraftSchema } from '../../src/registry/plan/draft.ts'
import { isTooLong, ofPlanning, ofToolCall } from '../../src/run/calls/question-most.ts'
import { CallError } from '../../src/run/failure.ts'
import { tool as draft } from '../../src/tools/engagement/draft-outbound-message.ts'
import { tool as score } from '../../src/tools/intelligence/score-account-fit.ts'
import { promisesBroken } from '../engine/plan-promises.ts'
import { openStore, type Store } from '../engine/store.ts'
import { only } from '../engine/story.ts'
import { approve, isPaused, pendingOf, registryFrom, reviewer, scripted, world } from '../engine/world.ts'
import type { World } from '../engine/world.ts'
import { DRAFT_ANSWER, DRAFT_CONTEXT, KEY, withLlm } from './asked.ts'
import { GOOD, modelServer, plan, proposed, says, type ModelServer } from './server.ts'

let server: ModelServer
beforeAll(async () => {
  server = await modelServer(says(GOOD))
})
afterAll(() => server.stop())

const REGISTRY_TEXT = withLlm('{ planner: plan, model: gpt-4o-mini, share: values, attempts: 2 }')
const REGISTRY = registryFrom(REGISTRY_TEXT)
const SPEC = REGISTRY.models['gpt-4o-mini']

function process(journal: World['journal'], writer: string, registry = REGISTRY): Promise<World> {
  const models = openaiModels({ apiKey: KEY, baseUrl: server.url, model: null })
  const offline = rulesPlanner()
  const toolAsking = { model: null, prepare: models.prepare }
  const facts = scripted('normalize_account_record', () => {
    throw new CallError('agent_bug', 'as the test says')
  })
  const tools = [score, draft, facts]
  const planners = [llmPlanner({ offline, ...toolAsking })]
  return world({ registry, tools, journal, writer, planners, planner: offline, models, toolAsking })
}

/** A step that asks for better words, one that fails, and a rule that has the model plan what is left. */
const PLAN = planDraftSchema.parse({
  description: 'Score the account',
  steps: [
    { id: 'letter', tool: 'draft_outbound_message' },
    { id: 'facts', tool: 'normalize_account_record', inputs: { account_data: 'context.account' } },
  ],
  replan: { at_most: 1, rules: [{ on: 'failed', steps: ['facts'], ask: 'planner' }] },
})

const asked = { goal: undefined, plan: PLAN, profile: 'demo', context: DRAFT_CONTEXT } as const

async function toEnd(w: World, runId: string) {
  for (;;) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return { state, events: await w.events(runId) }
    await w.engine.decide(pendingOf(state), approve, reviewer)
  }
}

/** A plan where one is asked for, and better words. */
const answers = (): void =>
  server.answers((response, received, nth) =>
    says(received.text.includes('You plan the work') ? GOOD : DRAFT_ANSWER)(response, received, nth),
  )

test('what steps and rules may ask a model for is certified, and that is never exceeded', async () => {
  answers()
  if (SPEC === undefined) throw new Error('no model')
  const [tool, planning] = [ofToolCall(SPEC, 2), ofPlanning(SPEC, 2)]
  const store = openStore()
  const w = await process(store.open('one').journal, 'one')
  const before = server.received.length
  const runId = await w.run(asked)
  const { state, events } = await toEnd(w, runId)
  expect(promisesBroken(events, state)).toEqual([])
  const [first, second] = only(events, 'plan_created').map(({ data }) => data)
  const letter = first?.steps.find(({ step_id }) => step_id === 'letter')
  expect(letter?.asks).toEqual(tool)
  // The letter with each of its attempts; and another planning with a plan as large.
  const attempts = letter?.retry.attempts ?? 0
  const tokens = attempts * tool.llm_tokens * 2 + planning.llm_tokens
  expect(first?.worst_case).toMatchObject({ llm_tokens: tokens })
  expect(first?.worst_case.llm_usd).toBeCloseTo((attempts * tool.llm_usd * 2 + planning.llm_usd) / 1e6, 6)
  expect([second?.cause, second?.planner]).toEqual(['planner', 'llm'])
  const calls = only(events, 'llm_call').map(({ data }) => data)
  expect(calls.map(({ purpose }) => purpose).sort()).toEqual(['decompose', 'improve'])
  expect(server.received.length - before).toBe(2)
  // Nothing is certified of models for a plan in which nobody asks one.
  const plain = await w.engine.preview({
    goal: 'Score the account',
    profile: 'demo',
    context: DRAFT_CONTEXT,
    planner: 'rules',
  })
  expect(plain.worstCase).not.toHaveProperty('llm_tokens')
})

/** In calls, cost and approvals there is room for a draft, but nobody asks a model. */
const ASKS_NOBODY = planDraftSchema.parse({
  steps: [
    { id: 'fit', tool: 'score_account_fit' },
    { id: 'facts', tool: 'normalize_account_record', inputs: { account_data: 'context.account' } },
  ],
  replan: { at_most: 1, rules: [{ on: 'failed', steps: ['facts'], ask: 'planner' }] },
})
const REVIEWED = REGISTRY_TEXT.replaceAll('[execute, propose]', '[execute, propose, read-only]')

test('a plan that might ask a model for more than is certified is not adopted by a rule', async () => {
  const draft = proposed('one', 'draft_outbound_message', {
    template: 'context.template',
    prospect_data: 'context.prospect',
    improve: 'context.improve',
  })
  server.answers(says(plan(draft)))
  const w = await process(openStore().open('one').journal, 'one', registryFrom(REVIEWED))
  const runId = await w.run({ ...asked, plan: ASKS_NOBODY })
  const { state, events } = await toEnd(w, runId)
  expect(promisesBroken(events, state)).toEqual([])
  expect(only(events, 'llm_call').map(({ data }) => data.outcome)).toEqual(['success'])
  expect(only(events, 'rule_checked').map(({ data }) => data.outcome)).toEqual(['over_budget'])
  expect(only(events, 'plan_created')).toHaveLength(1)
  expect(state.finished?.status).toBe('partial')
})

/** The run as the next process finds and ends it. */
async function goOn(store: Store, runId: string) {
  const w = await process(store.open('two').journal, 'two')
  await w.engine.recover()
  return toEnd(w, runId)
}

test('a planner that is asked again by a rule survives its process at any append', async () => {
  answers()
  const first = openStore()
  const w = await process(first.open('one').journal, 'one')
  const runId = await w.run(asked)
  const whole = await toEnd(w, runId)
  const begun = first.written.findIndex(({ append }) => append.runId === runId)
  for (let appends = begun + 1; appends < first.written.length; appends += 1) {
    const before = server.received.length
    const { state, events } = await goOn(await first.until(appends), runId)
    expect(promisesBroken(events, state)).toEqual([])
    expect(state.finished?.status).toBe(whole.state.finished?.status)
    expect(only(events, 'plan_created').map(({ data }) => data.cause)).toEqual([undefined, 'planner'])
    const ends = only(events, 'llm_call').map(({ data }) => data)
    // What was answered before is not asked again; what was lost is charged and asked once more.
    const lost = ends.filter(({ outcome }) => outcome === 'unknown').length
    expect(ends.length - lost).toBe(2)
    expect(server.received.length - before).toBeLessThanOrEqual(2)
    const spent = ends.reduce((sum, { cost_micro_usd }) => sum + cost_micro_usd, 0)
    const certified = only(events, 'plan_created')[0]?.data.worst_case.llm_usd ?? 0
    expect(spent / 1e6).toBeLessThanOrEqual(certified)
    // One budget for all revisions.
    const account = state.budget.find(({ scope, unit }) => scope === 'run' && unit === 'llm_usd')
    expect(account).toMatchObject({ spent, reserved: 0 })
  }
})

test('a question that is longer than what is certified is not asked', () => {
  if (SPEC === undefined) throw new Error('no model')
  const { llm_tokens, llm_usd } = ofToolCall(SPEC, 1)
  const one = { llm_tokens: llm_tokens / 3, llm_usd: llm_usd / 3 }
  expect(isTooLong('tool', one, SPEC)).toBe(false)
  expect(isTooLong('tool', { ...one, llm_tokens: one.llm_tokens + 1 }, SPEC)).toBe(true)
})

test('the command line says what a plan may take of models, where it may take anything', () => {
  const most = { calls: 4, cost: 1.5, approvals: 1 }
  expect(mostText(most)).toBe('4 calls, 1.5 cost units, 1 approval')
  expect(mostText({ ...most, llm_tokens: 220_608, llm_usd: 0.0438 })).toBe(
    '4 calls, 1.5 cost units, 1 approval, 220608 tokens, $0.043800',
  )
})
