// The spans that stand for the run as a whole: the run itself, its plan, and the model calls that made the plan.
import type { EventOf } from '../events/event.ts'
import { spanIdOf } from '../run/line.ts'
import { childSpan, type RunTrace } from './run-trace.ts'
import { ATTRIBUTE as A, OPERATION, SPAN_NAME } from './span-names.ts'
import type { Span } from './span.ts'

/** The same that the engine gives its plan_created; here it is needed before there is a plan. */
const planIdOf = (trace: RunTrace): string => spanIdOf(`${trace.started.run_id}/plan/${trace.plans + 1}`)

function open(trace: RunTrace, from: number) {
  trace.planning ??= { from, tokens: { input: 0, output: 0 } }
  trace.planning.from = Math.min(trace.planning.from, from)
  return trace.planning
}

export function modelSpan(trace: RunTrace, event: EventOf<'llm_call'>): Span {
  const { data } = event
  const start = trace.now - data.duration_ms
  const { tokens } = open(trace, start)
  tokens.input += data.input_tokens
  tokens.output += data.output_tokens
  const isOwn = event.span_id !== trace.started.span_id
  return childSpan(trace, {
    spanId: isOwn ? event.span_id : spanIdOf(`${event.run_id}/llm/${event.seq}`),
    parentId: planIdOf(trace),
    name: SPAN_NAME.model(data.model),
    kind: 'client',
    start,
    isError: data.outcome !== 'success',
    attributes: {
      [A.operation]: OPERATION.model,
      [A.provider]: data.provider,
      [A.model]: data.model,
      [A.agent]: trace.started.data.profile,
      [A.inputTokens]: data.input_tokens,
      [A.outputTokens]: data.output_tokens,
      [A.cacheReadTokens]: data.cache_read_tokens,
      [A.cacheWriteTokens]: data.cache_write_tokens,
      [A.reasoningTokens]: data.reasoning_tokens,
      [A.costUsd]: data.cost_micro_usd / 1_000_000,
      [A.purpose]: data.purpose,
      ...(data.first_chunk_ms !== null && { [A.firstChunk]: data.first_chunk_ms / 1000 }),
      ...(data.outcome !== 'success' && { [A.errorType]: data.outcome }),
    },
  })
}

/** From the first model call or the planner's own measure, whichever is earlier, to now. */
function planning(trace: RunTrace, durationMs: number): Omit<Parameters<typeof childSpan>[1], 'attributes'> {
  const part = {
    spanId: planIdOf(trace),
    parentId: trace.started.span_id,
    name: SPAN_NAME.plan(trace.started.data.profile),
    start: Math.min(trace.now - durationMs, trace.planning?.from ?? trace.now),
  }
  trace.plans += 1
  return part
}

function common(trace: RunTrace) {
  const { tokens } = trace.planning ?? {}
  return {
    [A.operation]: OPERATION.plan,
    [A.agent]: trace.started.data.profile,
    ...(tokens && { [A.inputTokens]: tokens.input, [A.outputTokens]: tokens.output }),
  }
}

export function planSpan(trace: RunTrace, { data }: EventOf<'plan_created'>): Span {
  const span = childSpan(trace, {
    ...planning(trace, data.duration_ms),
    attributes: {
      ...common(trace),
      [A.planner]: data.planner,
      [A.planRevision]: data.revision,
      [A.planSteps]: data.steps.length,
      ...(data.fallback_reason !== null && { [A.fallback]: data.fallback_reason }),
    },
  })
  trace.planning = null
  return span
}

/** A run that ends while it is planned: the model calls made so far keep their parent. */
export function endPlanning(trace: RunTrace, { data }: EventOf<'run_finished'>): Span[] {
  if (trace.planning === null) return []
  const isError = data.status !== 'cancelled'
  const errorType = isError ? { [A.errorType]: data.cause ?? '_OTHER' } : {}
  const attributes = { ...common(trace), [A.planRevision]: trace.plans + 1, ...errorType }
  return [childSpan(trace, { ...planning(trace, 0), isError, attributes })]
}

const outcomeOfRun = (data: EventOf<'run_finished'>['data']) => ({
  [A.runStatus]: data.status,
  [A.recovery]: data.recovery,
  [A.activeSeconds]: data.active_ms / 1000,
  [A.cost]: data.cost,
  [A.calls]: data.calls,
  [A.completed]: data.completed.length,
  [A.failed]: data.failed.length,
  [A.skipped]: data.skipped.length,
  [A.unknown]: data.unknown.length,
  ...(data.cause !== null && { [A.runCause]: data.cause }),
  ...(data.status === 'failed' && { [A.errorType]: data.cause ?? '_OTHER' }),
})

/** The root. A person's refusal or a policy that left a part of it done is not an error of the run. */
export function runSpan(trace: RunTrace, { data }: EventOf<'run_finished'>): Span {
  const { started } = trace
  const parentId = started.data.parent_span_id
  return {
    traceId: started.trace_id,
    spanId: started.span_id,
    parent: parentId === null ? null : { spanId: parentId, remote: true },
    name: SPAN_NAME.run(started.data.profile),
    kind: 'internal',
    start: started.at,
    end: trace.now,
    isError: data.status === 'failed',
    moments: trace.moments,
    droppedMoments: trace.droppedMoments,
    attributes: {
      [A.operation]: OPERATION.run,
      [A.agent]: started.data.profile,
      [A.runId]: started.run_id,
      [A.tenant]: started.tenant,
      [A.resumed]: started.data.resumes !== null,
      ...outcomeOfRun(data),
    },
  }
}
