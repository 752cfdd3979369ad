// What is done to one batch that is not over: its slots, its stream and its end. Used by its course.
import { AppError } from '../../errors.ts'
import type { Payload } from '../../events/digest.ts'
import type { Draft } from '../../events/event.ts'
import { replayBatch } from '../../run/batch.ts'
import type { RunState } from '../../run/state.ts'
import type { EngineContext } from '../context.ts'
import { finishedBatch, noteOutcome, type LiveBatch } from './live.ts'
import type { Slots } from './slots.ts'

export type CourseParts = {
  readonly context: EngineContext
  /** Shared by all batches. */
  readonly slots: Slots
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal
  /** The batch is over. */
  readonly onEnd: (batchId: string) => void
}

export type Ground = CourseParts & {
  readonly live: LiveBatch
  /** Its last append, so that there is one at a time. */
  appended: Promise<unknown>
}

/** A bug of ours or a broken journal: the process ends; one that is stopping ends anyway. */
export function fail({ stopping, context }: Ground, error: unknown): void {
  if (!stopping.aborted) context.parts.onFailure(error)
}

/** false: no further item shall begin. */
export async function takeSlot({ live, slots }: Ground, item: number): Promise<boolean> {
  const { signal } = live.ending
  if (!(await live.slots.take(signal))) return false
  if (!(await slots.take(signal))) {
    live.slots.free()
    return false
  }
  live.moving.add(item)
  return true
}

/** For an item that moves already. */
export function claimSlot({ live, slots }: Ground, item: number): void {
  live.slots.claim()
  slots.claim()
  live.moving.add(item)
}

export function leaveSlot({ live, slots }: Ground, item: number): void {
  if (!live.moving.delete(item)) return
  live.slots.free()
  slots.free()
}

async function appendNow(
  { live, context }: Ground,
  lines: readonly Draft[],
  payloads: readonly Payload[],
): Promise<void> {
  const { state } = live
  const result = await context.parts.journal.append({
    runId: state.batchId,
    expectedVersion: state.version,
    traceId: state.traceId,
    spanId: state.spanId,
    tenant: state.tenant,
    at: context.parts.clock(),
    lines,
    payloads,
    head: {
      open: !lines.some(({ type }) => type === 'batch_finished'),
      wakeAt: null,
      waiting: false,
    },
    idempotency: null,
  })
  if (!result.ok) throw new AppError('JOURNAL_BROKEN', { why: `A batch was refused: ${result.reason}.` })
  live.state = replayBatch(result.events, state) ?? state
}

/** Writes to the batch's stream; durable when it resolves. */
export function appendTo(
  ground: Ground,
  lines: readonly Draft[],
  payloads: readonly Payload[],
): Promise<void> {
  const mine = ground.appended.then(() => appendNow(ground, lines, payloads))
  ground.appended = mine.catch(() => undefined)
  return mine
}

export async function endIfOver(ground: Ground): Promise<void> {
  const { live, stopping, context } = ground
  if (!live.isWalked || live.open.size > 0 || stopping.aborted) return
  // Once: whoever is told of the next end finds it not walked.
  live.isWalked = false
  await appendTo(ground, [{ type: 'batch_finished', data: finishedBatch(live, context.parts.clock()) }], [])
  ground.onEnd(live.state.batchId)
}

/** The item is not open after all; `last`: the run that it ended with, where it has one. */
export function closeItem(ground: Ground, item: number, last: RunState | undefined): void {
  const { live } = ground
  if (live.open.delete(item) && last !== undefined) noteOutcome(live, last)
  leaveSlot(ground, item)
  endIfOver(ground).catch((error: unknown) => fail(ground, error))
}

/** A run of the batch is over, or only a person can move it. */
export function toldOf(ground: Ground, state: RunState): void {
  const item = state.batch?.item
  if (item === undefined) return
  leaveSlot(ground, item)
  if (state.finished === null) return
  noteOutcome(ground.live, state)
  ground.live.open.delete(item)
  endIfOver(ground).catch((error: unknown) => fail(ground, error))
}
