// Judges: read-only steps that say how good a proposed output is. They see it before the person who decides about it,
// and what they say is released with it: to nobody else before, and never where it is not approved. Pure.
import type { PlanStep } from '../events/plan.ts'
import type { Registry } from '../registry/registry.ts'
import type { RunState, StepState } from './state.ts'

const isReviewed = ({ review, carried }: PlanStep): boolean => review === 'output' && carried === null

/** In the same cases of the same branches: where one is carried out, so is the other. */
const areTogether = ({ guards = [] }: PlanStep, other: PlanStep | undefined): boolean =>
  guards.length === (other?.guards ?? []).length &&
  guards.every(({ block, case: name }, at) => {
    const guard = other?.guards?.[at]
    return guard?.block === block && guard.case === name
  })

/** The step whose output this one judges and nothing else, as the registry declares; undefined: none. */
function judgedBy(step: PlanStep, steps: readonly PlanStep[], registry: Registry): string | undefined {
  const judges = registry.tools[step.tool]?.judges
  if (judges === undefined || step.carried !== null) return undefined
  if (step.side_effects !== 'read-only' || step.review !== 'none') return undefined
  // What may wait for others, or be left out, would keep the person waiting.
  if (step.after !== undefined || step.when !== undefined) return undefined
  const [only, ...others] = step.depends_on
  const judged = steps.find(({ step_id }) => step_id === only)
  if (others.length > 0 || !areTogether(step, judged) || judged?.tool !== judges.tool || !isReviewed(judged))
    return undefined
  const sources = Object.values(step.inputs)
  const sees = sources.some((source) => 'step' in source && source.output === judges.output)
  return sees ? judged.step_id : undefined
}

/** The steps of a plan, with what each of them judges. */
export const withJudges = (steps: readonly PlanStep[], registry: Registry): PlanStep[] =>
  steps.map((step) => {
    const judges = judgedBy(step, steps, registry)
    if (judges === undefined && !('judges' in step)) return step
    const { judges: _before, ...plain } = step
    return judges === undefined ? plain : { ...plain, judges }
  })

/** The steps that judge what this one makes, in the order of the plan. */
export function judgesOf({ plan, steps }: RunState, stepId: string): StepState[] {
  const judges: StepState[] = []
  for (const id of plan?.order ?? []) {
    const step = steps[id]
    if (step?.plan.judges === stepId) judges.push(step)
  }
  return judges
}

/** Made by a judge, and not released before what it judged is. */
export const isHeld = (step: StepState): boolean =>
  step.status === 'reviewing' && step.plan.judges !== undefined

/** Whether `step` may be given the output of `id`: it is released, or the step only judges it. */
export function maySee({ steps }: RunState, step: StepState, id: string): boolean {
  const status = steps[id]?.status
  return status === 'completed' || (status === 'reviewing' && step.plan.judges === id)
}

/** Whether every judge has said what it can say, so that a person can be asked. */
export const isJudged = (state: RunState, stepId: string): boolean =>
  judgesOf(state, stepId).every(
    (judge) => isHeld(judge) || judge.status === 'failed' || judge.status === 'skipped',
  )

const withJudgesAs = (state: RunState, stepId: string, patch: Partial<StepState>): RunState => {
  const held = judgesOf(state, stepId).filter(isHeld)
  if (held.length === 0) return state
  const steps: Record<string, StepState> = { ...state.steps }
  for (const judge of held) steps[judge.plan.step_id] = { ...judge, ...patch }
  return { ...state, steps }
}

/** What was judged is released, and what its judges said with it. */
export const releaseJudges = (state: RunState, stepId: string): RunState =>
  withJudgesAs(state, stepId, { status: 'completed' })

/** There will be another revision: its judges are asked anew. */
export const askJudgesAgain = (state: RunState, stepId: string): RunState =>
  withJudgesAs(state, stepId, { status: 'pending', tries: 0, output: null })
