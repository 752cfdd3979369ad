// Whether a run did all that its plan meant to be done: what a condition left out, and what hangs on that alone, was not
// meant to be done. Pure.
import { sourcesOf, type InputSource, type PlanStep } from '../../events/plan.ts'
import type { RunState, StepState } from '../state.ts'
import { presentSteps } from './version.ts'

/** Steps that had to give something, or one of which had to. */
const sourcesOfStep = ({ depends_on, inputs }: PlanStep): string[] => [
  ...depends_on,
  ...Object.values(inputs).flatMap((input) =>
    sourcesOf<InputSource>(input).flatMap((source) => ('step' in source ? [source.step] : [])),
  ),
]

/** The steps that the plan itself leaves out in this run. */
export function leftOutIn({ plan, steps }: RunState): ReadonlySet<string> {
  const leftOut = new Set<string>()
  for (const id of plan?.order ?? []) {
    const step = steps[id]
    if (step?.status !== 'skipped') continue
    const isMeant = step.skipReason === 'condition_false' || step.skipReason === 'branch_not_taken'
    const missing = sourcesOfStep(step.plan).filter((source) => steps[source]?.status !== 'completed')
    const hangs =
      step.skipReason === 'dependency_failed' &&
      missing.length > 0 &&
      missing.every((source) => leftOut.has(source))
    if (isMeant || hangs) leftOut.add(id)
  }
  return leftOut
}

/** Its lists are empty: there was nothing to do. */
function isEmpty(state: RunState): boolean {
  const blocks = state.plan?.blocks ?? []
  const isKnown = blocks.every((block) => block.kind !== 'for_each' || block.items !== null)
  return blocks.length > 0 && isKnown && presentSteps(state).length === 0
}

/** Every step that was to be done is done. */
export function isAsPlanned(state: RunState): boolean {
  if (isEmpty(state)) return true
  const leftOut = leftOutIn(state)
  const isDone = ({ plan, status }: StepState): boolean => status === 'completed' || leftOut.has(plan.step_id)
  return leftOut.size > 0 && presentSteps(state).every(isDone)
}
