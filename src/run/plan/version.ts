// The names of steps and blocks that are done again: `draft`, `draft.2`, of one item of a list `draft[3]`, `draft.2[3]`.
// A plan that somebody writes has no dot in a name, so that a new id is never one that is there already. Pure.
import { memoize } from '../../cache.ts'
import type { RunState, StepState } from '../state.ts'

const ID = /^([^.[]+)(?:\.(\d+))?((?:\[[^\]]*\])*)$/

/** As the plan calls it, and the items that it is for, as they end its id. */
export function nameIn(id: string): { readonly name: string; readonly items: string } {
  const [, name = id, , items = ''] = ID.exec(id) ?? []
  return { name, items }
}

/** The same step or block, made anew. */
export function versioned(id: string, version: number): string {
  const { name, items } = nameIn(id)
  return `${name}.${version}${items}`
}

/** Whether what a plan calls by a name may have another id: it was done again, in this run or in one that it resumes. */
export const hasVersions = ({ replans, resumes, plan }: RunState): boolean =>
  replans !== undefined || (resumes !== null && plan?.order.some((id) => id.includes('.')) === true)

/** The steps of the plan as it is now: without those that were done again. */
export const presentSteps = ({ plan, steps, redone = [] }: RunState): StepState[] =>
  (plan?.order ?? []).flatMap((id) => (steps[id] === undefined || redone.includes(id) ? [] : [steps[id]]))

/** The ids that a plan calls by one name: all of them in its order, and the last one for the same items. */
type Called = { readonly ids: string[]; readonly last: Map<string, string> }

/** By name, read once for each order: rules ask for every item, and there may be a thousand. */
const calledIn = memoize((order: readonly string[]): ReadonlyMap<string, Called> => {
  const all = new Map<string, Called>()
  for (const id of order) {
    const { name, items } = nameIn(id)
    const called = all.get(name) ?? { ids: [], last: new Map<string, string>() }
    all.set(name, called)
    called.ids.push(id)
    called.last.set(items, id)
  }
  return all
})

const calledBy = ({ plan }: RunState, name: string): Called | undefined =>
  plan === null ? undefined : calledIn(plan.order).get(name)

/** The step that is called so now, for these items; undefined: the plan has none. */
export function currentStep(state: RunState, name: string, items: string): StepState | undefined {
  const id = calledBy(state, name)?.last.get(items)
  return id === undefined ? undefined : state.steps[id]
}

/** The items around them, from the inside out: `[1][2]`, `[1]`, none. */
export function itemsAround(items: string): string[] {
  const around = [items]
  for (let at = items.lastIndexOf('['); at >= 0; at = items.lastIndexOf('[', at - 1)) {
    around.push(items.slice(0, at))
    if (at === 0) break
  }
  return around
}

/** For these items, or for those around them. */
export function stepNamed(state: RunState, name: string, items: string): StepState | undefined {
  for (const around of itemsAround(items)) {
    const step = currentStep(state, name, around)
    if (step !== undefined) return step
  }
  return undefined
}

/** The steps of the plan as it is now that are called so, for whichever items. */
export function stepsNamed(state: RunState, name: string): StepState[] {
  const { steps, redone = [] } = state
  return (calledBy(state, name)?.ids ?? []).flatMap((id) =>
    steps[id] === undefined || redone.includes(id) ? [] : [steps[id]],
  )
}
