// A run that is resumed is proved as any other plan is: with its blocks and lists, by the registry of today.
import { expect, test } from 'vitest'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import type { RunState } from '../../src/run/state.ts'
import { presentSteps } from '../../src/run/plan/version.ts'
import { lawsBroken } from './laws.ts'
import { approve, operator, pendingOf, registryFrom, reviewer, scripted, world } from './world.ts'

type Knobs = { readonly writes?: string; readonly allowed?: string; readonly plan?: string }

const registryOf = ({ writes = 'read-only', allowed = 'find, write', plan = '{}' }: Knobs = {}) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 5000, retry: none }
tools:
  find:
    domain: intelligence
    description: Finds.
    inputs: { mood: { type: string } }
    outputs: { accounts: { type: array }, facts: { type: object } }
    cost: 1
  write:
    domain: engagement
    description: Writes.
    side_effects: ${writes}
    inputs: { about: { type: string, required: true } }
    outputs: { text: { type: string } }
    cost: 1
profiles:
  test: { allowed_tools: [${allowed}], approval_required: [execute], timeout_seconds: 60, plan: ${plan} }
playbooks:
  moody:
    description: Finds in a mood.
    inputs: { name: { type: string, required: true }, mood: { type: string } }
    steps:
      - { id: news, tool: find, inputs: { mood: context.mood } }
      - { id: word, tool: write, inputs: { about: [news.facts.city, context.name] } }
`)

/** `down`: tools and values with which nothing works. */
type Script = { down: readonly unknown[]; accounts: unknown; readonly seen: unknown[] }

async function worldOf(script: Script, knobs: Knobs = {}) {
  const down = (): never => {
    throw new TypeError('as the test says')
  }
  return world({
    registry: registryOf(knobs),
    tools: [
      scripted('find', () =>
        script.down.includes('find') ? down() : { accounts: script.accounts, facts: { city: 'Ulm' } },
      ),
      scripted('write', ({ about }) => {
        if (script.down.includes(about)) return down()
        script.seen.push(about)
        return { text: String(about) }
      }),
    ],
  })
}

const plan = (draft: PlanDraftInput) => ({ goal: undefined, plan: planDraftSchema.parse(draft) })
const became = (state: RunState) =>
  presentSteps(state).map(({ plan: { step_id }, skipReason, status }) => `${step_id} ${skipReason ?? status}`)

const LISTED: PlanDraftInput['steps'] = [
  { tool: 'find' },
  {
    for_each: 'find.accounts',
    as: 'account',
    at_most: 300,
    steps: [{ id: 'each', tool: 'write', inputs: { about: 'account' } }],
  },
]

test('a part of an output and a step that waits for a list are what they were', async () => {
  const script: Script = { down: ['find', 'b'], accounts: ['a'], seen: [] }
  const w = await worldOf(script)
  const first = await w.run(
    plan({
      steps: [
        ...LISTED,
        { id: 'place', tool: 'write', inputs: { about: 'find.facts.city' } },
        { id: 'last', tool: 'write', inputs: { about: { value: 'end' } }, after: ['each_account'] },
      ],
    }),
  )
  await w.end(first)
  script.down = []
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, end.finished?.message, became(end)]).toEqual([
    'succeeded',
    null,
    ['find completed', 'place completed', 'last completed', 'each[0] completed'],
  ])
})

test('a playbook may lack what it may lack', async () => {
  const script: Script = { down: ['find', 'b'], accounts: [], seen: [] }
  const w = await worldOf(script)
  const first = await w.run({ goal: undefined, playbook: 'moody', context: { name: 'Acme' } })
  await w.end(first)
  script.down = []
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, end.finished?.message, became(end)]).toEqual([
    'succeeded',
    null,
    ['news completed', 'word completed'],
  ])
})

test('a long list is resumed whole', async () => {
  const script: Script = { down: ['find', 'b'], accounts: [], seen: [] }
  const w = await worldOf(script)
  const accounts = ['b', ...Array.from({ length: 150 }, (_, at) => `a${at}`)]
  const first = await w.run({
    ...plan({
      steps: [
        {
          for_each: 'context.accounts',
          as: 'account',
          at_most: 300,
          steps: [{ id: 'each', tool: 'write', inputs: { about: 'account' } }],
        },
      ],
    }),
    context: { accounts },
  })
  const before = await w.end(first)
  expect(before.status).toBe('partial')
  script.down = []
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, end.finished?.message]).toEqual(['succeeded', null])
  expect(script.seen.at(-1)).toBe('b')
})

test('a list whose items were not known is carried out as the registry of today says', async () => {
  const script: Script = { down: ['find', 'b'], accounts: ['a'], seen: [] }
  const w = await worldOf(script)
  const first = await w.run(plan({ steps: LISTED }))
  await w.end(first)
  script.down = []
  await w.adopt(registryOf({ writes: 'execute' }), operator)
  const { runId } = await w.engine.resume(first, operator)
  const asked = await w.pause(runId)
  expect(asked.status).toBe('waiting')
  expect(script.seen).toEqual([])
  await w.engine.decide(pendingOf(asked), approve, reviewer)
  const end = await w.end(runId)
  expect(end.status).toBe('succeeded')
  expect(lawsBroken(await w.events(runId))).toEqual([])
})

test('a list whose tool is not allowed any more is not carried out', async () => {
  const script: Script = { down: ['find', 'b'], accounts: ['a'], seen: [] }
  const w = await worldOf(script)
  const first = await w.run(plan({ steps: LISTED }))
  await w.end(first)
  script.down = []
  await w.adopt(registryOf({ allowed: 'find' }), operator)
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, end.cause, end.finished?.message]).toEqual([
    'failed',
    'agent_planning',
    'The rest of the plan cannot be carried out: plan.each[*1] write cannot be used with this profile.',
  ])
  expect(script.seen).toEqual([])
})

test('what was done is done again by a rule of the plan as the registry of today says', async () => {
  const script: Script = { down: ['find', 'b'], accounts: ['a'], seen: [] }
  const w = await worldOf(script)
  const steps: PlanDraftInput['steps'] = [
    { id: 'one', tool: 'write', inputs: { about: { value: 'a' } } },
    { id: 'last', tool: 'write', inputs: { about: { value: 'b' } } },
  ]
  const half = await w.run(
    plan({ steps, replan: { at_most: 2, rules: [{ when: 'has(last.text)', redo: 'one' }] } }),
  )
  expect((await w.end(half)).status).toBe('partial')
  script.down = []
  await w.adopt(registryOf({ writes: 'execute', plan: '{ most_revisions: 1 }' }), operator)
  const { runId } = await w.engine.resume(half, operator)
  const asked = await w.pause(runId)
  expect(became(asked)).toEqual(['one completed', 'last awaiting_approval'])
  await w.engine.decide(pendingOf(asked), approve, reviewer)
  const again = await w.when(runId, ({ steps: now }) => now['one.2']?.status === 'awaiting_approval')
  expect(script.seen).toEqual(['a', 'b'])
  expect(again.plan?.replan?.at_most).toBe(1)
  await w.engine.decide(pendingOf(again), approve, reviewer)
  const end = await w.end(runId)
  expect([end.status, script.seen]).toEqual(['succeeded', ['a', 'b', 'a']])
  expect(lawsBroken(await w.events(runId))).toEqual([])
})

test('a list whose items were known is made anew from the steps for any one of them', async () => {
  const script: Script = { down: ['b'], accounts: ['a', 'c'], seen: [] }
  const w = await worldOf(script)
  const steps: PlanDraftInput['steps'] = [
    ...LISTED,
    { id: 'last', tool: 'write', inputs: { about: { value: 'b' } }, after: ['each_account'] },
  ]
  const first = await w.run(
    plan({ steps, replan: { at_most: 1, rules: [{ when: 'has(last.text)', redo: 'find' }] } }),
  )
  expect(became(await w.end(first))).toEqual([
    'find completed',
    'last failed',
    'each[0] completed',
    'each[1] completed',
  ])
  script.down = []
  script.accounts = ['d']
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, script.seen]).toEqual(['succeeded', ['a', 'c', 'b', 'd']])
  expect(lawsBroken(await w.events(runId))).toEqual([])
})

/** What a rule did again has another id than the plan calls it by. */
const AGAIN: PlanDraftInput = {
  steps: [
    { tool: 'find' },
    {
      branch: 'town',
      cases: [
        {
          when: 'find.facts.city == "Ulm"',
          steps: [{ id: 'word', tool: 'write', inputs: { about: { value: 'w' } } }],
        },
        { else: true, steps: [{ id: 'other', tool: 'write', inputs: { about: { value: 'o' } } }] },
      ],
    },
    {
      for_each: 'find.accounts',
      as: 'account',
      at_most: 3,
      steps: [
        { id: 'each', tool: 'write', inputs: { about: 'account' } },
        { id: 'place', tool: 'write', inputs: { about: 'find.facts.city' } },
      ],
    },
    {
      id: 'last',
      tool: 'write',
      inputs: { about: { value: 'end' } },
      after: ['find'],
      when: 'size(find.accounts) == 1',
    },
  ],
  replan: { at_most: 1, rules: [{ on: 'failed', steps: ['find', 'word'], redo: 'find' }] },
}

test.each([{ down: ['w'] }, { down: ['find'] }])(
  'conditions and lists find what a rule has done again before: $down',
  async ({ down }) => {
    const script: Script = { down, accounts: ['a'], seen: [] }
    const w = await worldOf(script)
    const first = await w.run(plan(AGAIN))
    expect((await w.end(first)).plan?.revision).toBeGreaterThan(1)
    script.down = []
    const { runId } = await w.engine.resume(first, operator)
    const end = await w.end(runId)
    expect([end.status, end.finished?.message]).toEqual(['succeeded', null])
    const done = became(end).map((line) => line.replace(/\.\d+/, ''))
    expect(done.toSorted()).toEqual([
      'each[0] completed',
      'find completed',
      'last completed',
      'other branch_not_taken',
      'place[0] completed',
      'word completed',
    ])
    expect(lawsBroken(await w.events(runId))).toEqual([])
  },
)
