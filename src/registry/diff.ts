import { canonicalJson } from '../events/digest.ts'
import type { Registry } from './registry.ts'

/** Names of entries, such as `tools.score_account_fit`, sorted. */
export type RegistryDiff = { added: string[]; removed: string[]; changed: string[] }

const MAPS = ['tools', 'profiles', 'adapters', 'models', 'alerts', 'playbooks', 'groups'] as const

function entriesOf(registry: Registry): Map<string, string> {
  const named = MAPS.flatMap((section) =>
    Object.entries(registry[section] ?? {}).map(
      ([name, entry]) => [`${section}.${name}`, canonicalJson(entry)] as const,
    ),
  )
  const { unknown, entries } = registry.tenants ?? { unknown: null, entries: {} }
  const tenants = Object.entries(entries).map(
    ([name, entry]) => [`tenants.${name}`, canonicalJson(entry)] as const,
  )
  return new Map([
    ...named,
    ...tenants,
    ...(unknown === null ? [] : [['tenants.unknown', unknown] as const]),
    ['metadata', canonicalJson(registry.metadata)],
    ['labels.max_series', String(registry.max_series)],
    ['labels.operations', canonicalJson(registry.operations)],
    ['domains', canonicalJson(registry.domains)],
    ['planners', canonicalJson(registry.planners)],
  ])
}

/** What a change of the registry adds, removes and changes, sorted; a first registry only adds. */
export function diffRegistries(before: Registry | null, after: Registry): RegistryDiff {
  const old = before ? entriesOf(before) : new Map<string, string>()
  const now = entriesOf(after)
  const names = [...now.keys()].sort()
  return {
    added: names.filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)).sort(),
    changed: names.filter((name) => old.has(name) && old.get(name) !== now.get(name)),
  }
}
