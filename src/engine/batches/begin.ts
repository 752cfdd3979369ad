// Begins the run of one item, or resumes the one that an earlier round has left. May be done twice: the run is started
// under the key of its item, so that a restart finds it instead of making another.
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { cancel } from '../commands/commands.ts'
import { resumeRun } from '../commands/resume.ts'
import { accept, type NewRun } from '../commands/start.ts'
import type { BatchState } from '../../run/batch.ts'
import type { Accepted, Principal } from '../requests.ts'
import { payloadValue } from '../values.ts'
import { closeItem, leaveSlot, type Ground } from './ground.ts'
import { itemKey, itemRuns, type ItemRun } from './item-runs.ts'
import type { BatchOrder } from './contract.ts'
import type { ItemReader } from './items.ts'

/** What cannot be begun now is tried again: a freeze is lifted, a full queue empties. */
const RETRY_MS = 1000

/** What the items of a batch are; `order` null: it was erased. */
export type ItemSource = { readonly order: BatchOrder | null; readonly reader: ItemReader }

export type Begin = {
  readonly item: number
  /** What an earlier round has made of it; null: nothing. */
  readonly before: ItemRun | null
  readonly source: ItemSource
}

/** An item that begins in a later round is asked for by those who resumed the batch as well. */
const inheritedIn = ({ started, resumers, by }: BatchState): NewRun['inherited'] =>
  resumers.length === 0
    ? null
    : { asked_by: [started.requester, ...resumers], edited_by: [], denials: [], resumedBy: by }

/** Who began the present round, as far as that person reaches. */
const askerOf = ({ by, reach, started }: BatchState): Principal => ({
  id: by,
  roles: [],
  ...(reach && { limitedTo: { tenants: null, profiles: [started.profile] } }),
})

const requestOf = (
  { live }: Ground,
  order: BatchOrder,
  { item, context }: { readonly item: number; readonly context: Readonly<Record<string, unknown>> },
): NewRun => {
  const { batchId, started, round, tenant, reach } = live.state
  const { goal, plan, playbook, planner, limits } = order
  return {
    goal,
    plan,
    playbook,
    planner,
    limits,
    tenant,
    context: { ...order.context, ...context },
    profile: started.profile,
    requester: started.requester,
    inherited: inheritedIn(live.state),
    traceparent: null,
    resumes: null,
    batch: { id: batchId, item },
    ...(reach && { reach }),
    idempotency: { key: itemKey(batchId, item, round), given: 'item' },
  }
}

/** null: what it is for has been erased. */
async function startItem(ground: Ground, { item, source }: Begin): Promise<Accepted | null> {
  const found = await source.reader.item(item)
  if (source.order === null || found === null) return null
  return accept(ground.context, requestOf(ground, source.order, { item, context: found.context }))
}

/** null: nothing of it can be resumed. */
async function resumeItem({ context, live }: Ground, { state }: ItemRun): Promise<Accepted | null> {
  try {
    return await resumeRun(context, state.runId, { by: askerOf(live.state), corrected: {} })
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOTHING_TO_RESUME') return null
    throw error
  }
}

/** A run that has no plan is not resumed, but begun anew. */
const beginOnce = (ground: Ground, asked: Begin): Promise<Accepted | null> =>
  asked.before === null || asked.before.state.plan === null
    ? startItem(ground, asked)
    : resumeItem(ground, asked.before)

const isPassing = (error: unknown): error is AppError =>
  error instanceof AppError && (error.status < 500 || error.code === 'TOO_BUSY')

/** Tries until it has begun; null: it cannot, or the batch shall begin nothing more. */
async function beginInTime(ground: Ground, asked: Begin): Promise<Accepted | null> {
  const { live } = ground
  const { signal } = live.ending
  while (!signal.aborted) {
    try {
      const begun = await beginOnce(ground, asked)
      live.held = null
      return begun
    } catch (error) {
      if (!isPassing(error)) throw error
      live.held = error.code
      await pause(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
  return null
}

const OVER: ReadonlySet<string> = new Set(['RUN_FINISHED', 'RUN_PARKED', 'RUN_NOT_FOUND'])

/** Ends a run of a batch that was cancelled. */
export async function cancelRun({ context, live }: Ground, runId: string): Promise<void> {
  const { cancelledBy, batchId } = live.state
  if (cancelledBy === null) return
  const why = cancelledBy.reason && (await payloadValue(context.parts.journal, batchId, cancelledBy.reason))
  try {
    const by = { id: cancelledBy.by, roles: [] }
    await cancel(context, runId, { by, reason: typeof why === 'string' ? why : null })
  } catch (error) {
    if (!(error instanceof AppError && OVER.has(error.code))) throw error
  }
}

/** Somebody had begun it before: it may have gone further than anybody was told. */
async function catchUp(ground: Ground, item: number): Promise<void> {
  const { live, context } = ground
  const last = (await itemRuns(context.parts.journal, live.state, item)).at(-1)?.state
  if (last === undefined) return
  if (last.finished !== null) closeItem(ground, item, last)
  else if (last.waitingSince !== null) leaveSlot(ground, item)
}

/** The item has its slot. */
export async function beginItem(ground: Ground, asked: Begin): Promise<void> {
  const { live } = ground
  const begun = await beginInTime(ground, asked)
  if (begun === null) return closeItem(ground, asked.item, asked.before?.state)
  if (asked.before !== null) live.cost += asked.before.state.spentCost
  if (!begun.created) await catchUp(ground, asked.item)
  if (live.state.isCancelled) await cancelRun(ground, begun.runId)
}
