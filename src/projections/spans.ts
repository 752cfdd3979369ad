// From events to spans, pure: one trace a run, one span an attempt, the waits for people in between. Ids come from
// the events and times from their envelopes, so that the same events give the same spans, whenever they are asked.
import type { DataOf, EventOf, EventType, StoredEvent } from '../events/event.ts'
import { spanIdOf } from '../run/line.ts'
import { addMoment, addVote, childSpan, openTrace, type OpenApproval, type RunTrace } from './run-trace.ts'
import { endPlanning, modelSpan, planSpan, runSpan } from './span-run.ts'
import { ATTRIBUTE as A, MOMENT, OPERATION, SPAN_NAME, type Attributes } from './span-names.ts'
import type { Span } from './span.ts'

/** Events that may end a span; any other only adds to what is known of the run. */
export const ENDING: ReadonlySet<EventType> = new Set<EventType>([
  'llm_call',
  'plan_created',
  'approval_received',
  'approval_timeout',
  'tool_call_complete',
  'tool_call_error',
  'run_finished',
])

type Outcome = EventOf<'tool_call_complete' | 'tool_call_error'>

/** The attempt's own span, which its events name; where they do not, the same that the engine would have given. */
const attemptIdOf = (
  trace: RunTrace,
  { span_id, run_id, data }: Outcome | EventOf<'tool_call_start'>,
): string =>
  span_id === trace.started.span_id ? spanIdOf(`${run_id}/${data.step_id}/${data.attempt}`) : span_id

function outcomeAttributes({ type, data }: Outcome): Attributes {
  if (type === 'tool_call_complete') return { [A.outputBytes]: data.output_bytes }
  return { [A.errorType]: data.mode, [A.category]: data.category, [A.retried]: data.retry_at !== null }
}

function toolSpan(trace: RunTrace, event: Outcome): Span {
  const { data } = event
  const spanId = attemptIdOf(trace, event)
  const open = trace.calls.get(spanId)
  trace.calls.delete(spanId)
  return childSpan(trace, {
    spanId,
    parentId: trace.started.span_id,
    name: SPAN_NAME.tool(data.tool),
    start: open?.start ?? trace.now - data.duration_ms,
    isError: event.type === 'tool_call_error',
    attributes: {
      [A.operation]: OPERATION.tool,
      [A.agent]: trace.started.data.profile,
      [A.tool]: data.tool,
      [A.toolType]: 'function',
      [A.stepId]: data.step_id,
      [A.attempt]: data.attempt,
      [A.domain]: data.domain,
      [A.cost]: data.cost,
      ...(open && {
        [A.toolCallId]: open.event.data.idempotency_key,
        [A.adapter]: open.event.data.adapter,
        [A.sideEffects]: open.event.data.side_effects,
      }),
      ...outcomeAttributes(event),
    },
  })
}

/** A person settles an unknown outcome long after its attempt has ended: a moment of the run, not a second span. */
function outcome(trace: RunTrace, event: Outcome): Span[] {
  if (event.data.reconciled_by === null) return [toolSpan(trace, event)]
  addMoment(trace, MOMENT.reconciled, {
    [A.stepId]: event.data.step_id,
    [A.tool]: event.data.tool,
    [A.outcome]: event.type === 'tool_call_complete' ? 'happened' : 'did_not_happen',
  })
  return []
}

function approvalSpan(
  trace: RunTrace,
  { event, start, votes }: OpenApproval,
  end: { readonly decision: string; readonly error: string | null },
): Span {
  const { data } = event
  trace.approvals.delete(data.approval_id)
  return childSpan(trace, {
    spanId: spanIdOf(data.approval_id),
    parentId: trace.started.span_id,
    name: SPAN_NAME.approval,
    start,
    isError: end.error !== null,
    moments: votes,
    attributes: {
      [A.agent]: trace.started.data.profile,
      [A.tool]: data.tool,
      [A.stepId]: data.step_id,
      [A.domain]: data.domain,
      [A.approvalId]: data.approval_id,
      [A.approvalRevision]: data.revision,
      [A.review]: data.review,
      [A.risk]: data.risk,
      [A.required]: data.required,
      [A.decision]: end.decision,
      ...(end.error !== null && { [A.errorType]: end.error }),
    },
  })
}

function received(trace: RunTrace, { data }: EventOf<'approval_received'>): Span[] {
  const open = trace.approvals.get(data.approval_id)
  if (open === undefined) return []
  addVote(open, { name: MOMENT.vote, at: trace.now, attributes: { [A.decision]: data.decision } })
  const waits = data.decision === 'approved' && open.votes.length < open.event.data.required
  return waits ? [] : [approvalSpan(trace, open, { decision: data.decision, error: null })]
}

function timedOut(trace: RunTrace, { data }: EventOf<'approval_timeout'>): Span[] {
  const open = trace.approvals.get(data.approval_id)
  if (open === undefined) return []
  const isExpired = data.cause === 'expired'
  const end = isExpired
    ? { decision: 'timeout', error: 'user_approval_timeout' }
    : { decision: 'cancelled', error: null }
  return [approvalSpan(trace, open, end)]
}

function noteBudget(trace: RunTrace, event: EventOf<'budget_warning' | 'budget_exceeded'>): void {
  const { scope, key, unit, spent, limit } = event.data
  addMoment(trace, event.type === 'budget_warning' ? MOMENT.warning : MOMENT.exceeded, {
    [A.scope]: scope,
    ...((scope === 'domain' || scope === 'tool') && { [A.account]: key }),
    [A.unit]: unit,
    [A.spent]: spent,
    [A.limit]: limit,
    ...(event.type === 'budget_exceeded' && { [A.requested]: event.data.requested }),
  })
}

/** A registry has few of them, and a run one for each step: the same object again has its text already. */
const MAX_ROUTES = 1000
const routes = new Map<string, Attributes>()

function routeAttributes({
  step_id,
  tool,
  domain,
  selected,
  strategy,
}: DataOf<'route_decision'>): Attributes {
  const key = [step_id, tool, domain, selected, strategy].join('|')
  const before = routes.get(key)
  if (before) return before
  const made = Object.freeze({
    [A.stepId]: step_id,
    [A.tool]: tool,
    [A.domain]: domain,
    [A.adapter]: selected,
    [A.strategy]: strategy,
  })
  if (routes.size < MAX_ROUTES) routes.set(key, made)
  return made
}

function spansOfEvent(trace: RunTrace, event: StoredEvent): Span[] {
  switch (event.type) {
    case 'llm_call':
      return [modelSpan(trace, event)]
    case 'plan_created':
      return [planSpan(trace, event)]
    case 'tool_call_complete':
    case 'tool_call_error':
      return outcome(trace, event)
    case 'approval_received':
      return received(trace, event)
    case 'approval_timeout':
      return timedOut(trace, event)
    case 'run_finished':
      return [...endPlanning(trace, event), runSpan(trace, event)]
    case 'tool_call_start':
      trace.calls.set(attemptIdOf(trace, event), { event, start: trace.now })
      return []
    case 'approval_requested':
      trace.approvals.set(event.data.approval_id, { event, start: trace.now, votes: [] })
      return []
    case 'route_decision':
      addMoment(trace, MOMENT.route, routeAttributes(event.data))
      return []
    case 'budget_warning':
    case 'budget_exceeded':
      noteBudget(trace, event)
      return []
    case 'step_skipped':
      addMoment(trace, MOMENT.skipped, { [A.stepId]: event.data.step_id, [A.reason]: event.data.reason })
      return []
    case 'run_started':
    case 'budget_updated':
    case 'adapter_changed':
    case 'registry_changed':
    case 'freeze_changed':
      return []
  }
}

/** Takes the run's next event in; the spans that end with it, children before their parent. */
export function advanceTrace(trace: RunTrace, event: StoredEvent): Span[] {
  trace.now = Math.max(trace.now, event.at)
  return spansOfEvent(trace, event)
}

/** The trace of a run as far as its events go; null where they do not begin with its start. */
export function traceOf(events: readonly StoredEvent[]): RunTrace | null {
  const [first, ...rest] = events
  if (first?.type !== 'run_started') return null
  const trace = openTrace(first)
  for (const event of rest) advanceTrace(trace, event)
  return trace
}
