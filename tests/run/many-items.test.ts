// What a run of many items costs, counted in looks at its steps and its order instead of in time.
import { expect, test } from 'vitest'
import type { ReplanRule } from '../../src/events/plan.ts'
import { next, wakeAt } from '../../src/run/next.ts'
import { ownRecords } from '../../src/run/replay-step.ts'
import { predictState } from '../../src/run/line.ts'
import type { RunState } from '../../src/run/state.ts'
import { BODY, at, called, done, given, planned, runStarted, type Moment } from './history.ts'

const RULE: ReplanRule = {
  on: 'condition',
  steps: ['s', 't'],
  when: BODY,
  redo: 't',
  action: 'redo',
  with: {},
}
const ITEMS = {
  block: 'each',
  kind: 'for_each',
  list: { context: 'accounts' },
  as: 'item',
  at_most: 1000,
} as const

/** Two steps for each item, the first of them done for half of the items, and a step that waits for all. */
function begun(items: number): Moment[] {
  const ids = Array.from({ length: items }, (_, index) => index)
  const opened = planned(
    ...ids.flatMap((index) => {
      const place = { items: [{ block: 'each', index }] }
      return [
        { step_id: `s[${index}]`, ...place },
        { step_id: `t[${index}]`, ...place, depends_on: [`s[${index}]`] },
      ]
    }),
    { step_id: 'last', after: ['each'] },
  )
  if (opened.type !== 'plan_created') throw new TypeError('no plan')
  const blocks = [{ ...ITEMS, items, body: null }]
  const plan = {
    ...opened,
    data: {
      ...opened.data,
      blocks,
      replan: { at_most: 2, rules: [RULE], each: { calls: 1, cost: 1, approvals: 0 } },
    },
  }
  const half = ids.slice(0, items / 2).map((index) => `s[${index}]`)
  return [at(0, runStarted()), at(1, plan), ...half.flatMap((id) => [at(2, called(id)), at(3, done(id))])]
}

/** The same run, and how often one of its steps, or a place of its order, was looked at. */
function watched(state: RunState) {
  let looks = 0
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (all, key, self) => {
        looks += 1
        return Reflect.get(all, key, self)
      },
    })
  const plan = state.plan && { ...state.plan, order: watch(state.plan.order) }
  return { state: { ...state, steps: watch(state.steps), plan }, looks: () => looks }
}

test.each([
  ['what comes next', (state: RunState) => next(state, { now: 10, busy: new Set(), parallel: 8 })],
  ['when it wakes', (state: RunState) => wakeAt(state)],
  [
    'one more fact',
    (state: RunState) => predictState(ownRecords(state), [called('t[0]'), done('t[0]'), called('t[1]')], 20),
  ],
])('%s costs a run of ten times the items ten times as much', (_, ask) => {
  const looksFor = (items: number): number => {
    const { state, looks } = watched(given(...begun(items)))
    ask(state)
    return looks()
  }
  expect(looksFor(400)).toBeLessThan(looksFor(40) * 12)
})

test('the state that more facts are folded into stays as it is, but for who folds them', () => {
  const before = given(...begun(4))
  const copy = structuredClone(before)
  const after = predictState(ownRecords(before), [called('t[0]')], 20)
  expect(after.steps['t[0]']?.status).toBe('running')
  expect(before).toEqual(copy)
  expect(given(...begun(4), at(20, called('t[0]'))).steps).toEqual(after.steps)
})
