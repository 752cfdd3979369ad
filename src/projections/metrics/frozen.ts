// Who froze what takes no new runs now, at a scrape.
import { MANUAL } from '../../events/control.ts'
import { CLOSED, type ValueOf } from '../labels.ts'
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

type FrozenNow = { readonly freezes: readonly FreezeSeen[]; readonly profiles: readonly string[] }

const byWhom = ({ cause }: FreezeSeen): ValueOf<'frozen_by'> => (cause === MANUAL ? 'person' : 'alert')

/** The oldest freeze first: of many tenants those that were frozen longest are shown. */
export function refreshFrozenBy(series: Series, { freezes, profiles }: FrozenNow): void {
  const frozen = new Map(freezes.map((freeze) => [`${freeze.scope} ${freeze.key}`, byWhom(freeze)]))
  for (const profile of profiles)
    for (const by of CLOSED.frozen_by)
      series.set('cugar_profile_frozen_by', { profile, by }, frozen.get(`profile ${profile}`) === by ? 1 : 0)
  series.families.get('cugar_tenant_frozen_by')?.cells.clear()
  const tenants = freezes.filter(({ scope }) => scope === 'tenant').slice(0, LEDGER_SERIES - 1)
  for (const freeze of tenants) series.cell('cugar_tenant_frozen_by', [freeze.key, byWhom(freeze)]).value = 1
}
