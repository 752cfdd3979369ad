// The budgets of tenants as the registry in force would judge the next call: a limit that a reload has changed holds at
// once, and one that it has dropped is no line any more. Read by the metrics, the signals and the list of budgets.
import type { TenantLimit, Unit } from '../../../events/policy.ts'
import { UTC } from '../../../events/time-zone.ts'
import type { Registry } from '../../../registry/registry.ts'
import { ownLimits, profileLimits, standingOf } from '../../../run/budgets/tenants.ts'
import { windowEnd as endOfWindow } from '../../../run/budgets/window.ts'
import { presentLines, type BudgetBooks, type BudgetLineSeen, type TenantUse } from './books.ts'
import { elapsedShare, runsOutAt } from './pace.ts'

export type BudgetLineNow = {
  readonly profile: string
  readonly unit: Unit
  readonly use: Readonly<TenantUse>
  /** Of the registry in force, ledger integers. */
  readonly limit: number
  /** Used share of it, 0 to 1 and above. */
  readonly share: number
  readonly threshold: number
  /** Share of it that calls under way hold. */
  readonly reservedShare: number
  /** Used share against the elapsed share of the window: 1 is even. */
  readonly pace: number
  /** A call was refused, and the limit has not risen since. */
  readonly isRefusing: boolean
  /** Epoch milliseconds; null: not before the window ends, at the pace of today. */
  readonly runsOutAt: number | null
}

export type BooksInForce = {
  readonly books: BudgetBooks
  /** In force. */
  readonly registry: Registry
  /** Epoch milliseconds. */
  readonly now: number
}

/** The limits of the registry that may hold for a line; null: it does not know whose they are. */
function limitsFor({ profile, use }: BudgetLineSeen, registry: Registry): readonly TenantLimit[] | null {
  const key = use.tenant ?? ''
  if (use.limitOf === 'tenant') {
    const standing = standingOf(registry, key)
    return standing && ownLimits(standing)
  }
  const spec = Object.hasOwn(registry.profiles, profile) ? registry.profiles[profile] : undefined
  return spec === undefined ? null : profileLimits(spec, { budget: key })
}

/** null: no run that begins now is held to it. */
function lineNow(seen: BudgetLineSeen, { registry, now }: BooksInForce): BudgetLineNow | null {
  const { use, unit, profile } = seen
  // Lines of 0.1.0 do not say their window.
  const limits = use.window === undefined ? null : limitsFor(seen, registry)
  const force = limits?.find(({ window }) => window === use.window)
  const limit = limits === null ? use.limit : force?.amounts[unit]
  if (limit === undefined) return null
  const { spent, window, windowEnd, reserved = 0, slots = [] } = use
  const zone = force?.time_zone ?? UTC
  // Since a reload another time zone holds, so other windows, in which nothing of this one is spent.
  if (force !== undefined && endOfWindow(now, force.window, zone) !== windowEnd) return null
  const share = limit > 0 ? spent / limit : 0
  return {
    profile,
    unit,
    use,
    limit,
    share,
    threshold: force?.warning_threshold ?? 1,
    reservedShare: limit > 0 ? reserved / limit : 0,
    pace: share / elapsedShare({ window, windowEnd, zone, now }),
    isRefusing: use.refusedAt !== undefined && limit <= use.refusedAt,
    runsOutAt: runsOutAt({ slots, spent, limit, windowEnd }, now),
  }
}

/** Every line that holds now; a tenant's own limit once for each profile that spends of it. */
export const linesNow = (at: BooksInForce): BudgetLineNow[] =>
  presentLines(at.books, at.now)
    .map((seen) => lineNow(seen, at))
    .filter((line) => line !== null)

/** The line with the highest share; undefined: nothing is spent of any. */
export function highestLine(lines: readonly BudgetLineNow[]): BudgetLineNow | undefined {
  let highest: BudgetLineNow | undefined
  for (const line of lines) if (highest === undefined || line.share > highest.share) highest = line
  return highest
}
