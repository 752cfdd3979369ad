// A model in the shadow: the offline plan is carried out, the model's is made as well, compared and never used.
import { expect, test } from 'vitest'
import { operator } from '../engine/world.ts'
import { only } from '../engine/story.ts'
import { CONTEXT, GOAL, withLlm } from './asked.ts'
import { house, modelHouse } from './house.ts'
import { GOOD, plan, proposed, refuses, says, SCORE } from './server.ts'

const SHADOW = withLlm('{ planner: shadow, model: gpt-4o-mini, attempts: 1 }')
const { server, h } = await modelHouse(says(GOOD), { registry: SHADOW })

const NORMALISE = proposed('s2', 'normalize_account_record', { account_data: 'context.account' })

test.each([
  ['same', GOOD, 1, null],
  ['different', plan({ ...SCORE, id: 's2' }, { ...NORMALISE, id: 's1' }), 0.5, null],
  ['invalid', plan(proposed('s1', 'delete_everything', {})), 0, 'invalid_plan'],
])('is said to be %s', async (...[result, said, overlap, reason]) => {
  server.answers(says(said))
  const outcome = await h.run()
  expect([outcome.planner, outcome.reason, outcome.tools]).toEqual([
    'rules',
    'not_asked',
    ['score_account_fit'],
  ])
  expect(outcome.state.finished?.status).toBe('succeeded')
  const [compared] = only(outcome.events, 'plan_compared')
  expect(compared?.data).toMatchObject({
    profile: 'demo',
    planner: 'rules',
    model: 'gpt-4o-mini',
    result,
    overlap,
    reason,
  })
  expect(await h.unsettled()).toEqual([])
})

test('is invalid, with the reason, where the model cannot be asked; the run goes on', async () => {
  server.answers(refuses(500, { message: 'oops' }))
  const outcome = await h.run()
  expect(outcome.state.finished?.status).toBe('succeeded')
  expect(only(outcome.events, 'plan_compared')[0]?.data).toMatchObject({
    result: 'invalid',
    reason: 'unavailable',
    steps: null,
  })
})

test('does the same in another order', async () => {
  const both = await house(server.url, { registry: SHADOW })
  const goal = 'Normalise the account record, then score the account'
  const context = { ...CONTEXT, account_data: { Company: 'Acme' } }
  const first = await both.run({ goal, context, planner: 'rules' })
  const steps = Object.values(first.state.steps).map(({ plan: step }) => step)
  expect(steps.length).toBeGreaterThan(1)
  const from = (source: unknown): string => {
    if (typeof source !== 'object' || source === null) return ''
    if ('context' in source) return `context.${String(source.context)}`
    return 'step' in source && 'output' in source ? `${String(source.step)}.${String(source.output)}` : ''
  }
  const ofStep = ({ step_id, tool, inputs }: (typeof steps)[number]) =>
    proposed(
      step_id,
      tool,
      Object.fromEntries(
        Object.entries(inputs).map(([name, input]) => [name, from(Array.isArray(input) ? input[0] : input)]),
      ),
    )
  server.answers(says(plan(...steps.map(ofStep))))
  const again = await both.run({ goal, context })
  expect(only(again.events, 'plan_compared')[0]?.data).toMatchObject({ overlap: 1 })
  await both.runtime.stop()
})

test('a preview, which carries nothing out, shows what the model would do', async () => {
  server.answers(says(GOOD))
  const request = { goal: GOAL, profile: 'demo', context: CONTEXT, planner: 'llm' } as const
  const preview = await h.runtime.engine.preview(request, { by: operator, tenant: 'acme' })
  expect(preview).toMatchObject({ planner: 'llm', made: { model: 'gpt-4o-mini' } })
})
