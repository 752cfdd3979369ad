// POST /v1/plans: the plan without running it, or the plans of both planners side by side.
import type { z } from 'zod'
import type { Engine, PlanPreview, PlanRequest } from '../../engine/engine.ts'
import { COMPARE_PLANNERS } from '../../registry/names.ts'
import { planComparison, planPreview } from '../plan-answers.ts'
import { keyLimited, reachesProfile } from '../callers/reach.ts'
import { presentPlanStep } from '../present-plan.ts'
import { route, type Route } from '../route.ts'
import { planBody } from '../schemas.ts'
import { checkPlanner } from '../validation.ts'

const present = (preview: PlanPreview): z.input<typeof planPreview> => ({
  planner: preview.planner,
  steps: preview.steps.map(presentPlanStep),
  explanation: preview.explanation,
  unserved: [...preview.unserved],
  ranking: preview.ranking.map((ranked) => ({ ...ranked, matched: [...ranked.matched] })),
  estimated_cost: preview.estimatedCost,
  worst_case: preview.worstCase,
  fits_budget: preview.fitsBudget,
  over_budget: [...preview.overBudget],
})

const toolsOf = (preview: PlanPreview): string[] => preview.steps.map((step) => step.tool)

const without = (tools: readonly string[], others: readonly string[]): string[] =>
  [...new Set(tools)].filter((tool) => !others.includes(tool))

async function compare(
  engine: Engine,
  request: Omit<PlanRequest, 'planner'>,
): Promise<z.input<typeof planComparison>> {
  const llm = await engine.preview({ ...request, planner: 'llm' })
  const rules = await engine.preview({ ...request, planner: 'rules' })
  return {
    rules: present(rules),
    llm: present(llm),
    differences: {
      only_rules: without(toolsOf(rules), toolsOf(llm)),
      only_llm: without(toolsOf(llm), toolsOf(rules)),
      same_order: toolsOf(rules).join(' ') === toolsOf(llm).join(' '),
      estimated_cost: llm.estimatedCost - rules.estimatedCost,
    },
  }
}

export const planRoutes = (engine: Engine): Route[] => [
  route({
    method: 'post',
    path: '/v1/plans',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'The plan without running it',
    body: planBody,
    answers: {
      200: { description: 'The plan; both of them for `compare`.', schema: planPreview.or(planComparison) },
    },
    errors: [
      'KEY_LIMITED',
      'UNKNOWN_PROFILE',
      'PLANNER_UNAVAILABLE',
      'UNKNOWN_PLAYBOOK',
      'PLAN_INVALID',
      'PLAN_IMPOSSIBLE',
      'INPUT_INVALID',
    ],
    answer: async ({ body, principal }) => {
      if (!reachesProfile(principal, body.profile)) throw keyLimited(principal)
      const { planner, ...request } = body
      if (planner === COMPARE_PLANNERS) return { status: 200, body: await compare(engine, request) }
      checkPlanner(planner, engine.registry())
      return { status: 200, body: present(await engine.preview({ ...request, planner })) }
    },
  }),
]
