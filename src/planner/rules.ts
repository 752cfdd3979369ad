// The planner that needs nothing but the registry: same goal, context, profile and registry, same plan.
import { OFFLINE_PLANNER } from '../registry/names.ts'
import type { Registry } from '../registry/registry.ts'
import { chain } from './chain.ts'
import { explain, reasonFor, whyMissing, whyNoTool } from './explain.ts'
import { inOrder } from './order.ts'
import type { Planner, PlannerInput, PlanResult } from './planner.ts'
import { rankingOf, rankTools } from './rank.ts'
import { MOST_STEPS, stepsOf, usableTools } from './steps.ts'
import { toolIndexes, type ToolIndex } from './tool-index.ts'
import { estimatedCost, overBudget, worstCase } from './worst-case.ts'

/** The registry in force, those of older runs, and a spare. */
const KEPT_INDEXES = 8

function planBy(index: ToolIndex, input: PlannerInput): PlanResult {
  const { goal, context, profile, limits, registry } = input
  const usable = usableTools(input)
  const { hits, wanted } = rankTools(goal, index)
  const ranking = rankingOf(hits, usable, index)
  const leftOut = wanted.filter((name) => !usable.has(name))
  const chosen = wanted.filter((name) => usable.has(name))
  if (chosen.length === 0) {
    return { ok: false, why: whyNoTool(profile.name, [...usable.keys()], leftOut), missing: [], ranking }
  }
  const chained = chain(chosen, { usable, context })
  if (!chained.ok) return { ok: false, why: whyMissing(chained.missing), missing: chained.missing, ranking }
  if (chained.links.length > MOST_STEPS) {
    const why = `The goal needs ${chained.links.length} steps; a plan has at most ${MOST_STEPS}.`
    return { ok: false, why, missing: [], ranking }
  }
  const rows = new Map(ranking.map((row) => [row.tool, row]))
  const rank = new Map(ranking.map(({ tool }, place) => [tool, place]))
  const ordered = inOrder(chained.links, { domains: registry.domains, rank })
  const steps = stepsOf(ordered, (link) => reasonFor(link, rows.get(link.tool.name)), { profile, registry })
  const worst = worstCase(steps)
  const over = overBudget(steps, limits, registry.domains)
  return {
    ok: true,
    planner: OFFLINE_PLANNER,
    fallbackReason: null,
    steps,
    explanation: explain({ profile: profile.name, steps, worst, leftOut, overBudget: over }),
    ranking,
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
