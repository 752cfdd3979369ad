// How a run gets its plan: from the planner it asked for, or, when it resumes another, from that one's plan.
import type { DataOf } from '../events/event.ts'
import { isRecord } from '../events/json.ts'
import { AUTO_PLANNER, GIVERS } from '../registry/names.ts'
import type { Happened, PlanResult, Planner, PlannerInput } from '../planner/planner.ts'
import type { Profile } from '../registry/registry.ts'
import type { AskModel } from '../run/question.ts'
import { isTooLong, planningOf } from '../run/calls/question-most.ts'
import type { RunState } from '../run/state.ts'
import { deadline } from '../run/waiting.ts'
import type { Given } from './aim.ts'
import { planGiven } from './given-plan.ts'
import type { ActiveRun, Planned } from './active-run.ts'
import { askerOf, recordedReplies, type SendRequest } from './asks.ts'
import type { EngineParts } from './parts.ts'
import { askable, modelOf } from './calls/set-up-models.ts'
import { planLeft } from './revisions/plan-left.ts'
import { valueOf } from './values.ts'

/** The planner that was asked for; `auto`: the preferred one. null: there is none of this name for the profile. */
export function plannerOf(
  { planners }: EngineParts,
  asked: RunState['planner'],
  profile: Profile | undefined,
): Planner | null {
  const found = planners.find(
    ({ name, serves }) =>
      (asked === AUTO_PLANNER || name === asked) && (profile === undefined || serves?.(profile) !== false),
  )
  return found ?? null
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

function answerNow(
  planNow: NonNullable<Planner['planNow']>,
  input: PlannerInput,
): PlanResult | FallbackReason {
  try {
    return planNow(input)
  } catch {
    return 'unavailable'
  }
}

/** What the planner says, or why it says nothing: it took too long, or rejected. */
async function answerOf(
  planner: Planner,
  input: PlannerInput,
  { timeoutMs, controller, ask }: PlanningTime,
): Promise<PlanResult | FallbackReason> {
  // Whoever waits for nothing needs no clock.
  if (planner.planNow !== undefined) return answerNow(planner.planNow, input)
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
    ...askable(parts, registry, profile),
    isPreview: state.planOnly === true,
    ...(happened && { happened }),
  }
  const given = happened ? null : await givenTo(parts, run)
  if (given !== null) return planGiven(parts, given, input)
  // Half of the time at most, so that some is left to carry the plan out.
  const left = (deadline(state) ?? Infinity) - run.clock.now(state)
  const timeoutMs = Math.max(1, Math.min(parts.settings.planTimeoutMs, left / 2))
  const planner = happened ? plannerAgain(state) : state.planner
  const model = modelOf(parts, registry, profile)
  // A plan that was adopted says what another planning may take; more is not asked.
  const within: SendRequest =
    happened === undefined || model === null
      ? send
      : async (request) => (isTooLong('planning', request.most, model) ? null : send(request))
  const ask = await askOf(parts, run, { timeoutMs, controller, send: within })
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
    : planLeft(parts, run, resumes))
  const profile = run.registry.profiles[run.state.profile]
  const mayAsk =
    isFirst || profile === undefined
      ? {}
      : { mayAsk: planningOf({ profile, ...askable(parts, run.registry, profile) }) }
  return { kind: 'planned', result, durationMs: performance.now() - begun, ...mayAsk }
}
