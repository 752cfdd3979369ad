// Which case of a branch is carried out, and what that means for the steps in it. Pure: the choice itself is an event,
// so that nothing here needs an expression.
import type { Guard, PlanBlock } from '../../events/plan.ts'
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

const isOpenStep = ({ steps }: RunState, id: string): boolean => {
  const status = steps[id]?.status
  return status !== undefined && status !== 'completed' && status !== 'failed' && status !== 'skipped'
}

const waitsForSteps = (state: RunState, { after }: PlanBlock): boolean =>
  after.some((id) => isOpenStep(state, id))

/** The branches of which a case is to be chosen now. */
export const branchesToChoose = (state: RunState): readonly PlanBlock[] =>
  (state.plan?.blocks ?? []).filter(
    (block) =>
      state.branches?.[block.block] === undefined &&
      standingOf(state, block.guards) === 'open' &&
      !waitsForSteps(state, block) &&
      stepsWithin(state, block.block).some(({ status }) => status === 'pending'),
  )

/** A branch that it stands in, or stands around that, cannot be chosen before a step is over. */
export const waitsForChoice = (state: RunState, { plan }: StepState): boolean =>
  plan.guards !== undefined &&
  standingOf(state, plan.guards) === 'undecided' &&
  (state.plan?.blocks ?? []).some(
    (block) =>
      plan.guards?.some((guard) => guard.block === block.block) === true &&
      state.branches?.[block.block] === undefined &&
      waitsForSteps(state, block),
  )

/** The steps that stand in a block, however deep. */
export const stepsWithin = ({ plan, steps }: RunState, block: string): StepState[] =>
  (plan?.order ?? []).flatMap((id) => {
    const step = steps[id]
    return step?.plan.guards?.some((guard) => guard.block === block) === true ? [step] : []
  })
