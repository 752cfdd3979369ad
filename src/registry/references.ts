// What profiles, adapters and retry policies say about others: every name must lead somewhere.
import { ROLES } from '../events/names.ts'
import type { Sources } from './sources.ts'
import { DEFAULT_TENANT } from './tenant-schema.ts'
import type { Fault, Path } from './yaml.ts'

type Listed = {
  readonly names: readonly string[]
  readonly path: Path
  readonly refuse: (name: string) => string | null
}

function listFaults({ names, path, refuse }: Listed): Fault[] {
  return names.flatMap((name, index) => {
    const twice = names.indexOf(name) < index ? `${name} is there twice` : null
    const message = twice ?? refuse(name)
    return message === null ? [] : [{ path: [...path, index], message }]
  })
}

/** A model that has no price could spend without end. */
function modelReferences({ models }: Sources, model: string | undefined, path: Path): Fault[] {
  if (model === undefined || models.has(model)) return []
  return [{ path: [...path, 'llm', 'model'], message: `no model is called ${model}, so it has no price` }]
}

function profileReferences(sources: Sources): Fault[] {
  const noTool = (tool: string): string | null =>
    sources.tools.has(tool) ? null : `no tool is called ${tool}`
  const notUsable = (tool: string): string | null => {
    const source = sources.tools.get(tool)
    const isDisabled = source && !(source.enabled ?? sources.defaults.enabled)
    return isDisabled ? `tool ${tool} is disabled` : noTool(tool)
  }
  const noDomain = (domain: string): string | null =>
    sources.domains === null || sources.domains.includes(domain)
      ? null
      : `no domain is called ${domain}; known are ${sources.domains.join(', ')}`
  const noAdapter = (adapter: string): string | null =>
    sources.adapters.has(adapter) ? null : `no adapter is called ${adapter}`

  return [...sources.profiles].flatMap(([name, profile]) => {
    if (!profile) return []
    const path: Path = ['profiles', name]
    const budgets = (scope: 'domain' | 'tool', refuse: Listed['refuse']): Fault[] =>
      Object.keys(profile.budget[scope]).flatMap((key) => {
        const message = refuse(key)
        return message === null ? [] : [{ path: [...path, 'budget', scope, key], message }]
      })
    return [
      ...listFaults({ names: profile.allowed_tools, path: [...path, 'allowed_tools'], refuse: notUsable }),
      ...listFaults({
        names: profile.allowed_adapters,
        path: [...path, 'allowed_adapters'],
        refuse: noAdapter,
      }),
      ...listFaults({
        names: profile.approval_required,
        path: [...path, 'approval_required'],
        refuse: () => null,
      }),
      ...modelReferences(sources, profile.llm?.model, path),
      ...budgets('domain', noDomain),
      ...budgets('tool', noTool),
    ]
  })
}

/** The way from one adapter over its fallbacks back to itself; null when it does not lead back. */
function circle(name: string, sources: Sources): string[] | null {
  const way = new Set([name])
  let next = sources.adapters.get(name)?.fallback ?? null
  while (next !== null && next !== name) {
    if (way.has(next)) return null
    way.add(next)
    next = sources.adapters.get(next)?.fallback ?? null
  }
  return next === null ? null : [...way, name]
}

function adapterReferences(sources: Sources): Fault[] {
  return [...sources.adapters].flatMap(([name, adapter]) => {
    if (!adapter || adapter.fallback === null) return []
    const path: Path = ['adapters', name, 'fallback']
    if (!sources.adapters.has(adapter.fallback))
      return [{ path, message: `no adapter is called ${adapter.fallback}` }]
    const way = circle(name, sources)
    if (way) return [{ path, message: `the fallbacks go in a circle: ${way.join(' -> ')}` }]
    const other = sources.adapters.get(adapter.fallback)
    if (!other || other.interface === adapter.interface) return []
    return [{ path, message: `${adapter.fallback} has another interface: ${other.interface}` }]
  })
}

function retryReferences(sources: Sources): Fault[] {
  const named = sources.defaults.retry
  const unknown = sources.retry.has(named)
    ? []
    : [{ path: ['defaults', 'retry'], message: `no retry policy is called ${named}` }]
  const own = [...sources.retry].flatMap(([name, policy]): Fault[] => {
    if (!policy) return []
    if (name === 'none' && policy.strategy !== 'none')
      return [{ path: ['retry', name], message: 'none always means one call; choose another name' }]
    if (policy.strategy === 'none' || policy.base_ms <= policy.cap_ms) return []
    return [{ path: ['retry', name, 'base_ms'], message: 'must not be above cap_ms' }]
  })
  return [...unknown, ...own]
}

function tenantReferences({ tenants, profiles }: Sources): Fault[] {
  if (tenants === null) return []
  return [...tenants.entries].flatMap(([name, tenant]) => {
    if (!tenant) return []
    const path: Path = ['tenants', name]
    const noProfile = (profile: string): string | null =>
      profiles.has(profile) ? null : `no profile is called ${profile}`
    const named = { names: tenant.allowed_profiles ?? [], path: [...path, 'allowed_profiles'] }
    const isOne = name !== DEFAULT_TENANT && !name.includes('*')
    const alone =
      isOne && tenant.shared !== undefined
        ? [{ path: [...path, 'shared'], message: 'is for patterns and default: this is one tenant' }]
        : []
    return [...listFaults({ ...named, refuse: noProfile }), ...alone]
  })
}

/** A role that is misspelt would give its people nothing, and nobody would know why. */
function groupReferences({ groups, profiles }: Sources): Fault[] {
  const asked = [...profiles.values()].flatMap((profile) => (profile ? [profile.approvers.role] : []))
  const known = [...new Set<string>([...ROLES, ...asked])]
  const noRole = (role: string): string | null =>
    known.includes(role) ? null : `no role is called ${role}; known are ${known.join(', ')}`
  const noProfile = (profile: string): string | null =>
    profiles.has(profile) ? null : `no profile is called ${profile}`
  return [...groups].flatMap(([name, group]) => {
    if (!group) return []
    const path: Path = ['groups', name]
    return [
      ...listFaults({ names: group.roles, path: [...path, 'roles'], refuse: noRole }),
      ...listFaults({ names: group.profiles ?? [], path: [...path, 'profiles'], refuse: noProfile }),
    ]
  })
}

export const references = (sources: Sources): Fault[] => [
  ...profileReferences(sources),
  ...adapterReferences(sources),
  ...retryReferences(sources),
  ...tenantReferences(sources),
  ...groupReferences(sources),
]
