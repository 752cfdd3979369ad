// The rules of a plan for what happens: which of them is to be asked, and which changes the plan now. Pure: what a
// condition said is an event, and so is every change, so that nothing is asked twice.
import type { ReplanRule } from '../../events/plan.ts'
import { FAILURES } from '../../events/taxonomy.ts'
import { isHeld } from '../judge.ts'
import type { RunState, StepState } from '../state.ts'
import { affectedBy, type Affected } from './affected.ts'
import { currentStep, itemsAround, nameIn, presentSteps, stepNamed, stepsNamed } from './version.ts'

/** A rule, and the steps that it is about. */
export type Ruling = {
  /** From 1. */
  readonly rule: number
  readonly about: readonly string[]
  /** The step that is done again; null: none is. */
  readonly target: string | null
}

export const rulingKey = ({ rule, about }: Pick<Ruling, 'rule' | 'about'>): string =>
  `${rule} ${about.join(' ')}`

export const ruleOf = ({ plan }: RunState, { rule }: Pick<Ruling, 'rule'>): ReplanRule | undefined =>
  plan?.replan?.rules[rule - 1]

/** Revisions that are left; expansions of lists are none. */
export function revisionsLeft({ plan, bounds, replans = 0 }: RunState): number {
  const most = Math.min(plan?.replan?.at_most ?? 0, bounds?.most_revisions ?? Infinity)
  return Math.max(0, most - replans)
}

const isOver = ({ status }: StepState): boolean =>
  status === 'completed' || status === 'failed' || status === 'skipped'

/** Its output may be looked at: it is released, or a judge has spoken. */
export const isTold = (step: StepState): boolean =>
  step.output !== null && (step.status === 'completed' || isHeld(step))

const hasHappened = ({ on }: ReplanRule, { status, skipReason }: StepState): boolean =>
  on === 'failed' ? status === 'failed' : status === 'skipped' && skipReason === 'approval_denied'

/** The step that is done again where `step` was what happened: for the same items, or those around them. */
function targetFor(state: RunState, { redo }: ReplanRule, step: StepState): string | null {
  if (redo === null) return null
  const { items } = nameIn(step.plan.step_id)
  return stepNamed(state, redo, items)?.plan.step_id ?? null
}

/** Of a rule about what became of steps: those that it has not been followed for. */
function happened(state: RunState, rule: ReplanRule, number: number): Ruling[] {
  return rule.steps
    .flatMap((name) => stepsNamed(state, name))
    .filter((step) => hasHappened(rule, step))
    .map((step) => ({
      rule: number,
      about: [step.plan.step_id],
      target: targetFor(state, rule, step),
    }))
    .filter((ruling) => rule.redo === null || ruling.target !== null)
}

/** What a condition is asked about: once, or once for each item that the step to do again is for. */
function subjectsOf(state: RunState, rule: ReplanRule, number: number): Ruling[] {
  const places =
    rule.redo === null ? [''] : stepsNamed(state, rule.redo).map(({ plan }) => nameIn(plan.step_id).items)
  return places.flatMap((items) => {
    const used = rule.steps.map((name) =>
      itemsAround(items)
        .map((at) => currentStep(state, name, at))
        .find(Boolean),
    )
    const about = used.flatMap((step) => step?.plan.step_id ?? [])
    const target = rule.redo === null ? null : (currentStep(state, rule.redo, items)?.plan.step_id ?? null)
    return about.length < rule.steps.length ? [] : [{ rule: number, about, target }]
  })
}

/** All that it uses is over, and something of it is there. */
function isAskable({ steps }: RunState, { about }: Ruling): boolean {
  const used = about.flatMap((id) => steps[id] ?? [])
  return used.every((step) => isOver(step) || isTold(step)) && used.some(isTold)
}

const rulesOf = ({ plan }: RunState): readonly ReplanRule[] => plan?.replan?.rules ?? []

/** Conditions that can be asked now and have not been. */
export const rulesToAsk = (state: RunState): Ruling[] =>
  rulesOf(state).flatMap((rule, index) =>
    rule.on === 'condition'
      ? subjectsOf(state, rule, index + 1).filter(
          (ruling) => state.rulings?.[rulingKey(ruling)] === undefined && isAskable(state, ruling),
        )
      : [],
  )

const partsOf = (state: RunState) => ({
  steps: presentSteps(state).map(({ plan }) => plan),
  blocks: state.plan?.blocks ?? [],
})

const isOpenIn =
  ({ steps }: RunState) =>
  (id: string): boolean => {
    const step = steps[id]
    return step !== undefined && !isOver(step)
  }

/** The steps, and all of the present plan that hangs on them. */
export const affectedIn = (state: RunState, ids: readonly string[]): Affected =>
  affectedBy(partsOf(state), ids, isOpenIn(state))

/** A call of it may still be found to have happened: nothing is decided over it. */
const isUndecided = (state: RunState, affected: Affected): boolean =>
  [...affected].some((id) => state.steps[id]?.status === 'unknown')

/** The rule that changes the plan now, the first of them; null: none does. */
export function firedRule(state: RunState): Ruling | null {
  for (const [index, rule] of rulesOf(state).entries()) {
    const found =
      rule.on === 'condition' ? subjectsOf(state, rule, index + 1) : happened(state, rule, index + 1)
    const fired = found.find((ruling) => {
      const said = state.rulings?.[rulingKey(ruling)]
      return rule.on === 'condition' ? said === 'met' : said === undefined
    })
    if (fired === undefined) continue
    if (fired.target === null || !isUndecided(state, affectedIn(state, [fired.target]))) return fired
  }
  return null
}

/** Is a planner still waited for: for the first plan, or because a rule has it asked again? */
export function awaitsPlan(state: RunState): boolean {
  if (state.finished !== null || state.plan === null) return state.finished === null
  const ruling = state.cancelled || revisionsLeft(state) === 0 ? null : firedRule(state)
  return ruling !== null && ruleOf(state, ruling)?.action === 'ask'
}

/** Nothing of what is done anew is under way any more. */
export function isQuiet(state: RunState, { target }: Ruling): boolean {
  if (target === null) return true
  return ![...affectedIn(state, [target])].some((id) => state.steps[id]?.status === 'running')
}

/** A failure after which nothing else may start, and that no rule lets the plan go on from. */
export const hasFatalFailure = ({ steps, tolerated = [], redone = [] }: RunState): boolean =>
  Object.values(steps).some(({ plan, status, error }) => {
    const isFatal = status === 'failed' && error !== null && FAILURES[error.mode].terminal
    return isFatal && !tolerated.includes(plan.step_id) && !redone.includes(plan.step_id)
  })
