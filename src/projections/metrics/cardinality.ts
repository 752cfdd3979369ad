// How many series there can be: every combination of label values, known ones and `other`. Used at start, to
// refuse a registry that would overrun its series budget, and to give every known combination its first 0.
import { AppError } from '../../errors.ts'
import { FAILURES } from '../../events/taxonomy.ts'
import { OFFLINE_PLANNER } from '../../registry/names.ts'
import type { Registry } from '../../registry/registry.ts'
import { METRIC_NAMES, specOf, type LabelsOf, type MetricName } from './catalogue.ts'
import { OTHER } from '../../events/names.ts'
import { CLOSED, OPEN, SEPARATOR, isClosed, isGuarded, knownValues, pairOf } from '../labels.ts'
import type { KnownValues, LabelSet } from '../labels.ts'

export type Labels = Readonly<Record<string, string>>

/** Values of one label, given those of the labels before it. Unguarded sets have none that are known. */
function valuesOf(set: LabelSet, known: KnownValues, before: Labels): readonly string[] {
  if (isClosed(set)) return CLOSED[set]
  if (!isGuarded(set)) return []
  const owner = OPEN[set].of
  if (owner === null) return known[set]
  const prefix = `${before[owner] ?? ''}${SEPARATOR}`
  return known[set].filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length))
}

/** One label of one metric, as `KnownValues.collapsed` names it. */
const collapses = (name: MetricName, label: string, { collapsed }: KnownValues): boolean =>
  collapsed.includes(pairOf(name, label))

/** Every combination of a metric's labels; with `others`, also those that unknown values collapse to. */
export function combinations(name: MetricName, known: KnownValues, others: boolean): Labels[] {
  let rows: Labels[] = [{}]
  for (const [label, set] of Object.entries(specOf(name).labels)) {
    const isCollapsed = collapses(name, label, known)
    const extra = isCollapsed || (others && !isClosed(set)) ? [OTHER] : []
    rows = rows.flatMap((row) =>
      [...(isCollapsed ? [] : valuesOf(set, known, row)), ...extra].map((value) => ({
        ...row,
        [label]: value,
      })),
    )
  }
  return rows
}

/** Combinations that no event can make: they get no 0 of their own. */
const IMPOSSIBLE: { readonly [N in MetricName]?: (labels: Partial<Record<string, string>>) => boolean } = {
  cugar_plans_created_total: ({ planner, fallback }) => planner !== OFFLINE_PLANNER && fallback !== 'none',
  cugar_plan_revisions_total: ({ cause, trigger }) => (cause === 'expanded') !== (trigger === 'none'),
  cugar_retries_total: (labels) => !isRetryable(labels['reason']),
}

const isRetryable = (mode: string | undefined): boolean =>
  Object.entries(FAILURES).some(([name, traits]) => name === mode && traits.retryable)

/**
 * What only some processes have: spans are followed where they are exported, files are there where the journal is kept
 * in them, limits where an adapter has them, and quotas where a vendor says them: 0 would say that it takes no more calls.
 * The scrape makes these series.
 */
const AS_THERE_IS: ReadonlySet<MetricName> = new Set([
  'cugar_projection_position',
  'cugar_projection_lag_seconds',
  'cugar_journal_bytes',
  'cugar_data_dir_free_bytes',
  'cugar_data_dir_size_bytes',
  'cugar_adapter_limit_ratio',
  'cugar_adapter_quota_remaining',
  'cugar_adapter_quota_ratio',
])

function possible(name: MetricName, known: KnownValues, others: boolean): Labels[] {
  const impossible = IMPOSSIBLE[name]
  return combinations(name, known, others).filter((labels) => !impossible?.(labels))
}

/** What starts at 0: a counter that is born at 1 has no increase. */
export function initialLabels(name: MetricName, known: KnownValues): Labels[] {
  if (AS_THERE_IS.has(name)) return []
  if (name === 'cugar_metrics_label_overflow_total') return overflowLabels()
  if (specOf(name).cap !== undefined) return []
  return possible(name, known, false)
}

/** Each label that can overflow, with its metric. */
const overflowLabels = (): LabelsOf<'cugar_metrics_label_overflow_total'>[] =>
  METRIC_NAMES.flatMap((metric) =>
    Object.entries(specOf(metric).labels)
      .filter(([, set]) => !isClosed(set) && (isGuarded(set) || specOf(metric).cap !== undefined))
      .map(([label]) => ({ metric, label })),
  )

/** A histogram has a series for each bucket, +Inf, sum and count. */
const seriesPerCombination = (name: MetricName): number => {
  const buckets = specOf(name).buckets
  return buckets === undefined ? 1 : buckets.length + 3
}

function worstCaseOf(name: MetricName, known: KnownValues): number {
  const { cap } = specOf(name)
  if (name === 'cugar_metrics_label_overflow_total') return overflowLabels().length
  if (cap !== undefined) return (cap + 1) * seriesPerCombination(name)
  return possible(name, known, true).length * seriesPerCombination(name)
}

/** What Node's own default metrics may take. */
const RUNTIME_SERIES = 120

const worstCase = (known: KnownValues): number =>
  METRIC_NAMES.reduce((sum, name) => sum + worstCaseOf(name, known), RUNTIME_SERIES)

/**
 * What a registry with more names than its series budget allows loses first: the label of that metric counts as `other`
 * for every value. In the end only outcomes, active time and calls tell profiles and tools apart.
 */
export const COLLAPSE: readonly (readonly [MetricName, string])[] = [
  ['cugar_tool_call_errors_total', 'tool'],
  ['cugar_run_duration_seconds', 'profile'],
  ['cugar_plans_created_total', 'profile'],
  ['cugar_plan_duration_seconds', 'profile'],
  ['cugar_plan_steps', 'profile'],
  ['cugar_run_steps', 'profile'],
  ['cugar_run_errors_total', 'profile'],
  ['cugar_run_queue_seconds', 'profile'],
  ['cugar_tool_call_duration_seconds', 'tool'],
  ['cugar_run_active_duration_seconds', 'profile'],
]

/** What labels may say with this registry: everything, or as much of it as stays within its `max_series`. */
export function labelValues(registry: Registry): KnownValues {
  const known = knownValues(registry)
  const collapsed: string[] = []
  for (const [name, label] of COLLAPSE) {
    if (worstCase({ ...known, collapsed }) <= registry.max_series) break
    collapsed.push(pairOf(name, label))
  }
  return { ...known, collapsed }
}

/** What `max_series` has to be so that no label collapses. */
export const wholeSeries = (registry: Registry): number => worstCase(knownValues(registry))

/** Every series that /metrics can ever show with this registry. */
export const worstCaseSeries = (registry: Registry): number => worstCase(labelValues(registry))

/**
 * Throws REGISTRY_INVALID, naming the biggest metrics, when the worst case is above the registry's max_series even with
 * every label collapsed that may be.
 */
export function checkCardinality(registry: Registry): void {
  const known = labelValues(registry)
  const worst = worstCase(known)
  if (worst <= registry.max_series) return
  const biggest = METRIC_NAMES.map((name) => ({ name, series: worstCaseOf(name, known) }))
    .sort((a, b) => b.series - a.series)
    .slice(0, 5)
    .map(({ name, series }) => `${name} ${series}`)
  const message = `The metrics could reach ${worst} series, above ${registry.max_series}; the biggest: ${biggest.join(', ')}. Raise it to ${worst}, or to ${wholeSeries(registry)} to tell every name apart.`
  throw new AppError('REGISTRY_INVALID', {}, { problems: [{ path: 'labels.max_series', message }] })
}
