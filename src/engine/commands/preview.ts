// The plan of a goal, without carrying it out. Where a language model has to be asked, a run asks it: reserved, recorded
// and charged like every other one, and cancelled in the very append that has its plan.
import { AppError } from '../../errors.ts'
import type { ProposedStep } from '../../events/plan.ts'
import type { PlanResult, PlannerInput } from '../../planner/planner.ts'
import { fromMicro } from '../../registry/registry.ts'
import type { RunState } from '../../run/state.ts'
import { askerOf } from '../asks.ts'
import { aimOf, givenOf, isGoal, type Aim } from '../aim.ts'
import type { EngineContext } from '../context.ts'
import type { PlanCustomer, PlanningUse, PlanPreview, PlanRequest } from '../engine.ts'
import { checkPlanInputs } from '../calls/input-check.ts'
import { planGiven } from '../given-plan.ts'
import { askable } from '../calls/set-up-models.ts'
import { withTexts, withLiterals } from '../plan-payloads.ts'
import { askingNobody, planBy, plannerOf } from '../planning.ts'
import type { RunEnds } from '../worker/run-end.ts'
import { accept, profileOf } from './start.ts'

type Made = { readonly result: PlanResult; readonly planning: PlanningUse }

/** What an asked planner may take besides its own time: the run has to be accepted and read. */
const GRACE_MS = 10_000

const NOBODY: Omit<PlanningUse, 'durationMs'> = { runId: null, llmCalls: 0, llmTokens: 0, llmUsd: 0 }

async function planHere({ parts }: EngineContext, planner: string, input: PlannerInput): Promise<Made> {
  const begun = performance.now()
  const { controller, send } = askingNobody()
  const ask = askerOf({ recorded: [], send, left: () => 0, signal: controller.signal })
  const time = { timeoutMs: parts.settings.planTimeoutMs, controller, ask }
  const result = await planBy(parts, { planner, input }, time)
  return { result, planning: { ...NOBODY, durationMs: performance.now() - begun } }
}

/** What the run paid its model for. */
async function useOf({ parts }: EngineContext, runId: string): Promise<PlanningUse> {
  const events = await parts.journal.read(runId)
  let use: PlanningUse = { ...NOBODY, runId, durationMs: 0 }
  for (const event of events) {
    if (event.type === 'plan_created') use = { ...use, durationMs: event.data.duration_ms }
    if (event.type !== 'llm_call') continue
    const { input_tokens, output_tokens, cost_micro_usd } = event.data
    use = {
      ...use,
      llmCalls: use.llmCalls + 1,
      llmTokens: use.llmTokens + input_tokens + output_tokens,
      llmUsd: use.llmUsd + fromMicro(cost_micro_usd),
    }
  }
  return use
}

async function stepsOf({ parts }: EngineContext, state: RunState): Promise<ProposedStep[]> {
  const planned = (state.plan?.order ?? []).flatMap((id) => state.steps[id]?.plan ?? [])
  const given = await Promise.all(planned.map((step) => withLiterals(parts, state.runId, step)))
  return given.filter((step) => step !== null)
}

/** With their expressions; none where there are none, or they were erased. */
async function blocksOf({ parts }: EngineContext, { runId, plan }: RunState) {
  const read = await Promise.all((plan?.blocks ?? []).map((block) => withTexts(parts, runId, block)))
  const blocks = read.filter((block) => block !== null)
  return blocks.length > 0 ? { blocks } : {}
}

/** The plan of a run that asked for it; the rest of the answer is what the planner that asks nobody says. */
async function resultOf(context: EngineContext, state: RunState, offline: PlanResult): Promise<PlanResult> {
  const { plan } = state
  if (plan === null) return offline.ok ? { ...offline, fallbackReason: 'unavailable' } : offline
  return {
    ok: true,
    planner: plan.planner,
    ...(plan.model === undefined ? {} : { model: plan.model }),
    fallbackReason: plan.fallback_reason,
    steps: await stepsOf(context, state),
    ...(await blocksOf(context, state)),
    explanation: plan.explanation,
    ranking: offline.ranking,
    unserved: plan.unserved ?? [],
    estimatedCost: plan.estimated_cost,
    worstCase: plan.worst_case,
    overBudget: [],
  }
}

type Asked = Aim & Pick<PlanRequest, 'profile' | 'context'>
type Asking = { readonly customer: PlanCustomer; readonly settled: RunEnds['wait'] }

async function planByRun(
  context: EngineContext,
  { request, offline }: { readonly request: Asked; readonly offline: PlanResult },
  { customer, settled }: Asking,
): Promise<Made> {
  const { by, tenant } = customer
  const { runId } = await accept(context, {
    ...request,
    tenant,
    limits: {},
    requester: by.id,
    inherited: null,
    traceparent: null,
    resumes: null,
    planOnly: true,
    idempotency: null,
  })
  const patience = context.parts.settings.planTimeoutMs + GRACE_MS
  const state = await settled(runId, patience, new AbortController().signal)
  return { result: await resultOf(context, state, offline), planning: await useOf(context, runId) }
}

function impossible({ why, missing }: Extract<PlanResult, { ok: false }>): AppError {
  const problems = missing.map(({ tool, input: name, sources }) => ({
    path: `${tool}.${name}`,
    message: sources.length === 0 ? 'has no source' : `give ${sources.join(' or ')}`,
  }))
  return new AppError('PLAN_IMPOSSIBLE', { why }, { problems })
}

/** By whoever is asked for it, or of what was given. Errors: PLANNER_UNAVAILABLE, and those of a start. */
async function made(
  context: EngineContext,
  { request, aim, input }: { readonly request: PlanRequest; readonly aim: Aim; readonly input: PlannerInput },
  { customer, settled }: { readonly customer: PlanCustomer | null; readonly settled: RunEnds['wait'] },
): Promise<Made> {
  const { planner } = aim
  const given = givenOf(aim)
  if (given !== null)
    return { result: planGiven(context.parts, given, input), planning: { ...NOBODY, durationMs: 0 } }
  const asked = plannerOf(context.parts, planner, input.profile)
  if (asked === null) throw new AppError('PLANNER_UNAVAILABLE', { planner })
  const last = context.parts.planners.at(-1)?.name ?? planner
  const asks = asked.asks && customer !== null
  const here = await planHere(context, asks ? last : planner, input)
  if (!asks) return here
  return planByRun(
    context,
    { request: { ...aim, profile: request.profile, context: request.context }, offline: here.result },
    { customer, settled },
  )
}

/** Errors: UNKNOWN_PROFILE, PLANNER_UNAVAILABLE, UNKNOWN_PLAYBOOK, PLAN_INVALID, PLAN_IMPOSSIBLE, INPUT_INVALID, and those of a start. */
export async function previewPlan(
  context: EngineContext,
  request: PlanRequest,
  by: { readonly customer: PlanCustomer | null; readonly settled: RunEnds['wait'] },
): Promise<PlanPreview> {
  const { registry, installed } = context.registries.current()
  const profile = profileOf(registry, request.profile)
  const { context: facts } = request
  const aim = aimOf(request, registry)
  const input = {
    goal: aim.goal,
    context: facts,
    profile,
    limits: profile.limits,
    registry,
    ...askable(context.parts, registry, profile),
  }
  const { result, planning } = await made(context, { request, aim, input }, by)
  if (!result.ok && result.problems) throw new AppError('PLAN_INVALID', {}, { problems: result.problems })
  if (!result.ok) throw impossible(result)
  const giver = isGoal(aim) ? 'goal' : 'plan'
  const of = { registry, tools: installed.tools, giver, salt: '' } as const
  const { refusal } = checkPlanInputs(result.steps, of, facts)
  if (refusal !== null) throw refusal
  const {
    steps,
    blocks = [],
    replan,
    explanation,
    unserved,
    ranking,
    estimatedCost,
    worstCase,
    overBudget,
  } = result
  return {
    planner: result.planner,
    made: { model: result.model ?? null, fallbackReason: result.fallbackReason, use: planning },
    steps,
    blocks,
    ...(replan && { replan }),
    explanation,
    unserved,
    ranking,
    estimatedCost,
    worstCase,
    fitsBudget: overBudget.length === 0,
    overBudget,
  }
}
