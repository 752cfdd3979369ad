import type { EventOf } from '../../events/event.ts'
import type { AdapterSpec, Registry } from '../../registry/registry.ts'
import { CLOSED } from '../labels.ts'
import type { MetricsState } from './metrics-state.ts'
import type { Series } from './series.ts'

const CUT_OFF: ReadonlySet<string | undefined> = new Set(['open', 'fallback'])

/** Another module is no state, and a breaker that tries again is still open: both leave the state as it was. */
export function foldAdapterChange({ series }: MetricsState, event: EventOf<'adapter_changed'>): void {
  const { adapter, to, aspect = 'state' } = event.data
  const change = CLOSED.adapter_change.find((one) => one === (aspect === 'state' ? to : aspect))
  if (change !== undefined) series.add('cugar_adapter_changes_total', { adapter, change })
  if (aspect !== 'state') return
  if (CLOSED.adapter_state.some((state) => state === to)) setState(series, adapter, to)
}

function setState(series: Series, adapter: string, present: string): void {
  for (const state of CLOSED.adapter_state) {
    series.set('cugar_adapter_state', { adapter, state }, state === present ? 1 : 0)
  }
}

export type AdapterEnabled = (adapter: AdapterSpec) => boolean

/** Adapters stand as the registry and the environment have them now, except those that an event cut off. */
export function startAdapters(series: Series, registry: Registry, isEnabled: AdapterEnabled): void {
  const cells = [...(series.families.get('cugar_adapter_state')?.cells.values() ?? [])]
  const cutOff = new Set(
    cells
      .filter(({ labels, value }) => value === 1 && CUT_OFF.has(labels['state']))
      .map(({ labels }) => labels['adapter']),
  )
  for (const spec of Object.values(registry.adapters)) {
    if (!cutOff.has(spec.name)) setState(series, spec.name, isEnabled(spec) ? 'enabled' : 'disabled')
  }
}

/** A freeze is written only where it is a change, so that tenants can be counted up and down. */
export function foldFreeze({ series }: MetricsState, event: EventOf<'freeze_changed'>): void {
  const { scope, key, frozen } = event.data
  series.add('cugar_freezes_total', { scope, action: frozen ? 'frozen' : 'lifted' })
  if (scope === 'profile') series.set('cugar_profile_frozen', { profile: key }, frozen ? 1 : 0)
  else series.add('cugar_tenants_frozen', {}, frozen ? 1 : -1)
}
