// The plan of a goal, without a run.
import { AppError } from '../errors.ts'
import type { EngineContext } from './context.ts'
import type { PlanPreview, PlanRequest } from './engine.ts'
import { inputRefusal } from './input-check.ts'
import { askerOf } from './asks.ts'
import { askingNobody, planBy, plannerOf } from './planning.ts'
import { profileOf } from './start.ts'

/** Errors: UNKNOWN_PROFILE, PLANNER_UNAVAILABLE, PLAN_IMPOSSIBLE, INPUT_INVALID. */
export async function previewPlan(
  { parts, registries }: EngineContext,
  request: PlanRequest,
): Promise<PlanPreview> {
  const { registry, installed } = registries.current()
  const profile = profileOf(registry, request.profile)
  const { goal, context, planner } = request
  if (plannerOf(parts, planner, profile) === null) throw new AppError('PLANNER_UNAVAILABLE', { planner })
  const input = { goal, context, profile, limits: profile.limits, registry }
  const { controller, send } = askingNobody()
  const ask = askerOf({ recorded: [], send, left: () => 0, signal: controller.signal })
  const time = { timeoutMs: parts.settings.planTimeoutMs, controller, ask }
  const result = await planBy(parts, { planner, input }, time)
  if (!result.ok) {
    const problems = result.missing.map(({ tool, input: name, sources }) => ({
      path: `${tool}.${name}`,
      message: sources.length === 0 ? 'has no source' : `give ${sources.join(' or ')}`,
    }))
    throw new AppError('PLAN_IMPOSSIBLE', { why: result.why }, { problems })
  }
  const refusal = inputRefusal(result.steps, { registry, tools: installed.tools }, context)
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
