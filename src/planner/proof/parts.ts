// What must hold of the steps and blocks of every plan before it is adopted, whoever made it: tools that the profile may
// use, values that exist, no circle, and no more of it than registry and profile allow.
import {
  MOST_PLAN_STEPS,
  sourcesOf,
  type ProposedBlock,
  type ProposedParts,
  type ProposedReplan,
  type ProposedSource,
  type ProposedStep,
} from '../../events/plan.ts'
import type { ProblemItem } from '../../events/problem.ts'
import type { ToolSpec } from '../../registry/registry.ts'
import { affectedBy } from '../../run/plan/affected.ts'
import { nameIn } from '../../run/plan/version.ts'
import { isGiven } from '../chain.ts'
import type { PlannerInput } from '../planner.ts'
import { MOST_STEPS, usableTools } from '../steps.ts'
import { levelsOf } from '../worst-case.ts'

/** As in a profile that says nothing. */
const MOST_REVISIONS = 3

/** How often the rules of a plan may change it. */
export const mostRevisions = ({ profile }: PlannerInput): number =>
  profile.plan?.most_revisions ?? MOST_REVISIONS

/** Steps and blocks that a step may wait for: those of its own level, and of those around it. */
type Scope = {
  readonly input: PlannerInput
  readonly usable: ReadonlyMap<string, ToolSpec>
  readonly steps: ReadonlyMap<string, ProposedStep>
  readonly blocks: ReadonlySet<string>
}

function sourceProblem(source: ProposedSource, { usable, steps }: Scope): string | null {
  if (!('step' in source)) return null
  const producer = steps.get(source.step)
  if (!producer) return `there is no step ${source.step}`
  // The output of an earlier run is there, whatever its tool declares by now.
  if (producer.carried !== null) return null
  const [output = ''] = source.output.split('.')
  const outputs = usable.get(producer.tool)?.outputs ?? {}
  return Object.hasOwn(outputs, output) ? null : `${producer.tool} has no output ${output}`
}

/** What a condition, a branch or an item of a list holds back may be there for a context that gives it nothing. */
const isSure = ({ when, guards, items }: ProposedStep): boolean =>
  when === undefined && guards === undefined && items === undefined

/** Nothing of the context can give a required input. */
const notGiven = (sources: readonly ProposedSource[], { input }: Scope): string[] => {
  const paths = sources.flatMap((source) => ('context' in source ? [source.context] : []))
  const isLacking = paths.length === sources.length && !paths.some((path) => isGiven(input.context, path))
  return isLacking ? paths.map((path) => `context.${path} is not given`) : []
}

function inputProblems(step: ProposedStep, tool: ToolSpec, scope: Scope): string[] {
  const bound = Object.entries(step.inputs).flatMap(([name, input]) => {
    const field = Object.hasOwn(tool.inputs, name) ? tool.inputs[name] : undefined
    if (field === undefined) return [`${tool.name} has no input ${name}`]
    const sources = sourcesOf<ProposedSource>(input)
    const lacking = field.required && isSure(step) ? notGiven(sources, scope) : []
    const values: readonly unknown[] = field.values
    const wrong = sources.flatMap((source) => {
      if ('value' in source && values.length > 0 && !values.includes(source.value))
        return [`the value is none of ${values.join(', ')}`]
      return sourceProblem(source, scope) ?? []
    })
    return [...lacking, ...wrong].map((problem) => `${name}: ${problem}`)
  })
  if (!isSure(step)) return bound
  const unbound = Object.entries(tool.inputs).flatMap(([name, field]) =>
    field.required && !Object.hasOwn(step.inputs, name) ? [`${name} has no source`] : [],
  )
  return [...bound, ...unbound]
}

function dependencyProblems(step: ProposedStep, { steps, blocks }: Scope): string[] {
  const waits = [...step.depends_on, ...(step.after ?? [])]
  const sources = Object.values(step.inputs)
    .flatMap((input) => sourcesOf<ProposedSource>(input))
    .flatMap((source) => ('step' in source ? [source.step] : []))
  const unnamed = [...new Set(sources)].filter((id) => steps.has(id) && !waits.includes(id))
  const unknown = waits.filter((id) => !steps.has(id) && !blocks.has(id))
  return [
    ...unnamed.map((id) => `depends_on does not name ${id}`),
    ...unknown.map((id) => `depends_on names ${id}, which does not exist`),
  ]
}

function stepProblems(step: ProposedStep, scope: Scope): string[] {
  // Completed by an earlier run and never called again: neither registry nor plan has a say in it.
  if (step.carried !== null) return []
  const tool = scope.usable.get(step.tool)
  if (tool !== undefined) return [...inputProblems(step, tool, scope), ...dependencyProblems(step, scope)]
  const exists = Object.hasOwn(scope.input.registry.tools, step.tool)
  return [`${step.tool} ${exists ? 'cannot be used with this profile' : 'is not registered'}`]
}

/** Steps that wait for each other, so that none of them would ever begin. */
function circle(steps: readonly ProposedStep[]): string[] {
  const waiting = new Map(steps.map((step) => [step.step_id, [...step.depends_on, ...(step.after ?? [])]]))
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size
    for (const [id, waits] of waiting) if (!waits.some((other) => waiting.has(other))) waiting.delete(id)
  }
  return [...waiting.keys()]
}

type Told = { readonly at: string; readonly message: string }

function levelProblems({ steps, blocks }: ProposedParts, around: Scope): Told[] {
  const scope = {
    ...around,
    steps: new Map([...around.steps, ...steps.map((step) => [step.step_id, step] as const)]),
    blocks: new Set([...around.blocks, ...blocks.map(({ block }) => block)]),
  }
  const ids = steps.map(({ step_id }) => step_id)
  const twice = ids.filter((id, at) => ids.indexOf(id) < at)
  return [
    ...twice.map((id) => ({ at: id, message: 'its id is used twice' })),
    ...steps.flatMap((step) => stepProblems(step, scope).map((message) => ({ at: step.step_id, message }))),
    ...circle(steps).map((id) => ({ at: id, message: 'waits for a step that waits for it' })),
    ...blocks.flatMap((block) =>
      block.kind === 'for_each' && block.body !== null ? levelProblems(block.body, scope) : [],
    ),
  ]
}

const countOf = ({ steps, blocks }: ProposedParts): number =>
  blocks.reduce((sum, block) => sum + itemsOf(block), steps.length)

const itemsOf = (block: ProposedBlock): number =>
  block.kind === 'for_each' && block.body !== null ? block.at_most * countOf(block.body) : 0

/** More are no plan any more. */
function sizeProblems(parts: ProposedParts, { profile }: PlannerInput, isResolved: boolean): string[] {
  if (isResolved && parts.steps.length + parts.blocks.length === 0) return ['has no steps']
  const most = profile.plan?.most_steps ?? MOST_STEPS
  const plain = parts.steps.filter(({ items, carried }) => items === undefined && carried === null).length
  const all = countOf(parts)
  return [
    ...(plain > most ? [`has ${plain} steps; ${most} are allowed`] : []),
    ...(all > MOST_PLAN_STEPS
      ? [`may have ${all} steps with all its items; ${MOST_PLAN_STEPS} are allowed`]
      : []),
  ]
}

/** What an earlier run did with a tool that cannot be used any more, and a rule may do again. */
function ruleProblems(parts: ProposedParts, { rules }: ProposedReplan, { usable }: Pick<Scope, 'usable'>) {
  const isNamed = (id: string, name: string): boolean => nameIn(id).name === name
  const again = levelsOf(parts).flatMap((level) =>
    rules.flatMap(({ redo }) => {
      const ids = level.steps.map(({ step_id }) => step_id).filter((id) => redo !== null && isNamed(id, redo))
      const affected = affectedBy(level, ids, () => true)
      return ids.length === 0 ? [] : level.steps.filter(({ step_id }) => affected.has(step_id))
    }),
  )
  const gone = again.filter(({ tool, carried }) => carried !== null && !usable.has(tool))
  return [...new Set(gone.map(({ tool }) => `a rule may do ${tool} again, which cannot be used`))]
}

export type ProposedPlan = ProposedParts & { readonly replan?: ProposedReplan | undefined }

/**
 * Every problem, with its path below `at`; none: it can be carried out step by step. Steps with an output of an earlier
 * run (`carried`, which only the engine sets) are taken as they are. `isResolved`: names that lead nowhere are not told
 * of already.
 */
export function partsProblems(
  plan: ProposedPlan,
  input: PlannerInput,
  { at, isResolved }: { readonly at: string; readonly isResolved: boolean },
): ProblemItem[] {
  const usable = usableTools(input)
  const { replan } = plan
  const most = mostRevisions(input)
  const scope = { input, usable, steps: new Map(), blocks: new Set<string>() }
  const steps = isResolved ? levelProblems(plan, scope) : []
  const revisions = replan === undefined || replan.at_most <= most ? [] : [replan.at_most]
  return [
    ...steps.map((told) => ({ path: `${at}.${told.at}`, message: told.message })),
    ...sizeProblems(plan, input, isResolved).map((message) => ({ path: `${at}.steps`, message })),
    ...revisions.map((asked) => ({
      path: `${at}.replan.at_most`,
      message: `is ${asked}; profile ${input.profile.name} allows ${most} revisions`,
    })),
    ...(replan === undefined ? [] : ruleProblems(plan, replan, { usable })).map((message) => ({
      path: `${at}.replan`,
      message,
    })),
  ]
}
