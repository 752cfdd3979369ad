// Which limits hold what a tenant spends: the profile's, and its own.
import type { TenantLimit } from '../../events/policy.ts'
import { UTC } from '../../events/time-zone.ts'
import type { RunState } from '../state.ts'
import type { LimitName } from './tenant-account.ts'

/** The limits that the run was accepted with. Runs that name none have the one of their profile. */
export function limitsOfTenant({ limits, tenant }: RunState): readonly TenantLimit[] {
  if (limits.tenant_limits !== undefined) return limits.tenant_limits
  const { window, tenant: amounts, warning_threshold } = limits
  return [{ limit_of: 'profile', key: tenant, window, time_zone: UTC, amounts, warning_threshold }]
}

/** The share at which the limit of an account warns. */
export function thresholdOf(state: RunState, account: LimitName): number {
  const limit =
    account.window === undefined || state.limits.tenant_limits === undefined
      ? undefined
      : limitsOfTenant(state).find(
          ({ window, limit_of }) => window === account.window && limit_of === account.limit_of,
        )
  return limit?.warning_threshold ?? state.limits.warning_threshold
}
