// What the tenants have used of their budgets, by profile, as last seen in the journal. Used by the metrics (the
// highest tenant of each profile) and by the signals; bounded, and a window that has ended no longer counts.
import type { EventOf } from '../../events/event.ts'
import { UNITS, type Unit } from '../../events/policy.ts'
import { keyedCache } from '../../cache.ts'

/** Spent, limit (ledger integers) and end of the window (epoch milliseconds) of one tenant. */
export type TenantUse = { spent: number; limit: number; windowEnd: number }

/** By `<profile>\t<unit>`, then by tenant. */
export type BudgetBooks = Map<string, Map<string, TenantUse>>

/** With more tenants the least used half is dropped: only the highest tenant is ever shown. */
const MAX_TENANTS = 1000

export const shareOf = (use: Readonly<TenantUse>): number => (use.limit > 0 ? use.spent / use.limit : 0)

/** A key is needed at every booking: each is joined once. */
const bookKeys = keyedCache<string>()

function keyOf(profile: string, unit: Unit): string {
  const keys = [profile, unit]
  return bookKeys.get(keys) ?? bookKeys.set(keys, keys.join('\t'))
}

function prune(tenants: Map<string, TenantUse>, at: number): void {
  const live = [...tenants].filter(([, use]) => use.windowEnd > at)
  const kept = live.sort(([, a], [, b]) => shareOf(b) - shareOf(a)).slice(0, MAX_TENANTS / 2)
  tenants.clear()
  for (const [tenant, use] of kept) tenants.set(tenant, use)
}

/** Records a tenant's account as the event shows it; `profile` must be one of the registry's. */
export function noteTenantUse(books: BudgetBooks, event: EventOf<'budget_updated'>, profile: string): void {
  const { data } = event
  const key = keyOf(profile, data.unit)
  const known = books.get(key)
  const tenants = known ?? new Map<string, TenantUse>()
  if (!known) books.set(key, tenants)
  const windowEnd = data.window_end ?? Number.MAX_SAFE_INTEGER
  const use = tenants.get(data.key)
  if (use) {
    use.spent = data.spent
    use.limit = data.limit
    use.windowEnd = windowEnd
    return
  }
  tenants.set(data.key, { spent: data.spent, limit: data.limit, windowEnd })
  if (tenants.size > MAX_TENANTS) prune(tenants, event.at)
}

/** The tenant that has used the highest share of its present window; null when none has used any. */
export function highestUse(
  books: BudgetBooks,
  account: { profile: string; unit: Unit },
  now: number,
): Readonly<TenantUse> | null {
  let highest: Readonly<TenantUse> | null = null
  for (const use of books.get(keyOf(account.profile, account.unit))?.values() ?? []) {
    if (use.windowEnd <= now) continue
    if (highest === null || shareOf(use) > shareOf(highest)) highest = use
  }
  return highest
}

/** Highest share over every unit, 0 to 1; null when the profile's tenants have used none. */
export function highestShare(books: BudgetBooks, profile: string, now: number): number | null {
  const shares = UNITS.map((unit) => highestUse(books, { profile, unit }, now)).filter((use) => use !== null)
  return shares.length === 0 ? null : Math.max(...shares.map(shareOf))
}
