// The names of steps and blocks that are done again: `draft`, `draft.2`, of one item of a list `draft[3]`, `draft.2[3]`.
// A plan that somebody writes has no dot in a name, so that a new id is never one that is there already. Pure.
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

/** The step that is called so now, for these items; undefined: the plan has none. */
export function currentStep({ plan, steps }: RunState, name: string, items: string): StepState | undefined {
  const id = plan?.order.findLast((one) => {
    if (!one.startsWith(name)) return false
    const other = nameIn(one)
    return other.name === name && other.items === items
  })
  return id === undefined ? undefined : steps[id]
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

/** The steps that are called so, for whichever items. */
export const stepsNamed = (state: RunState, name: string): StepState[] =>
  presentSteps(state).filter(
    ({ plan }) => plan.step_id.startsWith(name) && nameIn(plan.step_id).name === name,
  )
