// What people have put above the registry: adapters that they switched on, or put another module behind. Opened anew
// with every registry, since that says how an adapter is set up.
import type { Adapter } from '../../adapters/adapter.ts'
import type { ProblemItem } from '../../events/problem.ts'
import type { AdapterSpec, Registry } from '../../registry/registry.ts'
import { standingOf, type AdapterStanding } from '../../run/calls/standing.ts'
import type { Control } from '../control.ts'
import type { OpenedAdapter, Opening } from './opening.ts'
import type { EngineParts, InForce } from '../parts.ts'

export type Overlay = {
  /** The adapters that can be called now, by name; another map after each change. */
  readonly adapters: (inForce: InForce) => ReadonlyMap<string, Adapter>
  /** Of an adapter that people have changed; undefined: the registry's holds. */
  readonly configurationOf: (adapter: string) => string | undefined
  readonly set: (adapter: string, opened: OpenedAdapter | null) => void
  /** Opens what people have changed, as this registry has it. What cannot be opened serves nobody. */
  readonly open: (registry: Registry) => Promise<void>
  /** Why an adapter that people switched on cannot be opened; empty: it can. */
  readonly problemsOf: (adapter: string) => readonly ProblemItem[]
}

/** `module`: the one that a person put behind it; null: that of its entry. */
export const openAdapter = async (
  { openAdapter: open }: EngineParts,
  spec: AdapterSpec,
  module: string | null,
): Promise<Opening> => {
  if (open !== undefined) return open(spec, module)
  const message = 'cannot be switched on here: nothing opens adapters'
  return { ok: false, problems: [{ path: `adapters.${spec.name}`, message }] }
}

/** Whether the registry's own adapter is not the one that serves. */
const isOverlaid = ({ isOn, module }: AdapterStanding): boolean => isOn === true || module !== null

export function createOverlay(parts: EngineParts, control: Control): Overlay {
  let opened: ReadonlyMap<string, OpenedAdapter | null> = new Map()
  let problems = new Map<string, readonly ProblemItem[]>()
  let merged: { readonly inForce: InForce; readonly adapters: ReadonlyMap<string, Adapter> } | null = null
  const replace = (next: ReadonlyMap<string, OpenedAdapter | null>): void => {
    opened = next
    merged = null
  }
  const merge = (inForce: InForce): ReadonlyMap<string, Adapter> => {
    if (opened.size === 0) return inForce.installed.adapters
    const all = new Map(inForce.installed.adapters)
    for (const [name, over] of opened) {
      if (over === null) all.delete(name)
      else all.set(name, over.adapter)
    }
    return all
  }
  return {
    adapters: (inForce) => {
      if (merged?.inForce !== inForce) merged = { inForce, adapters: merge(inForce) }
      return merged.adapters
    },
    configurationOf: (adapter) => opened.get(adapter)?.configuration,
    set: (adapter, over) => {
      problems.delete(adapter)
      replace(new Map([...opened, [adapter, over]]))
    },
    open: async (registry) => {
      const next = new Map<string, OpenedAdapter | null>()
      problems = new Map()
      for (const spec of Object.values(registry.adapters)) {
        const standing = standingOf(control.adapters(), spec.name)
        if (standing === undefined || !isOverlaid(standing)) continue
        const opening = await openAdapter(parts, spec, standing.module)
        next.set(spec.name, opening.ok ? opening : null)
        if (!opening.ok) problems.set(spec.name, opening.problems)
      }
      replace(next)
    },
    problemsOf: (adapter) => problems.get(adapter) ?? [],
  }
}
