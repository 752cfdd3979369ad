// Who froze what takes no new runs now, at a scrape.
import { MANUAL } from '../../events/control.ts'
import { OTHER } from '../../events/names.ts'
import type { Registry } from '../../registry/registry.ts'
import { CLOSED, SEPARATOR, type ValueOf } from '../labels.ts'
import { LEDGER_SERIES } from './governance.ts'
import type { Series } from './series.ts'

export type FreezeSeen = {
  readonly scope: ValueOf<'freeze_scope'>
  /** Of the profile or tenant. */
  readonly key: string
  /** Name of the alert, or MANUAL. */
  readonly cause: string
  readonly at: number
}

type FrozenNow = {
  readonly freezes: readonly FreezeSeen[]
  readonly profiles: readonly string[]
  readonly registry: Registry
}

const byWhom = ({ cause }: FreezeSeen): ValueOf<'frozen_by'> => (cause === MANUAL ? 'person' : 'alert')

/** Those that the registry names, and those that have a line in the ledger: any other name is only what somebody wrote. */
function knownTenants(series: Series, { tenants }: Registry): ReadonlySet<string> {
  const lines = [...(series.families.get('cugar_tenant_budget_refusing')?.cells.keys() ?? [])]
  const inLedger = lines.map((values) => values.split(SEPARATOR)[0] ?? '')
  return new Set([...Object.keys(tenants?.entries ?? {}), ...inLedger])
}

/** The oldest freeze first: of many tenants those that were frozen longest are shown. After the ledger's lines. */
export function refreshFrozenBy(series: Series, { freezes, profiles, registry }: FrozenNow): void {
  const frozen = new Map(freezes.map((freeze) => [`${freeze.scope} ${freeze.key}`, byWhom(freeze)]))
  for (const profile of profiles)
    for (const by of CLOSED.frozen_by)
      series.set('cugar_profile_frozen_by', { profile, by }, frozen.get(`profile ${profile}`) === by ? 1 : 0)
  series.families.get('cugar_tenant_frozen_by')?.cells.clear()
  const tenants = freezes.filter(({ scope }) => scope === 'tenant').slice(0, LEDGER_SERIES - 1)
  const known = knownTenants(series, registry)
  for (const freeze of tenants) {
    const tenant = known.has(freeze.key) ? freeze.key : OTHER
    series.cell('cugar_tenant_frozen_by', [tenant, byWhom(freeze)]).value = 1
  }
}
