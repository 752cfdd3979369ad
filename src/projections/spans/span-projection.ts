// Follows the journal into spans. Runs that are not over are kept open up to a number; of any other the earlier
// events are read from the journal again when one of its spans ends.
import { CONTROL_STREAM } from '../../events/control.ts'
import type { EventType, StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Projection } from '../follow.ts'
import { openTrace, type RunTrace } from './run-trace.ts'
import type { SpanQueue } from './span-queue.ts'
import { advanceTrace, ENDING, traceOf } from './spans.ts'

export const SPANS = 'spans'

export type SpanProjectionOptions = {
  readonly journal: Pick<Journal, 'read'>
  readonly queue: SpanQueue
  /** Runs kept open between batches. */
  readonly maxOpen: number
  /** Where the projection begins. */
  readonly from: number
}

/** They say nothing that a span shows, and are more than half of all. */
const SILENT: ReadonlySet<EventType> = new Set<EventType>(['budget_updated'])

/** Runs of which a span may end in this batch, and that neither are open nor begin in it. */
function unknownRuns(events: readonly StoredEvent[], open: ReadonlyMap<string, RunTrace>): Set<string> {
  const begun = new Set<string>()
  const unknown = new Set<string>()
  for (const { type, run_id, seq } of events) {
    if (seq === 1) begun.add(run_id)
    else if (ENDING.has(type) && !open.has(run_id) && !begun.has(run_id)) unknown.add(run_id)
  }
  unknown.delete(CONTROL_STREAM)
  return unknown
}

/** Those that were opened first go first; what they need again is read back. */
function forget(open: Map<string, RunTrace>, maxOpen: number): void {
  for (const runId of open.keys()) {
    if (open.size <= maxOpen) return
    open.delete(runId)
  }
}

export function spanProjection({ journal, queue, maxOpen, from }: SpanProjectionOptions): Projection {
  const open = new Map<string, RunTrace>()
  let position = from
  const recall = async (runId: string, batch: readonly StoredEvent[]): Promise<void> => {
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
  return {
    name: SPANS,
    prepare: async (events) => {
      await queue.whenRoom()
      forget(open, maxOpen)
      for (const runId of unknownRuns(events, open)) await recall(runId, events)
    },
    fold: (event) => {
      position = event.position
      if (SILENT.has(event.type)) return
      const trace = traceFor(event)
      if (trace === undefined) return
      const spans = advanceTrace(trace, event)
      if (event.type === 'run_finished') open.delete(event.run_id)
      if (spans.length > 0) queue.offer(spans, event.position)
    },
    drain: () => ({ state: JSON.stringify({ settled: queue.settled(position) }), rows: [] }),
  }
}
