// Whose run it is: the tenant that a caller names, held against the registry.
import { AppError } from '../../errors.ts'
import { isTenantName, NEW_TENANT_RULE } from '../../events/names.ts'
import type { Registry } from '../../registry/registry.ts'
import { mayUse, standingOf, type TenantStanding } from '../../run/budgets/tenants.ts'

type TenantAsked = { readonly tenant: string; readonly profile: string; readonly resumes: string | null }

/** Who the tenant is, and that it may use the profile. Errors: INVALID_REQUEST, UNKNOWN_TENANT, PROFILE_NOT_ALLOWED. */
export function tenantOf(registry: Registry, { tenant, profile, resumes }: TenantAsked): TenantStanding {
  // What older versions accepted may be resumed.
  if (resumes === null && !isTenantName(tenant))
    throw new AppError('INVALID_REQUEST', {}, { problems: [{ path: 'tenant', message: NEW_TENANT_RULE }] })
  const standing = standingOf(registry, tenant)
  if (standing === null) throw new AppError('UNKNOWN_TENANT', { tenant })
  if (mayUse(standing, profile)) return standing
  const allowed = standing.spec?.allowed_profiles?.join(', ') ?? ''
  throw new AppError('PROFILE_NOT_ALLOWED', { tenant, profile, allowed })
}
