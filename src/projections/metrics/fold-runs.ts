import type { EventOf } from '../../events/event.ts'
import { UNITS } from '../../events/policy.ts'
import { RESOURCE_OF } from './fold-budgets.ts'
import { exemplarOf, type MetricsState } from './metrics-state.ts'
import { executedSteps, outcomeOf } from '../outcome.ts'

export function foldRunStart({ series, accepted }: MetricsState, event: EventOf<'run_started'>): void {
  const { profile } = event.data
  accepted.set(event.run_id, { profile, at: event.at })
  series.add('cugar_runs_started_total', { profile })
  series.add('cugar_runs_in_flight', { profile })
}

export function foldPlan({ series }: MetricsState, event: EventOf<'plan_created'>): void {
  const { profile, planner, fallback_reason, steps, kept = [], duration_ms, cause, trigger } = event.data
  const kind = cause === undefined ? 'initial' : cause === 'expanded' ? 'expanded' : 'replan'
  const seconds = duration_ms / 1000
  series.add('cugar_plans_created_total', { profile, kind, planner, fallback: fallback_reason ?? 'none' })
  if (cause !== undefined) series.add('cugar_plan_revisions_total', { cause, trigger: trigger ?? 'none' })
  series.observe('cugar_plan_steps', { profile }, { value: kept.length + steps.length })
  series.observe(
    'cugar_plan_duration_seconds',
    { profile },
    { value: seconds, exemplar: exemplarOf(event, seconds) },
  )
}

export function foldComparison({ series }: MetricsState, event: EventOf<'plan_compared'>): void {
  const { profile, result, overlap } = event.data
  series.add('cugar_plan_comparisons_total', { profile, result })
  if (result !== 'invalid') series.observe('cugar_plan_overlap_ratio', { profile }, { value: overlap })
}

export function foldRunFinish({ series, accepted }: MetricsState, event: EventOf<'run_finished'>): void {
  accepted.delete(event.run_id)
  const { data } = event
  const { profile } = data
  const outcome = outcomeOf(data)
  const status = outcome === 'success' ? 'success' : 'error'
  const wall = data.duration_ms / 1000
  const active = data.active_ms / 1000
  series.add('cugar_runs_in_flight', { profile }, -1)
  series.add('cugar_runs_total', { profile, outcome })
  if (data.in_batch) series.add('cugar_batch_items_total', { outcome: data.status })
  if (data.status === 'failed' && data.cause !== null) {
    series.add('cugar_run_errors_total', { profile, error_type: data.cause })
  }
  series.observe(
    'cugar_run_duration_seconds',
    { profile, status },
    { value: wall, exemplar: exemplarOf(event, wall) },
  )
  series.observe(
    'cugar_run_active_duration_seconds',
    { profile, status },
    { value: active, exemplar: exemplarOf(event, active) },
  )
  series.observe('cugar_run_steps', { profile }, { value: executedSteps(data) })
  for (const { unit } of data.over_budget ?? []) {
    series.add('cugar_budget_events_total', {
      budget: profile,
      resource: RESOURCE_OF[unit],
      event: 'exceeded',
    })
  }
  for (const unit of UNITS) {
    const used = data.budget_use[unit]
    if (used === undefined) continue
    series.observe('cugar_run_budget_utilization_ratio', { resource: RESOURCE_OF[unit] }, { value: used })
  }
}
