// The drawing of a plan: an arrow for everything that a step waits for, blocks included.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { planGraph, type GraphStep } from '../../src/console/parts/plan-graph.ts'
import { cugar, file, server } from '../cli/hand.ts'

const step = (step_id: string, more: Partial<GraphStep> = {}): GraphStep => ({
  step_id,
  tool: step_id,
  domain: 'intelligence',
  status: 'pending',
  depends_on: [],
  ...more,
})

const arrows = (drawing: unknown): number => String(drawing).split('class="edge"').length - 1

test('a step that waits for a group or a list hangs on the last steps in it', () => {
  const each = (index: number) => ({ items: [{ block: 'each', index }] })
  const group = { block: 'both', kind: 'parallel', after: [], guards: [] }
  const list = { block: 'each', kind: 'for_each', after: ['first'], guards: [] }
  const inner = [
    step('one[0]', { ...each(0), groups: ['both'] }),
    step('two[0]', { ...each(0), groups: ['both'], depends_on: ['one[0]'] }),
    step('one[1]', { ...each(1), groups: ['both'] }),
    step('beside', { groups: ['both'] }),
  ]
  const drawn = (steps: GraphStep[]): number =>
    arrows(planGraph(steps, (id) => `#${id}`, { blocks: [group, list] }))
  expect(drawn([...inner, step('last')])).toBe(1)
  expect(drawn([...inner, step('last', { after: ['each'] })])).toBe(3)
  // Its items wait for the step that gives the list.
  expect(drawn([step('first'), ...inner])).toBe(3)
  expect(drawn([...inner, step('last', { after: ['both'] })])).toBe(4)
  // Its items are not known yet.
  expect(drawn([step('first'), step('last', { after: ['each'] })])).toBe(1)
})

test('a step that waits for a branch hangs on it', () => {
  const blocks = [{ block: 'way', kind: 'branch', after: ['first'], guards: [] }]
  const inner = step('inner', { guards: [{ block: 'way', case: '1' }] })
  const edges = (last: GraphStep): number =>
    String(planGraph([step('first'), inner, last], (id) => `#${id}`, { blocks })).split('class="edge"')
      .length - 1
  expect(edges(step('last'))).toBe(2)
  expect(edges(step('last', { after: ['way'] }))).toBe(3)
  expect(edges(step('last', { after: ['way'], depends_on: ['first'] }))).toBe(4)
})

const LIST = `
steps:
  - for_each: context.accounts
    as: account
    at_most: 3
    steps: [{ id: fit, tool: score_account_fit, inputs: { account: account, icp_criteria: context.icp } }]
  - { id: own, tool: score_account_fit, inputs: { account: context.own, icp_criteria: context.icp } }
`
const ACCOUNTS =
  '{ accounts: [{ revenue: 2000000 }, { revenue: 1 }], own: { revenue: 3 }, icp: { min_revenue: 1000000 } }'

test('the results of a list say which item they are of', async () => {
  const { url } = await server()
  const asked = ['run', '--plan', file('list.yaml', LIST), '--context', file('accounts.yaml', ACCOUNTS)]
  const { out, err } = await cugar([...asked, '--url', url, '--wait', '60', '--json'])
  expect(err).toBe('')
  const { run_id } = z.object({ run_id: z.string() }).parse(JSON.parse(out))
  const page = await (await fetch(`${url}/runs/${run_id}`)).text()
  expect(page.match(/<h2>score account fit[^<]*/g)).toEqual([
    '<h2>score account fit, item 1',
    '<h2>score account fit, item 2',
    '<h2>score account fit',
  ])
})
