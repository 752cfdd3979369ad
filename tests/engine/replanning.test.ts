// Runs whose plan is changed by its rules: steps done again, the plan gone on without some, the planner asked anew.
import { expect, test } from 'vitest'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import { answerOf } from '../../src/run/answer.ts'
import { replay } from '../../src/run/replay.ts'
import { presentSteps } from '../../src/run/plan/version.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import {
  approve,
  deny,
  operator,
  pendingOf,
  registryFrom,
  reviewer,
  scripted,
  world,
  type World,
} from './world.ts'

const REGISTRY = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 5000, retry: none }
tools:
  score:
    domain: intelligence
    description: Scores an account.
    outputs: { fit: { type: number } }
    cost: 1
  signals:
    domain: intelligence
    description: Retrieves signals.
    outputs: { found: { type: string }, list: { type: array } }
    cost: 1
  draft:
    domain: engagement
    description: Drafts a letter.
    side_effects: propose
    approval: { required: false }
    inputs: { tone: { type: string }, about: { type: string }, hint: { type: string } }
    outputs: { text: { type: string }, words: { type: integer } }
    binds: { about: signals.found, hint: context.hint }
    cost: 1
  check:
    domain: engagement
    description: Checks a letter.
    inputs: { text: { type: string, required: true } }
    outputs: { ready: { type: boolean }, why: { type: string } }
    binds: { text: draft.text }
    judges: draft.text
    cost: 1
  send:
    domain: engagement
    description: Sends a letter.
    side_effects: execute
    inputs: { text: { type: string, required: true } }
    outputs: { sent: { type: boolean } }
    binds: { text: draft.text }
    cost: 1
profiles:
  test: { allowed_tools: [score, signals, draft, check, send], approval_required: [execute], timeout_seconds: 60 }
  careful: { allowed_tools: [score, signals, draft, check, send], approval_required: [propose, execute], timeout_seconds: 60 }
`)

type Call = { readonly tool: string; readonly input: Record<string, unknown> }
type Script = (tool: string, input: Record<string, unknown>, times: number) => unknown

const OUTPUTS = { fit: 0.9, found: 'news', list: [1, 2], words: 10, ready: true, why: 'fine', sent: true }

/** Every tool says all there is to say, or what the script makes of it. */
function worldOf(calls: Call[] = [], script: Script = () => undefined): Promise<World> {
  const tools = ['score', 'signals', 'draft', 'check', 'send'].map((tool) =>
    scripted(tool, (input) => {
      calls.push({ tool, input })
      const times = calls.filter((one) => one.tool === tool).length
      const given = script(tool, input, times)
      return {
        ...OUTPUTS,
        text: `${typeof input['tone'] === 'string' ? input['tone'] : 'plain'} ${times}`,
        ...(given as object | undefined),
      }
    }),
  )
  return world({ registry: REGISTRY, tools })
}

const plan = (draft: PlanDraftInput) => ({ goal: undefined, plan: planDraftSchema.parse(draft) })

/** The steps of the plan as it is now. */
const became = (state: RunState) =>
  Object.fromEntries(
    presentSteps(state).map(({ plan: { step_id }, skipReason, status }) => [step_id, skipReason ?? status]),
  )

const fail = (): never => {
  throw new TypeError('as the test says')
}

/** The laws hold, and a replay is what was live. */
async function checked(w: World, state: RunState): Promise<void> {
  const events = await w.events(state.runId)
  expect(lawsBroken(events)).toEqual([])
  expect(replay(events)).toEqual(state)
}

const LETTER: PlanDraftInput = {
  steps: [{ tool: 'score' }, { tool: 'draft' }, { tool: 'check' }, { tool: 'send' }],
  replan: {
    at_most: 2,
    rules: [
      { when: '!check.ready', redo: 'draft', with: { tone: 'context.second_tone', hint: 'check.why' } },
    ],
  },
}

test('what is not good enough is done again with other inputs, and so is all that takes from it', async () => {
  const calls: Call[] = []
  const w = await worldOf(calls, (tool, _input, times) =>
    tool === 'check' ? { ready: times > 1, why: 'too long' } : undefined,
  )
  const runId = await w.run({ ...plan(LETTER), context: { second_tone: 'warm', hint: 'none' } })
  const waits = await w.pause(runId)
  await w.engine.decide(pendingOf(waits), approve, reviewer)
  const end = await w.end(runId)
  expect([end.status, became(end)]).toEqual([
    'succeeded',
    { score: 'completed', 'draft.2': 'completed', 'check.2': 'completed', 'send.2': 'completed' },
  ])
  expect(calls.filter(({ tool }) => tool === 'draft').map(({ input }) => input)).toEqual([
    { hint: 'none' },
    { hint: 'too long', tone: 'warm' },
  ])
  expect(calls.filter(({ tool }) => tool === 'send').map(({ input }) => input)).toEqual([{ text: 'warm 2' }])
  const events = await w.events(runId)
  expect(only(events, 'rule_checked').map(({ data }) => [data.rule, data.about, data.outcome])).toEqual([
    [1, ['check'], 'met'],
    [1, ['check.2'], 'not_met'],
  ])
  const [, second] = only(events, 'plan_created')
  expect(second?.data).toMatchObject({
    revision: 2,
    cause: 'rule',
    rule: 1,
    about: ['check'],
    trigger: 'condition',
    action: 'redo',
    kept: ['score', 'draft', 'check'],
    dropped: ['send'],
    redone: ['draft', 'check'],
    worst_case: { calls: 10, cost: 10, approvals: 3 },
  })
  expect(end.steps['send']?.skipReason).toBe('replanned')
  expect(end.calls).toBe(6)
  await checked(w, end)
  const answer = answerOf(end, { valueOf: () => null, wordsOf: () => [] })
  expect(answer.missing).toEqual([])
})

test('a judge that says no has the proposal made anew before a person is asked', async () => {
  const w = await worldOf([], (tool, _input, times) => (tool === 'check' ? { ready: times > 1 } : undefined))
  const runId = await w.run({ ...plan(LETTER), profile: 'careful' })
  const waits = await w.pause(runId)
  const asked = only(await w.events(runId), 'approval_requested').map(({ data }) => data.step_id)
  expect(asked).toEqual(['draft.2'])
  await w.engine.decide(pendingOf(waits), approve, reviewer)
  const sends = await w.pause(runId)
  await w.engine.decide(pendingOf(sends), approve, reviewer)
  const end = await w.end(runId)
  expect([end.status, end.steps['draft']?.skipReason, end.steps['check']?.skipReason]).toEqual([
    'succeeded',
    'replanned',
    'replanned',
  ])
  await checked(w, end)
})

test('no more revisions are made than the plan says', async () => {
  const w = await worldOf([], (tool) => (tool === 'check' ? { ready: false } : undefined))
  const { plan: draft } = plan({ ...LETTER, steps: LETTER.steps.slice(0, 3) })
  const end = await w.end(await w.run({ goal: undefined, plan: draft }))
  expect([end.status, became(end), end.plan?.revision]).toEqual([
    'succeeded',
    { score: 'completed', 'draft.3': 'completed', 'check.3': 'completed' },
    3,
  ])
  expect(end.calls).toBe(7)
  expect(end.plan?.worst_case).toEqual({ calls: 7, cost: 7, approvals: 0 })
  await checked(w, end)
})

test('what waits for a person, and what a person has allowed, ends with a step that is dropped', async () => {
  const steps: PlanDraftInput['steps'] = [
    { tool: 'draft' },
    { id: 'first', tool: 'send', inputs: { text: { value: 'a' } } },
    { id: 'later', tool: 'score', after: ['first'] },
  ]
  const draft = {
    steps,
    replan: { at_most: 1, rules: [{ on: 'denied' as const, steps: ['draft'], ask: 'planner' as const }] },
  }
  const w = await worldOf()
  const runId = await w.run({ ...plan({ ...draft, description: 'score the account' }), profile: 'careful' })
  const waits = await w.when(runId, ({ approvals }) => Object.keys(approvals).length === 2)
  const idOf = (stepId: string) =>
    Object.values(waits.approvals).find((one) => one.stepId === stepId)?.approvalId ?? 'none'
  await w.engine.decide(idOf('draft'), deny, reviewer)
  const end = await w.end(runId)
  expect(end.approvals[idOf('first')]?.status).toBe('cancelled')
  expect(end.steps['first']?.skipReason).toBe('replanned')
  expect(became(end)).toEqual({ draft: 'approval_denied', p2_s1: 'completed' })
  expect(
    only(await w.events(runId), 'approval_timeout').map(({ data }) => [data.step_id, data.cause]),
  ).toEqual([['first', 'cancelled']])
  expect(end.plan?.planner).toBe('rules')
  await checked(w, end)
})

test('the plan goes on without what failed: what can do without it takes another source', async () => {
  const calls: Call[] = []
  const w = await worldOf(calls, (tool) => (tool === 'signals' ? fail() : undefined))
  const steps: PlanDraftInput['steps'] = [
    { tool: 'signals' },
    { tool: 'draft' },
    { tool: 'check' },
    { id: 'needs', tool: 'check', inputs: { text: 'signals.found' } },
  ]
  const rules = [{ on: 'failed' as const, steps: ['signals'], go_on: true as const }]
  const end = await w.end(await w.run(plan({ steps, replan: { at_most: 1, rules } })))
  expect([end.status, became(end)]).toEqual([
    'partial',
    { signals: 'failed', needs: 'dependency_failed', 'draft.2': 'completed', 'check.2': 'completed' },
  ])
  await checked(w, end)
  const without = await w.end(await w.run(plan({ steps })))
  expect(became(without)).toEqual({
    signals: 'failed',
    draft: 'dependency_failed',
    check: 'dependency_failed',
    needs: 'dependency_failed',
  })
})

test('a planner that has nothing else to offer leaves the plan as it is', async () => {
  const w = await worldOf([], (tool) => (tool === 'signals' ? fail() : undefined))
  const rules = [{ on: 'failed' as const, steps: ['signals'], ask: 'planner' as const }]
  const steps: PlanDraftInput['steps'] = [{ tool: 'signals' }, { tool: 'score', after: ['signals'] }]
  const end = await w.end(
    await w.run(plan({ description: 'retrieve signals', steps, replan: { at_most: 2, rules } })),
  )
  expect(became(end)).toEqual({ signals: 'failed', score: 'completed' })
  expect(only(await w.events(end.runId), 'rule_checked').map(({ data }) => data.outcome)).toEqual(['no_plan'])
  expect(end.plan?.revision).toBe(1)
  await checked(w, end)
})

test('of a list every item is done again by itself, and a list that is made anew is carried out anew', async () => {
  const calls: Call[] = []
  const w = await worldOf(calls, (tool, { about }, times) => {
    if (tool === 'check') return { ready: calls.length > 6 }
    if (tool === 'signals') return { list: times === 1 ? ['a', 'b'] : ['c'] }
    return tool === 'draft' ? { text: String(about) } : undefined
  })
  const each: PlanDraftInput['steps'] = [
    { tool: 'draft', inputs: { about: 'item' } },
    { tool: 'check', inputs: { text: 'draft.text' } },
  ]
  const one = await w.end(
    await w.run({
      ...plan({
        steps: [{ for_each: 'context.names', at_most: 3, steps: each }],
        replan: { at_most: 3, rules: [{ when: '!check.ready', redo: 'draft' }] },
      }),
      context: { names: ['a', 'b'] },
    }),
  )
  expect(Object.keys(became(one)).toSorted()).toHaveLength(4)
  expect(one.status).toBe('succeeded')
  await checked(w, one)
  const rules = [{ when: 'check.ready && size(signals.list) > 1', redo: 'signals' }]
  const anew = await w.end(
    await w.run(
      plan({
        steps: [
          { tool: 'signals' },
          { tool: 'check', inputs: { text: 'signals.found' } },
          {
            for_each: 'signals.list',
            at_most: 3,
            steps: [{ id: 'letter', tool: 'draft', inputs: { about: 'item' } }],
          },
        ],
        replan: { at_most: 1, rules },
      }),
    ),
  )
  expect(became(anew)).toEqual({
    'signals.3': 'completed',
    'check.3': 'completed',
    'letter.3[0]': 'completed',
  })
  await checked(w, anew)
})

test.each([
  [{ when: '!check.reddy', redo: 'draft' }, 'plan.replan.rules.0.when'],
  [{ when: 'context.x == 1', redo: 'draft' }, 'plan.replan.rules.0.when'],
  [{ when: '!check.ready', redo: 'letter' }, 'plan.replan.rules.0.redo'],
  [{ on: 'failed' as const, steps: ['nobody'], go_on: true as const }, 'plan.replan.rules.0.steps.0'],
  [{ when: '!check.ready', redo: 'draft', with: { tune: 'context.tone' } }, 'plan.replan.rules.0.with.tune'],
  [{ when: '!check.ready', redo: 'draft', with: { tone: { value: 7 } } }, 'plan.replan.rules.0.with.tone'],
])('a rule that cannot be followed is refused: %j', async (rule, path) => {
  const w = await worldOf()
  const draft = planDraftSchema.parse({ ...LETTER, replan: { at_most: 1, rules: [rule] } })
  const refused = await w.run({ goal: undefined, plan: draft }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'PLAN_INVALID', problems: [{ path }] })
})

test('more revisions than the profile allows are refused', async () => {
  const w = await worldOf()
  const { plan: draft } = plan({ ...LETTER, replan: { at_most: 4, rules: LETTER.replan?.rules ?? [] } })
  await expect(w.run({ goal: undefined, plan: draft }, operator)).rejects.toMatchObject({
    problems: [{ path: 'plan.replan.at_most', message: 'is 4; profile test allows 3 revisions' }],
  })
})

test.each([
  [{ redo: 'a' }, 'must have either when or on'],
  [{ when: 'true' }, 'must have one of redo, go_on: true, ask: planner'],
  [{ on: 'failed', redo: 'a' }, 'is required'],
  [{ when: 'a.b', go_on: true }, 'stands beside on'],
  [{ on: 'failed', steps: ['a'], go_on: true, with: {} }, 'stands beside redo'],
  [{ when: 'a.b', redo: 'a', ask: 'planner' }, 'must have one of redo, go_on: true, ask: planner'],
])('a rule that says too much or too little is told: %j', (rule, message) => {
  const parsed = planDraftSchema.safeParse({ ...LETTER, replan: { at_most: 1, rules: [rule] } })
  expect(parsed.error?.issues.map((issue) => issue.message)).toContain(message)
})
