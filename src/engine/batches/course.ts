// Brings a batch to its end: looks at each item in order, begins those that have no run, resumes what a new round is
// for, at most so many at once, and ends the batch when none is open.
import { beginItem, cancelRun, type ItemSource } from './begin.ts'
import { claimSlot, closeItem, endIfOver, fail, takeSlot, type Ground } from './ground.ts'
import { itemRunIds, itemRuns, type ItemRun } from './item-runs.ts'
import { itemReader, readOrder } from './items.ts'
import { noteOutcome, type LiveBatch } from './live.ts'

/** Is there something to begin for it? `last`: what has become of it; undefined: nothing. */
function isDue({ state }: LiveBatch, last: ItemRun | undefined): boolean {
  if (state.isCancelled) return false
  if (last === undefined) return true
  const isUnfinished = last.state.finished !== null && last.state.status !== 'succeeded'
  return state.round > 0 && isUnfinished && last.position < state.roundFrom
}

function addCost(live: LiveBatch, runs: readonly ItemRun[]): void {
  for (const { state } of runs) live.cost += state.spentCost
}

/** It needs nothing but to be waited for, if that. */
function noteFound(ground: Ground, item: number, last: ItemRun): void {
  const { live, context } = ground
  // Its end may have been told while it was read.
  if (!live.open.has(item)) return
  if (last.state.finished !== null) {
    live.open.delete(item)
    noteOutcome(live, last.state)
  } else if (last.state.waitingSince === null && context.worker.isActive(last.state.runId)) {
    claimSlot(ground, item)
  }
}

async function visit(ground: Ground, item: number, source: ItemSource): Promise<void> {
  const { live, context } = ground
  // Open before it is read: what ends meanwhile is told.
  live.open.add(item)
  const runs = live.isNew ? [] : await itemRuns(context.parts.journal, live.state, item)
  const last = runs.at(-1)
  addCost(live, runs.slice(0, -1))
  if (!isDue(live, last)) {
    if (last === undefined) live.open.delete(item)
    else noteFound(ground, item, last)
    return
  }
  if (!(await takeSlot(ground, item))) return closeItem(ground, item, last?.state)
  beginItem(ground, { item, before: last ?? null, source }).catch((error: unknown) => fail(ground, error))
}

async function walk(ground: Ground): Promise<void> {
  const { live, stopping, context } = ground
  const { journal } = context.parts
  const source = { order: await readOrder(journal, live.state), reader: itemReader(journal, live.state) }
  for (let item = 0; item < live.state.started.items; item += 1) {
    const isEnough = live.isNew && live.ending.signal.aborted
    if (stopping.aborted || isEnough) return
    await visit(ground, item, source)
  }
}

/** Ends the runs of a batch that was cancelled. */
export async function cancelOpen(ground: Ground): Promise<void> {
  const { live, context } = ground
  for (const item of live.open) {
    const runId = (await itemRunIds(context.parts.journal, live.state, item)).at(-1)
    if (runId !== undefined) await cancelRun(ground, runId)
  }
}

/** Resolves when every item has begun, or will not. */
export async function runCourse(ground: Ground): Promise<void> {
  const { live, stopping } = ground
  await walk(ground)
  if (stopping.aborted) return
  live.isWalked = true
  if (live.state.isCancelled) await cancelOpen(ground)
  await endIfOver(ground)
}
