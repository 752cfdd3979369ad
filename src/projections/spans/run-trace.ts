// What is known of a run whose root span is not over yet: enough to make each of its spans when it ends. Built from
// the run's events alone, so that it can be dropped at any time and built again from the journal.
import type { EventOf } from '../../events/event.ts'
import type { Attributes } from './span-names.ts'
import type { SpanEvent, Span } from './span.ts'

/** OpenTelemetry's default limit for the events of one span. */
const MAX_SPAN_EVENTS = 128

export type OpenCall = { readonly event: EventOf<'tool_call_start'>; readonly start: number }

export type OpenApproval = {
  readonly event: EventOf<'approval_requested'>
  readonly start: number
  readonly votes: SpanEvent[]
}

export type RunTrace = {
  readonly started: EventOf<'run_started'>
  /** Time of the latest event, epoch milliseconds: every span ends at or before it, so that none outlives its parent. */
  now: number
  plans: number
  /** Sums of the model calls whose plan has not come yet; null where there is none. */
  planning: { from: number; readonly tokens: { input: number; output: number } } | null
  readonly calls: Map<string, OpenCall>
  readonly approvals: Map<string, OpenApproval>
  readonly events: SpanEvent[]
  droppedEvents: number
}

export const openTrace = (started: EventOf<'run_started'>): RunTrace => ({
  started,
  now: started.at,
  plans: 0,
  planning: null,
  calls: new Map(),
  approvals: new Map(),
  events: [],
  droppedEvents: 0,
})

export function addSpanEvent(trace: RunTrace, name: string, attributes: Attributes): void {
  if (trace.events.length < MAX_SPAN_EVENTS) trace.events.push({ name, at: trace.now, attributes })
  else trace.droppedEvents += 1
}

export const addVote = (approval: OpenApproval, spanEvent: SpanEvent): void => {
  if (approval.votes.length < MAX_SPAN_EVENTS) approval.votes.push(spanEvent)
}

type ChildSpan = Pick<Span, 'spanId' | 'template' | 'values'> & {
  readonly parentId: string
  /** Epoch milliseconds. */
  readonly start: number
  readonly events?: readonly SpanEvent[]
}

const NO_SPAN_EVENTS: readonly SpanEvent[] = []

/** A span below the run's own: it ends now, and starts no earlier than its run. */
export const childSpan = (trace: RunTrace, child: ChildSpan): Span => ({
  traceId: trace.started.trace_id,
  spanId: child.spanId,
  parent: { spanId: child.parentId, remote: false },
  template: child.template,
  start: Math.max(trace.started.at, Math.min(child.start, trace.now)),
  end: trace.now,
  values: child.values,
  events: child.events ?? NO_SPAN_EVENTS,
  droppedEvents: 0,
})
