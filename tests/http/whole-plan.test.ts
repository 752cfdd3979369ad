// Everything that is wrong with a plan in one answer, whether its shape is or what it says, and nothing that only seems
// wrong because of what has no shape. Asked of the real program.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { problem } from '../../src/http/answers.ts'
import { server } from '../cli/hand.ts'

const ACCOUNT = { revenue: 2_000_000, industry: 'Software' }
const CONTEXT = { account: ACCOUNT, icp_criteria: { min_revenue: 1 }, rows: [ACCOUNT, ACCOUNT] }
const fit = (id: string, more: object = {}) => ({ id, tool: 'score_account_fit', ...more })
const each = (steps: readonly object[]) => ({
  for_each: 'context.rows',
  id: 'each',
  as: 'row',
  at_most: 3,
  steps,
})

const PLANS: readonly [string, object, readonly string[]][] = [
  [
    'an input without a shape, and an unknown tool',
    { steps: [fit('a', { inputs: { account: 'account' } }), { id: 'b', tool: 'guess_fit' }] },
    ['plan.steps.0.inputs.account', 'plan.steps.1.tool'],
  ],
  [
    'a key that no step has, and a condition that uses what no step gives',
    { steps: [fit('a', { input: {} }), fit('b', { when: 'a.nothing > 1' }), fit('c', { when: 'd.x' })] },
    ['plan.steps.0', 'plan.steps.1.when', 'plan.steps.2.when'],
  ],
  [
    'a condition without a text, and faults of steps inside the list around it',
    {
      steps: [
        each([fit('a', { when: 7 }), fit('b', { after: ['nobody'] })]),
        { id: 'c', tool: 'nobody_knows' },
      ],
    },
    ['plan.steps.0.steps.0.when', 'plan.steps.0.steps.1.after.0', 'plan.steps.1.tool'],
  ],
  [
    'rules without a shape, and an unknown tool',
    { steps: [{ id: 'a', tool: 'nobody_knows' }], replan: { at_most: 0, rules: [] } },
    ['plan.replan.at_most', 'plan.replan.rules', 'plan.steps.0.tool'],
  ],
  // What the name would be is not known, so that nothing is said of who uses it.
  [
    'a name without a shape, which others use',
    { steps: [fit('A b'), fit('c', { when: 'a.fit_score > 0.5' }), { id: 'd', tool: 'nobody_knows' }] },
    ['plan.steps.0.id'],
  ],
  [
    'a shape alone',
    { steps: [fit('a', { inputs: { account: 'account' } }), fit('b')] },
    ['plan.steps.0.inputs.account'],
  ],
]

test('a plan is told all that is wrong with its shape and with what it says', async () => {
  const { url } = await server()
  const told = async (way: string, plan: unknown): Promise<string[]> => {
    const response = await fetch(`${url}/v1/${way}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plan, profile: 'technical', context: CONTEXT }),
    })
    const { code, errors = [] } = problem.parse(await response.json())
    expect(code).toBe('PLAN_INVALID')
    return errors.map(({ path }) => path)
  }
  for (const way of ['plans', 'runs']) {
    const answers = await Promise.all(PLANS.map(([, plan]) => told(way, plan)))
    expect(answers.map((paths, at) => [PLANS[at]?.[0], paths.toSorted()])).toEqual(
      PLANS.map(([why, , paths]) => [why, paths]),
    )
  }
  const runs = await (await fetch(`${url}/v1/runs`)).json()
  expect(z.object({ items: z.array(z.unknown()) }).parse(runs).items).toEqual([])
})
