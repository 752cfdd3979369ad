// Runs of plans with conditions and branches: what is carried out, what is left out, and what the journal says of it.
import { expect, test } from 'vitest'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import { replay } from '../../src/run/replay.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import { approve, operator, pendingOf, registryFrom, reviewer, scripted, typesOf, world } from './world.ts'

const REGISTRY = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 2000, retry: none }
tools:
  score:
    domain: intelligence
    description: Scores.
    inputs: { name: { type: string } }
    outputs: { fit: { type: number }, why: { type: string } }
    cost: 1
  write:
    domain: engagement
    description: Writes.
    inputs: { about: { type: string, required: true } }
    outputs: { text: { type: string } }
    binds: { about: score.why }
    cost: 1
  send:
    domain: engagement
    description: Sends.
    side_effects: execute
    inputs: { text: { type: string, required: true } }
    outputs: { sent: { type: boolean } }
    binds: { text: write.text }
    cost: 1
profiles:
  test: { allowed_tools: [score, write, send], approval_required: [execute], timeout_seconds: 30 }
playbooks:
  reach_out:
    description: Writes when it is worth it.
    inputs: { name: { type: string, required: true }, note: { type: string } }
    steps:
      - { id: fit, tool: score }
      - branch: worth_it
        cases:
          - when: fit.fit >= 0.7
            steps: [ { id: letter, tool: write } ]
          - when: fit.fit >= 0.4
            steps:
              - branch: has_note
                cases:
                  - { when: has(context.note), steps: [ { id: short, tool: write, inputs: { about: context.note } } ] }
          - else: true
            steps: [ { id: why, tool: write } ]
      - { id: last, tool: write, inputs: { about: letter.text } }
`)

const toolsOf = (fit: unknown, fails: readonly string[] = []) =>
  ['score', 'write', 'send'].map((name) =>
    scripted(name, () => {
      if (fails.includes(name)) throw new TypeError('as the test says')
      return { fit, why: 'reasons', text: 'a letter', sent: true }
    }),
  )

const worldOf = (fit: unknown, fails: readonly string[] = []) =>
  world({ registry: REGISTRY, tools: toolsOf(fit, fails) })

const plan = (draft: PlanDraftInput) => ({ goal: undefined, plan: planDraftSchema.parse(draft) })

const casesOf = ({ branches = {} }: RunState) =>
  Object.fromEntries(Object.entries(branches).map(([block, taken]) => [block, taken.case]))

const became = ({ steps, plan: adopted }: RunState) =>
  Object.fromEntries(
    (adopted?.order ?? []).map((id) => [
      id,
      steps[id]?.skipReason ?? steps[id]?.error?.mode ?? steps[id]?.status,
    ]),
  )

type Way = {
  readonly fit: number
  readonly given: Readonly<Record<string, string>>
  readonly cases: Readonly<Record<string, string>>
  readonly steps: Readonly<Record<string, string>>
}

const NOT_TAKEN = { letter: 'branch_not_taken', short: 'branch_not_taken', why: 'branch_not_taken' }
const WAYS: readonly Way[] = [
  {
    fit: 0.9,
    given: {},
    cases: { worth_it: '1' },
    steps: { ...NOT_TAKEN, letter: 'completed', last: 'completed' },
  },
  {
    fit: 0.5,
    given: { note: 'hello' },
    cases: { worth_it: '2', has_note: '1' },
    steps: { ...NOT_TAKEN, short: 'completed', last: 'dependency_failed' },
  },
  {
    fit: 0.5,
    given: {},
    cases: { worth_it: '2', has_note: 'none' },
    steps: { ...NOT_TAKEN, last: 'dependency_failed' },
  },
  {
    fit: 0.1,
    given: {},
    cases: { worth_it: 'else' },
    steps: { ...NOT_TAKEN, why: 'completed', last: 'dependency_failed' },
  },
]

test.each(WAYS)(
  'of a branch the first case that holds is carried out: $fit $given',
  async ({ fit, given, cases, steps }) => {
    const w = await worldOf(fit)
    const runId = await w.run({ goal: undefined, playbook: 'reach_out', context: { name: 'Acme', ...given } })
    const end = await w.end(runId)
    expect(became(end)).toEqual({ fit: 'completed', ...steps })
    expect(casesOf(end)).toEqual(cases)
    expect([end.status, end.cause]).toEqual(['succeeded', null])
    const events = await w.events(runId)
    expect(lawsBroken(events)).toEqual([])
    expect(replay(events)).toEqual(end)
    const [taken] = only(events, 'branch_taken')
    const why = await w.journal.payload(runId, taken?.data.why ?? '')
    expect(JSON.parse(why ?? '[]')).toContainEqual({
      case: '1',
      when: 'fit.fit >= 0.7',
      said: fit >= 0.7,
      values: { 'fit.fit': fit },
    })
  },
)

test('a step whose condition does not hold is skipped, and the run has done what was planned', async () => {
  const w = await worldOf(0.2)
  const runId = await w.run(
    plan({
      steps: [
        { id: 'fit', tool: 'score' },
        { id: 'letter', tool: 'write', when: 'fit.fit > 0.5' },
        { id: 'more', tool: 'write', inputs: { about: 'letter.text' } },
        { id: 'other', tool: 'write', when: '!has(letter.text)' },
      ],
    }),
  )
  const end = await w.end(runId)
  expect(became(end)).toEqual({
    fit: 'completed',
    letter: 'condition_false',
    more: 'dependency_failed',
    other: 'completed',
  })
  expect(end.status).toBe('succeeded')
  const events = await w.events(runId)
  expect(JSON.stringify(events)).not.toContain('fit.fit')
  expect(typesOf(events)).toContain('condition_met')
})

test('a value that is not there fails the step, and each step of a branch; has() asks for it', async () => {
  const w = await worldOf(undefined)
  const runId = await w.run(
    plan({
      steps: [
        { id: 'fit', tool: 'score' },
        { id: 'a', tool: 'write', when: 'fit.fit > 0.5' },
        { id: 'b', tool: 'write', when: 'has(fit.fit) && fit.fit > 0.5' },
        {
          branch: 'good',
          cases: [
            { when: 'fit.fit > 0.5', steps: [{ id: 'c', tool: 'write' }] },
            { else: true, steps: [{ id: 'd', tool: 'write' }] },
          ],
        },
      ],
    }),
  )
  const end = await w.end(runId)
  expect(became(end)).toEqual({
    fit: 'completed',
    a: 'agent_condition',
    b: 'condition_false',
    c: 'agent_condition',
    d: 'agent_condition',
  })
  expect(end.steps['a']?.error?.message).toBe(
    'Its condition has no answer: it uses fit.fit, which is not there.',
  )
  expect([end.status, end.cause, end.calls]).toEqual(['partial', 'agent_condition', 1])
})

test('a branch is chosen when what it uses is over, also where that failed', async () => {
  const w = await worldOf(0.9, ['score'])
  const end = await w.end(
    await w.run(
      plan({
        steps: [
          { id: 'fit', tool: 'score' },
          {
            branch: 'good',
            cases: [
              { when: 'has(fit.fit)', steps: [{ id: 'c', tool: 'write' }] },
              { else: true, steps: [{ id: 'd', tool: 'write', inputs: { about: { value: 'x' } } }] },
            ],
          },
        ],
      }),
    ),
  )
  expect(became(end)).toMatchObject({ c: 'branch_not_taken', d: 'completed' })
  expect(end.status).toBe('partial')
})

test('a person approves inside a branch; meanwhile the time of the run stands still', async () => {
  const w = await worldOf(0.9)
  const runId = await w.run(
    plan({
      steps: [
        { id: 'fit', tool: 'score' },
        { id: 'letter', tool: 'write' },
        {
          branch: 'good',
          cases: [
            {
              when: 'fit.fit > 0.5',
              steps: [
                { id: 'out', tool: 'send' },
                { branch: 'inner', cases: [{ when: 'out.sent', steps: [{ id: 'more', tool: 'write' }] }] },
              ],
            },
          ],
        },
      ],
    }),
  )
  const waiting = await w.pause(runId)
  expect([waiting.status, waiting.steps['more']?.status]).toEqual(['waiting', 'pending'])
  await w.engine.decide(pendingOf(waiting), approve, reviewer)
  const end = await w.end(runId)
  expect([end.status, end.steps['more']?.status]).toEqual(['succeeded', 'completed'])
})

test('a run that is resumed asks its conditions again, on what was done before', async () => {
  const fails = ['write']
  const w = await worldOf(0.9, fails)
  const first = await w.run({ goal: undefined, playbook: 'reach_out', context: { name: 'Acme' } })
  expect((await w.end(first)).status).toBe('partial')
  fails.length = 0
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect([end.status, casesOf(end), end.calls]).toEqual(['succeeded', { worth_it: '1' }, 2])
})
