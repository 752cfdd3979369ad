// How a run gets its plan: from the planner it asked for, or, when it resumes another, from that one's plan.
import type { Draft } from '../events/event.ts'
import type { PlanStep } from '../events/plan.ts'
import { AUTO_PLANNER, OFFLINE_PLANNER } from '../registry/names.ts'
import { MICRO } from '../registry/registry.ts'
import type { PlanResult, Planner } from '../planner/planner.ts'
import { reviewOf } from '../run/approval-policy.ts'
import { finish } from '../run/outcome.ts'
import { replay } from '../run/replay.ts'
import type { RunState } from '../run/state.ts'
import { spanIdOf } from '../run/line.ts'
import type { ActiveRun, Message } from './active-run.ts'
import { valueOf } from './inputs.ts'
import type { EngineParts } from './parts.ts'
import { keep, record, type Turn } from './turn.ts'

/** `auto` takes the language model where one is set up. */
export const plannerOf = (parts: EngineParts, asked: RunState['planner']): Planner | null => {
  const { rules, llm } = parts.planners
  if (asked === AUTO_PLANNER) return llm ?? rules
  return [rules, llm].find((planner) => planner?.name === asked) ?? null
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

type Planned = Extract<Message, { kind: 'planned' }>

const refusedPlan = (why: string): PlanResult => ({ ok: false, why, missing: [], ranking: [] })

async function fromPlanner(parts: EngineParts, run: ActiveRun, signal: AbortSignal): Promise<PlanResult> {
  const { state, registry } = run
  const planner = plannerOf(parts, state.planner)
  const profile = registry.profiles[state.profile]
  if (planner === null || profile === undefined)
    return refusedPlan('The planner that was asked for is not set up.')
  const [goal, context] = await Promise.all([
    valueOf(parts.journal, run, state.goal),
    valueOf(parts.journal, run, state.context),
  ])
  const { limits } = state
  const input = { goal: String(goal), context: asRecord(context), profile, limits, registry }
  const result = await planner.plan(input, signal)
  if (!result.ok || planner.name !== OFFLINE_PLANNER || result.fallbackReason !== null) return result
  return { ...result, fallbackReason: state.planner === OFFLINE_PLANNER ? 'not_asked' : 'no_key' }
}

/** A step that is still to be done, under the policy of today; null: today's profile may not do it. */
function renewed(step: PlanStep, run: ActiveRun): PlanStep | null {
  const spec = run.registry.tools[step.tool]
  const profile = run.registry.profiles[run.state.profile]
  if (!spec?.enabled || !profile?.allowed_tools.includes(step.tool)) return null
  const { side_effects, cost, timeout_ms, retry, idempotent, approval } = spec
  const policy = { side_effects, cost, timeout_ms, retry, idempotent, risk: approval.risk }
  const { adapter: _chosenThen, ...kept } = step
  return { ...kept, ...policy, interface: spec.adapter, review: reviewOf(spec, profile), carried: null }
}

/** The steps of the run before, those it completed with the output they had; or the name of one that may not be done. */
function carriedSteps(before: RunState, run: ActiveRun): PlanStep[] | string {
  const steps: PlanStep[] = []
  for (const id of before.plan?.order ?? []) {
    const step = before.steps[id]
    if (step === undefined) continue
    const isDone = step.status === 'completed' && step.output !== null
    const next = isDone ? { ...step.plan, carried: step.output } : renewed(step.plan, run)
    if (next === null) return step.plan.tool
    steps.push(next)
  }
  return steps
}

async function fromRun(parts: EngineParts, run: ActiveRun, resumes: string): Promise<PlanResult> {
  const before = replay(await parts.journal.read(resumes))
  if (before?.plan == null) return refusedPlan('The run to resume has no plan.')
  const steps = carriedSteps(before, run)
  if (typeof steps === 'string') return refusedPlan(`The profile may no longer use ${steps}.`)
  for (const { carried } of steps) {
    if (carried !== null) run.values.set(carried, await payloadValue(parts, resumes, carried))
  }
  const missing = steps.filter(({ carried }) => carried === null)
  return {
    ok: true,
    planner: before.plan.planner,
    fallbackReason: before.plan.fallback_reason,
    steps,
    explanation: `Resumes an earlier run: ${missing.map(({ tool }) => tool).join(', ')} are still to be done.`,
    ranking: [],
    estimatedCost: missing.reduce((sum, { cost }) => sum + cost, 0) / MICRO,
    worstCase: before.plan.worst_case,
    overBudget: [],
  }
}

async function payloadValue(parts: EngineParts, runId: string, digest: string): Promise<unknown> {
  const body = await parts.journal.payload(runId, digest)
  return body === null ? null : JSON.parse(body)
}

/** What the planner, or the earlier run, says; and how long it took. */
export async function planRun(parts: EngineParts, run: ActiveRun): Promise<Planned> {
  const begun = performance.now()
  const { resumes } = run.state
  const { signal } = new AbortController()
  const result = await (resumes === null ? fromPlanner(parts, run, signal) : fromRun(parts, run, resumes))
  return { kind: 'planned', result, durationMs: performance.now() - begun }
}

function planCreated(turn: Turn, result: PlanResult & { ok: true }, durationMs: number): Draft {
  const revision = 1
  return {
    type: 'plan_created',
    span_id: spanIdOf(`${turn.state.runId}/plan/${revision}`),
    data: {
      plan_id: `${turn.state.runId}-p${revision}`,
      profile: turn.state.profile,
      revision,
      planner: result.planner,
      fallback_reason: result.fallbackReason,
      steps: [...result.steps],
      explanation: result.explanation,
      estimated_cost: result.estimatedCost,
      worst_case: result.worstCase,
      duration_ms: durationMs,
    },
  }
}

/** What an earlier run made becomes a payload of this one: it is needed after a restart too. */
function keepCarried(turn: Turn, steps: readonly PlanStep[]): void {
  for (const { carried } of steps) {
    const value = carried === null ? null : (turn.run.values.get(carried) ?? null)
    if (value !== null) keep(turn, value)
  }
}

/** Adopts a plan, or ends the run when there is none that may be carried out. */
export function recordPlan(turn: Turn, result: PlanResult, durationMs: number): void {
  turn.planning = false
  if (turn.state.plan !== null || turn.state.finished !== null) return
  if (!result.ok) {
    record(turn, [finish(turn.state, turn.now, { cause: 'agent_planning', message: result.why })])
  } else if (result.overBudget.length > 0) {
    const message = result.overBudget.join(' ')
    record(turn, [finish(turn.state, turn.now, { cause: 'policy_budget', message })])
  } else {
    keepCarried(turn, result.steps)
    record(turn, [planCreated(turn, result, durationMs)])
  }
}
