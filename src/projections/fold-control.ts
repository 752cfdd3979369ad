import type { EventOf } from '../events/event.ts'
import type { Registry } from '../registry/registry.ts'
import { CLOSED } from './labels.ts'
import type { MetricsState } from './metrics-state.ts'
import type { Series } from './series.ts'

/** A change to a vendor's module is no state: it leaves the state as it was. */
export function foldAdapterChange({ series }: MetricsState, event: EventOf<'adapter_changed'>): void {
  const { adapter, to } = event.data
  if (CLOSED.adapter_state.some((state) => state === to)) setState(series, adapter, to)
}

function setState(series: Series, adapter: string, present: string): void {
  for (const state of CLOSED.adapter_state) {
    series.set('cugar_adapter_state', { adapter, state }, state === present ? 1 : 0)
  }
}

/** Adapters that no event has spoken of yet stand as the registry has them. */
export function startAdapters(series: Series, registry: Registry): void {
  const cells = [...(series.families.get('cugar_adapter_state')?.cells.values() ?? [])]
  for (const { name, enabled } of Object.values(registry.adapters)) {
    const spoken = cells.some(({ labels, value }) => labels['adapter'] === name && value === 1)
    if (!spoken) setState(series, name, enabled ? 'enabled' : 'disabled')
  }
}

/** A freeze is written only where it is a change, so that tenants can be counted up and down. */
export function foldFreeze({ series }: MetricsState, event: EventOf<'freeze_changed'>): void {
  const { scope, key, frozen } = event.data
  series.add('cugar_freezes_total', { scope, action: frozen ? 'frozen' : 'lifted' })
  if (scope === 'profile') series.set('cugar_profile_frozen', { profile: key }, frozen ? 1 : 0)
  else series.add('cugar_tenants_frozen', {}, frozen ? 1 : -1)
}
