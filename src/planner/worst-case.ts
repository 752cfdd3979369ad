// What a plan may cost at most, and which limits it could never keep.
import type { ProposedStep, WorstCase } from '../events/plan.ts'
import type { Limits } from '../events/policy.ts'
import { fromMicro } from '../registry/registry.ts'
import { brokenLimits, type Excess } from '../run/budgets/plan-budget.ts'

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

const needs = ({ unit, requested, limit }: Excess): string =>
  unit === 'cost'
    ? `${fromMicro(requested)} cost units; ${fromMicro(limit)} are allowed.`
    : `${requested} calls; ${limit} are allowed.`

/**
 * A sentence for each limit of run, domain or tool that one call of each step would break; empty: the plan fits.
 * `domains`: the registry's, in whose order they are named.
 */
export const overBudget = (
  steps: readonly ProposedStep[],
  limits: Limits,
  domains: readonly string[],
): string[] =>
  brokenLimits(steps, limits, domains).map(
    (excess) =>
      `The ${excess.scope === 'run' ? 'run' : `${excess.scope} ${excess.key}`} needs ${needs(excess)}`,
  )
