// Which adapter serves a step of a run. A plan names the interface, and the slot chooses at the call; a plan that
// version 0.1.0 made names the adapter itself.
import type { Registry } from '../../registry/registry.ts'
import { BUILTIN, chooseAdapter } from '../../run/calls/slot.ts'
import type { Route } from '../../run/calls/tool-call.ts'
import type { StepState } from '../../run/state.ts'

export type Surroundings = {
  /** By name: those that are switched on and loaded. */
  readonly adapters: ReadonlyMap<string, unknown>
  /** Name of the run's profile. */
  readonly profile: string
  /** As the control stream has them; none is cut off where they are left out. */
  readonly states?: Readonly<Record<string, string>>
  /** Places that people gave to adapters. */
  readonly order?: Readonly<Record<string, number>> | undefined
}

const chainOf = (registry: Registry, first: string): string[] => {
  const chain: string[] = []
  for (let name: string | null = first; name !== null && !chain.includes(name);) {
    chain.push(name)
    name = registry.adapters[name]?.fallback ?? null
  }
  return chain
}

/** As 0.1.0 chose, in its words: the adapter of the plan, or the first of its fallbacks that is there. */
function plannedRoute(wanted: string | null, registry: Registry, adapters: Surroundings['adapters']): Route {
  if (wanted === null)
    return { selected: BUILTIN, alternatives: [], strategy: 'builtin', reason: 'The tool needs no vendor.' }
  const chain = chainOf(registry, wanted)
  const selected = chain.find((name) => adapters.has(name)) ?? BUILTIN
  const alternatives = chain.filter((name) => name !== selected)
  return selected === wanted
    ? {
        selected,
        alternatives,
        strategy: 'adapter',
        reason: 'The first adapter of the profile is available.',
      }
    : { selected, alternatives, strategy: 'fallback', reason: 'The adapter of the plan is not available.' }
}

/** `registry`: the one that the run started under. */
export function routeOf(step: StepState, registry: Registry, around: Surroundings): Route {
  const { plan } = step
  if (plan.adapter !== undefined) return plannedRoute(plan.adapter, registry, around.adapters)
  return chooseAdapter({
    interface: plan.interface,
    sideEffects: plan.side_effects,
    allowed: registry.profiles[around.profile]?.allowed_adapters ?? [],
    specs: registry.adapters,
    installed: around.adapters,
    states: around.states ?? {},
    ...(around.order === undefined ? {} : { order: around.order }),
  })
}
