// Whether a plan may be adopted, whoever made it. Used on what comes from outside this code; promises that a plan
// without problems can be run step by step, under the policy of its profile, on values that exist.
import { sourcesOf, type ProposedSource, type ProposedStep } from '../events/plan.ts'
import type { ToolSpec } from '../registry/registry.ts'
import { isGiven } from './chain.ts'
import type { PlannerInput } from './planner.ts'
import { MOST_STEPS, policyOf, usableTools } from './steps.ts'
import { overBudget } from './worst-case.ts'

export type PlanCheck = {
  /** One sentence each; empty: the plan is valid. */
  readonly problems: readonly string[]
  /** As in a plan's result; empty: it fits. */
  readonly overBudget: readonly string[]
}

type Known = {
  readonly input: PlannerInput
  readonly usable: ReadonlyMap<string, ToolSpec>
  readonly all: ReadonlySet<string>
  /** Steps before the present one. */
  readonly before: ReadonlyMap<string, ProposedStep>
}

function sourceProblem(source: ProposedSource, { input, usable, all, before }: Known): string | null {
  if ('value' in source) return null
  if ('context' in source)
    return isGiven(input.context, source.context) ? null : `context.${source.context} is not given`
  const producer = before.get(source.step)
  if (!producer)
    return all.has(source.step) ? `${source.step} does not come before it` : `there is no step ${source.step}`
  // The output of an earlier run is there, whatever its tool declares by now.
  if (producer.carried !== null) return null
  const outputs = usable.get(producer.tool)?.outputs ?? {}
  return Object.hasOwn(outputs, source.output) ? null : `${producer.tool} has no output ${source.output}`
}

function inputProblems(step: ProposedStep, tool: ToolSpec, known: Known): string[] {
  const bound = Object.entries(step.inputs).flatMap(([name, input]) => {
    if (!Object.hasOwn(tool.inputs, name)) return [`${tool.name} has no input ${name}`]
    const values: readonly unknown[] = tool.inputs[name]?.values ?? []
    return sourcesOf<ProposedSource>(input).flatMap((source) => {
      if ('value' in source && values.length > 0 && !values.includes(source.value))
        return [`${name}: the value is none of ${values.join(', ')}`]
      const problem = sourceProblem(source, known)
      return problem === null ? [] : [`${name}: ${problem}`]
    })
  })
  // What a condition holds back may be there for a context that gives it nothing.
  if (step.when !== undefined || step.guards !== undefined) return bound
  const unbound = Object.entries(tool.inputs).flatMap(([name, field]) =>
    field.required && !Object.hasOwn(step.inputs, name) ? [`${name} has no source`] : [],
  )
  return [...bound, ...unbound]
}

function dependencyProblems(step: ProposedStep, { all, before }: Known): string[] {
  const waits = [...step.depends_on, ...(step.after ?? [])]
  const sources = Object.values(step.inputs)
    .flatMap((input) => sourcesOf<ProposedSource>(input))
    .flatMap((source) => ('step' in source ? [source.step] : []))
  const unnamed = [...new Set(sources)].filter((id) => all.has(id) && !waits.includes(id))
  const late = waits.filter((id) => !before.has(id))
  return [
    ...unnamed.map((id) => `depends_on does not name ${id}`),
    ...late.map(
      (id) => `depends_on names ${id}, which ${all.has(id) ? 'does not come before it' : 'does not exist'}`,
    ),
  ]
}

const POLICY_FIELDS = [
  'domain',
  'side_effects',
  'review',
  'risk',
  'interface',
  'adapter',
  'cost',
  'timeout_ms',
  'idempotent',
] as const

/** What a step says of its own policy must be what registry and profile say. */
function policyProblems(step: ProposedStep, tool: ToolSpec, { input }: Known): string[] {
  // Nobody chooses the adapter when a plan is made.
  const due = { ...policyOf(tool, input.profile), adapter: undefined }
  const wrong: string[] = POLICY_FIELDS.filter((field) => step[field] !== due[field])
  const retry = Object.entries(due.retry).some(
    ([key, value]) => step.retry[key as keyof typeof due.retry] !== value,
  )
  return [...wrong, ...(retry ? ['retry'] : [])].map((field) => `${field} is not what the registry says`)
}

function stepProblems(step: ProposedStep, known: Known): string[] {
  const twice = known.before.has(step.step_id) ? ['its id is used twice'] : []
  // Completed by an earlier run and never called again: today's registry has no say in it.
  if (step.carried !== null) return [...twice, ...dependencyProblems(step, known)]
  const tool = known.usable.get(step.tool)
  if (!tool) {
    const exists = Object.hasOwn(known.input.registry.tools, step.tool)
    return [`${step.tool} ${exists ? 'cannot be used with this profile' : 'is not registered'}`]
  }
  return [
    ...twice,
    ...inputProblems(step, tool, known),
    ...dependencyProblems(step, known),
    ...policyProblems(step, tool, known),
  ]
}

/**
 * Each step may rely only on those before it, so that a plan without problems has no circle. Steps with an output
 * of an earlier run (`carried`, which only the engine sets) are taken as they are.
 */
export function validatePlan(steps: readonly ProposedStep[], input: PlannerInput): PlanCheck {
  const problems: string[] = []
  if (steps.length === 0) problems.push('The plan has no steps.')
  if (steps.length > MOST_STEPS)
    problems.push(`The plan has ${steps.length} steps; ${MOST_STEPS} are allowed.`)
  const before = new Map<string, ProposedStep>()
  const all = new Set(steps.map(({ step_id }) => step_id))
  const known = { input, usable: usableTools(input), all, before }
  for (const step of steps) {
    problems.push(...stepProblems(step, known).map((problem) => `${step.step_id}: ${problem}.`))
    before.set(step.step_id, step)
  }
  const due = steps.filter(({ carried }) => carried === null)
  return { problems, overBudget: overBudget(due, input.limits, input.registry.domains) }
}
