// The spans that stand for the run as a whole: the run itself, its plan, and the model calls that made the plan.
import type { EventOf } from '../../events/event.ts'
import { spanIdOf } from '../../run/line.ts'
import { keyedCache } from '../../cache.ts'
import { childSpan, type RunTrace } from './run-trace.ts'
import { ATTRIBUTE as A, OPERATION, SPAN_NAME } from './span-names.ts'
import type { SpanTemplate, Span } from './span.ts'

const modelTemplates = keyedCache<SpanTemplate>()
const planTemplates = keyedCache<SpanTemplate>()
const runTemplates = keyedCache<SpanTemplate>()

/** The id that the engine gives its plan_created; here it is needed before there is a plan. */
const planIdOf = (trace: RunTrace): string => spanIdOf(`${trace.started.run_id}/plan/${trace.plans + 1}`)

function open(trace: RunTrace, from: number) {
  trace.planning ??= { from, tokens: { input: 0, output: 0 } }
  trace.planning.from = Math.min(trace.planning.from, from)
  return trace.planning
}

/** Attributes of a model call; the last one only where a first chunk was seen. */
const MODEL_OWN = [
  A.inputTokens,
  A.outputTokens,
  A.cacheReadTokens,
  A.cacheWriteTokens,
  A.reasoningTokens,
  A.costUsd,
  A.firstChunk,
] as const

function modelTemplate(trace: RunTrace, { data }: EventOf<'llm_call'>): SpanTemplate {
  const { profile } = trace.started.data
  const { provider, model, purpose, outcome } = data
  const isStreamed = data.first_chunk_ms !== null
  const keys = [model, provider, profile, purpose, outcome, isStreamed]
  const cached = modelTemplates.get(keys)
  if (cached) return cached
  return modelTemplates.set(keys, {
    name: SPAN_NAME.model(model),
    kind: 'client',
    attributes: {
      [A.operation]: OPERATION.model,
      [A.provider]: provider,
      [A.model]: model,
      [A.agent]: profile,
      [A.purpose]: purpose,
      ...(outcome !== 'success' && { [A.errorType]: outcome }),
    },
    own: isStreamed ? MODEL_OWN : MODEL_OWN.slice(0, -1),
  })
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
    template: modelTemplate(trace, event),
    start,
    values: [
      data.input_tokens,
      data.output_tokens,
      data.cache_read_tokens,
      data.cache_write_tokens,
      data.reasoning_tokens,
      data.cost_micro_usd / 1_000_000,
      ...(data.first_chunk_ms === null ? [] : [data.first_chunk_ms / 1000]),
    ],
  })
}

type Planned = {
  readonly spanId: string
  /** Milliseconds, as the planner measured it. */
  readonly durationMs: number
  readonly revision: number
  readonly planner: string | null
  readonly steps: number | null
  readonly fallback: string | null
  /** Of a change: why, and the rule that it follows. */
  readonly changed: Pick<EventOf<'plan_created'>['data'], 'cause' | 'rule' | 'trigger' | 'action'>
  /** Why there is no plan. */
  readonly error: string | null
}

const PLAN_OWN = [A.inputTokens, A.outputTokens] as const

function planTemplate(trace: RunTrace, plan: Planned): SpanTemplate {
  const { profile } = trace.started.data
  const { revision, planner, steps, fallback, error, changed } = plan
  const { cause, rule, trigger, action } = changed
  const isAsked = trace.planning !== null
  const keys = [profile, revision, planner, steps, fallback, error, isAsked, cause, rule, trigger, action]
  const cached = planTemplates.get(keys)
  if (cached) return cached
  return planTemplates.set(keys, {
    name: SPAN_NAME.plan(profile),
    kind: 'internal',
    attributes: {
      [A.operation]: OPERATION.plan,
      [A.agent]: profile,
      [A.planRevision]: revision,
      ...(planner !== null && { [A.planner]: planner }),
      ...(steps !== null && { [A.planSteps]: steps }),
      ...(fallback !== null && { [A.fallback]: fallback }),
      ...(cause !== undefined && { [A.planCause]: cause }),
      ...(rule !== undefined && { [A.rule]: rule }),
      ...(trigger !== undefined && { [A.trigger]: trigger }),
      ...(action !== undefined && { [A.action]: action }),
      ...(error !== null && { [A.errorType]: error }),
    },
    own: isAsked ? PLAN_OWN : [],
  })
}

/** Lasts from the first model call or by the planner's own measurement, whichever began earlier, until now. */
function planned(trace: RunTrace, plan: Planned): Span {
  const { from = trace.now, tokens } = trace.planning ?? {}
  const template = planTemplate(trace, plan)
  trace.plans += 1
  trace.planning = null
  return childSpan(trace, {
    spanId: plan.spanId,
    parentId: trace.started.span_id,
    template,
    start: Math.min(trace.now - plan.durationMs, from),
    values: tokens ? [tokens.input, tokens.output] : [],
  })
}

/** Its id is the one that the event names, or else the one that the engine would have given. */
export function planSpan(trace: RunTrace, { span_id, data }: EventOf<'plan_created'>): Span {
  return planned(trace, {
    spanId: span_id === trace.started.span_id ? planIdOf(trace) : span_id,
    durationMs: data.duration_ms,
    revision: data.revision,
    planner: data.planner,
    steps: data.steps.length,
    fallback: data.fallback_reason,
    changed: data,
    error: null,
  })
}

/** A run that ends while it is planned: the model calls made so far keep their parent. */
export function endPlanning(trace: RunTrace, { data }: EventOf<'run_finished'>): Span[] {
  if (trace.planning === null) return []
  return [
    planned(trace, {
      spanId: planIdOf(trace),
      durationMs: 0,
      revision: trace.plans + 1,
      planner: null,
      steps: null,
      fallback: null,
      changed: {},
      error: data.status === 'cancelled' ? null : (data.cause ?? '_OTHER'),
    }),
  ]
}

const RUN_OWN = [A.runId, A.tenant, A.activeSeconds, A.cost] as const
/** Of the run of an item. */
const ITEM_OWN = [...RUN_OWN, A.batchId, A.batchItem] as const

function runTemplate(trace: RunTrace, { data }: EventOf<'run_finished'>): SpanTemplate {
  const { profile, resumes, batch_id: batch } = trace.started.data
  const { status, recovery, cause, calls } = data
  const [completed, failed] = [data.completed.length, data.failed.length]
  const [skipped, unknown] = [data.skipped.length, data.unknown.length]
  const isResumed = resumes !== null
  const isItem = batch !== undefined
  const counts = [calls, completed, failed, skipped, unknown]
  const keys = [profile, isResumed, status, recovery, cause, isItem, ...counts]
  const cached = runTemplates.get(keys)
  if (cached) return cached
  return runTemplates.set(keys, {
    name: SPAN_NAME.run(profile),
    kind: 'internal',
    attributes: {
      [A.operation]: OPERATION.run,
      [A.agent]: profile,
      [A.resumed]: isResumed,
      [A.runStatus]: status,
      [A.recovery]: recovery,
      [A.calls]: calls,
      [A.completed]: completed,
      [A.failed]: failed,
      [A.skipped]: skipped,
      [A.unknown]: unknown,
      ...(cause !== null && { [A.runCause]: cause }),
      ...(status === 'failed' && { [A.errorType]: cause ?? '_OTHER' }),
    },
    own: isItem ? ITEM_OWN : RUN_OWN,
  })
}

/** The root span. A person's refusal, or a policy that let only a part be done, is not an error of the run. */
export function runSpan(trace: RunTrace, event: EventOf<'run_finished'>): Span {
  const { started } = trace
  const { data } = event
  const { parent_span_id: parentId, batch_id: batch, item = 0 } = started.data
  return {
    traceId: started.trace_id,
    spanId: started.span_id,
    parent: parentId === null ? null : { spanId: parentId, remote: true },
    template: runTemplate(trace, event),
    start: started.at,
    end: trace.now,
    values: [
      started.run_id,
      started.tenant,
      data.active_ms / 1000,
      data.cost,
      ...(batch === undefined ? [] : [batch, item]),
    ],
    events: trace.events,
    droppedEvents: trace.droppedEvents,
  }
}
