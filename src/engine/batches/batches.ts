// Lists of items, one run each: accepted whole, worked on a few at a time, cancelled and resumed together. Whatever a
// batch is made of is in the journal: its own stream, and the runs that name it.
import { AppError } from '../../errors.ts'
import { kindOf } from '../../events/stream.ts'
import { payloadOf } from '../../events/digest.ts'
import { isRecord } from '../../events/json.ts'
import type { BatchState } from '../../run/batch.ts'
import { replayBatch } from '../../run/batch.ts'
import type { RunState } from '../../run/state.ts'
import { presentState } from '../commands/commands.ts'
import { reachOf } from '../commands/start.ts'
import type { EngineContext } from '../context.ts'
import type { CancelRequest, Principal } from '../requests.ts'
import type { Batches, ItemState, RejectedRow } from './contract.ts'
import { payloadValue } from '../values.ts'
import { cancelOpen, runCourse } from './course.ts'
import { appendTo, fail, toldOf, type CourseParts, type Ground } from './ground.ts'
import { itemRunIds } from './item-runs.ts'
import { itemReader, readOrder } from './items.ts'
import { liveBatch } from './live.ts'
import { createSlots } from './slots.ts'
import { acceptBatch } from './start.ts'

export type OwnBatches = Batches & {
  /** Goes on with every batch that is not over. Call it once, after the open runs were found. */
  readonly recover: () => Promise<void>
  /** Begins nothing more. */
  readonly stop: () => void
}

const PAGE = 100

type Room = CourseParts & { readonly live: Map<string, Ground> }

async function readState({ context, live }: Room, batchId: string): Promise<BatchState> {
  const known = live.get(batchId)
  if (known !== undefined) return known.live.state
  const events = kindOf(batchId) === 'batch' ? await context.parts.journal.read(batchId) : []
  const state = replayBatch(events)
  if (state === null) throw new AppError('BATCH_NOT_FOUND', { batch_id: batchId })
  return state
}

/** Takes a batch up; it goes on by itself. */
function takeUp(room: Room, state: BatchState, { isNew, salt }: { isNew: boolean; salt: string }): void {
  const slots = createSlots(state.started.parallel)
  const live = liveBatch(state, { salt, isNew, slots })
  const ground: Ground = { ...room, live, appended: Promise.resolve() }
  room.live.set(state.batchId, ground)
  runCourse(ground).catch((error: unknown) => fail(ground, error))
}

async function cancelBatch(room: Room, batchId: string, { by, reason }: CancelRequest): Promise<BatchState> {
  const state = await readState(room, batchId)
  const ground = room.live.get(batchId)
  if (ground === undefined || state.finished !== null)
    throw new AppError('BATCH_FINISHED', { batch_id: batchId, status: state.finished?.status ?? 'finished' })
  if (state.isCancelled) return state
  const { live } = ground
  const why = reason === null ? null : payloadOf(reason, live.salt)
  const data = { by: by.id, reason: why?.digest ?? null }
  await appendTo(ground, [{ type: 'batch_cancelled', data }], why === null ? [] : [why])
  live.ending.abort()
  // Where items are still looked at, their runs are cancelled afterwards.
  if (live.isWalked) cancelOpen(ground).catch((error: unknown) => fail(ground, error))
  return live.state
}

async function resumeBatch(room: Room, batchId: string, by: Principal): Promise<BatchState> {
  const { parts } = room.context
  const state = await readState(room, batchId)
  if (state.finished === null) throw new AppError('BATCH_NOT_FINISHED', { batch_id: batchId })
  if (state.finished.status === 'succeeded') throw new AppError('BATCH_COMPLETE', { batch_id: batchId })
  const result = await parts.journal.append({
    runId: batchId,
    expectedVersion: state.version,
    traceId: state.traceId,
    spanId: state.spanId,
    tenant: state.tenant,
    at: parts.clock(),
    lines: [{ type: 'batch_resumed', data: { by: by.id, ...reachOf(by) } }],
    payloads: [],
    head: { open: true, wakeAt: null, waiting: false },
    idempotency: null,
  })
  // Somebody else was first.
  if (!result.ok) throw new AppError('BATCH_NOT_FINISHED', { batch_id: batchId })
  const resumed = replayBatch(result.events, state) ?? state
  const salt = (await parts.journal.stream(batchId))?.salt ?? ''
  takeUp(room, resumed, { isNew: false, salt })
  return resumed
}

async function itemsOf(room: Room, batchId: string, { from, limit }: { from: number; limit: number }) {
  const { journal } = room.context.parts
  const state = await readState(room, batchId)
  const reader = itemReader(journal, state)
  const count = Math.max(0, Math.min(limit, state.started.items - from))
  return Promise.all(
    Array.from({ length: count }, async (_none, offset): Promise<ItemState> => {
      const index = from + offset
      const [item, ids] = await Promise.all([reader.item(index), itemRunIds(journal, state, index)])
      const runId = ids.at(-1)
      return { index, item, run: runId === undefined ? null : await presentState(room.context, runId) }
    }),
  )
}

async function openRunsOf(room: Room, batchId: string, { after, limit }: { after: string; limit: number }) {
  const { journal } = room.context.parts
  const children = await journal.children(batchId, after, limit)
  const open = children.filter((child) => child.open)
  const runs = await Promise.all(open.map(({ runId }) => presentState(room.context, runId)))
  return { runs, last: children.length < limit ? null : (children.at(-1)?.runId ?? null) }
}

const isRow = (value: unknown): value is RejectedRow => isRecord(value) && Array.isArray(value['errors'])

async function rejectedOf(room: Room, batchId: string): Promise<readonly RejectedRow[]> {
  const { started } = await readState(room, batchId)
  const rows =
    started.problems === null ? [] : await payloadValue(room.context.parts.journal, batchId, started.problems)
  return Array.isArray(rows) ? rows.filter(isRow) : []
}

async function recoverBatches(room: Room): Promise<void> {
  const { journal } = room.context.parts
  for (let after = ''; ;) {
    const ids = await journal.openBatches(after, PAGE)
    for (const batchId of ids) {
      after = batchId
      if (room.live.has(batchId)) continue
      const [state, stream] = await Promise.all([readState(room, batchId), journal.stream(batchId)])
      takeUp(room, state, { isNew: false, salt: stream?.salt ?? '' })
    }
    if (ids.length < PAGE) return
  }
}

export function createBatches(context: EngineContext): OwnBatches {
  const stopping = new AbortController()
  const live = new Map<string, Ground>()
  const room: Room = {
    context,
    slots: createSlots(Math.max(1, Math.floor(context.parts.settings.maxRuns / 2))),
    stopping: stopping.signal,
    onEnd: (batchId) => live.delete(batchId),
    live,
  }
  const tell = (state: RunState): void => {
    const ground = state.batch && live.get(state.batch.id)
    if (ground) toldOf(ground, state)
  }
  // A decision that comes too late for an earlier run of an item tells nothing of the present one.
  context.worker.onFinished((state, isNews) => isNews && tell(state))
  context.worker.onPaused(tell)
  return {
    start: async (request, by) => {
      const started = await acceptBatch(context, request, by)
      if (!('state' in started)) return started
      takeUp(room, started.state, { isNew: true, salt: started.salt })
      return started.accepted
    },
    state: (batchId) => readState(room, batchId),
    held: (batchId) => live.get(batchId)?.live.held ?? null,
    order: async (batchId) => readOrder(context.parts.journal, await readState(room, batchId)),
    rejected: (batchId) => rejectedOf(room, batchId),
    items: (batchId, range) => itemsOf(room, batchId, range),
    openRuns: (batchId, range) => openRunsOf(room, batchId, range),
    cancel: (batchId, request) => cancelBatch(room, batchId, request),
    resume: (batchId, by) => resumeBatch(room, batchId, by),
    recover: () => recoverBatches(room),
    stop: () => {
      stopping.abort()
      for (const ground of live.values()) ground.live.ending.abort()
    },
  }
}
