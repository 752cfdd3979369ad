// The plan of a goal, without a run.
import { AppError } from '../../errors.ts'
import { aimOf, givenOf, isGoal } from '../aim.ts'
import type { EngineContext } from '../context.ts'
import type { PlanPreview, PlanRequest } from '../engine.ts'
import { inputRefusal } from '../calls/input-check.ts'
import { planGiven } from '../given-plan.ts'
import { planBy, plannerOf } from '../planning.ts'
import { profileOf } from './start.ts'

/** Errors: UNKNOWN_PROFILE, PLANNER_UNAVAILABLE, UNKNOWN_PLAYBOOK, PLAN_INVALID, PLAN_IMPOSSIBLE, INPUT_INVALID. */
export async function previewPlan(
  { parts, registries }: EngineContext,
  request: PlanRequest,
): Promise<PlanPreview> {
  const { registry, installed } = registries.current()
  const profile = profileOf(registry, request.profile)
  const { context } = request
  const aim = aimOf(request, registry)
  const { goal, planner } = aim
  if (isGoal(aim) && plannerOf(parts, planner) === null)
    throw new AppError('PLANNER_UNAVAILABLE', { planner })
  const input = { goal, context, profile, limits: profile.limits, registry }
  const time = { timeoutMs: parts.settings.planTimeoutMs, controller: new AbortController() }
  const given = givenOf(aim)
  const result = given ? planGiven(parts, given, input) : await planBy(parts, { planner, input }, time)
  if (!result.ok && result.problems) throw new AppError('PLAN_INVALID', {}, { problems: result.problems })
  if (!result.ok) {
    const problems = result.missing.map(({ tool, input: name, sources }) => ({
      path: `${tool}.${name}`,
      message: sources.length === 0 ? 'has no source' : `give ${sources.join(' or ')}`,
    }))
    throw new AppError('PLAN_IMPOSSIBLE', { why: result.why }, { problems })
  }
  const refusal = inputRefusal(
    result.steps,
    { registry, tools: installed.tools, giver: given ? 'plan' : 'goal' },
    context,
  )
  if (refusal !== null) throw refusal
  const { steps, explanation, unserved, ranking, estimatedCost, worstCase, overBudget } = result
  return {
    planner: result.planner,
    steps,
    explanation,
    unserved,
    ranking,
    estimatedCost,
    worstCase,
    fitsBudget: overBudget.length === 0,
    overBudget,
  }
}
