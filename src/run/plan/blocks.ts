// What the blocks of a plan mean for its steps: which case of a branch is carried out, how many run together, what is done
// once for each item. Pure: choices and expansions are events, so that nothing here needs an expression or a list.
import type { BranchBlock, ForEachBlock, Guard, PlanBlock } from '../../events/plan.ts'
import type { RunState, StepState } from '../state.ts'

/** What the branches that a step stands in say of it. */
export type Standing = 'open' | 'undecided' | 'closed'

/** From the outside in: what is closed outside is closed, whatever is undecided inside. */
function standingOf({ branches }: RunState, guards: readonly Guard[] | undefined): Standing {
  for (const guard of guards ?? []) {
    const taken = branches?.[guard.block]?.case
    if (taken === undefined) return 'undecided'
    if (taken !== guard.case) return 'closed'
  }
  return 'open'
}

export const stepStanding = (state: RunState, { plan }: StepState): Standing =>
  plan.guards === undefined ? 'open' : standingOf(state, plan.guards)

const isStepOver = ({ status }: StepState): boolean =>
  status === 'completed' || status === 'failed' || status === 'skipped'

const blocksOf = ({ plan }: RunState): readonly PlanBlock[] => plan?.blocks ?? []

const standsIn = ({ plan: { guards, groups, items } }: StepState, block: string): boolean =>
  guards?.some((guard) => guard.block === block) === true ||
  groups?.includes(block) === true ||
  items?.some((item) => item.block === block) === true

/** Is every step in the block over? From the end: what is still to come is mostly there. */
function areStepsOver({ plan, steps }: RunState, block: string): boolean {
  const order = plan?.order ?? []
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const step = steps[order[at] ?? '']
    if (step !== undefined && !isStepOver(step) && standsIn(step, block)) return false
  }
  return true
}

/** The steps that stand in a block, however deep. */
export const stepsWithin = ({ plan, steps }: RunState, block: string): StepState[] =>
  (plan?.order ?? []).flatMap((id) => {
    const step = steps[id]
    return step !== undefined && standsIn(step, block) ? [step] : []
  })

/** Nothing of the block, however deep, is still to come. */
function isBlockOver(state: RunState, block: PlanBlock): boolean {
  const isToExpand = (one: PlanBlock): boolean =>
    one.kind === 'for_each' &&
    one.items === null &&
    standingOf(state, one.guards) !== 'closed' &&
    state.failedBlocks?.[one.block] === undefined
  const isInside = (one: PlanBlock): boolean =>
    one.block === block.block ||
    one.guards?.some((guard) => guard.block === block.block) === true ||
    one.items_of?.some((item) => item.block === block.block) === true
  return areStepsOver(state, block.block) && !blocksOf(state).some((one) => isInside(one) && isToExpand(one))
}

/** Whether a step or a block is over; what the plan does not have is. */
export function isOverThere(state: RunState, id: string): boolean {
  const step = state.steps[id]
  if (step !== undefined) return isStepOver(step)
  const block = state.plan?.blocks?.find((one) => one.block === id)
  return block === undefined || isBlockOver(state, block)
}

const waitsForSteps = (state: RunState, ids: readonly string[]): boolean =>
  ids.some((id) => !isOverThere(state, id))

/** The branches of which a case is to be chosen now. */
export const branchesToChoose = (state: RunState): readonly BranchBlock[] =>
  blocksOf(state).filter(
    (block): block is BranchBlock =>
      block.kind === 'branch' &&
      state.branches?.[block.block] === undefined &&
      standingOf(state, block.guards) === 'open' &&
      !waitsForSteps(state, block.after) &&
      (stepsWithin(state, block.block).some(({ status }) => status === 'pending') ||
        blocksOf(state).some(({ guards }) => guards?.some((guard) => guard.block === block.block) === true)),
  )

/** The lists whose items are to be found out now. */
export const listsToExpand = (state: RunState): readonly ForEachBlock[] =>
  blocksOf(state).filter(
    (block): block is ForEachBlock =>
      block.kind === 'for_each' &&
      block.items === null &&
      state.failedBlocks?.[block.block] === undefined &&
      standingOf(state, block.guards) === 'open' &&
      !('step' in block.list && waitsForSteps(state, [block.list.step])),
  )

/** A branch that it stands in, or stands around that, cannot be chosen before a step is over. */
export const waitsForChoice = (state: RunState, { plan }: StepState): boolean =>
  plan.guards !== undefined &&
  standingOf(state, plan.guards) === 'undecided' &&
  blocksOf(state).some(
    (block) =>
      block.kind === 'branch' &&
      plan.guards?.some((guard) => guard.block === block.block) === true &&
      state.branches?.[block.block] === undefined &&
      waitsForSteps(state, block.after),
  )

/** Each parallel group with its bound. */
const boundsOf = (state: RunState): ReadonlyMap<string, number> =>
  new Map(
    blocksOf(state).flatMap((block): [string, number][] =>
      block.kind === 'parallel' ? [[block.block, block.at_most]] : [],
    ),
  )

/** Counts the calls of each group; `fits` whether one more may be made. */
export function groupPlaces(state: RunState, underWay: readonly StepState[]) {
  if (state.plan?.blocks === undefined) return null
  const bounds = boundsOf(state)
  const counts = new Map<string, number>()
  const take = ({ plan }: StepState): void => {
    for (const group of plan.groups ?? []) counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  for (const step of underWay) take(step)
  const fits = ({ plan }: StepState): boolean =>
    (plan.groups ?? []).every((group) => (counts.get(group) ?? 0) < (bounds.get(group) ?? Infinity))
  return { take, fits }
}
