// The rules of a draft for changing its plan: that every name in them is one of its steps, every expression can be worked
// out and every other input fits the step that is done again.
import type { ProposedSource, RULE_ACTIONS, Trigger } from '../../events/plan.ts'
import type { Path } from '../yaml.ts'
import { conditionAt } from './conditions.ts'
import { overridesOf } from './inputs.ts'
import type { ReplanDraft, RuleDraft } from './replan-draft.ts'
import { refuse, type EarlierStep, type Place, type Walk } from './walk.ts'

export type ResolvedRule = {
  readonly on: Trigger
  /** Names of steps. */
  readonly steps: readonly string[]
  readonly when: string | null
  readonly action: (typeof RULE_ACTIONS)[number]
  /** The name of a step. */
  readonly redo: string | null
  /** By input; steps stand under their names. */
  readonly with: Readonly<Record<string, readonly ProposedSource[]>>
}
export type ResolvedReplan = { readonly at_most: number; readonly rules: readonly ResolvedRule[] }

type RulePlace = { readonly walk: Walk; readonly path: Path }

const calledIn = ({ before }: Walk, name: string): EarlierStep | undefined =>
  before.find((step) => step.name === name)

/** A name that no step has; a step for no item at all is one, too. */
function checkName({ walk, path }: RulePlace, name: string): void {
  if (calledIn(walk, name) !== undefined) return
  if (!walk.ids.has(name)) refuse({ walk, path }, `there is no step ${name}`)
  else if (walk.blocks.some((block) => block.name === name))
    refuse({ walk, path }, `${name} is a block, and no step`)
}

/** At the end of the plan, for the items that the step to do again is for. */
const placeFor = ({ walk, path }: RulePlace, target: EarlierStep | undefined): Place => ({
  walk,
  path,
  guards: [],
  items: target?.items ?? [],
  groups: [],
  isDead: false,
})

function whenOf(rule: RuleDraft, at: RulePlace, target: EarlierStep | undefined) {
  const path = [...at.path, 'when']
  const condition = rule.when === undefined ? null : conditionAt(rule.when, placeFor({ ...at, path }, target))
  if (condition === null) return { text: null, steps: [] }
  const names = condition.steps.flatMap((id) => at.walk.before.find((step) => step.id === id)?.name ?? [])
  if (names.length === 0) refuse({ walk: at.walk, path }, 'must use a step')
  return { text: condition.text, steps: [...new Set(names)] }
}

/** Under their names, as they are looked up when their time comes. */
const byName = ({ before }: Walk, source: ProposedSource): ProposedSource =>
  'step' in source
    ? { ...source, step: before.find(({ id }) => id === source.step)?.name ?? source.step }
    : source

function withOf(rule: RuleDraft, at: RulePlace, target: EarlierStep | undefined): ResolvedRule['with'] {
  if (rule.with === undefined || target?.tool == null) return {}
  const place = placeFor({ ...at, path: [...at.path, 'with'] }, target)
  // Of which item is known when it is done again, and not before.
  const items = place.items.map((scope) => ({ ...scope, names: [] }))
  const isDead = at.walk.ground.context !== null
  const found = overridesOf(rule.with, target.tool, { ...place, items, isDead })
  return Object.fromEntries(
    Object.entries(found).map(([name, sources]) => [name, sources.map((source) => byName(at.walk, source))]),
  )
}

/** What happens for one item can be mended for that item or around it. */
function checkReach(rule: RuleDraft, at: RulePlace, target: EarlierStep): void {
  for (const name of rule.steps ?? []) {
    const step = calledIn(at.walk, name)
    const isAround = target.items.every(({ block }, depth) => step?.items[depth]?.block === block)
    if (step !== undefined && !isAround)
      refuse(
        { walk: at.walk, path: [...at.path, 'redo'] },
        `${target.name} is done once for each item, and ${name} is not`,
      )
  }
}

function resolveRule(rule: RuleDraft, at: RulePlace): ResolvedRule {
  const { walk, path } = at
  for (const [index, name] of (rule.steps ?? []).entries())
    checkName({ walk, path: [...path, 'steps', index] }, name)
  if (rule.redo !== undefined) checkName({ walk, path: [...path, 'redo'] }, rule.redo)
  const target = rule.redo === undefined ? undefined : calledIn(walk, rule.redo)
  if (target !== undefined) checkReach(rule, at, target)
  const when = whenOf(rule, at, target)
  return {
    on: rule.on ?? 'condition',
    steps: rule.steps ?? when.steps,
    when: when.text,
    action: rule.redo === undefined ? (rule.go_on === true ? 'go_on' : 'ask') : 'redo',
    redo: rule.redo ?? null,
    with: withOf(rule, at, target),
  }
}

/** null: it has none. What is wrong is told in the walk. */
export const resolveReplan = (draft: ReplanDraft | undefined, walk: Walk, at: Path): ResolvedReplan | null =>
  draft === undefined
    ? null
    : {
        at_most: draft.at_most,
        rules: draft.rules.map((rule, index) => resolveRule(rule, { walk, path: [...at, 'rules', index] })),
      }
