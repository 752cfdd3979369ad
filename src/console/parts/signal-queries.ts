// What each signal of the page is in PromQL, over the same window: what Prometheus answers to it is the same figure.
import type { RunOutcome } from '../../projections/outcome.ts'

/** As the success rate is counted; a test holds it equal to what the projections count. */
export const MEASURED_OUTCOMES = [
  'success',
  'partial',
  'error',
  'timeout',
] as const satisfies readonly RunOutcome[]

export type SignalQueries = {
  readonly runs: string
  readonly success: string
  readonly p50: string
  readonly p95: string
  readonly p99: string
  readonly steps: string
  /** null: its series do not tell profiles apart. */
  readonly errors: string | null
  readonly waits: string | null
  readonly decisions: string | null
  readonly budget: string
}

/** Of a window such as `1h`; of one profile, or of all where it is empty. */
export function signalQueries(window: string, profile: string): SignalQueries {
  const own = profile === '' ? [] : [`profile=${JSON.stringify(profile)}`]
  const of = (...matchers: string[]): string => {
    const all = [...own, ...matchers]
    return all.length === 0 ? '' : `{${all.join(',')}}`
  }
  const increase = (name: string, ...matchers: string[]): string =>
    `increase(${name}${of(...matchers)}[${window}])`
  const ratio = (part: string, whole: string): string => `sum(${part}) / sum(${whole})`
  const percentile = (share: number, name: string, ...matchers: string[]): string =>
    `histogram_quantile(${share}, sum by (le) (${increase(`${name}_bucket`, ...matchers)}))`
  const active = (share: number): string =>
    percentile(share, 'cugar_run_active_duration_seconds', 'status="success"')
  const calls = (...statuses: string[]): string =>
    increase('cugar_tool_calls_total', `status=~"${statuses.join('|')}"`)
  const whole = <T>(query: T): T | null => (profile === '' ? query : null)
  return {
    runs: `sum(${increase('cugar_runs_total')})`,
    success: ratio(
      increase('cugar_runs_total', 'outcome="success"'),
      increase('cugar_runs_total', `outcome=~"${MEASURED_OUTCOMES.join('|')}"`),
    ),
    p50: active(0.5),
    p95: active(0.95),
    p99: active(0.99),
    steps: ratio(increase('cugar_run_steps_sum'), increase('cugar_run_steps_count')),
    errors: whole(ratio(calls('error', 'timeout'), calls('success', 'error', 'timeout'))),
    waits: whole(percentile(0.95, 'cugar_approval_wait_seconds')),
    decisions: whole(`sum(${increase('cugar_approval_wait_seconds_count')})`),
    budget: `max(cugar_budget_utilization_ratio${profile === '' ? '' : `{budget=${JSON.stringify(profile)}}`})`,
  }
}

/** Calls of each domain that failed. */
export const domainQuery = (window: string): string => {
  const calls = (statuses: string): string =>
    `sum by (domain) (increase(cugar_tool_calls_total{status=~"${statuses}"}[${window}]))`
  return `${calls('error|timeout')} / ${calls('success|error|timeout')}`
}
