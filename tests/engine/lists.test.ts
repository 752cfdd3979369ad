// Runs of plans with parallel groups and lists: how many at once, once for each item, and what is known when.
import { expect, test } from 'vitest'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import { replay } from '../../src/run/replay.ts'
import type { RunState } from '../../src/run/state.ts'
import { answerOf } from '../../src/run/answer.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import { gate } from './small.ts'
import { operator, registryFrom, scripted, world } from './world.ts'

const REGISTRY = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 5000, retry: none }
tools:
  find:
    domain: intelligence
    description: Finds.
    outputs: { accounts: { type: array }, name: { type: string } }
    cost: 1
  write:
    domain: engagement
    description: Writes.
    inputs: { about: { type: string, required: true } }
    outputs: { text: { type: string }, good: { type: boolean } }
    cost: 1
profiles:
  test: { allowed_tools: [find, write], timeout_seconds: 60 }
  narrow:
    allowed_tools: [find, write]
    timeout_seconds: 60
    plan: { parallel: 2, most_steps: 3 }
  poor: { allowed_tools: [find, write], timeout_seconds: 60, budget: { run: { calls: 3 } } }
`)

type Seen = unknown[]

const worldOf = (accounts: unknown, seen: Seen = [], fails: (about: unknown) => boolean = () => false) =>
  world({
    registry: REGISTRY,
    tools: [
      scripted('find', () => ({ accounts, name: 'x' })),
      scripted('write', ({ about }) => {
        seen.push(about)
        if (fails(about)) throw new TypeError('as the test says')
        return { text: `to ${String(about)}`, good: about !== 'b' }
      }),
    ],
  })

const plan = (draft: PlanDraftInput) => ({ goal: undefined, plan: planDraftSchema.parse(draft) })

const became = ({ steps, plan: adopted }: RunState) =>
  Object.fromEntries((adopted?.order ?? []).map((id) => [id, steps[id]?.skipReason ?? steps[id]?.status]))

const EACH: PlanDraftInput['steps'] = [
  { id: 'draft', tool: 'write', inputs: { about: 'account.name' } },
  { id: 'again', tool: 'write', inputs: { about: 'draft.text' }, when: 'draft.good && has(item.name)' },
]

const ACCOUNTS = ['a', 'b', 'c'].map((name) => ({ name }))

const AS_PLANNED = {
  'draft[0]': 'completed',
  'again[0]': 'completed',
  'draft[1]': 'completed',
  'again[1]': 'condition_false',
  'draft[2]': 'completed',
  'again[2]': 'completed',
}

test('a list of the context is carried out once for each item, and is known from the start', async () => {
  const seen: Seen = []
  const w = await worldOf(null, seen)
  const steps: PlanDraftInput['steps'] = [
    { for_each: 'context.accounts', as: 'account', at_most: 5, steps: EACH },
    { id: 'last', tool: 'write', inputs: { about: { value: 'end' } }, after: ['each_account'] },
  ]
  const runId = await w.run({ ...plan({ steps }), context: { accounts: ACCOUNTS } })
  const end = await w.end(runId)
  expect([end.status, became(end)]).toEqual(['succeeded', { ...AS_PLANNED, last: 'completed' }])
  expect(seen.at(-1)).toBe('end')
  expect(new Set(seen)).toEqual(new Set(['a', 'b', 'c', 'end', 'to a', 'to c']))
  expect(end.plan?.revision).toBe(1)
  expect(end.plan?.worst_case).toEqual({ calls: 7, cost: 7, approvals: 0 })
  const refused = { ...plan({ steps }), context: { accounts: [...ACCOUNTS, ...ACCOUNTS] } }
  expect(await w.run(refused).catch((error: unknown) => error)).toMatchObject({
    code: 'PLAN_INVALID',
    problems: [
      { path: 'plan.steps.0.for_each', message: 'context.accounts has 6 items; 5 are allowed' },
      { path: 'plan.steps.1.after.0' },
    ].slice(0, 1),
  })
})

test('a list of a step is carried out by the next revision, with what was done kept', async () => {
  const w = await worldOf(ACCOUNTS)
  const runId = await w.run(
    plan({
      steps: [
        { tool: 'find' },
        { for_each: 'find.accounts', as: 'account', at_most: 5, steps: EACH },
        { id: 'last', tool: 'write', inputs: { about: 'find.name' }, after: ['each_account'] },
      ],
    }),
  )
  const end = await w.end(runId)
  expect([end.status, became(end)]).toEqual([
    'succeeded',
    { find: 'completed', last: 'completed', ...AS_PLANNED },
  ])
  const events = await w.events(runId)
  expect(lawsBroken(events)).toEqual([])
  expect(replay(events)).toEqual(end)
  const [, second] = only(events, 'plan_created')
  expect([second?.data.revision, second?.data.cause, second?.data.kept]).toEqual([
    2,
    'expanded',
    ['find', 'last'],
  ])
  expect(end.plan?.worst_case).toEqual({ calls: 12, cost: 12, approvals: 0 })
  const calls = only(events, 'tool_call_start').map(({ data }) => data.step_id)
  expect(calls.at(-1)).toBe('last')
})

test('a plan whose lists are empty has nothing to do, and succeeds', async () => {
  const w = await worldOf([])
  const each = { for_each: 'context.accounts', as: 'account', at_most: 5, steps: EACH }
  const runId = await w.run({ ...plan({ steps: [each] }), context: { accounts: [] } })
  const end = await w.end(runId)
  expect([end.status, became(end), end.calls]).toEqual(['succeeded', {}, 0])
  expect(lawsBroken(await w.events(runId))).toEqual([])
  // As a list that a step gives.
  const found = plan({ steps: [{ tool: 'find' }, { ...each, for_each: 'find.accounts' }] })
  expect((await w.end(await w.run(found))).status).toBe('succeeded')
})

test.each([
  [
    'longer than it may be',
    Array.from({ length: 6 }, () => ({ name: 'a' })),
    'find.accounts has 6 items; 5 are allowed.',
  ],
  ['not there', undefined, 'find.accounts is not there, or no list.'],
])('a list that is %s fails its block', async (_what, accounts, message) => {
  const w = await worldOf(accounts)
  const runId = await w.run(
    plan({
      steps: [{ tool: 'find' }, { for_each: 'find.accounts', as: 'account', at_most: 5, steps: EACH }],
    }),
  )
  const end = await w.end(runId)
  expect([end.status, end.cause, became(end)]).toEqual(['partial', 'agent_condition', { find: 'completed' }])
  const { missing } = answerOf(end, { valueOf: () => null, wordsOf: () => [] })
  expect(missing).toEqual([`each_account failed: ${message}`])
  expect(only(await w.events(runId), 'block_failed')[0]?.data.message).toBe(message)
})

test('lists stand in lists and in branches, and branches in lists', async () => {
  const accounts = [
    { name: 'a', people: ['x', 'y'] },
    { name: 'b', people: [] },
  ]
  const inner: PlanDraftInput['steps'] = [
    {
      for_each: 'item.people',
      as: 'person',
      at_most: 3,
      steps: [{ id: 'mail', tool: 'write', inputs: { about: 'person' }, when: 'account.name == "a"' }],
    },
    {
      branch: 'big',
      cases: [
        {
          when: 'size(account.people) > 1',
          steps: [{ id: 'yes', tool: 'write', inputs: { about: 'account.name' } }],
        },
        { else: true, steps: [{ id: 'no', tool: 'write', inputs: { about: 'item.name' } }] },
      ],
    },
  ]
  const endOf = async (list: string, given: Record<string, unknown>) => {
    const w = await worldOf(accounts)
    const steps = [{ tool: 'find' }, { for_each: list, as: 'account', at_most: 4, steps: inner }]
    const runId = await w.run({ ...plan({ steps }), context: given })
    const end = await w.end(runId)
    expect(lawsBroken(await w.events(runId))).toEqual([])
    expect(end.status).toBe('succeeded')
    return became(end)
  }
  const same = {
    find: 'completed',
    'mail[0][0]': 'completed',
    'mail[0][1]': 'completed',
    'yes[0]': 'completed',
    'no[0]': 'branch_not_taken',
    'yes[1]': 'branch_not_taken',
    'no[1]': 'completed',
  }
  expect(await endOf('context.accounts', { accounts })).toEqual(same)
  expect(await endOf('find.accounts', {})).toEqual(same)
})

test('of a parallel group at most so many run at once, and of a run as many as its profile says', async () => {
  const open = gate<void>()
  let running = 0
  let most = 0
  const w = await world({
    registry: REGISTRY,
    tools: [
      scripted('find', async () => {
        running += 1
        most = Math.max(most, running)
        if (running >= 2) open.open()
        await open.passed
        running -= 1
        return { accounts: [], name: 'x' }
      }),
    ],
  })
  const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, tool: 'find' }))
  const group = plan({ steps: [{ parallel: 'together', at_most: 2, steps }] })
  expect((await w.end(await w.run(group))).status).toBe('succeeded')
  expect(most).toBe(2)
  const three = plan({ steps: steps.slice(0, 3) })
  const end = await w.end(await w.run({ ...three, profile: 'narrow' }))
  expect([end.status, end.bounds?.parallel, most]).toEqual(['succeeded', 2, 2])
  expect(
    await w.run({ ...plan({ steps }), profile: 'narrow' }).catch((error: unknown) => error),
  ).toMatchObject({
    code: 'PLAN_INVALID',
    problems: [{ path: 'plan.steps', message: 'has 6 steps; 3 are allowed' }],
  })
})

test('a plan is refused when its cheapest way does not fit, and held by the ledger when another does not', async () => {
  const w = await worldOf([])
  const write = (id: string) => ({ id, tool: 'write', inputs: { about: { value: id } } })
  const branch = (more: boolean): PlanDraftInput => ({
    steps: [
      { tool: 'find' },
      write('one'),
      {
        branch: 'way',
        cases: [
          { when: 'find.name == "x"', steps: ['a', 'b', 'c'].map(write) },
          { else: true, steps: more ? ['d', 'e'].map(write) : [write('d')] },
        ],
      },
      { for_each: 'find.accounts', at_most: 10, steps: [write('each')] },
    ],
  })
  const refused = await w.end(await w.run({ ...plan(branch(true)), profile: 'poor' }))
  expect([refused.status, refused.cause, refused.calls]).toEqual(['failed', 'policy_budget', 0])
  const held = await w.end(await w.run({ ...plan(branch(false)), profile: 'poor' }))
  expect([held.status, held.cause, held.calls]).toEqual(['partial', 'policy_budget', 3])
  expect(held.plan?.worst_case).toEqual({ calls: 15, cost: 15, approvals: 0 })
})

test('what failed for one item is done again by a run that resumes, and nothing else', async () => {
  const seen: Seen = []
  let isBroken = true
  const w = await worldOf(ACCOUNTS, seen, (about) => about === 'c' && isBroken)
  const first = await w.run(
    plan({
      steps: [{ tool: 'find' }, { for_each: 'find.accounts', as: 'account', at_most: 5, steps: EACH }],
    }),
  )
  expect((await w.end(first)).status).toBe('partial')
  isBroken = false
  seen.length = 0
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, seen]).toEqual(['succeeded', ['c', 'to c']])
})
