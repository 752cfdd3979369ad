// How the accounts of tenants are named: by budget, end of the window, its length and whose limit it is, so that each
// limit has a line of its own. Version 0.1.0 named them by tenant and end alone.
import type { BudgetWindow, LimitOwner } from '../../events/policy.ts'

/** What tells apart the accounts of one tenant and unit; nothing for accounts of a run, and for those of 0.1.0. */
export type LimitName = {
  readonly window?: BudgetWindow | undefined
  readonly limit_of?: LimitOwner | undefined
}

type NamedAccount = LimitName & { readonly key: string; readonly window_end: number | null }

/** No tenant has it in its name. */
const MARK = '/'

/** The owner of a tenant's account: `acme@1772496000000/day/profile/demo`, or `acme@1772496000000/day/tenant`. */
export function tenantOwner({ key, window_end, window, limit_of }: NamedAccount, profile: string): string {
  const old = `${key}@${window_end}`
  if (window === undefined || limit_of === undefined) return old
  return limit_of === 'tenant'
    ? `${old}${MARK}${window}${MARK}tenant`
    : `${old}${MARK}${window}${MARK}profile${MARK}${profile}`
}

/** The owner as 0.1.0 named it; null where it is named so, or is no tenant's. */
export function oldOwner(owner: string): string | null {
  const end = owner.indexOf(MARK)
  return end < 0 ? null : owner.slice(0, end)
}

/** The profile whose limit it is; null: the tenant's own, or not known. */
export const profileOfOwner = (owner: string): string | null => owner.split(MARK)[3] ?? null

/** How long the window of an account is; null: not known. */
export const windowOfOwner = (owner: string): string | null => owner.split(MARK)[1] ?? null
