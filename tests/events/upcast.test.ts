import { expect, test } from 'vitest'
import { factSchema } from '../../src/events/event.ts'
import { upcast } from '../../src/events/upcast.ts'
import { planned } from '../run/history.ts'

/** As 0.1.0 wrote them. */
const oldPlan = () => {
  const { type, data } = planned({ step_id: 's1' }, { step_id: 's2' })
  if (type !== 'plan_created') throw new Error(type)
  const steps = data.steps.map(({ interface: _none, ...step }, index) => ({
    ...step,
    adapter: index === 0 ? 'mock' : null,
  }))
  return { type, data: { ...data, steps } }
}
const route = {
  step_id: 's1',
  tool: 'find',
  domain: 'intelligence',
  selected: 'mock',
  alternatives: [],
  strategy: 'adapter',
  reason: 'why',
}

test('a step of an old plan keeps its adapter and names no interface', () => {
  const raised = factSchema.parse(upcast(oldPlan()))
  expect(raised).toMatchObject({
    data: {
      steps: [
        { interface: null, adapter: 'mock' },
        { interface: null, adapter: null },
      ],
    },
  })
})

test('an old route loses its confidence, which was always 1', () => {
  const raised = upcast({ type: 'route_decision', data: { ...route, confidence: 1 } })
  expect(factSchema.parse(raised)).toEqual({ type: 'route_decision', data: route })
})

test('an event of today stays the object it is', () => {
  for (const event of [planned({}), { type: 'route_decision', data: route }])
    expect(upcast(event)).toBe(event)
})
