// The drawing of a plan: an arrow for everything that a step waits for, blocks included.
import { expect, test } from 'vitest'
import { planGraph, type GraphStep } from '../../src/console/parts/plan-graph.ts'

const step = (step_id: string, more: Partial<GraphStep> = {}): GraphStep => ({
  step_id,
  tool: step_id,
  domain: 'intelligence',
  status: 'pending',
  depends_on: [],
  ...more,
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
