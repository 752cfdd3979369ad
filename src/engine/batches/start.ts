// Accepting a batch: everything that would be refused of all its items is refused now, and the rest is durable before
// the caller is answered.
import { AppError } from '../../errors.ts'
import { digestOf, payloadOf, type Payload } from '../../events/digest.ts'
import type { DataOf } from '../../events/event.ts'
import { BATCH_PARALLEL } from '../../registry/registry.ts'
import { replayBatch, type BatchState } from '../../run/batch.ts'
import { aimOf } from '../aim.ts'
import { callersKey, prepareRun, profileOf, reachOf, type NewRun } from '../commands/start.ts'
import type { EngineContext } from '../context.ts'
import type { Principal } from '../requests.ts'
import type { AcceptedBatch, BatchOrder, BatchRequest } from './contract.ts'
import { chunksOf } from './items.ts'

export type StartedBatch = {
  readonly accepted: AcceptedBatch
  readonly state: BatchState
  readonly salt: string
}

/** A plan that none of so many items can be carried out by is refused at once. */
const TRIED = 5

const orderOf = (request: BatchRequest, context: EngineContext): BatchOrder => {
  const { goal, plan, playbook, planner } = aimOf(request, context.registries.current().registry)
  const { limits, columns } = request
  return { goal, plan, playbook, planner, limits, columns, context: request.context }
}

/** As a run of an item would be asked for. Errors: those of `start`. */
async function tryItems(
  context: EngineContext,
  order: BatchOrder,
  request: BatchRequest & { readonly requester: string },
): Promise<void> {
  const { columns: _columns, ...aim } = order
  const { profile, tenant, requester } = request
  const common = { ...aim, profile, tenant, requester }
  let first: AppError | null = null
  for (const item of request.items.slice(0, TRIED)) {
    const asked: NewRun = {
      ...common,
      context: { ...order.context, ...item.context },
      inherited: null,
      traceparent: null,
      resumes: null,
      idempotency: null,
    }
    const { refusal } = await prepareRun(context, asked)
    if (refusal?.code === 'FROZEN') throw refusal
    if (refusal?.code !== 'PLAN_INVALID') return
    first ??= refusal
  }
  if (first !== null) throw first
}

const requestDigest = (order: BatchOrder, request: BatchRequest, salt: string): string => {
  const { profile, tenant, items, rejected } = request
  return digestOf(
    { order: { ...order, limits: { ...order.limits } }, profile, tenant, items, rejected },
    salt,
  )
}

async function earlier(
  { parts }: EngineContext,
  key: string,
  digestFor: (salt: string) => string,
): Promise<AcceptedBatch | null> {
  const holder = await parts.journal.peek(key)
  if (holder === null) return null
  const salt = (await parts.journal.stream(holder.runId))?.salt ?? ''
  if (holder.digest !== digestFor(salt)) throw new AppError('IDEMPOTENCY_CONFLICT', { run_id: holder.runId })
  const state = replayBatch(await parts.journal.read(holder.runId))
  if (state === null) throw new AppError('IDEMPOTENCY_CONFLICT', { run_id: holder.runId })
  const { items, rejected } = state.started
  return { batchId: holder.runId, items, rejected, created: false }
}

type Bodies = {
  readonly order: Payload
  readonly chunks: readonly Payload[]
  readonly problems: Payload | null
}

const bodiesOf = (order: BatchOrder, { items, rejected }: BatchRequest, salt: string): Bodies => ({
  order: payloadOf({ ...order, limits: { ...order.limits } }, salt),
  chunks: chunksOf(items, salt),
  problems: rejected.length === 0 ? null : payloadOf(rejected, salt),
})

function startedOf(
  { registries }: EngineContext,
  request: BatchRequest,
  {
    bodies,
    playbook,
    planner,
    by,
  }: { bodies: Bodies; playbook: string | null; planner: string; by: Principal },
): DataOf<'batch_started'> {
  const profile = profileOf(registries.current().registry, request.profile)
  return {
    order: bodies.order.digest,
    chunks: bodies.chunks.map(({ digest }) => digest),
    items: request.items.length,
    rejected: request.rejected.length,
    problems: bodies.problems?.digest ?? null,
    ...(playbook !== null && { playbook }),
    planner,
    profile: profile.name,
    requester: by.id,
    parallel: profile.batch?.parallel ?? BATCH_PARALLEL,
    idempotency_key: request.idempotencyKey,
    ...reachOf(by),
  }
}

async function append(
  { parts }: EngineContext,
  batch: { salt: string; tenant: string; data: DataOf<'batch_started'>; payloads: readonly Payload[] },
  idempotency: { readonly key: string; readonly digest: string } | null,
): Promise<BatchState | null> {
  const at = parts.clock()
  const result = await parts.journal.append({
    runId: `bat_${at.toString(16).padStart(12, '0')}${parts.randomHex(12)}`,
    salt: batch.salt,
    expectedVersion: 0,
    traceId: parts.randomHex(32),
    spanId: parts.randomHex(16),
    tenant: batch.tenant,
    at,
    lines: [{ type: 'batch_started', data: batch.data }],
    payloads: batch.payloads,
    head: { open: true, wakeAt: null, waiting: false },
    idempotency,
  })
  return result.ok ? replayBatch(result.events) : null
}

/**
 * Accepts a batch durably; `state` null: the key had made it before. Errors: those of `start`, for what holds for every
 * item; an item alone is never refused, it fails.
 */
export async function acceptBatch(
  context: EngineContext,
  request: BatchRequest,
  by: Principal,
): Promise<AcceptedBatch | StartedBatch> {
  const order = orderOf(request, context)
  const digestFor = (salt: string): string => requestDigest(order, request, salt)
  const key = request.idempotencyKey === null ? null : callersKey(by.id, request.idempotencyKey)
  const before = key === null ? null : await earlier(context, key, digestFor)
  if (before !== null) return before
  await tryItems(context, order, { ...request, requester: by.id })
  const salt = context.parts.randomHex(32)
  const bodies = bodiesOf(order, request, salt)
  const { playbook, planner } = order
  const data = startedOf(context, request, { bodies, playbook, planner, by })
  const payloads = [bodies.order, ...bodies.chunks, ...(bodies.problems ? [bodies.problems] : [])]
  const idempotency = key === null ? null : { key, digest: digestFor(salt) }
  const state = await append(context, { salt, tenant: request.tenant, data, payloads }, idempotency)
  if (state !== null) {
    const { items, rejected } = data
    return { accepted: { batchId: state.batchId, items, rejected, created: true }, state, salt }
  }
  const winner = key === null ? null : await earlier(context, key, digestFor)
  if (winner === null) throw new AppError('JOURNAL_BROKEN', { why: 'A new batch was refused.' })
  return winner
}
