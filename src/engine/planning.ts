// How a run gets its plan: from the planner it asked for, or, when it resumes another, from that one's plan.
import type { DataOf } from '../events/event.ts'
import { isRecord } from '../events/json.ts'
import { type PlanStep } from '../events/plan.ts'
import { AUTO_PLANNER, GIVERS } from '../registry/names.ts'
import { MICRO } from '../registry/registry.ts'
import type { Happened, PlanResult, Planner, PlannerInput } from '../planner/planner.ts'
import type { Profile } from '../registry/registry.ts'
import type { AskModel } from '../run/question.ts'
import { reviewOf } from '../run/approval-policy.ts'
import { replay } from '../run/replay.ts'
import type { RunState } from '../run/state.ts'
import { deadline } from '../run/waiting.ts'
import type { Given } from './aim.ts'
import { planGiven } from './given-plan.ts'
import type { ActiveRun, Planned } from './active-run.ts'
import { askerOf, recordedReplies, type SendRequest } from './asks.ts'
import type { EngineParts } from './parts.ts'
import { withTexts, withLiterals, withRules } from './plan-payloads.ts'
import { payloadValue, valueOf } from './values.ts'

/** The planner that was asked for; `auto`: the preferred one. null: there is none of this name for the profile. */
export function plannerOf(
  { planners }: EngineParts,
  asked: RunState['planner'],
  profile: Profile | undefined,
): Planner | null {
  const serving = planners.filter(({ serves }) => profile === undefined || serves?.(profile) !== false)
  return serving.find(({ name }) => asked === AUTO_PLANNER || name === asked) ?? null
}

const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

type FallbackReason = NonNullable<DataOf<'plan_created'>['fallback_reason']>

const noPlan = (why: string): PlanResult => ({ ok: false, why, missing: [], ranking: [] })

/** What a planner may take, and how it asks; the controller tells it to stop. */
export type PlanningTime = {
  readonly timeoutMs: number
  readonly controller: AbortController
  readonly ask: AskModel
}

/** What the planner says, or why it says nothing: it took too long, or rejected. */
async function answerOf(
  planner: Planner,
  input: PlannerInput,
  { timeoutMs, controller, ask }: PlanningTime,
): Promise<PlanResult | FallbackReason> {
  const { promise: silence, resolve } = Promise.withResolvers<FallbackReason>()
  const timer = setTimeout(() => resolve('timeout'), timeoutMs)
  const answer = Promise.try(() => planner.plan(input, controller.signal, ask)).catch(
    (): FallbackReason => 'unavailable',
  )
  const first = await Promise.race([answer, silence])
  clearTimeout(timer)
  // Whoever is still asked need not go on.
  if (first === 'timeout') controller.abort()
  return first
}

/** Why the planner that asks nobody planned, although it answered by itself. */
const reasonOfRules = ({ planners }: EngineParts, asked: RunState['planner']): FallbackReason =>
  asked === AUTO_PLANNER && planners.length === 1 ? 'no_key' : 'not_asked'

/** The plan of the planner that was asked for; where that gives none in time, of the one that asks nobody. */
export async function planBy(
  parts: EngineParts,
  asked: { readonly planner: RunState['planner']; readonly input: PlannerInput },
  time: PlanningTime,
): Promise<PlanResult> {
  const planner = plannerOf(parts, asked.planner, asked.input.profile)
  const last = parts.planners.at(-1)
  if (planner === null || last === undefined) return noPlan('The planner that was asked for is not set up.')
  const answer = await answerOf(planner, asked.input, time)
  if (typeof answer === 'string') {
    const other =
      planner === last
        ? answer
        : await answerOf(last, asked.input, { ...time, controller: new AbortController() })
    if (typeof other === 'string') return noPlan('The planner gave no answer.')
    return other.ok ? { ...other, fallbackReason: answer } : other
  }
  if (!answer.ok || answer.fallbackReason !== null || planner !== last) return answer
  return { ...answer, fallbackReason: reasonOfRules(parts, asked.planner) }
}

/** Who makes another plan for a run: where its plan was given, the planner that is preferred. */
export const plannerAgain = ({ planner }: RunState): string =>
  GIVERS.includes(planner) ? AUTO_PLANNER : planner

/** What the run was given to carry out; null: a goal. */
async function givenTo({ journal }: EngineParts, run: ActiveRun): Promise<Given | null> {
  const { givenPlan, playbook } = run.state
  if (playbook !== undefined) return { playbook }
  return givenPlan === undefined ? null : { draft: await valueOf(journal, run, givenPlan) }
}

async function fromPlanner(
  parts: EngineParts,
  run: ActiveRun,
  { controller, send, happened }: PlanFlight,
): Promise<PlanResult> {
  const { state, registry } = run
  const profile = registry.profiles[state.profile]
  if (profile === undefined) return noPlan('The profile of the run is not in its registry.')
  const [goal, context] = await Promise.all([
    valueOf(parts.journal, run, state.goal),
    valueOf(parts.journal, run, state.context),
  ])
  if (typeof goal !== 'string') return noPlan('The goal of the run has been erased.')
  const { limits } = state
  const input = {
    goal,
    context: asRecord(context),
    profile,
    limits,
    registry,
    isPreview: state.planOnly === true,
    ...(happened && { happened }),
  }
  const given = happened ? null : await givenTo(parts, run)
  if (given !== null) return planGiven(parts, given, input)
  // Half of the time at most, so that some is left to carry the plan out.
  const left = (deadline(state) ?? Infinity) - run.clock.now(state)
  const timeoutMs = Math.max(1, Math.min(parts.settings.planTimeoutMs, left / 2))
  const planner = happened ? plannerAgain(state) : state.planner
  const ask = await askOf(parts, run, { timeoutMs, controller, send })
  if (controller.signal.aborted) return noPlan('Nobody waits for the plan any more.')
  return planBy(parts, { planner, input }, { timeoutMs, controller, ask })
}

/** A planner that asks nobody plans without a look into the journal. */
async function askOf(
  parts: EngineParts,
  { runId, registry, state }: ActiveRun,
  { timeoutMs, controller, send }: PlanFlight & Pick<PlanningTime, 'timeoutMs'>,
): Promise<AskModel> {
  const end = performance.now() + timeoutMs
  const asks = plannerOf(parts, plannerAgain(state), registry.profiles[state.profile])?.asks === true
  const recorded = asks ? await recordedReplies(parts.journal, runId) : []
  const left = (): number => end - performance.now()
  return askerOf({ recorded, send, left, signal: controller.signal })
}

/** A step that is still to be done, under the policy of today; null: today's profile may not do it. */
function renewed(step: PlanStep, run: ActiveRun): PlanStep | null {
  const spec = run.registry.tools[step.tool]
  const profile = run.registry.profiles[run.state.profile]
  if (!spec?.enabled || !profile?.allowed_tools.includes(step.tool)) return null
  const { side_effects, cost, timeout_ms, retry, idempotent, approval } = spec
  const policy = { side_effects, cost, timeout_ms, retry, idempotent, risk: approval.risk }
  const { adapter: _chosenThen, reconcile: _asThen, ...kept } = step
  const reconcile = spec.reconcile === undefined ? {} : { reconcile: spec.reconcile }
  return {
    ...kept,
    ...policy,
    ...reconcile,
    interface: spec.adapter,
    review: reviewOf(spec, profile),
    carried: null,
  }
}

/** The steps of the run before, those it completed with the output they had; or the name of one that may not be done. */
function carriedSteps(before: RunState, run: ActiveRun): PlanStep[] | string {
  const steps: PlanStep[] = []
  for (const id of before.plan?.order ?? []) {
    const step = before.steps[id]
    if (step === undefined || before.redone?.includes(id) === true) continue
    const isDone = step.status === 'completed' && step.output !== null
    const next = isDone ? { ...step.plan, carried: step.output } : renewed(step.plan, run)
    if (next === null) return step.plan.tool
    steps.push(next)
  }
  return steps
}

async function fromRun(parts: EngineParts, run: ActiveRun, resumes: string): Promise<PlanResult> {
  const before = replay(await parts.journal.read(resumes))
  if (before?.plan == null) return noPlan('The run to resume has no plan.')
  const found = carriedSteps(before, run)
  if (typeof found === 'string') return noPlan(`The profile may no longer use ${found}.`)
  const given = await Promise.all(found.map((step) => withLiterals(parts, resumes, step)))
  const steps = given.filter((step) => step !== null)
  if (steps.length < given.length) return noPlan('What the plan of the run to resume gave was erased.')
  const branches = before.plan.blocks ?? []
  const read = await Promise.all(branches.map((block) => withTexts(parts, resumes, block)))
  const blocks = read.filter((block) => block !== null)
  if (blocks.length < read.length) return noPlan('The conditions of the run to resume were erased.')
  const { replan } = before.plan
  const rules = replan === undefined ? undefined : await withRules(parts, resumes, replan)
  if (rules === null) return noPlan('The rules of the run to resume were erased.')
  for (const { carried } of steps) {
    if (carried === null) continue
    const value = await payloadValue(parts.journal, resumes, carried)
    if (value === null) return noPlan('What the run to resume has made was erased.')
    run.values.set(carried, value)
  }
  const profile = run.registry.profiles[run.state.profile]
  if (profile === undefined) return noPlan('The profile of the run is not in its registry.')
  const context = asRecord(await valueOf(parts.journal, run, run.state.context))
  const { limits } = run.state
  const check = parts.checkPlan(steps, { goal: '', context, profile, limits, registry: run.registry })
  if (check.problems.length > 0) return noPlan(check.problems.join(' '))
  const missing = steps.filter(({ carried }) => carried === null)
  return {
    ok: true,
    planner: before.plan.planner,
    ...(before.plan.model === undefined ? {} : { model: before.plan.model }),
    fallbackReason: before.plan.fallback_reason,
    steps,
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(rules === undefined ? {} : { replan: rules }),
    explanation: `Resumes an earlier run: ${missing.map(({ tool }) => tool).join(', ')} are still to be done.`,
    ranking: [],
    unserved: before.plan.unserved ?? [],
    estimatedCost: missing.reduce((sum, { cost }) => sum + cost, 0) / MICRO,
    worstCase: before.plan.worst_case,
    overBudget: check.overBudget,
  }
}

/** How a planning is told to stop, and how it reaches a model; a planner that asks nobody sends nothing. */
export type PlanFlight = {
  readonly controller: AbortController
  readonly send: SendRequest
  /** In a run that has a plan: what became of it; absent: it has none. */
  readonly happened?: Happened
}

export const askingNobody = (): PlanFlight => ({
  controller: new AbortController(),
  send: () => Promise.resolve(null),
})

/** What the planner, or the earlier run, says; and how long it took. */
export async function planRun(parts: EngineParts, run: ActiveRun, flight: PlanFlight): Promise<Planned> {
  const begun = performance.now()
  const { resumes } = run.state
  const isFirst = flight.happened === undefined
  const result = await (resumes === null || !isFirst
    ? fromPlanner(parts, run, flight)
    : fromRun(parts, run, resumes))
  return { kind: 'planned', result, durationMs: performance.now() - begun }
}
