// The reference of all metrics, made from the catalogue: `node docs/metrics.ts` writes docs/metrics.md, a test
// compares the two. What feeds a metric is said here, and held against the fold by a test.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EventType } from '../src/events/event.ts'
import { COLLAPSE } from '../src/projections/metrics/cardinality.ts'
import { METRIC_NAMES, specOf, type MetricName } from '../src/projections/metrics/catalogue.ts'
import { CLOSED, OPEN, isClosed, type LabelSet, type OpenSet } from '../src/projections/labels.ts'

const ended: readonly EventType[] = ['tool_call_complete', 'tool_call_error']
const answered: readonly EventType[] = ['approval_received', 'approval_timeout']
const asked: readonly EventType[] = ['approval_requested', ...answered]

/** What moves a metric: events, or the part of the process that measures or is read. */
export const FED_BY: { readonly [N in MetricName]: readonly EventType[] | string } = {
  cugar_runs_started_total: ['run_started'],
  cugar_runs_total: ['run_finished'],
  cugar_run_errors_total: ['run_finished'],
  cugar_run_duration_seconds: ['run_finished'],
  cugar_run_active_duration_seconds: ['run_finished'],
  cugar_run_queue_seconds: ['route_decision'],
  cugar_run_steps: ['run_finished'],
  cugar_runs_in_flight: ['run_started', 'run_finished'],
  cugar_runs_waiting: 'the list of runs, at the scrape',
  cugar_batches_running: 'the list of batches, at the scrape',
  cugar_batch_items_waiting: 'the list of batches, at the scrape',
  cugar_batch_oldest_timestamp_seconds: 'the list of batches, at the scrape',
  cugar_batch_items_total: ['run_finished'],
  cugar_plans_created_total: ['plan_created'],
  cugar_plan_revisions_total: ['plan_created'],
  cugar_plan_comparisons_total: ['plan_compared'],
  cugar_plan_overlap_ratio: ['plan_compared'],
  cugar_plan_steps: ['plan_created'],
  cugar_plan_duration_seconds: ['plan_created'],
  cugar_route_decisions_total: ['route_decision'],
  cugar_branches_taken_total: ['branch_taken'],
  cugar_tool_calls_total: ended,
  cugar_tool_call_errors_total: ['tool_call_error'],
  cugar_tool_call_duration_seconds: ended,
  cugar_tool_calls_in_flight: ['tool_call_start', ...ended],
  cugar_retries_total: ['tool_call_error'],
  cugar_retries_exhausted_total: ['tool_call_error'],
  cugar_steps_unknown: ended,
  cugar_call_look_ups_total: ['call_looked_up'],
  cugar_adapter_changes_total: ['adapter_changed'],
  cugar_adapter_fallbacks_total: ['route_decision'],
  cugar_adapter_calls_total: 'the adapters of this process',
  cugar_adapter_call_duration_seconds: 'the adapters of this process',
  cugar_adapter_limit_ratio: 'the adapters of this process, at the scrape',
  cugar_adapter_quota_remaining: 'what vendors say with their answers, at the scrape',
  cugar_adapter_quota_ratio: 'what vendors say with their answers, at the scrape',
  cugar_adapter_calls_waiting: 'the adapters of this process, at the scrape',
  cugar_adapter_state: ['adapter_changed'],
  cugar_budget_utilization_ratio: 'budget books (budget_updated)',
  cugar_budget_limit_usd: 'budget books (budget_updated)',
  cugar_budget_used_usd: 'budget books (budget_updated)',
  cugar_budget_reserved_ratio: 'budget books (budget_updated)',
  cugar_budget_pace_ratio: 'budget books (budget_updated)',
  cugar_budget_refusing: 'budget books (budget_exceeded)',
  cugar_budget_warning_threshold_ratio: 'registry.yaml',
  cugar_budget_limit_cost_units: 'budget books (budget_updated), registry.yaml',
  cugar_budget_used_cost_units: 'budget books (budget_updated), registry.yaml',
  cugar_budget_limit_calls: 'budget books (budget_updated), registry.yaml',
  cugar_budget_used_calls: 'budget books (budget_updated), registry.yaml',
  cugar_budget_limit_tokens: 'budget books (budget_updated), registry.yaml',
  cugar_budget_used_tokens: 'budget books (budget_updated), registry.yaml',
  cugar_budget_limit_effects: 'budget books (budget_updated), registry.yaml',
  cugar_budget_used_effects: 'budget books (budget_updated), registry.yaml',
  cugar_tenant_budget_utilization_ratio: 'budget books (budget_updated, budget_exceeded)',
  cugar_tenant_budget_warning_threshold_ratio: 'budget books (budget_updated, budget_exceeded)',
  cugar_tenant_budget_refusing: 'budget books (budget_updated, budget_exceeded)',
  cugar_tenant_budget_window_end_timestamp_seconds: 'budget books (budget_updated, budget_exceeded)',
  cugar_tenant_budget_exhaustion_timestamp_seconds: 'budget books (budget_updated), registry.yaml',
  cugar_budget_window_end_timestamp_seconds: 'budget books (budget_updated)',
  cugar_budget_events_total: ['budget_warning', 'budget_exceeded', 'run_finished'],
  cugar_run_budget_utilization_ratio: ['run_finished'],
  cugar_approvals_requested_total: ['approval_requested'],
  cugar_approvals_resolved_total: answered,
  cugar_approval_wait_seconds: answered,
  cugar_approvals_pending: `pending approvals (${asked.join(', ')})`,
  cugar_approval_oldest_pending_timestamp_seconds: `pending approvals (${asked.join(', ')})`,
  cugar_approval_next_expiry_timestamp_seconds: `pending approvals (${asked.join(', ')})`,
  cugar_profile_frozen: ['freeze_changed'],
  cugar_profile_frozen_by: 'control stream (freeze_changed)',
  cugar_tenant_frozen_by: 'control stream (freeze_changed)',
  cugar_tenant_budget_reserved_ratio: 'budget books (budget_updated)',
  cugar_tenant_budget_pace_ratio: 'budget books (budget_updated)',
  cugar_tenant_budget_limit_calls: 'budget books (budget_updated)',
  cugar_tenant_budget_limit_cost_units: 'budget books (budget_updated)',
  cugar_tenant_budget_limit_tokens: 'budget books (budget_updated)',
  cugar_tenant_budget_limit_usd: 'budget books (budget_updated)',
  cugar_tenant_budget_limit_effects: 'budget books (budget_updated)',
  cugar_tenants_frozen: ['freeze_changed'],
  cugar_freezes_total: ['freeze_changed'],
  cugar_freeze_oldest_timestamp_seconds: 'what is frozen, at the scrape',
  cugar_llm_calls_total: ['llm_call'],
  cugar_llm_call_duration_seconds: ['llm_call'],
  cugar_llm_time_to_first_chunk_seconds: ['llm_call'],
  cugar_llm_tokens_total: ['llm_call'],
  cugar_llm_cost_usd_total: ['llm_call'],
  cugar_events_total: 'every event',
  cugar_journal_append_duration_seconds: 'the journal of this process',
  cugar_journal_batch_events: 'the journal of this process',
  cugar_journal_position: 'the journal, at the scrape',
  cugar_projection_position: 'the followers, at the scrape',
  cugar_projection_lag_seconds: 'the followers of this process',
  cugar_workers: 'the engine, at the scrape',
  cugar_trace_spans_total: 'the span exporter of this process',
  cugar_http_requests_total: 'the HTTP server of this process',
  cugar_http_request_duration_seconds: 'the HTTP server of this process',
  cugar_stream_clients: 'the HTTP server of this process',
  cugar_registry_reload_success: 'starts and reloads of this process',
  cugar_registry_reload_timestamp_seconds: 'starts and reloads of this process',
  cugar_journal_bytes: 'the files of DATA_DIR, at the scrape',
  cugar_data_dir_free_bytes: 'the file system of DATA_DIR, at the scrape',
  cugar_data_dir_size_bytes: 'the file system of DATA_DIR, at the scrape',
  cugar_metrics_series: 'the previous scrape',
  cugar_metrics_render_seconds: 'the previous scrape',
  cugar_metrics_label_overflow_total: 'the label guard of this process',
  cugar_build_info: 'the start of the process',
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_timestamp_seconds$/, 'Unix time, s'],
  [/_seconds$/, 'seconds'],
  [/_usd(_total)?$/, 'US dollars'],
  [/_bytes$/, 'bytes'],
  [/_ratio$/, 'ratio, 0 to 1'],
]
const unitOf = (name: string): string => UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? 'count'

const OPEN_VALUES: Readonly<Record<OpenSet, string>> = {
  profile: 'the profiles of the registry',
  domain: 'the domains of the registry',
  block: 'the branches of the playbooks of the registry, as `<playbook>.<branch>`, and `inline`',
  planner: 'the planners of the registry',
  operation: 'the operations of model calls that the registry lists',
  tool: 'the tools of the registry, each in its own domain',
  provider: 'the providers of the models of the registry',
  model: 'the models of the registry',
  adapter: 'the adapters of the registry',
  method: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  route: 'the templates of the API, such as `/v1/runs/{run_id}`; `unknown` where none fits',
  code: 'HTTP status codes',
  metric: 'the metrics of this page',
  label: 'the labels of this page',
  tenant:
    'the tenants whose budgets stand highest, at most 20 at a time; `other` for the highest of the rest',
  budget: 'the profiles of the registry; `all-profiles` for a limit that a tenant has of its own',
  build: 'version, revision and Node version of this process',
}

const valuesOf = (set: LabelSet): string => {
  if (isClosed(set)) return CLOSED[set].map((value) => `\`${value}\``).join(', ')
  return `${OPEN_VALUES[set]}${OPEN[set].guarded ? '; any other value counts as `other`' : ''}`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** A label stands beside its set of values where the two differ in name. */
const labelText = ([label, set]: [string, LabelSet]): string =>
  label === set ? `\`${label}\`` : `\`${label}\` (${set})`

function metricRow(name: MetricName): string[] {
  const { type, source, labels, help } = specOf(name)
  const fed = FED_BY[name]
  const shown = Object.entries(labels).map(labelText).join(', ')
  return [
    `\`${name}\``,
    type,
    unitOf(name),
    shown === '' ? '-' : shown,
    help,
    typeof fed === 'string' ? fed : fed.join(', '),
    source,
  ]
}

const usedSets = (): LabelSet[] => [
  ...new Set(METRIC_NAMES.flatMap((name) => Object.values(specOf(name).labels))),
]

const histograms = (): string[][] =>
  METRIC_NAMES.flatMap((name) => {
    const { buckets } = specOf(name)
    return buckets === undefined ? [] : [[`\`${name}\``, buckets.join(', ')]]
  })

export const metricsPage = (): string => `# Metrics
<!-- Generated by docs/metrics.ts from src/projections/metrics/catalogue.ts; do not edit. -->

What \`GET /metrics\` shows. Every name, label and value comes from one table in the source; the dashboards and the rules are made from the same table.

* \`journal\`: folded from the events in the journal. It goes on exactly where it stopped when the process restarts; \`cugar verify\` recomputes it and compares.
* \`process\`: measured by the process; it begins at 0 with every start.
* \`state\`: read at the scrape.

Every known combination of labels is there from the start, as 0: \`increase()\` sees the first event, and a ratio of nothing is absent, not wrong.
What the registry no longer names is no longer shown from the reload on, except what is still under way; its counts are kept, and come back with its name.
Ids, names of people and text that somebody wrote are never labels.
Node's own metrics (\`process_*\`, \`nodejs_*\`) stand beside these.

## Table
${table(['metric', 'type', 'unit', 'labels', 'meaning', 'fed by', 'source'], METRIC_NAMES.map(metricRow))}

A count has no unit. In the column of labels, the name in brackets is the set of values below.

\`cugar_budget_*\` gauges speak of tenant budgets, which have a window: \`budget\` is the profile, and the value is that of its tenant with the highest share.

## Big registries
\`labels.max_series\` of registry.yaml is how many series there may ever be; the worst case is computed at start and at every reload, and \`cugar registry check\` says it. A registry with more names than fit starts nevertheless: labels collapse in this order until it fits, and every value of theirs counts as \`other\`. Such a value is no overflow. Only a registry that does not fit with all of them is refused; a higher \`max_series\` brings the values back.

${COLLAPSE.map(([name, label], index) => `${index + 1}. \`${label}\` of \`${name}\``).join('\n')}

## Label values
${table(
  ['set', 'values'],
  usedSets().map((set) => [set, valuesOf(set)]),
)}

## Buckets
Upper bounds; \`+Inf\` is always there.

${table(['histogram', 'bounds'], histograms())}
`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('metrics.md', import.meta.url), metricsPage())
}
