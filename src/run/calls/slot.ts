// Which adapter serves a call: decided when the call is made, from what is installed and in use then. Pure; the
// states of adapters come from the control stream, so that every process and every replay decides alike.
import type { SideEffects } from '../../events/policy.ts'
import type { AdapterSpec } from '../../registry/registry.ts'
import type { Route } from './tool-call.ts'

/** What is selected where no adapter serves: the tool works by itself. */
export const BUILTIN = 'builtin'

/**
 * `open`: its breaker has tripped; `half_open`: the breaker lets calls through to try it; `fallback`: others serve
 * for it.
 */
export const ADAPTER_STATES = ['enabled', 'disabled', 'open', 'half_open', 'fallback'] as const
export type AdapterState = (typeof ADAPTER_STATES)[number]

const CUT_OFF: ReadonlySet<string | undefined> = new Set<AdapterState>(['disabled', 'open', 'fallback'])

/** Whether an adapter in this state serves nobody. */
export const cutsOff = (state: string | undefined): boolean => CUT_OFF.has(state)

export type Slot = {
  /** The one that the tool declares; null: it needs no vendor. */
  readonly interface: string | null
  readonly sideEffects: SideEffects
  /** Of the profile, the preferred one first. */
  readonly allowed: readonly string[]
  readonly specs: Readonly<Record<string, AdapterSpec>>
  /** Names of the adapters that are switched on and loaded. */
  readonly installed: { readonly has: (name: string) => boolean }
  /** By adapter; what is no `AdapterState` cuts nothing off. */
  readonly states: Readonly<Record<string, string>>
  /** Places that people gave to adapters, the lowest first; the others follow as the profile has them. */
  readonly order?: Readonly<Record<string, number>>
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

const isCutOff = ({ states }: Slot, name: string): boolean => cutsOff(own(states, name))

/** Why an adapter serves nobody, and until when. */
const whyCutOff = ({ states }: Slot, name: string): string =>
  own(states, name) === 'disabled'
    ? 'switched off until a person switches it on'
    : 'cut off because it does not answer, and is tried again by itself'

const placeOf = ({ order = {} }: Slot, name: string): number => own(order, name) ?? Infinity

/** Those of the profile that can serve, the preferred one first. */
function candidatesOf(slot: Slot): string[] {
  const candidates = slot.allowed.filter((name) => serves(slot, name))
  // Two without a place keep the order of the profile: their difference is not a number.
  return slot.order === undefined
    ? candidates
    : candidates.sort((a, b) => placeOf(slot, a) - placeOf(slot, b) || 0)
}

const serves = (slot: Slot, name: string): boolean =>
  Object.hasOwn(slot.specs, name) &&
  slot.specs[name]?.interface === slot.interface &&
  slot.installed.has(name)

/** The adapters that may stand in for one, in order. The registry says so, whichever the profile allows. */
function standIns(slot: Slot, first: string): string[] {
  const chain = [first]
  for (let name = slot.specs[first]?.fallback ?? null; name !== null && !chain.includes(name);) {
    chain.push(name)
    name = slot.specs[name]?.fallback ?? null
  }
  return chain.slice(1).filter((name) => serves(slot, name))
}

const builtin = (reason: string): Route => ({
  selected: BUILTIN,
  alternatives: [],
  strategy: 'builtin',
  reason,
})

/**
 * The first allowed adapter that is switched on, or, while that one is cut off, the first of its fallbacks that is
 * not. Another adapter that the profile allows never serves in its place unasked, and an effect never goes to
 * another vendor at all.
 */
export function chooseAdapter(slot: Slot): Route {
  if (slot.interface === null) return builtin('The tool needs no vendor.')
  const [first] = candidatesOf(slot)
  if (first === undefined)
    return builtin(`No adapter of interface ${slot.interface} that the profile allows is switched on.`)
  const chain = standIns(slot, first).filter((name) => !isCutOff(slot, name))
  if (!isCutOff(slot, first)) {
    const others = slot.sideEffects === 'execute' ? [] : chain
    return {
      selected: first,
      alternatives: others,
      strategy: 'adapter',
      reason: 'It is the first adapter of the profile that is switched on.',
    }
  }
  if (slot.sideEffects === 'execute')
    return builtin(`Adapter ${first} is ${whyCutOff(slot, first)}. An effect never goes to another vendor.`)
  const [next, ...others] = chain
  if (next === undefined) return builtin(`Adapter ${first} is cut off, and no other may stand in for it.`)
  return {
    selected: next,
    alternatives: others,
    strategy: 'fallback',
    from: first,
    reason: `Adapter ${first} is cut off; it is the first of its fallbacks that is not.`,
  }
}
