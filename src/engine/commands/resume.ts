// Accepting what is missing of an earlier run as a new one. It keeps who asked first, what the caller had tightened, and
// who had a hand in the runs before it, their denials included.
import { AppError } from '../../errors.ts'
import { isRecord } from '../../events/json.ts'
import type { Limits } from '../../events/policy.ts'
import { contributorsOf } from '../../run/contributors.ts'
import { keptTightening, type Tightening } from '../../run/budgets/limits.ts'
import type { ApprovalState, RunState } from '../../run/state.ts'
import type { EngineContext } from '../context.ts'
import type { Accepted, Principal } from '../engine.ts'
import { accept, acceptedOf, ownKey, profileOf, type Inherited, type PastDenial, reachOf } from './start.ts'
import { payloadValue } from '../values.ts'

const whyNotResumed = (state: RunState): string | null => {
  if (state.plan === null) return 'it has no plan, start a new run'
  if (state.finished?.recovery === 'none') return 'every step is completed'
  return state.finished?.recovery === 'manual' ? 'a step has an unknown outcome, reconcile it first' : null
}

type Said = { readonly state: RunState; readonly approval: ApprovalState }

async function denialOf({ parts }: EngineContext, { state, approval }: Said): Promise<PastDenial | null> {
  const vote = approval.votes.findLast(({ decision }) => decision === 'denied')
  if (vote === undefined) return null
  const { approvalId: approval_id, stepId: step_id } = approval
  const why = vote.reason === null ? null : await payloadValue(parts.journal, state.runId, vote.reason)
  return { run_id: state.runId, approval_id, step_id, by: vote.by, why, at: vote.at }
}

/** Its own denials and those that it has inherited, oldest first. */
async function denialsOf(context: EngineContext, state: RunState): Promise<PastDenial[]> {
  const past = (state.chain?.denials ?? []).map(async ({ reason, ...denial }) => ({
    ...denial,
    why: reason === null ? null : await payloadValue(context.parts.journal, state.runId, reason),
  }))
  const own = Object.values(state.approvals).map((approval) => denialOf(context, { state, approval }))
  const all = await Promise.all([...past, ...own])
  return all.filter((denial) => denial !== null)
}

/** What a run leaves to the next one; one that 0.1.0 resumed does not know its own chain, which is read then. */
async function inheritanceOf(context: EngineContext, state: RunState): Promise<Omit<Inherited, 'resumedBy'>> {
  const { askedBy, editedBy } = contributorsOf(state)
  const denials = await denialsOf(context, state)
  const own = { asked_by: [...askedBy], edited_by: [...editedBy], denials }
  if (state.resumes === null || state.chain !== undefined) return own
  const before = await inheritanceOf(context, await context.worker.load(state.resumes))
  return {
    asked_by: [...before.asked_by, ...own.asked_by],
    edited_by: [...before.edited_by, ...own.edited_by],
    denials: [...before.denials, ...denials],
  }
}

/** What the caller of the run before had tightened, within what the profile allows today. */
async function tightenedOf({ registries }: EngineContext, state: RunState): Promise<Tightening> {
  const { registry } = await registries.equipmentOf(state.registry)
  const before: Limits | undefined = registry.profiles[state.profile]?.limits
  const today = profileOf(registries.current().registry, state.profile).limits
  return before === undefined ? {} : keptTightening({ run: state.limits, before, today })
}

/** The run that 0.1.0 made of a run when it was resumed, under a key that a caller could have said as well. */
async function earlierResume({ parts, worker }: EngineContext, runId: string): Promise<Accepted | null> {
  const holder = await parts.journal.peek(`${runId}|resume`)
  if (holder === null) return null
  const state = await worker.load(holder.runId)
  return state.resumes === runId ? { ...acceptedOf(holder.runId, state), created: false } : null
}

/**
 * Starts a run that keeps what the earlier one completed, and takes the rest from its context as it is corrected. Asked
 * for twice, it is the same run; with another correction, IDEMPOTENCY_CONFLICT names that run.
 */
export async function resumeRun(
  context: EngineContext,
  runId: string,
  { by, corrected }: { readonly by: Principal; readonly corrected: Readonly<Record<string, unknown>> },
): Promise<Accepted> {
  const { journal } = context.parts
  const state = await context.worker.load(runId)
  if (state.finished === null) throw new AppError('RUN_NOT_FINISHED', { run_id: runId, status: state.status })
  const why = whyNotResumed(state)
  if (why !== null) throw new AppError('NOTHING_TO_RESUME', { run_id: runId, why })
  const [goal, facts, earlier] = await Promise.all([
    payloadValue(journal, runId, state.goal),
    payloadValue(journal, runId, state.context),
    earlierResume(context, runId),
  ])
  if (earlier !== null) return earlier
  if (goal === null || facts === null)
    throw new AppError('NOTHING_TO_RESUME', { run_id: runId, why: 'its goal or context has been erased' })
  const inherited = await inheritanceOf(context, state)
  return accept(context, {
    goal,
    plan: null,
    playbook: null,
    context: { ...(isRecord(facts) ? facts : {}), ...corrected },
    profile: state.profile,
    tenant: state.tenant,
    planner: state.planner,
    limits: await tightenedOf(context, state),
    requester: inherited.asked_by[0] ?? state.requester,
    inherited: { ...inherited, resumedBy: by.id },
    ...reachOf(by),
    traceparent: { traceId: state.traceId, spanId: state.spanId, isSampled: state.parentSampled ?? true },
    resumes: runId,
    ...(state.batch && { batch: state.batch }),
    idempotency: { key: ownKey('resume', runId), given: 'resume' },
  })
}
