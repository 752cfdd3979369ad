// Runs of plans that were given: by the caller, or by a playbook of the registry.
import { expect, test } from 'vitest'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import { operator, registryFrom, scripted, typesOf, world } from './world.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 2000, retry: none }
tools:
  find_facts:
    domain: engagement
    description: Finds.
    inputs: { name: { type: string, required: true }, mood: { type: string } }
    outputs: { facts: { type: object }, best: { type: string } }
    binds: { name: context.name, mood: context.mood }
    cost: 1
  tell_customer:
    domain: engagement
    description: Tells.
    inputs: { text: { type: string, required: true } }
    outputs: { by: { type: string } }
    binds: { text: find_facts.best }
    cost: 1
profiles:
  test: { allowed_tools: [find_facts, tell_customer], budget: { run: { calls: 3 } }, timeout_seconds: 30 }
playbooks:
  good_news:
    description: Finds the news and tells it.
    inputs: { name: { type: string, required: true }, mood: { type: string } }
    steps:
      - { id: news, tool: find_facts, inputs: { mood: context.mood } }
      - { id: word, tool: tell_customer }
`

type Seen = Record<string, unknown>[]

function toolsOf(seen: Seen, fails: (call: number) => boolean = () => false) {
  const record = (name: string, output: Record<string, unknown>) =>
    scripted(name, (input) => {
      seen.push({ tool: name, ...input })
      if (fails(seen.length)) throw new TypeError('as the test says')
      return output
    })
  return [
    record('find_facts', { facts: { city: 'Ulm' }, best: 'growth' }),
    record('tell_customer', { by: 'hand' }),
  ]
}

const plan = (draft: PlanDraftInput) => ({ goal: undefined, plan: planDraftSchema.parse(draft) })

const TWO: PlanDraftInput = {
  description: 'Two steps',
  steps: [
    { id: 'news', tool: 'find_facts', inputs: { name: { value: 'Acme' } } },
    { id: 'word', tool: 'tell_customer', inputs: { text: ['news.facts.town', 'news.facts.city'] } },
  ],
}

test('a plan of the caller is carried out as it says, its values in no event, and resumed with them', async () => {
  const seen: Seen = []
  const w = await world({ registry: registryFrom(REGISTRY), tools: toolsOf(seen, (call) => call === 2) })
  const first = await w.run(plan(TWO))
  expect((await w.end(first)).status).toBe('partial')
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, end.planner, end.plan?.planner]).toEqual(['succeeded', 'caller', 'caller'])
  expect(seen).toEqual([
    { tool: 'find_facts', name: 'Acme' },
    { tool: 'tell_customer', text: 'Ulm' },
    { tool: 'tell_customer', text: 'Ulm' },
  ])
  for (const id of [first, runId]) {
    const events = await w.events(id)
    expect(JSON.stringify(events)).not.toContain('Acme')
    expect(lawsBroken(events)).toEqual([])
  }
})

test('a playbook is carried out by its name, with what the context may leave out', async () => {
  const seen: Seen = []
  const w = await world({ registry: registryFrom(REGISTRY), tools: toolsOf(seen) })
  const runId = await w.run({ goal: undefined, playbook: 'good_news', context: { name: 'Acme' } })
  const end = await w.end(runId)
  expect([end.status, end.playbook, end.plan?.planner]).toEqual(['succeeded', 'good_news', 'playbook'])
  expect(seen).toEqual([
    { tool: 'find_facts', name: 'Acme' },
    { tool: 'tell_customer', text: 'growth' },
  ])
  const [started] = only(await w.events(runId), 'run_started')
  expect(started?.data.playbook).toBe('good_news')
})

test('a plan with a problem is refused before there is a run, and so is what names nothing or two things', async () => {
  const w = await world({ registry: registryFrom(REGISTRY), tools: toolsOf([]) })
  const before = w.journal.position()
  const refusal = (request: Parameters<typeof w.run>[0]) => w.run(request).catch((error: unknown) => error)
  expect(await refusal(plan({ steps: [{ tool: 'scream' }] }))).toMatchObject({ code: 'PLAN_INVALID' })
  expect(await refusal({ goal: undefined, playbook: 'bad_news' })).toMatchObject({
    code: 'UNKNOWN_PLAYBOOK',
    message: 'bad_news is not a playbook. Known: good_news.',
  })
  expect(await refusal({ goal: undefined, playbook: 'good_news' })).toMatchObject({
    code: 'PLAN_INVALID',
    problems: [
      { path: 'context.name', message: 'is required' },
      { path: 'playbooks.good_news.steps.0.inputs.name', message: 'has no source: give context.name' },
    ],
  })
  expect(await refusal({ playbook: 'good_news' })).toMatchObject({ code: 'INVALID_REQUEST' })
  expect(await refusal({ goal: undefined })).toMatchObject({ code: 'INVALID_REQUEST' })
  expect(w.journal.position()).toBe(before)
})

test('a plan whose cheapest way does not fit ends before its first call', async () => {
  const seen: Seen = []
  const w = await world({ registry: registryFrom(REGISTRY), tools: toolsOf(seen) })
  const steps = ['a', 'b', 'c', 'd'].map((id) => ({
    id,
    tool: 'find_facts',
    inputs: { name: { value: id } },
  }))
  const end = await w.end(await w.run(plan({ steps })))
  expect([end.status, end.cause, seen.length]).toEqual(['failed', 'policy_budget', 0])
})

test('a step takes the next source where the step before it has failed, and goes on after what it only waits for', async () => {
  const seen: Seen = []
  const w = await world({ registry: registryFrom(REGISTRY), tools: toolsOf(seen, (call) => call === 1) })
  const end = await w.end(
    await w.run(
      plan({
        steps: [
          { id: 'news', tool: 'find_facts', inputs: { name: { value: 'a' } } },
          { id: 'word', tool: 'tell_customer', inputs: { text: ['news.best', { value: 'nothing new' }] } },
          { id: 'last', tool: 'tell_customer', inputs: { text: { value: 'bye' } }, after: ['word'] },
        ],
      }),
    ),
  )
  expect(end.finished?.completed).toEqual(['word', 'last'])
  expect(seen.map(({ text }) => text)).toEqual([undefined, 'nothing new', 'bye'])
})

test('a step none of whose sources is there any more is skipped', async () => {
  const w = await world({ registry: registryFrom(REGISTRY), tools: toolsOf([], (call) => call <= 2) })
  const runId = await w.run(
    plan({
      steps: [
        { id: 'a', tool: 'find_facts', inputs: { name: { value: 'a' } } },
        { id: 'b', tool: 'find_facts', inputs: { name: { value: 'b' } } },
        { id: 'word', tool: 'tell_customer', inputs: { text: ['a.best', 'b.best'] } },
      ],
    }),
  )
  const end = await w.end(runId)
  expect(end.steps['word']?.skipReason).toBe('dependency_failed')
  expect(typesOf(await w.events(runId)).at(-1)).toBe('run_finished')
})
