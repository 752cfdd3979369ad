// What is known of a run whose root span is not over yet: enough to make each of its spans when it ends. Built from
// the run's events alone, so that it can be dropped at any time and built again from the journal.
import type { EventOf } from '../../events/event.ts'
import type { Attributes } from './span-names.ts'
import type { Moment, Span } from './span.ts'

/** OpenTelemetry's own default for a span. */
const MAX_MOMENTS = 128

export type OpenCall = { readonly event: EventOf<'tool_call_start'>; readonly start: number }

export type OpenApproval = {
  readonly event: EventOf<'approval_requested'>
  readonly start: number
  readonly votes: Moment[]
}

export type RunTrace = {
  readonly started: EventOf<'run_started'>
  /** Time of the latest event, epoch milliseconds: spans end by it, so that none outlives its parent. */
  now: number
  plans: number
  /** Model calls whose plan has not come yet. */
  planning: { from: number; readonly tokens: { input: number; output: number } } | null
  readonly calls: Map<string, OpenCall>
  readonly approvals: Map<string, OpenApproval>
  readonly moments: Moment[]
  droppedMoments: number
}

export const openTrace = (started: EventOf<'run_started'>): RunTrace => ({
  started,
  now: started.at,
  plans: 0,
  planning: null,
  calls: new Map(),
  approvals: new Map(),
  moments: [],
  droppedMoments: 0,
})

export function addMoment(trace: RunTrace, name: string, attributes: Attributes): void {
  if (trace.moments.length < MAX_MOMENTS) trace.moments.push({ name, at: trace.now, attributes })
  else trace.droppedMoments += 1
}

export const addVote = (approval: OpenApproval, moment: Moment): void => {
  if (approval.votes.length < MAX_MOMENTS) approval.votes.push(moment)
}

type Part = Pick<Span, 'spanId' | 'pattern' | 'values'> & {
  readonly parentId: string
  /** Epoch milliseconds. */
  readonly start: number
  readonly moments?: readonly Moment[]
}

const NO_MOMENTS: readonly Moment[] = []

/** What spans of one run have in common; it ends now, and starts no earlier than its run. */
export const childSpan = (trace: RunTrace, part: Part): Span => ({
  traceId: trace.started.trace_id,
  spanId: part.spanId,
  parent: { spanId: part.parentId, remote: false },
  pattern: part.pattern,
  start: Math.max(trace.started.at, Math.min(part.start, trace.now)),
  end: trace.now,
  values: part.values,
  moments: part.moments ?? NO_MOMENTS,
  droppedMoments: 0,
})
