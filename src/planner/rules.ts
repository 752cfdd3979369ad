// The planner that needs nothing but the registry: same goal, context, profile and registry, same plan.
import { boundedMap, memoize, type BoundedMap } from '../cache.ts'
import { OFFLINE_PLANNER } from '../registry/names.ts'
import type { Profile, Registry } from '../registry/registry.ts'
import { chain, contextPaths, withLiterals, type FilledLink, type World } from './chain.ts'
import {
  explain,
  lackText,
  notAllowed,
  reasonFor,
  WHY_CONDITION,
  WHY_FOREIGN,
  whyContradiction,
  whyExcluded,
  whyMissing,
  whyNoTool,
  whyUnserved,
} from './explain.ts'
import { givenReader } from './given.ts'
import { namedPlaybook, planPlaybook } from './named-playbook.ts'
import { awaitedBy, inOrder } from './order.ts'
import type { Happened, OfflinePlanner, PlannerInput, PlanResult, RankedTool } from './planner.ts'
import { goalReader, rankingOf, type Understanding } from './rank.ts'
import { MOST_STEPS, stepsOf, usableTools } from './steps.ts'
import { toolIndex, type ToolIndex } from './tool-index.ts'
import { estimatedCost, overBudget, worstCase } from './worst-case.ts'

/** The registry in force, those of older runs, and a spare. */
const KEPT_REGISTRIES = 8

type PlanRefusal = Extract<PlanResult, { ok: false }>
type ChosenTools = { readonly chosen: readonly string[]; readonly leftOut: readonly string[] }

/** What of a goal is to be done, or why nothing is. */
function outcomeOf(
  goal: Understanding,
  { profile }: PlannerInput,
  { usable, ranking }: { usable: World['usable']; ranking: readonly RankedTool[] },
): ChosenTools | string {
  const { wanted, excluded, unserved, conditional, foreign } = goal
  if (foreign) return WHY_FOREIGN
  if (wanted.length === 0 && unserved.length > 0) {
    const why = whyUnserved(unserved, [...usable.keys()], ranking[0])
    return conditional ? `${why} ${WHY_CONDITION}` : why
  }
  if (conditional && wanted.length > 0) return WHY_CONDITION
  const both = wanted.filter((name) => excluded.includes(name))
  if (both.length > 0) return whyContradiction(both)
  if (wanted.length === 0 && excluded.length > 0) return conditional ? WHY_CONDITION : whyExcluded(excluded)
  if (wanted.length === 0 && conditional) return WHY_CONDITION
  const leftOut = wanted.filter((name) => !usable.has(name))
  const chosen = wanted.filter((name) => usable.has(name))
  return chosen.length > 0 ? { chosen, leftOut } : whyNoTool(profile.name, [...usable.keys()], leftOut)
}

type Sources = {
  readonly usable: World['usable']
  readonly ranking: readonly RankedTool[]
  readonly understood: Understanding
}

function makePlan(
  input: PlannerInput,
  { usable, ranking, understood }: Sources,
  outcome: ChosenTools,
): PlanResult {
  const { context, profile, limits, registry } = input
  const { chosen, leftOut } = outcome
  const refuse = (why: string, missing: PlanRefusal['missing'] = []): PlanRefusal => ({
    ok: false,
    why,
    missing,
    ranking,
  })
  const mayUse = new Map([...usable].filter(([name]) => !understood.excluded.includes(name)))
  const chained = chain(chosen, { usable: mayUse, context })
  if (!chained.ok) {
    const missing = chained.missing.map((lack) => ({ ...lack, why: lackText(lack, context) }))
    return refuse(whyMissing(missing), missing)
  }
  if (chained.links.length > MOST_STEPS)
    return refuse(`The goal needs ${chained.links.length} steps; a plan has at most ${MOST_STEPS}.`)
  const rows = new Map(ranking.map((row) => [row.tool, row]))
  const rank = new Map(ranking.map(({ tool }, place) => [tool, place]))
  const awaited = awaitedBy(chosen, (name) => usable.get(name)?.side_effects === 'execute')
  const links = inOrder(withLiterals(chained.links, understood.literals), {
    domains: registry.domains,
    rank,
    awaited,
  })
  const reasonOf = (link: FilledLink) => reasonFor(link, rows.get(link.tool.name))
  const steps = stepsOf({ links, awaited }, reasonOf, input)
  const worst = worstCase(steps)
  const over = overBudget(steps, limits, registry.domains)
  const { unserved } = understood
  return {
    ok: true,
    planner: OFFLINE_PLANNER,
    fallbackReason: null,
    steps,
    explanation: explain({
      profile: profile.name,
      giver: 'goal',
      steps,
      worst,
      limits,
      leftOut,
      overBudget: over,
      unserved,
    }),
    ranking,
    excluded: understood.excluded,
    // What the profile may not use is not done either.
    unserved: [...unserved, ...leftOut.map((tool) => notAllowed(tool, profile.name))],
    estimatedCost: estimatedCost(steps),
    worstCase: worst,
    overBudget: over,
  }
}

type KnownPlan = { readonly ranking: readonly RankedTool[]; readonly plan: PlanResult }

const MOST_PLANS = 200

/** What stays the same from goal to goal under one profile of one registry. */
type Ground = {
  readonly usable: World['usable']
  /** Of the context a plan hangs only on what is given at the paths that the tools may read. */
  readonly givenIn: (context: World['context']) => string
  readonly rankingOf: (hits: Understanding['hits']) => readonly RankedTool[]
  /** By `recipeOf`. */
  readonly plans: BoundedMap<KnownPlan>
}

/** What stays the same from goal to goal under one registry. */
type Prepared = {
  readonly understand: (goal: string) => Understanding
  readonly groundOf: (profile: Profile, registry: Registry) => Ground
}

function prepare(index: ToolIndex): Prepared {
  const groundOf = memoize((profile: Profile, registry: Registry): Ground => {
    const usable = usableTools({ profile, registry })
    const ranking = memoize((hits: Understanding['hits']) => rankingOf(hits, usable, index))
    const givenIn = givenReader(contextPaths(usable))
    return { usable, givenIn, rankingOf: ranking, plans: boundedMap(MOST_PLANS) }
  })
  return { understand: goalReader(index), groundOf }
}

/**
 * All that a plan is made of, beside ground and ranking; the goal's own words are not among it. Names of tools have neither
 * blanks nor bars.
 */
function recipeOf({ limits }: PlannerInput, { understood, chosen, leftOut, given }: Recipe): string {
  const { unserved, excluded, literals } = understood
  const isPlain = unserved.length === 0 && excluded.length === 0 && literals.size === 0
  const more = isPlain ? '' : JSON.stringify([unserved, excluded, [...literals]])
  return `${chosen.join(' ')}|${leftOut.join(' ')}|${given}|${JSON.stringify(limits)}|${more}`
}

type Recipe = ChosenTools & { readonly understood: Understanding; readonly given: string }

/** What failed, or was said no to, is not done once more. */
function after(understood: Understanding, happened: Happened | undefined): Understanding {
  if (happened === undefined) return understood
  const avoided = [...happened.failed, ...happened.denied]
  return {
    ...understood,
    wanted: understood.wanted.filter((name) => !avoided.includes(name)),
    excluded: [...new Set([...understood.excluded, ...avoided])],
  }
}

/**
 * Different goals ask for the same plan: it is remembered by what it is made of (30 µs instead of 62). What is refused
 * is not, as it speaks of the context.
 */
function planBy({ understand, groundOf }: Prepared, input: PlannerInput): PlanResult {
  const { profile, registry } = input
  const named = namedPlaybook(input)
  if (named !== undefined && input.happened === undefined) return planPlaybook(named, input)
  const ground = groundOf(profile, registry)
  const { usable, plans } = ground
  // A playbook that did not come to its end is understood by what it is for.
  const understood = after(understand(named?.description ?? input.goal), input.happened)
  const ranking = ground.rankingOf(understood.hits)
  const outcome = outcomeOf(understood, input, { usable, ranking })
  const { excluded } = understood
  if (typeof outcome === 'string') return { ok: false, why: outcome, missing: [], ranking, excluded }
  const given = ground.givenIn(input.context)
  const recipe = recipeOf(input, { ...outcome, understood, given })
  const known = plans.get(recipe)
  if (known?.ranking === ranking) return known.plan
  const plan = makePlan(input, { usable, ranking, understood }, outcome)
  if (plan.ok) plans.set(recipe, { ranking, plan })
  return plan
}

/** By the digest of a registry: to prepare for one costs as much as dozens of plans. */
function preparations(): (registry: Registry) => Prepared {
  const kept = boundedMap<Prepared>(KEPT_REGISTRIES)
  return (registry) => {
    const known = kept.get(registry.digest)
    if (known !== undefined) return known
    const made = prepare(toolIndex(registry))
    kept.set(registry.digest, made)
    return made
  }
}

/** Never rejects: a goal that cannot be served is a result that says why. */
export function rulesPlanner(): OfflinePlanner {
  const preparedFor = preparations()
  const planNow = (input: PlannerInput): PlanResult => planBy(preparedFor(input.registry), input)
  return { name: OFFLINE_PLANNER, asks: false, plan: async (input) => planNow(input), planNow }
}
