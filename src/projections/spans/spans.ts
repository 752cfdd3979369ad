// From events to spans, pure: a trace for each run, a span for each attempt and for each wait for a person. Ids and
// times come from the events, so that the same events always give the same spans.
import type { DataOf, EventOf, EventType, StoredEvent } from '../../events/event.ts'
import { spanIdOf } from '../../run/line.ts'
import { keyedCache, type Key } from '../../cache.ts'
import { addSpanEvent, addVote, childSpan, openTrace } from './run-trace.ts'
import type { OpenApproval, OpenCall, RunTrace } from './run-trace.ts'
import { endPlanning, modelSpan, planSpan, runSpan } from './span-run.ts'
import { noteEvent } from './span-notes.ts'
import { ATTRIBUTE as A, SPAN_EVENT, OPERATION, SPAN_NAME, type Attributes } from './span-names.ts'
import type { SpanTemplate, Span, Value } from './span.ts'

/** Types of events that may end a span; any other only adds to what is known of the run. */
export const ENDING_TYPES: ReadonlySet<EventType> = new Set<EventType>([
  'llm_call',
  'plan_created',
  'approval_received',
  'approval_timeout',
  'tool_call_complete',
  'tool_call_error',
  'run_finished',
])

type CallEnd = EventOf<'tool_call_complete' | 'tool_call_error'>

/** The attempt's span id, which its events name, or else the one that the engine would have given. */
const attemptIdOf = (
  trace: RunTrace,
  { span_id, run_id, data }: CallEnd | EventOf<'tool_call_start'>,
): string =>
  span_id === trace.started.span_id ? spanIdOf(`${run_id}/${data.step_id}/${data.attempt}`) : span_id

/** A registry has few of each, and a run needs one for each of its steps. */
const toolTemplates = keyedCache<SpanTemplate>()
const approvalTemplates = keyedCache<SpanTemplate>()
const routes = keyedCache<Attributes>()

const OUTPUT_OWN = [A.outputBytes] as const
const ERROR_OWN = [] as const

function toolTemplate(trace: RunTrace, event: CallEnd, open: OpenCall | undefined): SpanTemplate {
  const { profile } = trace.started.data
  const { tool, step_id, domain, attempt, cost } = event.data
  const { adapter, side_effects } = open?.event.data ?? {}
  const error = event.type === 'tool_call_error' ? event.data : null
  const keys: Key[] = [tool, step_id, profile, domain, attempt, cost, adapter, side_effects]
  if (error) keys.push(error.mode, error.category, error.retry_at !== null)
  const cached = toolTemplates.get(keys)
  if (cached) return cached
  const own = error ? ERROR_OWN : OUTPUT_OWN
  return toolTemplates.set(keys, {
    name: SPAN_NAME.tool(tool),
    kind: 'internal',
    attributes: {
      [A.operation]: OPERATION.tool,
      [A.agent]: profile,
      [A.tool]: tool,
      [A.toolType]: 'function',
      [A.stepId]: step_id,
      [A.attempt]: attempt,
      [A.domain]: domain,
      [A.cost]: cost,
      ...(adapter !== undefined && { [A.adapter]: adapter }),
      ...(side_effects !== undefined && { [A.sideEffects]: side_effects }),
      ...(error && {
        [A.errorType]: error.mode,
        [A.category]: error.category,
        [A.retried]: error.retry_at !== null,
      }),
    },
    own: open ? [...own, A.toolCallId] : own,
  })
}

function outcomeValues({ type, data }: CallEnd, open: OpenCall | undefined): Value[] {
  const values: Value[] = type === 'tool_call_complete' ? [data.output_bytes] : []
  if (open) values.push(open.event.data.idempotency_key)
  return values
}

function toolSpan(trace: RunTrace, event: CallEnd): Span {
  const spanId = attemptIdOf(trace, event)
  const open = trace.calls.get(spanId)
  trace.calls.delete(spanId)
  return childSpan(trace, {
    spanId,
    parentId: trace.started.span_id,
    template: toolTemplate(trace, event, open),
    start: open?.start ?? trace.now - event.data.duration_ms,
    values: outcomeValues(event, open),
  })
}

/** A person settles an unknown outcome long after its attempt has ended: a span event of the run, not a second span. */
function callSpans(trace: RunTrace, event: CallEnd): Span[] {
  if (event.data.reconciled_by === null) return [toolSpan(trace, event)]
  addSpanEvent(trace, SPAN_EVENT.reconciled, {
    [A.stepId]: event.data.step_id,
    [A.tool]: event.data.tool,
    [A.outcome]: event.type === 'tool_call_complete' ? 'happened' : 'did_not_happen',
  })
  return []
}

type ApprovalEnd = { readonly decision: string; readonly error: string | null }

const APPROVAL_OWN = [A.approvalId] as const

function approvalTemplate(
  trace: RunTrace,
  { event }: OpenApproval,
  { decision, error }: ApprovalEnd,
): SpanTemplate {
  const { profile } = trace.started.data
  const { tool, step_id, domain, revision, review, risk, required } = event.data
  const keys = [tool, step_id, profile, domain, revision, review, risk, required, decision, error]
  const cached = approvalTemplates.get(keys)
  if (cached) return cached
  return approvalTemplates.set(keys, {
    name: SPAN_NAME.approval,
    kind: 'internal',
    attributes: {
      [A.agent]: profile,
      [A.tool]: tool,
      [A.stepId]: step_id,
      [A.domain]: domain,
      [A.approvalRevision]: revision,
      [A.review]: review,
      [A.risk]: risk,
      [A.required]: required,
      [A.decision]: decision,
      ...(error !== null && { [A.errorType]: error }),
    },
    own: APPROVAL_OWN,
  })
}

function approvalSpan(trace: RunTrace, open: OpenApproval, end: ApprovalEnd): Span {
  const { approval_id } = open.event.data
  trace.approvals.delete(approval_id)
  return childSpan(trace, {
    spanId: spanIdOf(approval_id),
    parentId: trace.started.span_id,
    template: approvalTemplate(trace, open, end),
    start: open.start,
    values: [approval_id],
    events: open.votes,
  })
}

function received(trace: RunTrace, { data }: EventOf<'approval_received'>): Span[] {
  const open = trace.approvals.get(data.approval_id)
  if (open === undefined) return []
  addVote(open, { name: SPAN_EVENT.vote, at: trace.now, attributes: { [A.decision]: data.decision } })
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

function noteBudget(trace: RunTrace, event: EventOf<'budget_warning' | 'budget_exceeded'>): readonly Span[] {
  const { scope, key, unit, spent, limit } = event.data
  addSpanEvent(trace, event.type === 'budget_warning' ? SPAN_EVENT.warning : SPAN_EVENT.exceeded, {
    [A.scope]: scope,
    ...((scope === 'domain' || scope === 'tool') && { [A.account]: key }),
    [A.unit]: unit,
    [A.spent]: spent,
    [A.limit]: limit,
    ...(event.type === 'budget_exceeded' && { [A.requested]: event.data.requested }),
  })
  return NO_SPANS
}

/** Frozen, because the bytes of attributes that cannot change are cached. */
function routeAttributes({
  step_id,
  tool,
  domain,
  selected,
  strategy,
}: DataOf<'route_decision'>): Attributes {
  const keys = [tool, step_id, domain, selected, strategy]
  const cached = routes.get(keys)
  if (cached) return cached
  const attributes = {
    [A.stepId]: step_id,
    [A.tool]: tool,
    [A.domain]: domain,
    [A.adapter]: selected,
    [A.strategy]: strategy,
  }
  return routes.set(keys, Object.freeze(attributes))
}

/** What an event gives that ends no span. */
const NO_SPANS: readonly Span[] = []

function spansOfEvent(trace: RunTrace, event: StoredEvent): readonly Span[] {
  switch (event.type) {
    case 'llm_call':
      return [modelSpan(trace, event)]
    case 'plan_created':
      return [planSpan(trace, event)]
    case 'tool_call_complete':
    case 'tool_call_error':
      return callSpans(trace, event)
    case 'approval_received':
      return received(trace, event)
    case 'approval_timeout':
      return timedOut(trace, event)
    case 'run_finished':
      return [...endPlanning(trace, event), runSpan(trace, event)]
    case 'tool_call_start':
      trace.calls.set(attemptIdOf(trace, event), { event, start: trace.now })
      return NO_SPANS
    case 'approval_requested':
      trace.approvals.set(event.data.approval_id, { event, start: trace.now, votes: [] })
      return NO_SPANS
    case 'route_decision':
      addSpanEvent(trace, SPAN_EVENT.route, routeAttributes(event.data))
      return NO_SPANS
    case 'budget_warning':
    case 'budget_exceeded':
      return noteBudget(trace, event)
    case 'step_skipped':
    case 'branch_taken':
    case 'rule_checked':
    case 'block_failed':
    case 'step_failed':
    case 'run_cancelled':
      noteEvent(trace, event)
      return NO_SPANS
    case 'run_started':
    case 'plan_compared':
    case 'call_looked_up':
    case 'condition_met':
    case 'step_revised':
    case 'llm_call_start':
    case 'budget_updated':
    case 'adapter_changed':
    case 'registry_changed':
    case 'freeze_changed':
    case 'batch_started':
    case 'batch_cancelled':
    case 'batch_resumed':
    case 'batch_finished':
    case 'library_changed':
    case 'keys_changed':
    case 'results_taken':
      return NO_SPANS
  }
}

/** Brings the trace up to date with the run's next event. Returns the spans that end with it, children first. */
export function advanceTrace(trace: RunTrace, event: StoredEvent): readonly Span[] {
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
