// A goal that names a playbook, and says nothing beside it, is carried out by it.
import { expect, test } from 'vitest'
import { namedPlaybook } from '../../src/planner/named-playbook.ts'
import type { Playbook } from '../../src/registry/registry.ts'
import { planDraftSchema } from '../../src/registry/plan/draft.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { inputOf, tool } from './sample.ts'

const { steps } = planDraftSchema.parse({ steps: [{ id: 'one', tool: 'find' }] })
const playbook = (name: string): Playbook => ({
  name,
  description: '',
  purpose: '',
  domain: null,
  inputs: {},
  steps,
})
const playbooks = { deal_desk: playbook('deal_desk'), review: playbook('review') }

const sample = (goal: string) => ({
  tools: [tool('find', {}, { description: 'finds deals' })],
  goal,
  context: {},
})
const inputFor = (goal: string) => {
  const input = inputOf(sample(goal))
  return { ...input, registry: { ...input.registry, playbooks } }
}

test.each([
  'Run the deal desk playbook',
  'run playbook deal_desk',
  'Please use our deal-desk playbook for Acme & Sons!',
  'deal desk playbook',
  'Start the DEAL DESK playbook on opportunity 4711 now.',
])('%s', (goal) => {
  expect(namedPlaybook(inputFor(goal))?.name).toBe('deal_desk')
})

test.each([
  'deal desk',
  "don't run the deal desk playbook",
  'run the deal desk playbook and send the result to Kim',
  'run the deal desk playbook for Acme and send it',
  'run the deal desk playbook, then book a flight',
  'run the deal desk playbook for Acme but not for Beta',
  'run the deal desk playbook if it rains',
  'write a playbook for the deal desk',
  'run the big deal desk playbook',
  'review the playbook',
  `run the deal desk playbook for ${'a'.repeat(300)}`,
])('not by %s', (goal) => {
  expect(namedPlaybook(inputFor(goal))).toBeUndefined()
})

test('its steps keep their names, and the plan is made by the offline planner', async () => {
  const plan = await rulesPlanner().plan(inputFor('run the review playbook'), new AbortController().signal)
  expect(plan.ok && [plan.planner, plan.steps.map(({ step_id, reason }) => [step_id, reason])]).toEqual([
    'rules',
    [['one', 'playbook review']],
  ])
})
