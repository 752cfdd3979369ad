// What the tenants have used of their budgets, by profile, as last seen in the journal. Used by the metrics (the
// highest tenant of each profile) and by the signals; bounded, and a window that has ended no longer counts.
import type { DataOf } from '../../events/event.ts'
import { UNITS, type Unit } from '../../events/policy.ts'
import { keyedCache } from '../../cache.ts'

/** Spent, limit (ledger integers) and end of the window (epoch milliseconds) of one tenant. */
export type TenantUse = { spent: number; limit: number; windowEnd: number }

/** By `<profile>\t<unit>`, then by tenant and limit. */
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

type Account = DataOf<'budget_updated'>['accounts'][number]

const lineOf = ({ key, window, limit_of }: Account): string =>
  window === undefined ? key : `${key}\t${window}\t${limit_of ?? ''}`

/** Takes a tenant's account as an event shows it; `profile` must be one of the registry, `at` the event's time. */
export function noteTenantUse(
  books: BudgetBooks,
  account: Account,
  { profile, at }: { readonly profile: string; readonly at: number },
): void {
  const key = keyOf(profile, account.unit)
  // A tenant may have several limits under one profile: each is a line of its own.
  const line = lineOf(account)
  const known = books.get(key)
  const tenants = known ?? new Map<string, TenantUse>()
  if (!known) books.set(key, tenants)
  const windowEnd = account.window_end ?? Number.MAX_SAFE_INTEGER
  const use = tenants.get(line)
  if (use) {
    use.spent = account.spent
    use.limit = account.limit
    use.windowEnd = windowEnd
    return
  }
  tenants.set(line, { spent: account.spent, limit: account.limit, windowEnd })
  if (tenants.size > MAX_TENANTS) prune(tenants, at)
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
