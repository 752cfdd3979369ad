// How each adapter stands by the changes that the control stream has of it: the state it is in, and what people have
// said of it, which holds over restarts and reloads. Pure.
import type { AdapterCause } from '../../events/control.ts'
import type { EventOf } from '../../events/event.ts'
import { ADAPTER_STATES, type AdapterState } from './slot.ts'

export type AdapterStanding = {
  /** null: no event gave it one, so that the registry and its flag decide. */
  readonly state: AdapterState | null
  /** What a person switched last; null: nobody did. */
  readonly isOn: boolean | null
  /** The module that a person put behind it; null: that of the registry. */
  readonly module: string | null
  /** The place that a person gave it among those of its interface, from 1; null: the profile's. */
  readonly order: number | null
  readonly last: LastChange
}

/** `why`: payload of a person's words. */
export type LastChange = {
  readonly at: number
  readonly by: string
  readonly cause: AdapterCause | null
  readonly reason: string
  readonly why: string | null
}

/** By adapter; one that is not there has never been changed. */
export type AdapterStandings = Readonly<Record<string, AdapterStanding>>

type Change = Pick<EventOf<'adapter_changed'>, 'data' | 'at'>

/** How `from` and `to` say that there is no place, or no other module than the registry's. */
export const AS_REGISTERED = 'registry'

const UNCHANGED = { state: null, isOn: null, module: null, order: null } as const

const valueOf = (to: string): string | null => (to === AS_REGISTERED ? null : to)

type Said = Omit<AdapterStanding, 'last'>

function changed(before: Said, { aspect, to, cause }: Change['data']): Said {
  if (aspect === 'module') return { ...before, module: valueOf(to) }
  if (aspect === 'order') return { ...before, order: valueOf(to) === null ? null : Number(to) }
  const state = ADAPTER_STATES.find((one) => one === to)
  // Before 0.2.0 another module was a change like any other.
  if (state === undefined) return before
  return { ...before, state, isOn: cause === 'person' ? state !== 'disabled' : before.isOn }
}

export const standingOf = (standings: AdapterStandings, adapter: string): AdapterStanding | undefined =>
  Object.hasOwn(standings, adapter) ? standings[adapter] : undefined

/** The standings after a change. */
export function evolveStandings(standings: AdapterStandings, { data, at }: Change): AdapterStandings {
  const before = standingOf(standings, data.adapter)
  const { by, cause = null, reason, why = null } = data
  const { last: _last, ...said } = before ?? { ...UNCHANGED, last: null }
  return { ...standings, [data.adapter]: { ...changed(said, data), last: { at, by, cause, reason, why } } }
}

/** By adapter: the state that an event gave it. */
export const statesOf = (standings: AdapterStandings): Readonly<Record<string, AdapterState>> =>
  Object.fromEntries(
    Object.entries(standings).flatMap(([name, { state }]) => (state === null ? [] : [[name, state]])),
  )

/** By adapter: the place that a person gave it; undefined: nobody gave one. */
export function orderOf(standings: AdapterStandings): Readonly<Record<string, number>> | undefined {
  const places = Object.entries(standings).flatMap(([name, { order }]) =>
    order === null ? [] : [[name, order]],
  )
  return places.length === 0 ? undefined : Object.fromEntries(places)
}
