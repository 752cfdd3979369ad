// Accepting runs: a new goal, or what is missing of an earlier run. Durable before the caller hears of it.
import { AppError } from '../errors.ts'
import { digestOf, payloadOf } from '../events/digest.ts'
import type { Draft } from '../events/event.ts'
import type { AppendResult } from '../journal/journal.ts'
import type { Registry } from '../registry/registry.ts'
import type { Subject } from '../run/freeze.ts'
import { tighten, type Tightening } from '../run/limits.ts'
import { unborn, type Identity } from '../run/line.ts'
import { replay } from '../run/replay.ts'
import type { RunState } from '../run/state.ts'
import type { Accepted, Principal, RunRequest } from './engine.ts'
import type { EngineParts } from './parts.ts'
import { bear, type Birth } from './advance.ts'
import type { ActiveRun } from './active-run.ts'
import { plannerOf, planRun } from './planning.ts'
import type { Freezes } from './freezes.ts'
import type { Registries } from './registries.ts'
import { activeRun, type Worker } from './worker.ts'

export type Desk = {
  readonly parts: EngineParts
  readonly registries: Registries
  readonly freezes: Freezes
  readonly worker: Worker
}

type Acceptance = {
  readonly goal: unknown
  readonly context: unknown
  readonly profile: string
  readonly tenant: string
  readonly planner: RunState['planner']
  readonly limits: Tightening
  readonly requester: string
  readonly traceparent: { readonly traceId: string; readonly spanId: string } | null
  readonly resumes: string | null
  /** As the caller gave it; kept with the caller's id, so that two callers do not meet. */
  readonly idempotency: { readonly key: string; readonly owner: string } | null
}

export const profileOf = (registry: Registry, name: string) => {
  const profile = Object.hasOwn(registry.profiles, name) ? registry.profiles[name] : undefined
  if (profile) return profile
  throw new AppError('UNKNOWN_PROFILE', { profile: name, known: Object.keys(registry.profiles).join(', ') })
}

/** Time first, so that ids grow with time and the journal's indexes grow at their end. */
const newRunId = (parts: EngineParts, now: number): string =>
  `run_${now.toString(16).padStart(12, '0')}${parts.randomHex(12)}`

function started(asked: Acceptance, registry: Registry, bodies: { goal: string; context: string }): Draft {
  const profile = profileOf(registry, asked.profile)
  return {
    type: 'run_started',
    data: {
      goal: bodies.goal,
      context: bodies.context,
      profile: profile.name,
      requester: asked.requester,
      planner: asked.planner,
      limits: tighten(profile.limits, asked.limits),
      approvers: profile.approvers,
      registry: registry.digest,
      idempotency_key: asked.idempotency?.key ?? null,
      resumes: asked.resumes,
      parent_span_id: asked.traceparent?.spanId ?? null,
    },
  }
}

const requestDigest = ({ goal, context, profile, tenant, planner, limits, resumes }: Acceptance): string =>
  digestOf({ goal, context, profile, tenant, planner, limits: { ...limits }, resumes })

async function earlier(desk: Desk, runId: string, digests: { was: string; is: string }): Promise<Accepted> {
  if (digests.was !== digests.is) throw new AppError('IDEMPOTENCY_CONFLICT', { run_id: runId })
  const state = await desk.worker.load(runId)
  return { runId, traceId: state.traceId, created: false }
}

type Refused = Exclude<AppendResult, { ok: true }>

/** What is decided of a run before the journal is asked. */
type Candidate = {
  readonly identity: Identity
  readonly registry: Registry
  readonly birth: Birth
  readonly values: ReadonlyMap<string, unknown>
  /** The first subject that takes no new runs. */
  readonly frozen: Subject | null
}

function candidate(desk: Desk, asked: Acceptance): Candidate {
  const { parts, registries, freezes } = desk
  const registry = registries.current()
  const goal = payloadOf(asked.goal)
  const context = payloadOf(asked.context)
  const line = started(asked, registry, { goal: goal.digest, context: context.digest })
  const at = parts.clock()
  return {
    identity: {
      run_id: newRunId(parts, at),
      trace_id: asked.traceparent?.traceId ?? parts.randomHex(32),
      span_id: parts.randomHex(16),
      tenant: asked.tenant,
      writer: parts.writer,
      at,
    },
    registry,
    birth: {
      line,
      payloads: [goal, context],
      idempotency: asked.idempotency && {
        key: `${asked.idempotency.owner}|${asked.idempotency.key}`,
        digest: requestDigest(asked),
      },
    },
    values: new Map([
      [goal.digest, asked.goal],
      [context.digest, asked.context],
    ]),
    frozen: freezes.first([
      { scope: 'profile', key: asked.profile },
      { scope: 'tenant', key: asked.tenant },
    ]),
  }
}

const runOf = ({ registry, values }: Candidate, state: RunState): ActiveRun => {
  const run = activeRun(state, registry)
  for (const [digest, value] of values) run.values.set(digest, value)
  return run
}

/** Accepted by itself; its plan comes later. */
async function acceptAlone({ parts, worker }: Desk, about: Candidate): Promise<Refused | null> {
  const { identity, birth, frozen } = about
  const result = await parts.journal.append({
    runId: identity.run_id,
    // A key that made its run before the freeze gives it still; no new run is at version 1, so none is written.
    expectedVersion: frozen === null ? 0 : 1,
    traceId: identity.trace_id,
    spanId: identity.span_id,
    tenant: identity.tenant,
    at: identity.at,
    lines: [birth.line],
    payloads: birth.payloads,
    head: { open: true, wakeAt: null, waiting: false },
    idempotency: birth.idempotency,
  })
  if (!result.ok) return result
  worker.take(runOf(about, replay(result.events) as RunState))
  return null
}

/** Accepted with its plan and what follows from it: an append less, a quarter of what a small run has. */
async function acceptPlanned({ parts, worker }: Desk, about: Candidate): Promise<Refused | null> {
  const { identity, birth } = about
  const run = runOf(about, unborn(birth.line, identity))
  let isBorn = false
  try {
    const done = await bear(parts, run, { birth, planned: await planRun(parts, run) })
    if (!('calls' in done)) return done
    isBorn = true
    worker.goOn(run, done)
    return null
  } finally {
    if (!isBorn) worker.leave(identity.run_id)
  }
}

async function accept(desk: Desk, asked: Acceptance): Promise<Accepted> {
  const { parts, worker } = desk
  if (worker.queued() >= parts.settings.maxQueue) {
    throw new AppError('TOO_BUSY', { why: 'Too many runs are waiting. Try again later.' })
  }
  const about = candidate(desk, asked)
  const { identity, birth, frozen } = about
  const planner = plannerOf(parts, asked.planner)
  if (planner === null) throw new AppError('PLANNER_UNAVAILABLE', { planner: asked.planner })
  // A planner that asks somebody else would keep the caller waiting.
  const isQuick = !planner.asks && asked.resumes === null && frozen === null
  const refused =
    isQuick && worker.place(identity.run_id)
      ? await acceptPlanned(desk, about)
      : await acceptAlone(desk, about)
  if (refused === null) return { runId: identity.run_id, traceId: identity.trace_id, created: true }
  if (refused.reason === 'duplicate' && birth.idempotency !== null)
    return earlier(desk, refused.runId, { was: refused.digest, is: birth.idempotency.digest })
  if (frozen !== null) throw new AppError('FROZEN', { scope: frozen.scope })
  throw new AppError('JOURNAL_BROKEN', { why: `A new run was refused: ${refused.reason}.` })
}

export const startRun = (desk: Desk, request: RunRequest, by: Principal): Promise<Accepted> =>
  accept(desk, {
    ...request,
    requester: by.id,
    resumes: null,
    idempotency: request.idempotencyKey === null ? null : { key: request.idempotencyKey, owner: by.id },
  })

const whyNot = (state: RunState): string | null => {
  if (state.plan === null) return 'it has no plan, start a new run'
  if (state.finished?.recovery === 'none') return 'every step is completed'
  return state.finished?.recovery === 'manual' ? 'a step has an unknown outcome, reconcile it first' : null
}

async function bodyOf(desk: Desk, runId: string, digest: string): Promise<unknown> {
  const body = await desk.parts.journal.payload(runId, digest)
  return body === null ? null : JSON.parse(body)
}

/** Starts a run that keeps what the earlier one completed. Asked for twice, it is the same run. */
export async function resumeRun(desk: Desk, runId: string, by: Principal): Promise<Accepted> {
  const state = await desk.worker.load(runId)
  if (state.finished === null) throw new AppError('RUN_NOT_FINISHED', { run_id: runId, status: state.status })
  const why = whyNot(state)
  if (why !== null) throw new AppError('NOTHING_TO_RESUME', { run_id: runId, why })
  return accept(desk, {
    goal: await bodyOf(desk, runId, state.goal),
    context: await bodyOf(desk, runId, state.context),
    profile: state.profile,
    tenant: state.tenant,
    planner: state.planner,
    limits: {},
    requester: by.id,
    traceparent: { traceId: state.traceId, spanId: state.spanId },
    resumes: runId,
    idempotency: { key: 'resume', owner: runId },
  })
}
