// The budgets of tenants as gauges, at a scrape: what the tenants of each profile have used at most, and a line for each
// of the budgets that warn or refuse.
import { UNITS, type Unit } from '../../../events/policy.ts'
import { OTHER } from '../../../events/names.ts'
import { fromMicro, type WindowLimit } from '../../../registry/registry.ts'
import { windowsOf } from '../../../run/budgets/tenants.ts'
import { windowEnd } from '../../../run/budgets/window.ts'
import { CLOSED, SEPARATOR, type ValueOf } from '../../labels.ts'
import type { GaugeName } from '../catalogue.ts'
import { RESOURCE_OF } from '../fold-budgets.ts'
import type { Series } from '../series.ts'
import { highestLine, linesNow, type BooksInForce, type BudgetLineNow } from './lines.ts'

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
  'cugar_tenant_budget_reserved_ratio',
  'cugar_tenant_budget_pace_ratio',
] as const satisfies readonly GaugeName[]

/** Only where it is known: a line without it is not expected to run out. */
const EXHAUSTION: GaugeName = 'cugar_tenant_budget_exhaustion_timestamp_seconds'

const AMOUNTS = {
  calls: ['cugar_budget_limit_calls', 'cugar_budget_used_calls'],
  cost: ['cugar_budget_limit_cost_units', 'cugar_budget_used_cost_units'],
  llm_tokens: ['cugar_budget_limit_tokens', 'cugar_budget_used_tokens'],
  llm_usd: ['cugar_budget_limit_usd', 'cugar_budget_used_usd'],
  effects: ['cugar_budget_limit_effects', 'cugar_budget_used_effects'],
} as const satisfies Record<Unit, readonly [GaugeName, GaugeName]>

/** Of the lines of tenants. */
const OWN_AMOUNT = {
  calls: 'cugar_tenant_budget_limit_calls',
  cost: 'cugar_tenant_budget_limit_cost_units',
  llm_tokens: 'cugar_tenant_budget_limit_tokens',
  llm_usd: 'cugar_tenant_budget_limit_usd',
  effects: 'cugar_tenant_budget_limit_effects',
} as const satisfies Record<Unit, GaugeName>

const shown = (unit: Unit, amount: number): number =>
  unit === 'cost' || unit === 'llm_usd' ? fromMicro(amount) : amount

export type BudgetsSeen = BooksInForce & { readonly profiles: readonly string[] }

type Ledger = Omit<BudgetsSeen, 'books' | 'profiles'> & { readonly lines: readonly BudgetLineNow[] }

function refreshRefusing(series: Series, lines: readonly BudgetLineNow[], profiles: readonly string[]): void {
  for (const budget of profiles) {
    for (const resource of CLOSED.resource) {
      const refusing = lines.filter(
        ({ isRefusing, profile, unit }) => isRefusing && profile === budget && RESOURCE_OF[unit] === resource,
      )
      series.set('cugar_budget_refusing', { budget, resource }, refusing.length)
    }
  }
}

/** What refuses first, then the highest share. */
const byNeed = (a: BudgetLineNow, b: BudgetLineNow): number =>
  Number(b.isRefusing) - Number(a.isRefusing) || b.share - a.share

type Labels = {
  tenant: string
  budget: string
  resource: ValueOf<'resource'>
  window: ValueOf<'budget_window'>
}

const labelsOf = ({ profile, unit, use }: BudgetLineNow): Labels => ({
  tenant: use.tenant ?? OTHER,
  budget: use.limitOf === 'tenant' ? OWN_LIMIT : profile,
  resource: RESOURCE_OF[unit],
  window: use.window ?? OLD_WINDOW,
})

function showLine(series: Series, line: BudgetLineNow, labels: Labels): void {
  const values = [labels.tenant, labels.budget, labels.resource, labels.window]
  const { share, threshold, isRefusing, use, reservedShare, pace } = line
  const numbers = [share, threshold, Number(isRefusing), use.windowEnd / 1000, reservedShare, pace]
  for (const [index, name] of LEDGER.entries()) series.cell(name, values).value = numbers[index] ?? 0
  const ofUnit = [labels.tenant, labels.budget, labels.window]
  series.cell(OWN_AMOUNT[line.unit], ofUnit).value = shown(line.unit, line.limit)
  if (line.runsOutAt !== null) series.cell(EXHAUSTION, values).value = line.runsOutAt / 1000
}

const isShown = ({ share, threshold, isRefusing, runsOutAt }: BudgetLineNow): boolean =>
  isRefusing || share >= threshold || runsOutAt !== null

/**
 * A line for each budget that warns, refuses or will run out, as many as are shown; the highest of the rest. Once shown
 * it stays for its window: whoever reads it must see that it refuses no more.
 */
function refreshLedger(series: Series, lines: readonly BudgetLineNow[]): void {
  const before = new Set(series.families.get('cugar_tenant_budget_refusing')?.cells.keys())
  for (const name of [...LEDGER, ...Object.values(OWN_AMOUNT), EXHAUSTION])
    series.families.get(name)?.cells.clear()
  const byName = new Map<string, BudgetLineNow>()
  for (const line of lines) {
    const name = Object.values(labelsOf(line)).join(SEPARATOR)
    if (isShown(line) || before.has(name)) byName.set(name, line)
  }
  const [...needy] = byName.values()
  needy.sort(byNeed)
  // A tenant of an older journal may be called as the rest is: it is one of the rest.
  const told = new Set(needy.filter(({ use }) => use.tenant !== OTHER).slice(0, SHOWN_LINES))
  for (const line of told) showLine(series, line, labelsOf(line))
  const rest = needy.find((line) => !told.has(line))
  if (rest) showLine(series, rest, { ...labelsOf(rest), tenant: OTHER })
}

/** The smallest limit of a profile's windows in a unit; undefined: it has none. */
const smallestLimit = (limits: readonly WindowLimit[], unit: Unit): WindowLimit | undefined =>
  limits
    .filter(({ amounts }) => amounts[unit] !== undefined)
    .toSorted((a, b) => (a.amounts[unit] ?? 0) - (b.amounts[unit] ?? 0))[0]

/** Of several windows the one with the highest share; the one with the smallest limit where nothing is spent. */
function refreshProfile(series: Series, budget: string, { lines, registry, now }: Ledger): void {
  const spec = Object.hasOwn(registry.profiles, budget) ? registry.profiles[budget] : undefined
  const limits = spec === undefined ? [] : windowsOf(spec)
  let lastEnd = 0
  for (const unit of UNITS) {
    const [limitName, usedName] = AMOUNTS[unit]
    const line = highestLine(lines.filter((each) => each.profile === budget && each.unit === unit))
    const limit = smallestLimit(limits, unit)
    const end = line?.use.windowEnd ?? (limit ? windowEnd(now, limit.window, limit.time_zone) : 0)
    const resource = RESOURCE_OF[unit]
    series.set('cugar_budget_utilization_ratio', { budget, resource }, line?.share ?? 0)
    series.set('cugar_budget_reserved_ratio', { budget, resource }, line?.reservedShare ?? 0)
    series.set('cugar_budget_pace_ratio', { budget, resource }, line?.pace ?? 0)
    series.set(limitName, { budget }, shown(unit, line?.limit ?? limit?.amounts[unit] ?? 0))
    series.set(usedName, { budget }, shown(unit, line?.use.spent ?? 0))
    lastEnd = Math.max(lastEnd, end)
  }
  series.set('cugar_budget_warning_threshold_ratio', { budget }, spec?.limits.warning_threshold ?? 1)
  series.set('cugar_budget_window_end_timestamp_seconds', { budget }, lastEnd / 1000)
}

/** Sets every gauge of budgets to how they stand. */
export function refreshBudgets(series: Series, seen: BudgetsSeen): void {
  const lines = linesNow(seen)
  const byProfile = Map.groupBy(lines, ({ profile }) => profile)
  for (const budget of seen.profiles)
    refreshProfile(series, budget, { ...seen, lines: byProfile.get(budget) ?? [] })
  refreshRefusing(series, lines, seen.profiles)
  refreshLedger(series, lines)
}
