// Multi-window burn rates: a long window says that it matters, a short one that it still goes on. The minimum of
// bad events keeps a quiet or a fresh installation from paging over a handful of runs.
import * as q from '../promql.ts'
import { alert, VALUE, type Alert, type Severity } from './alert.ts'
import type { Group } from './rule.ts'
import {
  allowedErrors,
  badEvents,
  errorRatio,
  SLOS,
  type CountedWindow,
  type Slo,
  type SloWindow,
} from './slo.ts'

type Burn = {
  readonly factor: number
  readonly long: CountedWindow
  readonly short: SloWindow
  readonly for: `${number}${'m' | 'h'}`
  readonly leastBad: number
  readonly severity: Severity
}

export const BURNS: readonly Burn[] = [
  { factor: 14.4, long: '1h', short: '5m', for: '2m', leastBad: 5, severity: 'critical' },
  { factor: 6, long: '6h', short: '30m', for: '15m', leastBad: 10, severity: 'critical' },
  { factor: 3, long: '1d', short: '2h', for: '1h', leastBad: 10, severity: 'warning' },
  { factor: 1, long: '3d', short: '6h', for: '3h', leastBad: 10, severity: 'warning' },
]

/** Throws when no error ratio could ever reach the factor: 14.4 x 10 % is more than everything. */
export function checkCanFire(slo: Pick<Slo, 'name' | 'objective'>, factor: number): void {
  const needed = factor * (1 - slo.objective)
  if (needed < 1) return
  throw new RangeError(
    `The burn alert ${factor}x of ${slo.name} can never fire: it needs an error ratio of ${needed.toFixed(2)}.`,
  )
}

/** The service levels that an alert of this severity speaks for. */
const coveredBy = (severity: Severity, slos: readonly Slo[]): readonly Slo[] =>
  severity === 'critical' ? slos.filter(({ pages }) => pages) : slos

export function burnAlert(burn: Burn, slos: readonly Slo[] = SLOS): Alert {
  const covered = coveredBy(burn.severity, slos)
  for (const slo of covered) checkCanFire(slo, burn.factor)
  const names = `slo=~"${covered.map(({ name }) => name).join('|')}"`
  const tooFast = (window: SloWindow) =>
    q.joined(
      q.recorded(errorRatio(window), [names]),
      { op: '>', on: ['slo'], many: 'left' },
      q.calc(allowedErrors, '*', burn.factor),
    )
  const bad = q.recorded(badEvents(burn.long), [names])
  return alert(burn.severity === 'critical' ? 'CugarErrorBudgetBurnFast' : 'CugarErrorBudgetBurnSlow', {
    severity: burn.severity,
    for: burn.for,
    dashboard: 'slo',
    expr: q.both(tooFast(burn.long), tooFast(burn.short), q.calc(bad, '>=', burn.leastBad)),
    labels: { long_window: burn.long, short_window: burn.short },
    summary: `The error budget of a service level burns at more than ${burn.factor} times the allowed rate.`,
    description: ({ job, slo }) =>
      `${slo} of ${job}: ${VALUE.percent} of the events of the last ${burn.long} were bad, and so were those of the last ${burn.short}.`,
  })
}

export const BURN_ALERTS: Group<Alert> = {
  name: 'cugar-burn-alerts',
  rules: BURNS.map((burn) => burnAlert(burn)),
}
