// The books as people and programs are shown them: each account with the limit that holds for it now, whose limit that
// is and in which window; and the limits of tenants that nothing is spent of yet.
import {
  UNITS,
  windowSchema,
  type BudgetWindow,
  type LimitOwner,
  type TenantLimit,
} from '../../events/policy.ts'
import type { Registry } from '../../registry/registry.ts'
import { accountId, type Account } from './ledger.ts'
import { profileOfOwner, tenantOwner, windowOfOwner } from './tenant-account.ts'
import { ownLimits, profileLimits, standingOf } from './tenants.ts'
import { windowEnd } from './window.ts'

export type BudgetRow = Account & {
  readonly window: BudgetWindow | undefined
  readonly limit_of: LimitOwner | undefined
  /** Whose limit it is; null: the tenant's own, of a run, or not known. */
  readonly profile: string | null
  /** null: of a run, or no limit of the registry in force. */
  readonly time_zone: string | null
  /** Used share at which it warns; null: of a run, or no limit of the registry in force. */
  readonly threshold: number | null
}

type Now = { readonly registry: Registry; readonly now: number }

/** The limits that the registry in force has on a budget of tenants: those of a profile, or its own. */
function limitsInForce(key: string, profile: string | null, registry: Registry): readonly TenantLimit[] {
  if (profile === null) {
    const standing = standingOf(registry, key)
    return standing === null ? [] : ownLimits(standing)
  }
  const spec = Object.hasOwn(registry.profiles, profile) ? registry.profiles[profile] : undefined
  return spec === undefined ? [] : profileLimits(spec, { budget: key })
}

/** An account as it stands. Within its present window it shows the registry's limit, which the next call is held to. */
function rowOf(account: Account, { registry, now }: Now): BudgetRow {
  const window =
    account.scope === 'tenant' ? windowSchema.safeParse(windowOfOwner(account.owner)).data : undefined
  if (window === undefined)
    return { ...account, window, limit_of: undefined, profile: null, time_zone: null, threshold: null }
  const profile = profileOfOwner(account.owner)
  const limit_of = profile === null ? 'tenant' : 'profile'
  const limit = limitsInForce(account.key, profile, registry).find(
    (each) => each.window === window && windowEnd(now, window, each.time_zone) === account.window_end,
  )
  const { time_zone = null, warning_threshold: threshold = null } = limit ?? {}
  const named = { window, limit_of, profile, time_zone, threshold } as const
  return { ...account, ...named, limit: limit?.amounts[account.unit] ?? account.limit }
}

/** The registry's own limits on tenants that it names, or that share a budget, with nothing spent. */
function unspent({ registry, now }: Now): BudgetRow[] {
  const budgets = Object.keys(registry.tenants?.entries ?? {}).flatMap((name) => {
    const standing = standingOf(registry, name)
    return standing === null || (name.includes('*') && standing.spec?.shared !== true)
      ? []
      : ownLimits(standing)
  })
  return budgets.flatMap(({ key, window, limit_of, time_zone, amounts, warning_threshold: threshold }) => {
    const window_end = windowEnd(now, window, time_zone)
    const named = { key, window, limit_of, window_end }
    const owner = tenantOwner(named, '')
    const rest = { scope: 'tenant', spent: 0, reserved: 0, warned: false, profile: null } as const
    return UNITS.flatMap((unit): BudgetRow[] => {
      const limit = amounts[unit]
      return limit === undefined ? [] : [{ ...named, ...rest, owner, unit, limit, time_zone, threshold }]
    })
  })
}

/** A window that has ended is history, unless something is still reserved in it. */
const isCurrent = (account: Account, now: number): boolean =>
  account.window_end === null || account.window_end > now || account.reserved > 0

/** Every budget in force, by its account's id. */
export function budgetRows(accounts: readonly Account[], at: Now): ReadonlyMap<string, BudgetRow> {
  const current = accounts
    .filter((account) => isCurrent(account, at.now))
    .map((account) => rowOf(account, at))
  return new Map([...unspent(at), ...current].map((row) => [accountId(row), row]))
}
