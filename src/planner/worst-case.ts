// What a plan may cost at most, and which limits it could never keep.
import type { ProposedBlock, ProposedStep, WorstCase } from '../events/plan.ts'
import type { Limits } from '../events/policy.ts'
import { fromMicro } from '../registry/registry.ts'
import { dearestWay } from '../run/plan/ways.ts'
import { brokenLimits, type Excess } from '../run/budgets/plan-budget.ts'

/** Every attempt of every step on the dearest way, and a person for each step that is reviewed. */
export function worstCase(steps: readonly ProposedStep[], blocks: readonly ProposedBlock[] = []): WorstCase {
  const most = (of: (step: ProposedStep) => number): number => dearestWay({ steps, blocks }, of)
  return {
    calls: most(({ retry }) => retry.attempts),
    cost: fromMicro(most(({ retry, cost }) => retry.attempts * cost)),
    approvals: most(({ review }) => (review === 'none' ? 0 : 1)),
  }
}

/** Cost units of the dearest way, each step called once. */
export const estimatedCost = (
  steps: readonly ProposedStep[],
  blocks: readonly ProposedBlock[] = [],
): number => fromMicro(dearestWay({ steps, blocks }, ({ cost }) => cost))

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
