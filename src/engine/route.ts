// Which adapter serves a call: the plan's, or the first of its fallbacks that is there; a tool without an
// interface runs by itself.
import type { Adapter } from '../adapters/adapter.ts'
import type { Registry } from '../registry/registry.ts'
import type { Route } from '../run/tool-call.ts'
import type { StepState } from '../run/state.ts'

export const BUILTIN = 'builtin'

const chainOf = (registry: Registry, first: string): string[] => {
  const chain: string[] = []
  for (let name: string | null = first; name !== null && !chain.includes(name);) {
    chain.push(name)
    name = registry.adapters[name]?.fallback ?? null
  }
  return chain
}

export function routeOf(step: StepState, registry: Registry, adapters: ReadonlyMap<string, Adapter>): Route {
  const wanted = step.plan.adapter
  if (wanted === null) {
    return { selected: BUILTIN, alternatives: [], strategy: 'builtin', reason: 'The tool needs no vendor.' }
  }
  const chain = chainOf(registry, wanted)
  const selected = chain.find((name) => adapters.has(name)) ?? BUILTIN
  const alternatives = chain.filter((name) => name !== selected)
  if (selected === wanted) {
    return {
      selected,
      alternatives,
      strategy: 'adapter',
      reason: 'The first adapter of the profile is available.',
    }
  }
  return { selected, alternatives, strategy: 'fallback', reason: 'The adapter of the plan is not available.' }
}
