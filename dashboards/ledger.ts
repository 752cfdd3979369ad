// The ledger of budgets: a line for each budget of a tenant that warns or refuses, and one for each other limit of a
// profile, which speaks of its highest tenant. A table, because bars by name hide the one that matters.
import { OWN_LIMIT } from '../src/projections/metrics/budgets/gauges.ts'
import type { Row } from './dashboard.ts'
import type { Steps } from './panels.ts'
import * as q from './promql.ts'
import { gauge } from './query.ts'
import { table } from './table.ts'
import { LIMITS } from './thresholds.ts'

export const LEVELS: Steps = ['green', [LIMITS.budgetExhausted, 'red']]

const keys = ['tenant', 'budget', 'resource', 'window'] as const
const perLimit = ['budget', 'resource'] as const
type LineLabel = (typeof keys)[number]
type LimitLabel = (typeof perLimit)[number]

// A tenant's own limit holds under every profile: it is shown whichever of them is chosen.
const ofChosen = { budget: q.variable('profile', OWN_LIMIT) }
const use = gauge('cugar_tenant_budget_utilization_ratio', ofChosen)
const warnsAt = gauge('cugar_tenant_budget_warning_threshold_ratio', ofChosen)
const refuses = gauge('cugar_tenant_budget_refusing', ofChosen)
const windowEnd = gauge('cugar_tenant_budget_window_end_timestamp_seconds', ofChosen)
const line = q.max(keys, use)

const highest = gauge('cugar_budget_utilization_ratio')
const highestOf = q.max(perLimit, highest)

/** What is known of each unit by a name of its own, as one. */
const ofUnits = <L extends string>(
  of: (unit: 'calls' | 'cost_units' | 'tokens' | 'effects' | 'usd') => q.Expr<L>,
): q.Expr<L | 'resource'> =>
  q.either(
    q.labelled(of('calls'), 'resource', 'calls'),
    q.labelled(of('cost_units'), 'resource', 'cost'),
    q.labelled(of('tokens'), 'resource', 'tokens'),
    q.labelled(of('effects'), 'resource', 'effects'),
    q.labelled(of('usd'), 'resource', 'usd'),
  )

/** In the unit of each resource; where there is no limit it is 0. */
const amounts = (what: 'used' | 'limit'): q.Expr<LimitLabel> =>
  ofUnits((unit) => q.max(['budget'], gauge(`cugar_budget_${what}_${unit}`)))
const limits = q.calc(amounts('limit'), '>', 0)

/** What a column says of the lines of tenants, and of the limits that none of these lines is about. */
const column = (ofLine: q.Expr<LineLabel>, ofLimit: q.Expr<LimitLabel>): q.Expr<LineLabel> => {
  const limited = q.joined(ofLimit, { op: 'and', on: perLimit }, limits)
  const others = q.joined(limited, { op: 'unless', on: perLimit }, line)
  return q.either<LineLabel>(ofLine, q.labelled(others, 'tenant', 'highest'))
}

/** What is known of a profile, for each of its limits. */
const forEach = <L extends string>(of: q.Expr<L | 'budget'>, value: q.Expr<'budget'>): q.Expr<L | 'budget'> =>
  q.joined<L | 'budget', 'budget'>(q.calc(of, '*', 0), { op: '+', on: ['budget'], many: 'left' }, value)

const left = <L extends string>(of: q.Expr<L>) => q.clampMin(q.minus(1, of), 0)
const speed = <L extends string>(of: q.Selector<L, 'gauge'>) => q.clampMin(q.deriv(of, '1h'), 0)
const untilFull = <L extends string>(share: q.Expr<L>, spent: q.Expr<L>) =>
  q.calc(left(share), '/', q.calc(spent, '>', 0))
const speedOfLimit = q.max(perLimit, speed(highest))
const windowLeft = q.calc(q.max(keys, windowEnd), '-', q.time)
const ends = q.max(['budget'], gauge('cugar_budget_window_end_timestamp_seconds'))
const windowLeftOf = q.calc(forEach(highestOf, q.calc(ends, '>', 0)), '-', q.time)
const exhaustion = gauge('cugar_tenant_budget_exhaustion_timestamp_seconds', ofChosen)
/** Seconds until nothing is left: of a tenant as the runtime foresees it, else at the pace of the last hour. */
const runsOut = column(
  q.calc(q.max(keys, exhaustion), '-', q.time),
  q.joined(untilFull(highestOf, speedOfLimit), { op: '<', on: perLimit }, windowLeftOf),
)

/** In the unit of each line. */
const ofTenant = ['tenant', 'budget', 'window'] as const
const limitOfLine: q.Expr<LineLabel> = ofUnits((unit) =>
  q.max(ofTenant, gauge(`cugar_tenant_budget_limit_${unit}`, ofChosen)),
)
const usedOfLine = q.joined(line, { op: '*', on: keys }, limitOfLine)

/** 0 nobody, 1 a person, 2 an alert: as FROZEN says it. */
const profileFrozen = (by: 'alert' | 'person') =>
  q.max(['budget'], q.alsoCalled(gauge('cugar_profile_frozen_by', { by }), 'profile', 'budget'))
const frozen = q.calc(profileFrozen('person'), '+', q.calc(profileFrozen('alert'), '*', 2))
const tenantFrozen = (by: 'alert' | 'person') => q.max(['tenant'], gauge('cugar_tenant_frozen_by', { by }))
const frozenTenant = q.either(tenantFrozen('person'), q.calc(tenantFrozen('alert'), '*', 2))
/** A tenant that is frozen itself says so; otherwise its profile does. */
const frozenOfLine = q.either<LineLabel>(
  q.joined(q.calc(line, '*', 0), { op: '+', on: ['tenant'], many: 'left' }, frozenTenant),
  forEach(line, frozen),
  q.calc(line, '*', 0),
)

const thresholds = q.max(['budget'], gauge('cugar_budget_warning_threshold_ratio'))

const REFUSES = { 0: { text: 'no', color: 'green' }, 1: { text: 'refuses', color: 'red' } }
const FROZEN = {
  0: { text: 'nobody', color: 'green' },
  1: { text: 'a person', color: 'orange' },
  2: { text: 'an alert', color: 'red' },
}

export const ledger: Row = {
  title: 'Ledger',
  panels: [
    table({
      title: 'Ledger of budgets (trend over 1h)',
      text: 'A line for each budget of a tenant that warns or refuses, and for each other limit of a profile one of its highest tenant; the fullest first. Used and limit are amounts of the unit (cost units, US dollars, tokens, calls); reserved is the share that calls under way hold. Pace: the used share against the elapsed one; above 1 the budget runs out before its window ends. Runs out: at the pace of the last hours, where that is before the end. A budget that refuses does so until its window ends or its limit rises. Who is frozen takes no new runs until a person lifts it; the links lead to who froze what, and to every account.',
      unit: 'percentunit',
      width: 24,
      height: 10,
      steps: LEVELS,
      queries: [
        { expr: column(line, highestOf), legend: 'share' },
        { expr: column(usedOfLine, amounts('used')), legend: 'used' },
        { expr: column(limitOfLine, amounts('limit')), legend: 'limit' },
        {
          expr: column(
            q.max(keys, gauge('cugar_tenant_budget_reserved_ratio', ofChosen)),
            q.max(perLimit, gauge('cugar_budget_reserved_ratio')),
          ),
          legend: 'reserved',
        },
        { expr: column(left(line), left(highestOf)), legend: 'left' },
        { expr: column(q.max(keys, warnsAt), forEach(highestOf, thresholds)), legend: 'warns at' },
        {
          expr: column(
            q.max(keys, gauge('cugar_tenant_budget_pace_ratio', ofChosen)),
            q.max(perLimit, gauge('cugar_budget_pace_ratio')),
          ),
          legend: 'pace',
        },
        { expr: runsOut, legend: 'runs out' },
        { expr: column(windowLeft, windowLeftOf), legend: 'window ends' },
        {
          expr: column(q.max(keys, refuses), q.max(perLimit, gauge('cugar_budget_refusing'))),
          legend: 'refuses',
        },
        { expr: column(frozenOfLine, forEach(highestOf, frozen)), legend: 'frozen by' },
      ],
      names: [
        { label: 'tenant', title: 'Tenant', width: 125 },
        { label: 'budget', title: 'Scope', width: 115 },
        { label: 'resource', title: 'Unit', width: 70 },
        { label: 'window', title: 'Window', width: 75 },
      ],
      columns: [
        { title: 'Share', unit: 'percentunit', steps: LEVELS, width: 75 },
        { title: 'Used', unit: 'short', width: 80 },
        { title: 'Limit', unit: 'short', width: 75 },
        { title: 'Reserved', unit: 'percentunit', width: 85 },
        { title: 'Left', unit: 'percentunit', width: 75 },
        { title: 'Warns at', unit: 'percentunit', width: 80 },
        { title: 'Pace', unit: 'none', width: 60, decimals: 2 },
        { title: 'Runs out in', unit: 's', width: 95 },
        { title: 'Window ends', unit: 's', width: 100 },
        { title: 'Refuses', unit: 'short', width: 80, words: REFUSES },
        { title: 'Frozen by', unit: 'short', width: 85, words: FROZEN },
      ],
      sortBy: 'Share',
      noValue: 'No limits',
      links: ['budgets', 'freezes'],
    }),
  ],
}
