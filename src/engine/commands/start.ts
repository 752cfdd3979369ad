// Accepting runs: a new goal, or what is missing of an earlier run (`resume.ts`). A run is durable before its caller is
// answered.
import type { Traceparent } from '../../events/sampling.ts'
import { AppError } from '../../errors.ts'
import { digestOf, payloadOf, type Payload } from '../../events/digest.ts'
import type { FactOf } from '../../events/event.ts'
import { RULES, type Chain, type Denial } from '../../events/run.ts'
import type { Limits } from '../../events/policy.ts'
import type { PlanDraft } from '../../registry/plan/draft.ts'
import type { Profile, Registry } from '../../registry/registry.ts'
import type { KeyHolder } from '../../journal/journal.ts'
import { tighten, type Tightening } from '../../run/budgets/limits.ts'
import { beginRun } from '../../run/replay.ts'
import { plannedBy } from '../../run/planned-by.ts'
import type { RunState } from '../../run/state.ts'
import { tenantLimits, type TenantStanding } from '../../run/budgets/tenants.ts'
import { activeRun, type Acceptance, type AcceptanceRefusal, type ActiveRun } from '../active-run.ts'
import type { EngineContext } from '../context.ts'
import type { Accepted, Principal, RunRequest } from '../engine.ts'
import type { EngineParts } from '../parts.ts'
import { checkPlanInputs, missingRefusal } from '../calls/input-check.ts'
import { aimOf, isGoal } from '../aim.ts'
import { giverOf } from '../turn.ts'
import { askingNobody, plannerOf, planRun } from '../planning.ts'
import { tenantOf } from './tenant.ts'

/** What is asked for: by a caller, or by resuming an earlier run. */
export type NewRun = {
  readonly goal: unknown
  readonly plan: PlanDraft | null
  readonly playbook: string | null
  readonly context: unknown
  readonly profile: string
  readonly tenant: string
  readonly planner: RunState['planner']
  readonly limits: Tightening
  readonly requester: string
  /** What an earlier run leaves to this one, where it resumes one. */
  readonly inherited: Inherited | null
  readonly traceparent: Traceparent | null
  readonly resumes: string | null
  /** Its plan is not carried out. */
  readonly planOnly?: true
  /** The batch that it is an item of. What cannot be carried out is accepted all the same, and fails. */
  readonly batch?: RunState['batch']
  /** Whoever asks reaches no other profile. */
  readonly reach?: 'profile'
  /** `key` is the journal's (see `callersKey` and `ownKey`), `given` what the caller said, or our word for it. */
  readonly idempotency: { readonly key: string; readonly given: string } | null
}

/** A person's no to a step of an earlier run, in that person's words. */
export type PastDenial = Omit<Denial, 'reason'> & { readonly why: unknown }

/** What the runs before leave to one that resumes them. */
export type Inherited = Omit<Chain, 'denials'> & {
  readonly resumedBy: string
  readonly denials: readonly PastDenial[]
}

export const profileOf = (registry: Registry, name: string) => {
  const profile = Object.hasOwn(registry.profiles, name) ? registry.profiles[name] : undefined
  if (profile) return profile
  throw new AppError('UNKNOWN_PROFILE', { profile: name, known: Object.keys(registry.profiles).join(', ') })
}

/** The limits of the profile, tightened as the caller asks, with those of the tenant. */
function limitsFor(asked: NewRun, profile: Profile, standing: TenantStanding): Limits {
  const limits = tighten(profile.limits, asked.limits)
  const tenant_limits = tenantLimits(profile, standing, asked.tenant)
  return tenant_limits === undefined ? limits : { ...limits, tenant_limits }
}

/** Time first, so that ids grow with time and the journal's indexes grow at their end. */
const newRunId = (parts: EngineParts, now: number): string =>
  `run_${now.toString(16).padStart(12, '0')}${parts.randomHex(12)}`

/** What is kept beside the event, by its digest. */
type Bodies = {
  readonly goal: string
  readonly context: string
  readonly plan: string | null
  readonly chain: Chain | null
}

function started(asked: NewRun, registry: Registry, bodies: Bodies): FactOf<'run_started'> {
  const profile = profileOf(registry, asked.profile)
  const standing = tenantOf(registry, asked)
  return {
    type: 'run_started',
    data: {
      goal: bodies.goal,
      context: bodies.context,
      ...(bodies.plan && { plan: bodies.plan }),
      ...(asked.playbook && { playbook: asked.playbook }),
      profile: profile.name,
      requester: asked.requester,
      ...(asked.inherited && { resumed_by: asked.inherited.resumedBy }),
      ...(bodies.chain && { chain: bodies.chain }),
      planner: asked.planner,
      limits: limitsFor(asked, profile, standing),
      approvers: profile.approvers,
      registry: registry.digest,
      idempotency_key: asked.idempotency?.given ?? null,
      resumes: asked.resumes,
      parent_span_id: asked.traceparent?.spanId ?? null,
      ...(asked.traceparent?.isSampled === false && { parent_sampled: false }),
      rules: [...RULES],
      ...(profile.plan && { bounds: profile.plan }),
      ...(asked.planOnly && { plan_only: asked.planOnly }),
      ...(asked.batch && { batch_id: asked.batch.id, item: asked.batch.item }),
      ...(asked.reach && { reach: asked.reach }),
    },
  }
}

/** Salted like the payloads of the run that it makes: what was asked can be guessed, too. */
const requestDigest = (asked: NewRun, salt: string): string => {
  const { goal, context, profile, tenant, planner, limits, resumes, plan, playbook } = asked
  // Which limits are kept by who resumes is ours to say: asked for twice, it is the same run.
  const tightened = resumes === null ? { ...limits } : {}
  const given = { ...(plan && { plan }), ...(playbook && { playbook }) }
  return digestOf({ goal, context, profile, tenant, planner, limits: tightened, resumes, ...given }, salt)
}

const escaped = (owner: string): string => owner.replaceAll('%', '%25').replaceAll('|', '%7C')

/** Kept with the caller's id, so that two callers do not meet: nobody's id has a `|` here. */
export const callersKey = (owner: string, key: string): string => `${escaped(owner)}|${key}`

/** A key of ours: no caller is called nothing, so that none can say it. */
export const ownKey = (what: string, runId: string): string => `|${what}|${runId}`

/** What is inherited as the event has it, and the payloads of people's words under this run's salt. */
function chainOf(
  inherited: Inherited | null,
  salt: string,
): { readonly chain: Chain | null; readonly reasons: readonly Payload[] } {
  if (inherited === null) return { chain: null, reasons: [] }
  const { asked_by, edited_by } = inherited
  const said = inherited.denials.map(({ why, ...denial }) => {
    const words = why === null ? null : payloadOf(why, salt)
    return { denial: { ...denial, reason: words?.digest ?? null }, words }
  })
  return {
    chain: { asked_by, edited_by, denials: said.map(({ denial }) => denial) },
    reasons: said.flatMap(({ words }) => words ?? []),
  }
}

export const acceptedOf = (runId: string, { traceId, plan }: RunState): Omit<Accepted, 'created'> => ({
  runId,
  traceId,
  plannedBy: plan && plannedBy(plan),
})

/** The run that an earlier request under the same key has made. */
async function earlierRun(
  { worker, parts }: EngineContext,
  asked: NewRun,
  { runId, digest }: KeyHolder,
): Promise<Accepted> {
  const salt = (await parts.journal.stream(runId))?.salt ?? ''
  if (digest !== requestDigest(asked, salt)) throw new AppError('IDEMPOTENCY_CONFLICT', { run_id: runId })
  const state = await worker.load(runId)
  return { ...acceptedOf(runId, state), created: false }
}

type Candidate = {
  readonly run: ActiveRun
  readonly first: Pick<Acceptance, 'line' | 'payloads' | 'idempotency'>
}

/** A run that nobody knows yet but its caller. */
async function candidateOf({ parts, registries, clock }: EngineContext, asked: NewRun): Promise<Candidate> {
  const { registry } = registries.current()
  const salt = parts.randomHex(32)
  const goal = payloadOf(asked.goal, salt)
  const context = payloadOf(asked.context, salt)
  const plan = asked.plan && payloadOf(asked.plan, salt)
  const { chain, reasons } = chainOf(asked.inherited, salt)
  const digests = { goal: goal.digest, context: context.digest, plan: plan?.digest ?? null }
  const line = started(asked, registry, { ...digests, chain })
  const at = parts.clock()
  const identity = {
    run_id: newRunId(parts, at),
    trace_id: asked.traceparent?.traceId ?? parts.randomHex(32),
    span_id: parts.randomHex(16),
    tenant: asked.tenant,
  }
  const state = beginRun(line, identity, { at, writer: parts.writer, seq: 0 })
  const run = activeRun(state, { ...(await registries.equipmentOf(registry.digest)), salt, clock })
  run.values.set(goal.digest, asked.goal).set(context.digest, asked.context)
  if (plan) run.values.set(plan.digest, asked.plan)
  const idempotency = asked.idempotency && {
    key: asked.idempotency.key,
    digest: requestDigest(asked, salt),
  }
  return { run, first: { line, payloads: [goal, context, ...(plan ? [plan] : []), ...reasons], idempotency } }
}

/** What is frozen or cannot be read is refused, but a key that has made its run before gives it still. */
async function refuse(context: EngineContext, asked: NewRun, why: AppError): Promise<Accepted> {
  const holder = asked.idempotency && (await context.parts.journal.peek(asked.idempotency.key))
  if (!holder) throw why
  return earlierRun(context, asked, holder)
}

/** Plans now where nobody is to be asked, so that what cannot be read is told to the caller; null: nothing is in the way. */
async function planAhead({ parts }: EngineContext, run: ActiveRun, asked: NewRun): Promise<AppError | null> {
  const profile = run.registry.profiles[asked.profile]
  const isAsked = asked.resumes === null && isGoal(asked)
  if (isAsked && plannerOf(parts, asked.planner, profile)?.asks === true) return null
  run.planned = await planRun(parts, run, askingNobody())
  const { result } = run.planned
  if (!result.ok)
    return result.problems
      ? new AppError('PLAN_INVALID', {}, { problems: result.problems })
      : missingRefusal(result.missing)
  if (result.overBudget.length > 0) return null
  const { registry, tools, state, salt } = run
  const installed = { registry, tools, giver: giverOf(state), salt }
  const { refusal, ready } = checkPlanInputs(result.steps, installed, asked.context)
  run.ready = new Map(ready)
  return refusal
}

function refused(context: EngineContext, asked: NewRun, refusal: AcceptanceRefusal): Promise<Accepted> {
  if (refusal.reason === 'duplicate') return earlierRun(context, asked, refusal)
  throw new AppError('JOURNAL_BROKEN', { why: `A new run was refused: ${refusal.reason}.` })
}

type Prepared = {
  readonly candidate: Candidate
  /** Why it is not taken now, unless its key has made it before; null: it is. */
  readonly refusal: AppError | null
}

/**
 * Everything but the acceptance itself. Errors: UNKNOWN_PROFILE, UNKNOWN_TENANT, PROFILE_NOT_ALLOWED, LIMIT_LOOSENED,
 * PLANNER_UNAVAILABLE, TOO_BUSY.
 */
export async function prepareRun(context: EngineContext, asked: NewRun): Promise<Prepared> {
  const { parts, worker, freezes } = context
  if (worker.queued() >= parts.settings.maxQueue) {
    throw new AppError('TOO_BUSY', { why: 'Too many runs are waiting. Try again later.' })
  }
  const profile = profileOf(context.registries.current().registry, asked.profile)
  const isAsked = asked.resumes === null && isGoal(asked)
  if (isAsked && plannerOf(parts, asked.planner, profile) === null)
    throw new AppError('PLANNER_UNAVAILABLE', { planner: asked.planner })
  const candidate = await candidateOf(context, asked)
  const frozen = freezes.first([
    { scope: 'profile', key: asked.profile },
    { scope: 'tenant', key: asked.tenant },
    // The tenants of one budget can be frozen together.
    { scope: 'tenant', key: tenantOf(context.registries.current().registry, asked).budget },
  ])
  if (frozen !== null) return { candidate, refusal: new AppError('FROZEN', { scope: frozen.scope }) }
  return { candidate, refusal: await planAhead(context, candidate.run, asked) }
}

/** What an item of a batch is refused for: it is told as the outcome of its run. */
const isOutcome = ({ batch }: NewRun, { code }: AppError): boolean => batch !== undefined && code !== 'FROZEN'

export async function accept(context: EngineContext, asked: NewRun): Promise<Accepted> {
  const { candidate, refusal: why } = await prepareRun(context, asked)
  if (why !== null && !isOutcome(asked, why)) return refuse(context, asked, why)
  const { run, first } = candidate
  const refusal = await context.worker.accept(run, first)
  if (refusal !== null) return refused(context, asked, refusal)
  return { ...acceptedOf(run.runId, run.state), created: true }
}

/** A key that is limited to profiles lets the run's tools read no run of another one, either. */
export const reachOf = ({ limitedTo }: Principal): Pick<NewRun, 'reach'> =>
  (limitedTo?.profiles ?? null) === null ? {} : { reach: 'profile' }

export const startRun = (context: EngineContext, request: RunRequest, by: Principal): Promise<Accepted> =>
  accept(context, {
    ...request,
    ...aimOf(request, context.registries.current().registry),
    requester: by.id,
    ...reachOf(by),
    inherited: null,
    resumes: null,
    idempotency:
      request.idempotencyKey === null
        ? null
        : { key: callersKey(by.id, request.idempotencyKey), given: request.idempotencyKey },
  })
