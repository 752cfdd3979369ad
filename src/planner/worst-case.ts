// What a plan may cost at most, and which limits it could never keep.
import type { ProposedStep, WorstCase } from '../events/plan.ts'
import type { Amounts, Limits } from '../events/policy.ts'
import { fromMicro } from '../registry/registry.ts'

const sum = (steps: readonly ProposedStep[], of: (step: ProposedStep) => number): number =>
  steps.reduce((total, step) => total + of(step), 0)

/** Every attempt of every step, and a person for each step that is reviewed. */
export const worstCase = (steps: readonly ProposedStep[]): WorstCase => ({
  calls: sum(steps, ({ retry }) => retry.attempts),
  cost: fromMicro(sum(steps, ({ retry, cost }) => retry.attempts * cost)),
  approvals: steps.filter(({ review }) => review !== 'none').length,
})

/** Cost units, each step called once. */
export const estimatedCost = (steps: readonly ProposedStep[]): number =>
  fromMicro(sum(steps, ({ cost }) => cost))

function brokenLimits(whose: string, steps: readonly ProposedStep[], limit: Amounts | undefined): string[] {
  const calls = steps.length
  const cost = sum(steps, (step) => step.cost)
  const broken: string[] = []
  if (limit?.calls !== undefined && calls > limit.calls)
    broken.push(`${whose} needs ${calls} calls; ${limit.calls} are allowed.`)
  if (limit?.cost !== undefined && cost > limit.cost)
    broken.push(`${whose} needs ${fromMicro(cost)} cost units; ${fromMicro(limit.cost)} are allowed.`)
  return broken
}

/**
 * A sentence for each limit of run, domain or tool that one call of each step would break; empty: the plan fits.
 * `domains`: the registry's, in whose order they are named.
 */
export function overBudget(
  steps: readonly ProposedStep[],
  limits: Limits,
  domains: readonly string[],
): string[] {
  const tools = [...new Set(steps.map(({ tool }) => tool))]
  const ofTool = (name: string) => steps.filter(({ tool }) => tool === name)
  return [
    ...brokenLimits('The run', steps, limits.run),
    ...domains.flatMap((name) =>
      brokenLimits(
        `The domain ${name}`,
        steps.filter(({ domain }) => domain === name),
        limits.domain[name],
      ),
    ),
    ...tools.flatMap((name) => brokenLimits(`The tool ${name}`, ofTool(name), limits.tool[name])),
  ]
}
