// The one table of all our metrics: dashboards, rules and documents are made from it. A metric name or a label
// that is not in it does not compile. `source`: folded from the journal, measured by this process, or read from
// state at the scrape.
import { BATCH, RATIO, SECS_CALL, SECS_HTTP, SECS_LAG, SECS_TASK, STEPS } from './buckets.ts'
import type { LabelSet, ValueOf } from '../labels.ts'
import { GOVERNANCE } from './governance.ts'
import { capped, journal, process, state, type LabelSets, type MetricSource } from './spec.ts'

export type { MetricSource }

const call = { domain: 'domain', tool: 'tool' } as const
const model = { provider: 'provider', model: 'model' } as const
const plan = { profile: 'profile', kind: 'plan_kind', planner: 'planner', fallback: 'fallback' } as const
const timed = { profile: 'profile', status: 'run_status' } as const

const RUNS = {
  cugar_runs_started_total: journal.counter({ profile: 'profile' }, 'Runs started.'),
  cugar_runs_total: journal.counter(
    { profile: 'profile', outcome: 'outcome' },
    'Runs finished, by terminal outcome.',
  ),
  cugar_run_errors_total: journal.counter(
    { profile: 'profile', error_type: 'error_type' },
    'Failed runs by root-cause class.',
  ),
  cugar_run_duration_seconds: journal.histogram(
    SECS_TASK,
    timed,
    'Wall-clock time from run_started to the terminal event, human waits included.',
  ),
  cugar_run_active_duration_seconds: journal.histogram(
    SECS_TASK,
    timed,
    'Run time with approval waits subtracted: the latency the system is responsible for.',
  ),
  cugar_run_queue_seconds: journal.histogram(
    SECS_TASK,
    { profile: 'profile' },
    'Time from the acceptance of a run to its first step: planning, and the wait for a worker.',
  ),
  cugar_run_steps: journal.histogram(STEPS, { profile: 'profile' }, 'Steps executed per finished run.'),
  cugar_runs_in_flight: journal.gauge(
    { profile: 'profile' },
    'Runs started and not ended, those that wait for people included.',
  ),
  cugar_runs_waiting: state.gauge(
    { profile: 'profile' },
    'Runs in flight that only a person can move: an approval is pending and no call is under way.',
  ),
  cugar_batches_running: state.gauge({}, 'Batches that are not over.'),
  cugar_batch_items_waiting: state.gauge({}, 'Items of batches that have not begun and will.'),
  cugar_batch_oldest_timestamp_seconds: state.gauge(
    {},
    'Unix time at which the oldest batch that is not over was accepted; 0 when there is none.',
  ),
  cugar_batch_items_total: journal.counter(
    { outcome: 'item_outcome' },
    'Runs of items of batches that ended, by how.',
  ),
  cugar_plans_created_total: journal.counter(
    plan,
    'Plans created or changed; kind is initial, expanded or replan.',
  ),
  cugar_plan_revisions_total: journal.counter(
    { cause: 'plan_cause', trigger: 'plan_trigger' },
    'Plans changed while they were carried out, by cause; trigger is what a rule waited for, none where a list became known.',
  ),
  cugar_plan_comparisons_total: journal.counter(
    { profile: 'profile', result: 'comparison' },
    'Plans of a model in the shadow of the one carried out, by what the comparison says.',
  ),
  cugar_plan_overlap_ratio: journal.histogram(
    RATIO,
    { profile: 'profile' },
    'Steps that both plans have, of all that either has; of valid plans.',
  ),
  cugar_plan_steps: journal.histogram(STEPS, { profile: 'profile' }, 'Steps in a created plan.'),
  cugar_plan_duration_seconds: journal.histogram(
    SECS_CALL,
    { profile: 'profile' },
    'Time spent producing a plan.',
  ),
} as const

const TOOLS = {
  cugar_branches_taken_total: journal.counter(
    { block: 'block', case: 'case' },
    'Cases of branches taken, by branch; inline for plans that are no playbook.',
  ),
  cugar_route_decisions_total: journal.counter(
    { domain: 'domain', strategy: 'strategy' },
    'Routing decisions by chosen domain and strategy.',
  ),
  cugar_tool_calls_total: journal.counter({ ...call, status: 'call_status' }, 'Tool calls finished.'),
  cugar_tool_call_errors_total: journal.counter(
    { ...call, error_type: 'error_type' },
    'Tool call failures by class.',
  ),
  cugar_tool_call_duration_seconds: journal.histogram(
    SECS_CALL,
    { ...call, status: 'run_status' },
    'Tool call duration; status is success or error.',
  ),
  cugar_tool_calls_in_flight: journal.gauge({ domain: 'domain' }, 'Tool calls running now.'),
  cugar_retries_total: journal.counter(
    { component: 'component', reason: 'error_type' },
    'Retries by component and reason.',
  ),
  cugar_retries_exhausted_total: journal.counter(
    { component: 'component' },
    'Operations that failed after the last permitted attempt.',
  ),
  cugar_steps_unknown: journal.gauge({}, 'Steps whose outcome is unknown and waits for a person.'),
  cugar_call_look_ups_total: journal.counter(
    { outcome: 'look_up' },
    'Look-ups of calls with an unknown outcome at their vendor, by what it said.',
  ),
  cugar_adapter_changes_total: journal.counter(
    { adapter: 'adapter', change: 'adapter_change' },
    'Changes of an adapter: its state by people, its breaker and checks; its module; its place.',
  ),
  cugar_adapter_fallbacks_total: journal.counter(
    { adapter: 'adapter' },
    'Steps that another adapter serves in place of this one, which is cut off: their results are degraded.',
  ),
  cugar_adapter_calls_total: process.counter(
    { adapter: 'adapter', status: 'adapter_call' },
    'Operations of an adapter; refused: not let out by its breaker, its limits or the wish of its vendor.',
  ),
  cugar_adapter_call_duration_seconds: process.histogram(
    SECS_CALL,
    { adapter: 'adapter' },
    'Duration of the operations of an adapter that its vendor answered.',
  ),
  cugar_adapter_limit_ratio: state.gauge(
    { adapter: 'adapter', limit: 'adapter_limit' },
    'Used share of the limits of an adapter; absent where it has none.',
  ),
  cugar_adapter_quota_remaining: state.gauge(
    { adapter: 'adapter', window: 'quota_window' },
    'Calls that the vendor of an adapter still takes, as it said with its last answer; absent where it does not say.',
  ),
  cugar_adapter_quota_ratio: state.gauge(
    { adapter: 'adapter', window: 'quota_window' },
    'Used share of what the vendor of an adapter takes in a window; absent where it does not say.',
  ),
  cugar_adapter_calls_waiting: state.gauge({ adapter: 'adapter' }, 'Calls that wait for their turn.'),
  cugar_adapter_state: journal.gauge(
    { adapter: 'adapter', state: 'adapter_state' },
    '1 for the present state: enabled, disabled, open (breaker), fallback.',
  ),
} as const

const LLM = {
  cugar_llm_calls_total: journal.counter(
    { ...model, operation: 'operation', status: 'model_status' },
    'LLM calls finished.',
  ),
  cugar_llm_call_duration_seconds: journal.histogram(
    SECS_CALL,
    { ...model, operation: 'operation' },
    'LLM call duration.',
  ),
  cugar_llm_time_to_first_chunk_seconds: journal.histogram(SECS_CALL, model, 'Time to first streamed chunk.'),
  cugar_llm_tokens_total: journal.counter(
    { ...model, token_type: 'token_type' },
    'Tokens; token_type is a partition, so sums never double count.',
  ),
  cugar_llm_cost_usd_total: journal.counter(model, 'Estimated LLM cost in US dollars.'),
} as const

const PIPELINE = {
  cugar_events_total: journal.counter({ type: 'event_type' }, 'Canonical events in the journal.'),
  cugar_journal_append_duration_seconds: process.histogram(
    SECS_LAG,
    {},
    'Time from an append request to its durable acknowledgement.',
  ),
  cugar_journal_batch_events: process.histogram(BATCH, {}, 'Events in one commit (group commit at work).'),
  cugar_journal_position: state.gauge({}, 'Position of the last committed event.'),
  cugar_projection_position: state.gauge(
    { projection: 'projection' },
    'Position that a projection has covered; the distance to the journal is its lag.',
  ),
  cugar_projection_lag_seconds: process.histogram(
    SECS_LAG,
    { projection: 'projection' },
    'Time from commit to projected.',
  ),
  cugar_workers: state.gauge({ state: 'worker_state' }, 'Run workers of this process: busy, idle.'),
  cugar_trace_spans_total: process.counter(
    { status: 'span_status' },
    'Spans handed to the OTLP exporter; status is exported, dropped or failed.',
  ),
  cugar_http_requests_total: capped(
    192,
    process.counter(
      { method: 'method', route: 'route', code: 'code' },
      'API requests; route is the template.',
    ),
  ),
  cugar_http_request_duration_seconds: capped(
    48,
    process.histogram(SECS_HTTP, { method: 'method', route: 'route' }, 'API request duration.'),
  ),
  cugar_stream_clients: process.gauge({}, 'Connected event-stream clients.'),
  cugar_registry_reload_success: process.gauge(
    {},
    '1 when the registry was loaded at the last try, 0 when it was refused and an older one is in force.',
  ),
  cugar_registry_reload_timestamp_seconds: process.gauge(
    {},
    'Unix time at which the registry in force was loaded.',
  ),
  cugar_journal_bytes: state.gauge(
    {},
    'Size of the files of the journal; absent where it is not kept in files.',
  ),
  cugar_data_dir_free_bytes: state.gauge({}, 'What is free for us on the file system of DATA_DIR.'),
  cugar_data_dir_size_bytes: state.gauge({}, 'Size of the file system of DATA_DIR.'),
  cugar_metrics_series: state.gauge({}, 'Series in the registry at the last render.'),
  cugar_metrics_render_seconds: state.gauge({}, 'Duration of the previous /metrics render.'),
  cugar_metrics_label_overflow_total: process.counter(
    { metric: 'metric', label: 'label' },
    'Observations whose label value was collapsed to other.',
  ),
  cugar_build_info: process.gauge(
    { version: 'build', revision: 'build', node_version: 'build' },
    'Always 1; identifies the running build.',
  ),
} as const

export const CATALOGUE = { ...RUNS, ...TOOLS, ...GOVERNANCE, ...LLM, ...PIPELINE } as const

type Catalogue = typeof CATALOGUE
export type MetricName = keyof Catalogue
export const METRIC_NAMES = Object.keys(CATALOGUE).map((name) => name as MetricName)

type NameOf<T> = { [N in MetricName]: Catalogue[N]['type'] extends T ? N : never }[MetricName]
export type CounterName = NameOf<'counter'>
export type GaugeName = NameOf<'gauge'>
export type HistogramName = NameOf<'histogram'>

type SetsOf<N extends MetricName> = Catalogue[N]['labels']
/** Every label of a metric, all of them required. */
export type LabelsOf<N extends MetricName> = {
  readonly [L in keyof SetsOf<N>]: SetsOf<N>[L] extends LabelSet ? ValueOf<SetsOf<N>[L]> : never
}

export type MetricSpec = {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly source: MetricSource
  readonly labels: LabelSets
  readonly help: string
  readonly buckets?: readonly number[]
  readonly cap?: number
}

export const specOf = (name: MetricName): MetricSpec => CATALOGUE[name]

/** Metrics whose buckets carry the trace of their latest observation (OpenMetrics only). */
export type ExemplarName =
  | 'cugar_run_duration_seconds'
  | 'cugar_run_active_duration_seconds'
  | 'cugar_tool_call_duration_seconds'
  | 'cugar_llm_call_duration_seconds'
  | 'cugar_plan_duration_seconds'
