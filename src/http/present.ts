// State and payloads in the shapes of the API: times as RFC 3339, amounts in units, erased payloads as null.
import { z } from 'zod'
import { receiptSchema, type Receipt } from '../events/step.ts'
import { problemSchema } from '../events/problem.ts'
import type { Unit } from '../events/policy.ts'
import type { Denial } from '../events/run.ts'
import type { Accepted } from '../engine/engine.ts'
import type { ApprovalSummary, RunSummary } from '../projections/lists/views.ts'
import { fromMicro } from '../registry/registry.ts'
import { BUILTIN } from '../run/calls/slot.ts'
import { nameIn } from '../run/plan/version.ts'
import { refusalText, type Refused } from '../run/refusal.ts'
import type { BudgetLine, RunState, StepState } from '../run/state.ts'
import { activeMs } from '../run/waiting.ts'
import {
  presentBlocks,
  presentPlan,
  presentConditions,
  presentInputs,
  presentPlanStep,
  presentRevisions,
  presentRunRules,
  presentWhen,
  type ReadPayload,
} from './present-plan.ts'
import type { budgetLine, SHOWN_UNITS } from './answers.ts'
import { presentAnswer, type RunSource } from './runs/present-answer.ts'
import type { accepted, approvalSummary, run, runStanding, runStep, runSummary } from './runs/run-answers.ts'

/** null: it was erased. */
export const receiptOf = (kept: unknown): Receipt | null => receiptSchema.safeParse(kept).data ?? null

export const timeOf = (at: number): string => new Date(at).toISOString()
export const timeOrNull = (at: number | null): string | null => (at === null ? null : timeOf(at))

const SHOWN: Readonly<Record<Unit, (typeof SHOWN_UNITS)[number]>> = {
  calls: 'calls',
  cost: 'cost',
  llm_tokens: 'llm_tokens',
  llm_usd: 'llm_micro_usd',
  effects: 'effects',
}

export const shownUnitOf = (unit: Unit): (typeof SHOWN_UNITS)[number] => SHOWN[unit]
export const shownAmount = (unit: Unit, amount: number): number =>
  unit === 'cost' ? fromMicro(amount) : amount

/** Nothing allowed and nothing spent counts as unused. */
export const share = (spent: number, limit: number): number => {
  if (limit > 0) return spent / limit
  return spent > 0 ? 1 : 0
}

export function presentBudget(line: BudgetLine): z.input<typeof budgetLine> {
  const { scope, key, unit, spent, reserved, limit } = line
  return {
    scope,
    key,
    unit: shownUnitOf(unit),
    spent: shownAmount(unit, spent),
    reserved: shownAmount(unit, reserved),
    limit: shownAmount(unit, limit),
    left: shownAmount(unit, limit - spent - reserved),
    utilisation: share(spent, limit),
    limit_of: line.limit_of ?? null,
    window: line.window ?? null,
    window_end: timeOrNull(line.window_end),
  }
}

const presentRefused = (refused: Refused): z.input<typeof runStep>['refused_by'][number] => {
  const { scope, key, unit, spent, reserved, limit, requested, window, limit_of, profile } = refused
  return {
    scope,
    key,
    unit: shownUnitOf(unit),
    spent: shownAmount(unit, spent),
    reserved: shownAmount(unit, reserved),
    limit: shownAmount(unit, limit),
    requested: shownAmount(unit, requested),
    window: window ?? null,
    profile: limit_of === 'profile' ? profile : null,
    opens_at: timeOrNull(refused.window_end ?? null),
    message: refusalText(refused),
  }
}

/** What was wrong with the inputs, as it was told to whoever gave them. */
async function presentError(
  { error }: StepState,
  read: ReadPayload,
): Promise<z.input<typeof runStep>['error']> {
  if (error === null) return null
  const { problems, ...told } = error
  const kept = problems === undefined ? null : await read(problems)
  return { ...told, errors: z.array(problemSchema).parse(kept ?? []) }
}

/** The output is shown only once it is released: the one of a step under review is not. */
/** null: it has no adapter yet, or none could serve it, so that nobody was called. */
function servedBy({ adapter, plan, status, attempt }: StepState): string | null {
  const isUnserved = status === 'failed' && attempt === 0 && (plan.interface ?? null) !== null
  return isUnserved && adapter === BUILTIN ? null : (adapter ?? plan.adapter ?? null)
}

export async function presentStep(
  step: StepState,
  refusals: readonly Refused[],
  read: ReadPayload,
): Promise<z.input<typeof runStep>> {
  const released = step.status === 'completed' && step.output !== null
  return {
    ...presentPlanStep(step.plan),
    inputs: await presentInputs(step.plan, read),
    when: await presentWhen(step.plan, read),
    adapter: servedBy(step),
    status: step.status,
    attempts: step.attempt,
    max_attempts: step.plan.retry.attempts,
    revision: step.revision,
    judges: step.plan.judges ?? null,
    output: released ? await read(step.output) : null,
    spent: fromMicro(step.spent),
    error: await presentError(step, read),
    skip_reason: step.skipReason,
    condition: await presentConditions(step.condition?.why, read),
    refused_by: refusals.filter(({ step_id }) => step_id === step.plan.step_id).map(presentRefused),
    retry_at: timeOrNull(step.retryAt),
    degraded: step.degraded ?? null,
    receipt: step.receipt === undefined ? null : receiptOf(await read(step.receipt)),
    look_up: step.lookUp ? { made: step.lookUp.made, next_at: timeOrNull(step.lookUp.nextAt) } : null,
    started_at: timeOrNull(step.startedAt),
    ended_at: timeOrNull(step.endedAt),
    approvals: [...step.approvalIds],
  }
}

/** Every approval of the run that has its step in the present plan. */
export const approvalsOf = (state: RunState): z.input<typeof approvalSummary>[] =>
  Object.values(state.approvals).flatMap((approval) => {
    const step = state.steps[approval.stepId]
    if (!step) return []
    return [
      {
        approval_id: approval.approvalId,
        run_id: state.runId,
        step_id: approval.stepId,
        revision: approval.revision,
        tool: step.plan.tool,
        domain: step.plan.domain,
        side_effects: step.plan.side_effects,
        review: approval.review,
        risk: approval.risk,
        status: approval.status,
        profile: state.profile,
        tenant: state.tenant,
        consequences: [...approval.consequences],
        requested_at: timeOf(approval.requestedAt),
        expires_at: timeOf(approval.expiresAt),
        required: approval.required,
        approved_by: approval.votes.filter((vote) => vote.decision === 'approved').map((vote) => vote.by),
      },
    ]
  })

export const linksOf = (runId: string): { self: string; events: string } => ({
  self: `/v1/runs/${encodeURIComponent(runId)}`,
  events: `/v1/runs/${encodeURIComponent(runId)}/events`,
})

export const presentAccepted = ({
  runId,
  traceId,
  plannedBy: planned_by,
}: Omit<Accepted, 'created'>): z.input<typeof accepted> => ({
  run_id: runId,
  trace_id: traceId,
  status: 'accepted',
  planned_by,
  links: linksOf(runId),
})

export const presentStanding = ({ runId, traceId, status }: RunState): z.input<typeof runStanding> => ({
  run_id: runId,
  trace_id: traceId,
  status,
  links: linksOf(runId),
})

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Steps in the order of the plan; those of earlier revisions after them. */
const stepsOf = (state: RunState): StepState[] => {
  const order = state.plan?.order ?? []
  const others = Object.keys(state.steps).filter((id) => !order.includes(id))
  return [...order, ...others].flatMap((id) => state.steps[id] ?? [])
}

/** Of steps with the same tool: a plan that was changed asks again, under another id. */
const deniedHere = ({ approvals, steps, runId }: RunState, { plan }: StepState): Denial[] =>
  Object.values(approvals).flatMap(({ approvalId: approval_id, stepId: step_id, votes }) => {
    const no = votes.find(({ decision }) => decision === 'denied')
    const isSame = step_id !== plan.step_id && steps[step_id]?.plan.tool === plan.tool
    if (no === undefined || !isSame) return []
    return [{ run_id: runId, approval_id, step_id, by: no.by, reason: no.reason, at: no.at }]
  })

const isOfStep = ({ step_id }: Denial, { plan }: StepState): boolean =>
  nameIn(step_id).name === nameIn(plan.step_id).name

/** What people said no to in the runs before; of one step also in this run, where it is done anew. */
export const presentDenials = (
  state: RunState,
  read: ReadPayload,
  step?: StepState,
): Promise<z.input<typeof run>['earlier_denials']> =>
  Promise.all(
    [
      ...(state.chain?.denials ?? []).filter((denial) => step === undefined || isOfStep(denial, step)),
      ...(step === undefined ? [] : deniedHere(state, step)),
    ].map(async ({ reason, at, ...denial }) => ({
      ...denial,
      reason: reason === null ? null : textOrNull(await read(reason)),
      at: timeOf(at),
    })),
  )

/** The whole run, but for its context, which only tools see. */
export async function presentRun(state: RunState, source: RunSource): Promise<z.input<typeof run>> {
  const read: ReadPayload = (digest) => source.payload(state.runId, digest)
  const [goal, answer, steps, denials, blocks, replan] = await Promise.all([
    read(state.goal),
    presentAnswer(state, source),
    Promise.all(stepsOf(state).map((step) => presentStep(step, state.refusals, read))),
    presentDenials(state, read),
    presentBlocks(state, read),
    presentRunRules(state, read),
  ])
  const { finished } = state
  return {
    run_id: state.runId,
    trace_id: state.traceId,
    status: state.status,
    goal: textOrNull(goal),
    answer,
    profile: state.profile,
    tenant: state.tenant,
    requester: state.requester,
    resumed_by: state.resumedBy ?? null,
    earlier_denials: denials,
    planner: state.planner,
    resumes: state.resumes,
    batch_id: state.batch?.id ?? null,
    item: state.batch?.item ?? null,
    started_at: timeOf(state.startedAt),
    updated_at: timeOf(state.updatedAt),
    finished_at: finished ? timeOf(state.updatedAt) : null,
    plan: state.plan ? presentPlan(state.plan, { blocks, replan, revisions: presentRevisions(state) }) : null,
    unserved: state.plan?.unserved ?? [],
    steps,
    budget: state.budget.map(presentBudget),
    pending_approvals: approvalsOf(state).filter((approval) => approval.status === 'pending'),
    calls: state.calls,
    cost: fromMicro(state.spentCost),
    llm_calls: state.modelUse?.calls ?? 0,
    llm_tokens: state.modelUse?.tokens ?? 0,
    llm_usd: fromMicro(state.modelUse?.microUsd ?? 0),
    waiting_since: timeOrNull(state.waitingSince),
    cause: state.cause,
    message: finished?.message ?? null,
    recovery: finished?.recovery ?? null,
    duration_ms: finished?.duration_ms ?? null,
    active_ms: finished?.active_ms ?? activeMs(state, state.updatedAt),
    links: linksOf(state.runId),
  }
}

export const presentRunSummary = (row: RunSummary): z.input<typeof runSummary> => ({
  ...row,
  started_at: timeOf(row.started_at),
  finished_at: timeOrNull(row.finished_at),
})

export const presentApprovalSummary = (row: ApprovalSummary): z.input<typeof approvalSummary> => ({
  ...row,
  consequences: [...row.consequences],
  approved_by: [...row.approved_by],
  requested_at: timeOf(row.requested_at),
  expires_at: timeOf(row.expires_at),
})
