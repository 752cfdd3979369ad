// Which limits a plan could never keep. Pure; the planner tells it in words, the engine in the run's last event.
import type { ProposedStep } from '../../events/plan.ts'
import { cheapestWay } from '../plan/ways.ts'
import type { Amounts, Limits, Scope, Unit } from '../../events/policy.ts'

/** A limit of the run that one call of each step on the cheapest way would break; ledger integers. */
export type Excess = {
  readonly scope: Exclude<Scope, 'tenant'>
  /** Domain or tool; empty for the run itself. */
  readonly key: string
  readonly unit: Unit
  readonly requested: number
  readonly limit: number
}

type Part = Pick<Excess, 'scope' | 'key'> & {
  readonly steps: readonly ProposedStep[]
  /** Whether its calls are charged to the limits. */
  readonly isCharged: (step: ProposedStep) => boolean
  readonly limits: Amounts | undefined
}

function brokenBy({ scope, key, steps, isCharged, limits }: Part): Excess[] {
  if (limits === undefined) return []
  const least = (of: (step: ProposedStep) => number): number =>
    cheapestWay(steps, (step) => (isCharged(step) ? of(step) : 0))
  const needed = [
    ['calls', least(() => 1)],
    ['cost', least(({ cost }) => cost)],
    ['effects', least(({ side_effects }) => (side_effects === 'execute' ? 1 : 0))],
  ] as const
  return needed.flatMap(([unit, requested]) => {
    const limit = limits[unit]
    return limit !== undefined && requested > limit ? [{ scope, key, unit, requested, limit }] : []
  })
}

/**
 * Each limit of run, domain or tool that one call of each step on the cheapest way would break; empty: the plan fits.
 * `domains`: the registry's, in whose order they are named.
 */
export function brokenLimits(
  steps: readonly ProposedStep[],
  limits: Limits,
  domains: readonly string[],
): readonly Excess[] {
  const tools = [...new Set(steps.map(({ tool }) => tool))]
  const parts: Part[] = [
    { scope: 'run', key: '', steps, isCharged: () => true, limits: limits.run },
    ...domains.map((name) => ({
      scope: 'domain' as const,
      key: name,
      steps,
      isCharged: ({ domain }: ProposedStep) => domain === name,
      limits: limits.domain[name],
    })),
    ...tools.map((name) => ({
      scope: 'tool' as const,
      key: name,
      steps,
      isCharged: ({ tool }: ProposedStep) => tool === name,
      limits: limits.tool[name],
    })),
  ]
  return parts.flatMap(brokenBy)
}
