// The budgets of tenants as gauges, at a scrape: what the tenants of each profile have used at most, and a line for each
// of the budgets that warn or refuse.
import { UNITS, type TenantLimit, type Unit } from '../../../events/policy.ts'
import { OTHER_TENANTS } from '../../../events/names.ts'
import { fromMicro, type Registry } from '../../../registry/registry.ts'
import { ownLimits, profileLimits, standingOf, windowsOf } from '../../../run/budgets/tenants.ts'
import { windowEnd } from '../../../run/budgets/window.ts'
import { CLOSED, type ValueOf } from '../../labels.ts'
import type { GaugeName } from '../catalogue.ts'
import { RESOURCE_OF } from '../fold-budgets.ts'
import type { Series } from '../series.ts'
import { highestUse, presentLines, shareOf, type BudgetBooks, type BudgetLineSeen } from './books.ts'

/** Label `budget` of a limit that a tenant has of its own: no profile can be called so. */
export const OWN_LIMIT = 'all-profiles'
/** More tenants than these are shown as one, `other`. */
const SHOWN_LINES = 20
/** Of limits that 0.1.0 wrote, which had no other. */
const OLD_WINDOW = 'day'

const LEDGER = [
  'cugar_tenant_budget_utilization_ratio',
  'cugar_tenant_budget_warning_threshold_ratio',
  'cugar_tenant_budget_refusing',
  'cugar_tenant_budget_window_end_timestamp_seconds',
] as const satisfies readonly GaugeName[]

const AMOUNTS = {
  calls: ['cugar_budget_limit_calls', 'cugar_budget_used_calls'],
  cost: ['cugar_budget_limit_cost_units', 'cugar_budget_used_cost_units'],
  llm_tokens: ['cugar_budget_limit_tokens', 'cugar_budget_used_tokens'],
  llm_usd: ['cugar_budget_limit_usd', 'cugar_budget_used_usd'],
} as const satisfies Record<Unit, readonly [GaugeName, GaugeName]>

const shown = (unit: Unit, amount: number): number =>
  unit === 'cost' || unit === 'llm_usd' ? fromMicro(amount) : amount

export type BudgetsSeen = {
  readonly books: BudgetBooks
  /** In force. */
  readonly registry: Registry
  readonly profiles: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
}

/** The limit of the registry in force that a line is held to; undefined: it is none of them. */
function limitInForce({ profile, use }: BudgetLineSeen, registry: Registry): TenantLimit | undefined {
  const key = use.tenant ?? ''
  const spec = Object.hasOwn(registry.profiles, profile) ? registry.profiles[profile] : undefined
  const standing = use.limitOf === 'tenant' ? standingOf(registry, key) : null
  const limits =
    use.limitOf === 'tenant' ? standing && ownLimits(standing) : spec && profileLimits(spec, { budget: key })
  return limits?.find(({ window }) => window === use.window)
}

type Line = {
  readonly seen: BudgetLineSeen
  readonly share: number
  readonly threshold: number
  readonly isRefusing: boolean
}

/** A line as the registry in force would judge the next call: with a higher limit it is open again. */
function lineOf(seen: BudgetLineSeen, registry: Registry): Line {
  const { use, unit } = seen
  const force = limitInForce(seen, registry)
  const limit = force === undefined ? use.limit : (force.amounts[unit] ?? Number.POSITIVE_INFINITY)
  return {
    seen,
    share: shareOf({ ...use, limit }),
    threshold: force?.warning_threshold ?? 1,
    isRefusing: use.refusedAt !== undefined && limit <= use.refusedAt,
  }
}

function refreshRefusing(series: Series, lines: readonly Line[], profiles: readonly string[]): void {
  for (const budget of profiles) {
    for (const resource of CLOSED.resource) {
      const refusing = lines.filter(
        ({ isRefusing, seen }) =>
          isRefusing && seen.profile === budget && RESOURCE_OF[seen.unit] === resource,
      )
      series.set('cugar_budget_refusing', { budget, resource }, refusing.length)
    }
  }
}

/** What refuses first, then the highest share. */
const byNeed = (a: Line, b: Line): number => Number(b.isRefusing) - Number(a.isRefusing) || b.share - a.share

type Labels = {
  tenant: string
  budget: string
  resource: ValueOf<'resource'>
  window: ValueOf<'budget_window'>
}

const labelsOf = ({ seen: { profile, unit, use } }: Line): Labels => ({
  tenant: use.tenant ?? OTHER_TENANTS,
  budget: use.limitOf === 'tenant' ? OWN_LIMIT : profile,
  resource: RESOURCE_OF[unit],
  window: use.window ?? OLD_WINDOW,
})

function showLine(series: Series, line: Line, labels: Labels): void {
  const values = [labels.tenant, labels.budget, labels.resource, labels.window]
  const numbers = [line.share, line.threshold, Number(line.isRefusing), line.seen.use.windowEnd / 1000]
  for (const [index, name] of LEDGER.entries()) series.cell(name, values).value = numbers[index] ?? 0
}

/** A line for each budget that is above its threshold or refuses, as many as are shown; the highest of the rest. */
function refreshLedger(series: Series, lines: readonly Line[]): void {
  for (const name of LEDGER) series.families.get(name)?.cells.clear()
  const byName = new Map<string, Line>()
  for (const line of lines.filter(({ share, threshold, isRefusing }) => isRefusing || share >= threshold))
    byName.set(Object.values(labelsOf(line)).join(' '), line)
  const [...needy] = byName.values()
  needy.sort(byNeed)
  for (const line of needy.slice(0, SHOWN_LINES)) showLine(series, line, labelsOf(line))
  const rest = needy[SHOWN_LINES]
  if (rest) showLine(series, rest, { ...labelsOf(rest), tenant: OTHER_TENANTS })
}

function refreshAmounts(series: Series, budget: string, { books, registry, now }: BudgetsSeen): number {
  const spec = Object.hasOwn(registry.profiles, budget) ? registry.profiles[budget] : undefined
  const limits = spec === undefined ? [] : windowsOf(spec)
  let lastEnd = 0
  for (const unit of UNITS) {
    const [limitName, usedName] = AMOUNTS[unit]
    const use = highestUse(books, { profile: budget, unit }, now)
    const limit = limits.find(({ amounts }) => amounts[unit] !== undefined)
    const end = use?.windowEnd ?? (limit ? windowEnd(now, limit.window, limit.time_zone) : 0)
    series.set(limitName, { budget }, shown(unit, use?.limit ?? limit?.amounts[unit] ?? 0))
    series.set(usedName, { budget }, shown(unit, use?.spent ?? 0))
    lastEnd = Math.max(lastEnd, end)
  }
  series.set('cugar_budget_warning_threshold_ratio', { budget }, spec?.limits.warning_threshold ?? 1)
  return lastEnd
}

/** Sets every gauge of budgets to how they stand. */
export function refreshBudgets(series: Series, seen: BudgetsSeen): void {
  const { books, registry, profiles, now } = seen
  for (const budget of profiles) {
    for (const unit of UNITS) {
      const use = highestUse(books, { profile: budget, unit }, now)
      const share = use === null ? 0 : shareOf(use)
      series.set('cugar_budget_utilization_ratio', { budget, resource: RESOURCE_OF[unit] }, share)
    }
    const end = refreshAmounts(series, budget, seen)
    series.set('cugar_budget_window_end_timestamp_seconds', { budget }, end / 1000)
  }
  const lines = presentLines(books, now).map((line) => lineOf(line, registry))
  refreshRefusing(series, lines, profiles)
  refreshLedger(series, lines)
}
