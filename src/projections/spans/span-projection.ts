// The projection that turns the journal into spans. A bounded number of runs that are not over stays in memory; of any
// other the earlier events are read from the journal again when one of its spans ends.
import { CONTROL_STREAM } from '../../events/control.ts'
import type { EventOf, EventType, StoredEvent } from '../../events/event.ts'
import { isSampled, SAMPLE_ALL, type Sampling } from '../../events/sampling.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Projection } from '../follow.ts'
import { openTrace, type RunTrace } from './run-trace.ts'
import { batchSpan } from './span-batch.ts'
import type { SpanQueue } from './span-queue.ts'
import { advanceTrace, ENDING_TYPES, traceOf } from './spans.ts'

export const SPANS = 'spans'

export type SpanProjectionOptions = {
  readonly journal: Pick<Journal, 'read'>
  readonly queue: SpanQueue
  /** Runs that stay in memory between batches. */
  readonly maxOpen: number
  /** Where the projection begins. */
  readonly from: number
  /** Which runs are exported; by default all but those whose caller does not. */
  readonly sampling?: Sampling
}

/** No span shows them, and they are more than half of all events. */
const IGNORED_TYPES: ReadonlySet<EventType> = new Set<EventType>(['budget_updated'])

/** Runs that may end a span in this batch, but neither are in memory nor begin in it. */
function unknownRuns(events: readonly StoredEvent[], open: ReadonlyMap<string, RunTrace>): Set<string> {
  const begun = new Set<string>()
  const unknown = new Set<string>()
  for (const { type, run_id, seq } of events) {
    if (seq === 1) begun.add(run_id)
    else if (ENDING_TYPES.has(type) && !open.has(run_id) && !begun.has(run_id)) unknown.add(run_id)
  }
  unknown.delete(CONTROL_STREAM)
  return unknown
}

/** Is the run exported? The caller of a run has decided with its traceparent. */
const isExported = ({ trace_id: traceId, data }: EventOf<'run_started'>, sampling: Sampling): boolean =>
  isSampled(sampling, {
    traceId,
    parent: data.parent_span_id === null ? null : (data.parent_sampled ?? true),
  })

/** Forgets those that were opened first; what is needed of them again is read back. */
function forget(open: Map<string, RunTrace>, maxOpen: number): void {
  for (const runId of open.keys()) {
    if (open.size <= maxOpen) return
    open.delete(runId)
  }
}

export function spanProjection({
  journal,
  queue,
  maxOpen,
  from,
  sampling = SAMPLE_ALL,
}: SpanProjectionOptions): Projection {
  const open = new Map<string, RunTrace>()
  let position = from
  const loadTrace = async (runId: string, batch: readonly StoredEvent[]): Promise<void> => {
    const first = batch.find(({ run_id }) => run_id === runId)
    const earlier = (await journal.read(runId)).filter(({ seq }) => seq < (first?.seq ?? 0))
    const trace = traceOf(earlier)
    if (trace !== null) open.set(runId, trace)
  }
  const traceFor = (event: StoredEvent): RunTrace | undefined => {
    if (event.type !== 'run_started') return open.get(event.run_id)
    const trace = openTrace(event)
    open.set(event.run_id, trace)
    return trace
  }
  const offerBatch = (event: EventOf<'batch_finished'>): void => {
    if (isSampled(sampling, { traceId: event.trace_id, parent: null }))
      queue.offer([batchSpan(event)], event.position)
  }
  return {
    name: SPANS,
    prepare: async (events) => {
      await queue.whenRoom()
      forget(open, maxOpen)
      for (const runId of unknownRuns(events, open)) await loadTrace(runId, events)
    },
    fold: (event) => {
      position = event.position
      if (IGNORED_TYPES.has(event.type)) return
      if (event.type === 'batch_finished') return offerBatch(event)
      const trace = traceFor(event)
      if (trace === undefined) return
      const spans = advanceTrace(trace, event)
      if (event.type === 'run_finished') open.delete(event.run_id)
      if (spans.length > 0 && isExported(trace.started, sampling)) queue.offer(spans, event.position)
    },
    drain: () => ({ state: JSON.stringify({ settled: queue.settled(position) }), rows: [] }),
  }
}
