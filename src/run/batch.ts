// What a batch is after each of its events. Pure, as everything of a run is.
import { BATCH_OUTCOMES } from '../events/batch.ts'
import type { StoredEvent, DataOf } from '../events/event.ts'

/** How an item of a batch stands: as its last run does, or without one. */
export const ITEM_STATUSES = [
  'not_begun',
  'running',
  'waiting',
  'succeeded',
  'partial',
  'failed',
  'cancelled',
] as const
export type ItemStatus = (typeof ITEM_STATUSES)[number]

export const BATCH_STATUSES = ['running', 'waiting', ...BATCH_OUTCOMES] as const

export type BatchState = {
  readonly batchId: string
  readonly version: number
  readonly traceId: string
  readonly spanId: string
  readonly tenant: string
  readonly started: DataOf<'batch_started'>
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** How often it was resumed. */
  readonly round: number
  /** Position in the journal of the event that began the present round: runs before it are of earlier ones. */
  readonly roundFrom: number
  /** Who resumed it last; who asked for it, where nobody did. */
  readonly by: string
  /** Everybody who resumed it, in their order. */
  readonly resumers: readonly string[]
  /** `by` reaches no other profile; null: no such limit. */
  readonly reach: 'profile' | null
  readonly isCancelled: boolean
  readonly cancelledBy: DataOf<'batch_cancelled'> | null
  /** null: it is not over. */
  readonly finished: (DataOf<'batch_finished'> & { readonly at: number }) | null
}

const begun = (event: StoredEvent & { readonly type: 'batch_started' }): BatchState => ({
  batchId: event.run_id,
  version: event.seq,
  traceId: event.trace_id,
  spanId: event.span_id,
  tenant: event.tenant,
  started: event.data,
  startedAt: event.at,
  round: 0,
  roundFrom: event.position,
  by: event.data.requester,
  resumers: [],
  reach: event.data.reach ?? null,
  isCancelled: false,
  cancelledBy: null,
  finished: null,
})

function evolved(state: BatchState, event: StoredEvent): BatchState {
  if (event.type === 'batch_cancelled') return { ...state, isCancelled: true, cancelledBy: event.data }
  if (event.type === 'batch_finished') return { ...state, finished: { ...event.data, at: event.at } }
  if (event.type !== 'batch_resumed') return state
  return {
    ...state,
    round: state.round + 1,
    roundFrom: event.position,
    by: event.data.by,
    resumers: [...state.resumers, event.data.by],
    reach: event.data.reach ?? null,
    isCancelled: false,
    finished: null,
  }
}

/** The batch after one more event of its stream. */
export function evolveBatch(state: BatchState | null, event: StoredEvent): BatchState {
  if (state !== null) return { ...evolved(state, event), version: event.seq }
  if (event.type !== 'batch_started') throw new TypeError(`a batch cannot begin with ${event.type}`)
  return begun(event)
}

/** The batch after all its events; null where there are none. */
export const replayBatch = (
  events: readonly StoredEvent[],
  from: BatchState | null = null,
): BatchState | null => events.reduce<BatchState | null>(evolveBatch, from)
