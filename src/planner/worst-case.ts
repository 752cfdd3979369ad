// What a plan may cost at most, and which limits it could never keep.
import type {
  ProposedBlock,
  ProposedParts,
  ProposedReplan,
  ProposedRule,
  ProposedStep,
  WorstCase,
} from '../events/plan.ts'
import type { Limits } from '../events/policy.ts'
import { fromMicro, toMicro } from '../registry/registry.ts'
import { affectedBy } from '../run/plan/affected.ts'
import { remade } from '../run/plan/remake.ts'
import { nameIn } from '../run/plan/version.ts'
import { approvalsOf, dearestWay } from '../run/plan/ways.ts'
import { NO_QUESTIONS, type Most } from '../run/calls/question-most.ts'
import { brokenLimits, type Excess } from '../run/budgets/plan-budget.ts'

/** Nothing is said of models where none is asked. */
const ofModels = ({ llm_tokens, llm_usd }: Most): Pick<WorstCase, 'llm_tokens' | 'llm_usd'> =>
  llm_tokens === 0 ? {} : { llm_tokens, llm_usd: fromMicro(llm_usd) }

const modelsOf = ({ llm_tokens = 0, llm_usd = 0 }: WorstCase): Most => ({
  llm_tokens,
  llm_usd: toMicro(llm_usd),
})

const ways = (most: (of: (step: ProposedStep) => number) => number): WorstCase => ({
  calls: most(({ retry }) => retry.attempts),
  cost: fromMicro(most(({ retry, cost }) => retry.attempts * cost)),
  approvals: most(approvalsOf),
  ...ofModels({
    llm_tokens: most(({ retry, asks = NO_QUESTIONS }) => retry.attempts * asks.llm_tokens),
    llm_usd: most(({ retry, asks = NO_QUESTIONS }) => retry.attempts * asks.llm_usd),
  }),
})

/** Every attempt of every step on the dearest way, and a person for each step that is reviewed. */
const once = (parts: ProposedParts): WorstCase => ways((of) => dearestWay(parts, of))

const greatest = (cases: readonly WorstCase[]): WorstCase => ({
  calls: Math.max(0, ...cases.map(({ calls }) => calls)),
  cost: Math.max(0, ...cases.map(({ cost }) => cost)),
  approvals: Math.max(0, ...cases.map(({ approvals }) => approvals)),
  ...ofModels({
    llm_tokens: Math.max(0, ...cases.map((one) => modelsOf(one).llm_tokens)),
    llm_usd: Math.max(0, ...cases.map((one) => modelsOf(one).llm_usd)),
  }),
})

/** Of one item, where the plan says of one what is done for each. */
export const levelsOf = ({ steps, blocks }: ProposedParts): ProposedParts[] => [
  { steps, blocks },
  ...blocks.flatMap((block) =>
    block.kind === 'for_each' && block.body !== null ? levelsOf(block.body) : [],
  ),
]

/** A step that is done again, and all that hangs on it. */
function ofRedo(parts: ProposedParts, name: string): WorstCase {
  const cases = levelsOf(parts).flatMap((level) =>
    level.steps
      .filter(({ step_id }) => nameIn(step_id).name === name)
      .map(({ step_id }) =>
        once(
          remade(
            level,
            affectedBy(level, [step_id], () => true),
            2,
          ),
        ),
      ),
  )
  return greatest(cases)
}

/**
 * What one revision adds at most: a planner that is asked may plan as much as the whole plan again. `planning`: what it
 * may ask a language model for that.
 */
export function ofRevision(
  parts: ProposedParts,
  rules: readonly Pick<ProposedRule, 'action' | 'redo'>[],
  planning: Most = NO_QUESTIONS,
): WorstCase {
  const nothing = once({ steps: [], blocks: [] })
  const asked = { ...nothing, ...ofModels(planning) }
  return greatest(
    rules.map(({ action, redo }) => {
      if (redo !== null) return ofRedo(parts, redo)
      return action === 'ask' ? sum(once(parts), asked) : nothing
    }),
  )
}

function times(count: number, one: WorstCase): WorstCase {
  const { llm_tokens, llm_usd } = modelsOf(one)
  return {
    calls: count * one.calls,
    cost: fromMicro(count * toMicro(one.cost)),
    approvals: count * one.approvals,
    ...ofModels({ llm_tokens: count * llm_tokens, llm_usd: count * llm_usd }),
  }
}

function sum(one: WorstCase, other: WorstCase): WorstCase {
  const [mine, others] = [modelsOf(one), modelsOf(other)]
  return {
    calls: one.calls + other.calls,
    cost: fromMicro(toMicro(one.cost) + toMicro(other.cost)),
    approvals: one.approvals + other.approvals,
    ...ofModels({
      llm_tokens: mine.llm_tokens + others.llm_tokens,
      llm_usd: mine.llm_usd + others.llm_usd,
    }),
  }
}

/** Of a plan with its rules: the dearest way, and every revision that they may make. */
export function worstCase(
  steps: readonly ProposedStep[],
  blocks: readonly ProposedBlock[] = [],
  replan: Pick<ProposedReplan, 'at_most' | 'each'> | null = null,
): WorstCase {
  const base = once({ steps, blocks })
  return replan === null ? base : sum(base, times(replan.at_most, replan.each))
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
