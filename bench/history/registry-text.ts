// The shipped registry with tools of incidents beside its own, which a model plans and people are asked about, and a budget that six hours can use up.
import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'

type ProfileText = {
  allowed_tools: string[]
  allowed_adapters: string[]
  budget: { tenant: object }
  llm?: object
}
type RegistryText = {
  tools: Record<string, object>
  profiles: Record<string, ProfileText>
  models: Record<string, object>
  labels: { max_series: number }
  retry: { default: object }
}

const PROBES = {
  amber: { domain: 'intelligence', description: 'amber' },
  fails: { domain: 'intelligence', description: 'fails' },
  garnet: {
    domain: 'engagement',
    description: 'garnet',
    side_effects: 'execute',
    approval: { risk: 'high' },
  },
  hangs: { domain: 'territory', description: 'hangs' },
} as const

/** Calls of the tenant that uses up its budget, in the day. */
const CALLS = 250

export function historyRegistry(model: string): string {
  const text = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
  const registry = parse(text) as RegistryText
  for (const [word, entry] of Object.entries(PROBES)) {
    registry.tools[`${word}_probe`] = { ...entry, outputs: { value: { type: 'string' } }, cost: 1 }
  }
  for (const [name, profile] of Object.entries(registry.profiles)) {
    profile.allowed_tools.push(...Object.keys(PROBES).map((word) => `${word}_probe`))
    profile.llm = { planner: name === 'sales_manager' ? 'plan' : 'off', model }
    if (name === 'sales_rep') profile.allowed_adapters = ['hubspot']
    if (name === 'smb') profile.budget.tenant = { window: 'day', calls: CALLS }
  }
  registry.labels.max_series = 10_000
  registry.retry.default = { strategy: 'linear', base_ms: 5, cap_ms: 10, attempts: 2 }
  return stringify(registry, { aliasDuplicateObjects: false })
}
