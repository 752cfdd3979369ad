// Who a tenant is to the registry: the entry that is for it, whose budget it spends, and the limits it is held to.
import { memoize } from '../../cache.ts'
import type { TenantLimit } from '../../events/policy.ts'
import { UTC } from '../../events/time-zone.ts'
import type { Profile, Registry, Tenants, TenantSpec, WindowLimit } from '../../registry/registry.ts'

type Pattern = { readonly start: string; readonly end: string; readonly spec: TenantSpec }

const DEFAULT = 'default'

/** The more of a name a pattern says, the earlier; of two that say as much, the first in the alphabet. */
const patternsOf = memoize(({ entries }: Tenants): readonly Pattern[] =>
  Object.values(entries)
    .filter(({ name }) => name.includes('*'))
    .sort((a, b) => b.name.length - a.name.length || (a.name < b.name ? -1 : 1))
    .map((spec) => {
      const [start = '', end = ''] = spec.name.split('*')
      return { start, end, spec }
    }),
)

const fits = (tenant: string, { start, end }: Pattern): boolean =>
  tenant.length >= start.length + end.length && tenant.startsWith(start) && tenant.endsWith(end)

const entryOf = ({ entries }: Tenants, name: string): TenantSpec | undefined =>
  Object.hasOwn(entries, name) ? entries[name] : undefined

export type TenantStanding = {
  /** The registry's entry for it; null: it has no limits of its own. */
  readonly spec: TenantSpec | null
  /** Whose budget it spends: its own, or that of all the tenants that its entry is for. */
  readonly budget: string
}

/** How a tenant stands in the registry; null: its runs are refused, because no entry is for it. */
export function standingOf({ tenants }: Pick<Registry, 'tenants'>, tenant: string): TenantStanding | null {
  if (tenants === undefined) return { spec: null, budget: tenant }
  const known = entryOf(tenants, tenant) ?? patternsOf(tenants).find((each) => fits(tenant, each))?.spec
  if (known === undefined && tenants.unknown === 'refuse') return null
  const spec = known ?? entryOf(tenants, DEFAULT) ?? null
  return { spec, budget: spec?.shared === true ? spec.name : tenant }
}

export const mayUse = ({ spec }: TenantStanding, profile: string): boolean =>
  spec?.allowed_profiles?.includes(profile) ?? true

/** The windows in which a profile limits each tenant. */
export const windowsOf = ({ windows, limits }: Profile): readonly WindowLimit[] =>
  windows ?? [{ window: limits.window, time_zone: UTC, amounts: limits.tenant }]

/** The limits of a tenant's own; none where it has none. */
export const ownLimits = ({ spec, budget }: TenantStanding): TenantLimit[] =>
  (spec?.limits ?? []).map((limit) => ({
    ...limit,
    limit_of: 'tenant',
    key: budget,
    warning_threshold: spec?.warning_threshold ?? 1,
  }))

/** What a profile allows one budget of tenants. */
export const profileLimits = (profile: Profile, { budget }: Pick<TenantStanding, 'budget'>): TenantLimit[] =>
  windowsOf(profile).map((limit) => ({
    ...limit,
    limit_of: 'profile',
    key: budget,
    warning_threshold: profile.limits.warning_threshold,
  }))

/** Every limit that holds for a tenant under a profile; undefined: what the profile's limits say is all. */
export function tenantLimits(
  profile: Profile,
  standing: TenantStanding,
  tenant: string,
): TenantLimit[] | undefined {
  const isPlain = profile.windows === undefined && standing.budget === tenant
  const own = ownLimits(standing)
  return isPlain && own.length === 0 ? undefined : [...profileLimits(profile, standing), ...own]
}
