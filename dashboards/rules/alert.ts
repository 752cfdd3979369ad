// What every alert must say: how bad, for how long, what it means, what to do and where to look.
import type { Expr } from '../promql.ts'

/** Where the operators' documents are served: change it here when they move. */
export const RUNBOOK_URL = 'https://github.com/cugar-sales/cugar-sales/blob/main/docs/runbook.md'

export const DASHBOARDS = {
  overview: 'cugar-overview',
  tools: 'cugar-tools',
  governance: 'cugar-governance',
  llm: 'cugar-llm',
  slo: 'cugar-slo',
  platform: 'cugar-platform',
} as const
export type DashboardKey = keyof typeof DASHBOARDS

/** `page` wakes somebody up, `warning` is a ticket, `none` only proves that alerts arrive. */
export type Severity = 'critical' | 'warning' | 'none'

export type Alert = {
  readonly alert: string
  readonly expr: Expr<string>
  readonly for: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** `$value` as people read it. */
export const VALUE = {
  number: '{{ $value | humanize }}',
  /** A whole number: increases are extrapolated, and nothing happens 18.25 times. */
  count: '{{ printf "%.0f" $value }}',
  percent: '{{ $value | humanizePercentage }}',
  duration: '{{ $value | humanizeDuration }}',
} as const

type AlertSpec<L extends string> = {
  readonly severity: Severity
  readonly for: '0m' | `${number}${'m' | 'h'}`
  readonly dashboard: DashboardKey
  readonly expr: Expr<L>
  readonly summary: string
  /** Gets each label of the expression as its template; one that the expression lacks does not compile. */
  readonly description: (label: Readonly<Record<L, string>>) => string
  readonly labels?: Readonly<Record<string, string>>
}

/** `CugarLLMErrorRateHigh` -> `cugar-llm-error-rate-high`, the heading's anchor in the runbook. */
export const anchorOf = (alert: string): string =>
  alert
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

const templates = <L extends string>(): Readonly<Record<L, string>> =>
  new Proxy({} as Record<L, string>, { get: (_, label) => `{{ $labels.${String(label)} }}` })

export const alert = <L extends string>(name: string, spec: AlertSpec<L>): Alert => ({
  alert: name,
  expr: spec.expr,
  for: spec.for,
  labels: { severity: spec.severity, ...spec.labels },
  annotations: {
    summary: spec.summary,
    description: spec.description(templates<L>()),
    runbook_url: `${RUNBOOK_URL}#${anchorOf(name)}`,
    dashboard_uid: DASHBOARDS[spec.dashboard],
  },
})
