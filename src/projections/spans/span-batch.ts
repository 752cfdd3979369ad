// The span of a list: a trace of its own, as its items are. Their root spans name it, and their place in it.
import type { EventOf } from '../../events/event.ts'
import { spanIdOf } from '../../run/line.ts'
import { keyedCache } from '../../cache.ts'
import { ATTRIBUTE as A, SPAN_NAME } from './span-names.ts'
import type { Span, SpanTemplate } from './span.ts'

const templates = keyedCache<SpanTemplate>()

const OWN = [
  A.batchId,
  A.tenant,
  A.batchSucceeded,
  A.batchPartial,
  A.batchFailed,
  A.batchCancelled,
  A.batchNotBegun,
  A.cost,
] as const

function templateOf({ data }: EventOf<'batch_finished'>): SpanTemplate {
  const { profile, status } = data
  const keys = [profile, status]
  return (
    templates.get(keys) ??
    templates.set(keys, {
      name: SPAN_NAME.batch,
      kind: 'internal',
      attributes: { [A.agent]: profile, [A.batchStatus]: status },
      own: OWN,
    })
  )
}

/** From its acceptance until now; a list that was resumed has one for each time that it ended. */
export function batchSpan(event: EventOf<'batch_finished'>): Span {
  const { run_id: batchId, trace_id: traceId, tenant, at, data, seq } = event
  const { succeeded, partial, failed, cancelled, not_begun: notBegun, cost, duration_ms: duration } = data
  return {
    traceId,
    spanId: spanIdOf(`${batchId}/finished/${seq}`),
    parent: null,
    template: templateOf(event),
    start: at - duration,
    end: at,
    values: [batchId, tenant, succeeded, partial, failed, cancelled, notBegun, cost],
    events: [],
    droppedEvents: 0,
  }
}
