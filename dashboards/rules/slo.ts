// Service levels over 30 days: two base rules each (bad and all events), from which every window, burn rate and
// error budget follows. Used by the rules, the burn alerts and the SLO dashboard.
import { MEASURED } from '../../src/projections/outcome.ts'
import * as q from '../promql.ts'
import { buckets, counter, countOf, recording, type Group, type Recording } from './rule.ts'

type PerJob = q.Expr<'job'>
/** How events are counted: a second, or over a window. */
type Counting = <L extends string>(selector: q.Selector<L | 'job', 'counter'>) => PerJob
export type Slo = {
  readonly name: string
  readonly objective: number
  /** Whether its fast burn wakes somebody up; otherwise a ticket is enough. */
  readonly pages: boolean
  readonly bad: (count: Counting) => PerJob
  readonly total: (count: Counting) => PerJob
}

/** A bucket's bound as Prometheus 2 keeps it and as Prometheus 3 normalises it. */
const bound = (seconds: number) => q.oneOf(String(seconds), `${seconds}.0`)
const rated: Counting = (selector) => q.sum(['job'], q.rate(selector, '5m'))
const counted =
  (window: SloWindow): Counting =>
  (selector) =>
    q.sum(['job'], q.increase(selector, window))

export const LATENCY_SECONDS = 60
export const RESPONSE_SECONDS = 900

const answered = countOf('cugar_approval_wait_seconds')
const inTime = buckets('cugar_approval_wait_seconds', {
  decision: q.not('timeout'),
  le: bound(RESPONSE_SECONDS),
})
const succeeded = countOf('cugar_run_active_duration_seconds', { status: 'success' })
const fastEnough = buckets('cugar_run_active_duration_seconds', {
  status: 'success',
  le: bound(LATENCY_SECONDS),
})

export const SLOS = [
  {
    name: 'run-success',
    objective: 0.99,
    pages: true,
    bad: (count) => count(counter('cugar_runs_total', { outcome: q.oneOf('partial', 'error', 'timeout') })),
    total: (count) => count(counter('cugar_runs_total', { outcome: q.oneOf(...MEASURED) })),
  },
  {
    name: 'run-latency-60s',
    objective: 0.95,
    pages: true,
    bad: (count) => q.calc(count(succeeded), '-', count(fastEnough)),
    total: (count) => count(succeeded),
  },
  {
    name: 'tool-success',
    objective: 0.98,
    pages: true,
    bad: (count) => count(counter('cugar_tool_calls_total', { status: q.oneOf('error', 'timeout') })),
    total: (count) =>
      count(counter('cugar_tool_calls_total', { status: q.oneOf('success', 'error', 'timeout') })),
  },
  {
    name: 'approval-response-15m',
    objective: 0.95,
    pages: false,
    bad: (count) => q.calc(count(answered), '-', count(inTime)),
    total: (count) => count(answered),
  },
] as const satisfies readonly Slo[]
export type SloName = (typeof SLOS)[number]['name']

export const objectiveOf = (name: SloName): number =>
  SLOS.reduce((found, slo) => (slo.name === name ? slo.objective : found), 0)

type PerSlo = q.Expr<'job' | 'slo'>
const perSlo = (record: string): Recording<'job' | 'slo'> => recording(record, { text: record, strength: 9 })

export const BAD = perSlo('cugar_slo:bad:rate5m')
export const TOTAL = perSlo('cugar_slo:total:rate5m')
export const OBJECTIVE: Recording<'slo'> = recording('cugar_slo:objective:ratio', q.vector(0))
export const allowedErrors = q.minus(1, q.recorded(OBJECTIVE))

export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'] as const
export type SloWindow = (typeof WINDOWS)[number]

/** The windows over which a burn alert asks for a number of bad events. */
export const COUNTED = ['1h', '6h', '1d', '3d'] as const satisfies readonly SloWindow[]
export type CountedWindow = (typeof COUNTED)[number]
/** Bad events as the counters count them: a young installation has no more of them than there were. */
export const badEvents = (window: CountedWindow) => perSlo(`cugar_slo:bad:increase${window}`)

const errorExpr = (window: SloWindow): PerSlo =>
  q.ratio(q.avgOverTime(q.recorded(BAD), window), q.avgOverTime(q.recorded(TOTAL), window))
export const errorRatio = (window: SloWindow): Recording<'job' | 'slo'> =>
  recording(`cugar_slo:error:ratio_rate${window}`, errorExpr(window))

const burnt = (window: SloWindow): PerSlo =>
  q.joined(q.recorded(errorRatio(window)), { op: '/', on: ['slo'], many: 'left' }, allowedErrors)
export const burnRate = (window: '1h' | '6h'): Recording<'job' | 'slo'> =>
  recording(`cugar_slo:burn_rate:ratio_rate${window}`, burnt(window))
export const BUDGET_LEFT: Recording<'job' | 'slo'> = recording(
  'cugar_slo:error_budget_remaining:ratio',
  q.minus(1, burnt('30d')),
)

const labelled = (slo: Slo, rule: Recording, expr: q.Expr<string>): Recording => ({
  record: rule.record,
  expr,
  labels: { slo: slo.name },
})

export const SLO_RULES: readonly Group<Recording>[] = [
  {
    name: 'cugar-slo',
    rules: [
      ...SLOS.flatMap((slo) => [
        labelled(slo, OBJECTIVE, q.vector(slo.objective)),
        labelled(slo, BAD, slo.bad(rated)),
        labelled(slo, TOTAL, slo.total(rated)),
      ]),
      ...WINDOWS.map(errorRatio),
      burnRate('1h'),
      burnRate('6h'),
      BUDGET_LEFT,
    ],
  },
  {
    name: 'cugar-slo-events',
    // Three days of raw counters are dear, and a minute is soon enough for an hour and more.
    interval: '1m',
    rules: COUNTED.flatMap((window) =>
      SLOS.map((slo) => labelled(slo, badEvents(window), slo.bad(counted(window)))),
    ),
  },
]
