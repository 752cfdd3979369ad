// The planner that needs nothing but the registry: same goal, context, profile and registry, same plan.
import { OFFLINE_PLANNER } from '../registry/names.ts'
import type { Registry } from '../registry/registry.ts'
import { chain, withLiterals, type World } from './chain.ts'
import {
  explain,
  reasonFor,
  WHY_CONDITION,
  WHY_FOREIGN,
  whyContradiction,
  whyExcluded,
  whyMissing,
  whyNoTool,
  whyUnserved,
} from './explain.ts'
import { inOrder } from './order.ts'
import type { Planner, PlannerInput, PlanResult, RankedTool } from './planner.ts'
import { rankingOf, understand, type Understanding } from './rank.ts'
import { MOST_STEPS, stepsOf, usableTools } from './steps.ts'
import { toolIndexes, type ToolIndex } from './tool-index.ts'
import { estimatedCost, overBudget, worstCase } from './worst-case.ts'

/** The registry in force, those of older runs, and a spare. */
const KEPT_INDEXES = 8

type Refused = Extract<PlanResult, { ok: false }>
type Outcome = { readonly chosen: readonly string[]; readonly leftOut: readonly string[] }

/** What of a goal is to be done, or why nothing is. */
function outcomeOf(
  goal: Understanding,
  { profile }: PlannerInput,
  { usable, ranking }: { usable: World['usable']; ranking: readonly RankedTool[] },
): Outcome | string {
  const { wanted, excluded, unserved, conditional, foreign } = goal
  const names = [...usable.keys()]
  if (foreign) return WHY_FOREIGN
  if (wanted.length === 0 && unserved.length > 0) {
    const why = whyUnserved(unserved, names, ranking[0])
    return conditional ? `${why} ${WHY_CONDITION}` : why
  }
  if (conditional && wanted.length > 0) return WHY_CONDITION
  const both = wanted.filter((name) => excluded.includes(name))
  if (both.length > 0) return whyContradiction(both)
  if (wanted.length === 0 && excluded.length > 0) return whyExcluded(excluded)
  const leftOut = wanted.filter((name) => !usable.has(name))
  const chosen = wanted.filter((name) => usable.has(name))
  return chosen.length > 0 ? { chosen, leftOut } : whyNoTool(profile.name, names, leftOut)
}

function planBy(index: ToolIndex, input: PlannerInput): PlanResult {
  const { goal, context, profile, limits, registry } = input
  const usable = usableTools(input)
  const understood = understand(goal, index)
  const ranking = rankingOf(understood.hits, usable, index)
  const refuse = (why: string, missing: Refused['missing'] = []): Refused => ({
    ok: false,
    why,
    missing,
    ranking,
  })
  const outcome = outcomeOf(understood, input, { usable, ranking })
  if (typeof outcome === 'string') return refuse(outcome)
  const { chosen, leftOut } = outcome
  const mayUse = new Map([...usable].filter(([name]) => !understood.excluded.includes(name)))
  const chained = chain(chosen, { usable: mayUse, context })
  if (!chained.ok) return refuse(whyMissing(chained.missing, context), chained.missing)
  if (chained.links.length > MOST_STEPS)
    return refuse(`The goal needs ${chained.links.length} steps; a plan has at most ${MOST_STEPS}.`)
  const rows = new Map(ranking.map((row) => [row.tool, row]))
  const rank = new Map(ranking.map(({ tool }, place) => [tool, place]))
  const ordered = inOrder(withLiterals(chained.links, understood.literals), {
    domains: registry.domains,
    rank,
  })
  const steps = stepsOf(ordered, (link) => reasonFor(link, rows.get(link.tool.name)), { profile, registry })
  const worst = worstCase(steps)
  const over = overBudget(steps, limits, registry.domains)
  const { unserved } = understood
  return {
    ok: true,
    planner: OFFLINE_PLANNER,
    fallbackReason: null,
    steps,
    explanation: explain({ profile: profile.name, steps, worst, leftOut, overBudget: over, unserved }),
    ranking,
    unserved,
    estimatedCost: estimatedCost(steps),
    worstCase: worst,
    overBudget: over,
  }
}

/** Never rejects: a goal that cannot be served is a result that says why. */
export function rulesPlanner(): Planner {
  const indexOf: (registry: Registry) => ToolIndex = toolIndexes(KEPT_INDEXES)
  return {
    name: OFFLINE_PLANNER,
    asks: false,
    plan: async (input) => planBy(indexOf(input.registry), input),
  }
}
