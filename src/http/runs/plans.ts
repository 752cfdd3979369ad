// POST /v1/plans: the plan without running it, or the plans of both planners side by side.
import type { z } from 'zod'
import type { Engine, PlanCustomer, PlanMaking, PlanPreview, PlanRequest } from '../../engine/engine.ts'
import { sourcesOf, type ProposedInput, type ProposedSource } from '../../events/plan.ts'
import { COMPARE_PLANNERS, OFFLINE_PLANNER, ONLINE_PLANNER } from '../../registry/names.ts'
import { plannedBy } from '../../run/planned-by.ts'
import type { planMaking } from './plan-making.ts'
import { planComparison, planPreview } from '../plan-answers.ts'
import { keyLimited, reachesProfile, reachesTenant } from '../callers/reach.ts'
import { presentPlanBlock, presentPlanStep, presentRules } from '../present-plan.ts'
import { route, type Route } from '../route.ts'
import { planBody } from '../schemas.ts'
import { checkPlanner } from '../validation.ts'
import { tellingWholePlan } from './plan-faults.ts'

const presentMaking = (
  planner: string,
  { model, fallbackReason, use }: PlanMaking,
): z.input<typeof planMaking> => ({
  summary: plannedBy({ planner, model, fallback_reason: fallbackReason }),
  model,
  fallback_reason: fallbackReason,
  run_id: use.runId,
  duration_ms: use.durationMs,
  llm_calls: use.llmCalls,
  llm_tokens: use.llmTokens,
  llm_usd: use.llmUsd,
})

const present = (preview: PlanPreview): z.input<typeof planPreview> => ({
  planner: preview.planner,
  ...(preview.made && { made: presentMaking(preview.planner, preview.made) }),
  steps: preview.steps.map(presentPlanStep),
  blocks: (preview.blocks ?? []).map(presentPlanBlock),
  replan: presentRules(preview.replan),
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

/** Each input of a tool that both call, where they take it from different places. */
function bindingsApart(rules: PlanPreview, llm: PlanPreview): string[] {
  const wordsOf = (plan: PlanPreview, input: ProposedInput | undefined): string =>
    input === undefined
      ? 'nothing'
      : sourcesOf<ProposedSource>(input)
          .map((source) => placeOf(plan, source))
          .join(' or ')
  const placeOf = ({ steps }: PlanPreview, source: ProposedSource): string => {
    if ('value' in source) return 'a value'
    if ('context' in source) return `context.${source.context}`
    return `${steps.find(({ step_id }) => step_id === source.step)?.tool ?? source.step}.${source.output}`
  }
  return rules.steps.flatMap((step) => {
    const other = llm.steps.find(({ tool }) => tool === step.tool)
    if (other === undefined) return []
    const names = [...new Set([...Object.keys(step.inputs), ...Object.keys(other.inputs)])]
    return names.flatMap((name) => {
      const [one, two] = [wordsOf(rules, step.inputs[name]), wordsOf(llm, other.inputs[name])]
      return one === two ? [] : [`${step.tool}.${name}: ${one} (rules), ${two} (llm)`]
    })
  })
}

async function compare(
  engine: Engine,
  request: Omit<PlanRequest, 'planner'>,
  customer: PlanCustomer,
): Promise<z.input<typeof planComparison>> {
  const llm = await engine.preview({ ...request, planner: ONLINE_PLANNER }, customer)
  const rules = await engine.preview({ ...request, planner: OFFLINE_PLANNER })
  const bindings = bindingsApart(rules, llm)
  return {
    rules: present(rules),
    llm: present(llm),
    differences: {
      only_rules: without(toolsOf(rules), toolsOf(llm)),
      only_llm: without(toolsOf(llm), toolsOf(rules)),
      same_order: toolsOf(rules).join(' ') === toolsOf(llm).join(' '),
      ...(bindings.length > 0 && { bindings }),
      estimated_cost: llm.estimatedCost - rules.estimatedCost,
    },
  }
}

export const planRoutes = (engine: Engine): Route[] => [
  tellingWholePlan(
    engine,
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
        const { planner, tenant, ...request } = body
        if (!reachesTenant(principal, tenant)) throw keyLimited(principal)
        const customer = { by: principal, tenant }
        if (planner === COMPARE_PLANNERS)
          return { status: 200, body: await compare(engine, request, customer) }
        checkPlanner(planner, engine.registry())
        // The rules cost nobody anything.
        const paid = planner === OFFLINE_PLANNER ? [] : [customer]
        return { status: 200, body: present(await engine.preview({ ...request, planner }, ...paid)) }
      },
    }),
  ),
]
