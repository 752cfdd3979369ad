// The shipped registry with the tools of the incidents and with limits that an incident can reach.
import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { BEHAVIOURS } from './tools.ts'

type ProfileText = {
  allowed_tools: string[]
  approvers: { timeout_s: number }
  budget: { run: object; domain?: object; tenant: object; on_exceeded: string }
  timeout_seconds: number
}
type RegistryText = {
  labels: { max_series: number }
  tools: Record<string, object>
  profiles: Record<string, ProfileText>
  retry: { default: object }
}

export type RegistryChanges = {
  /** Calls that a tenant may make under the profile in a month. */
  readonly calls?: Readonly<Record<string, number>>
  /** Copies of a profile: each has series of its own. */
  readonly moreProfiles?: number
}

const HOUR = 3600
/** Seconds that people have for an approval, where they have less than a day. */
const ANSWER_SECONDS: Readonly<Record<string, number>> = { enterprise: 300, sales_manager: 1 }

const entry = (word: string): object => ({
  domain: BEHAVIOURS[word]?.domain,
  description: word,
  outputs: { value: { type: 'string' } },
  cost: 1,
  timeout_ms: HOUR * 1000,
  ...(BEHAVIOURS[word]?.execute ? { side_effects: 'execute', approval: { risk: 'high' } } : {}),
})

function openUp(name: string, profile: ProfileText, calls: number): void {
  const words = Object.keys(BEHAVIOURS)
  profile.allowed_tools.push(...words.map((word) => `${word}_probe`))
  profile.timeout_seconds = HOUR
  profile.approvers.timeout_s = ANSWER_SECONDS[name] ?? profile.approvers.timeout_s
  profile.budget.run = { calls: 500, cost: 500 }
  delete profile.budget.domain
  profile.budget.tenant = { window: 'month', calls }
}

export function chaosRegistry({ calls = {}, moreProfiles = 0 }: RegistryChanges = {}): string {
  const text = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
  const registry = parse(text) as RegistryText
  for (const word of Object.keys(BEHAVIOURS)) registry.tools[`${word}_probe`] = entry(word)
  for (const [name, profile] of Object.entries(registry.profiles))
    openUp(name, profile, calls[name] ?? 1_000_000)
  const more = Array.from({ length: moreProfiles }, (_, index) => [
    `team_${index}`,
    registry.profiles['demo'],
  ])
  registry.profiles = { ...registry.profiles, ...Object.fromEntries(more) }
  registry.labels.max_series = moreProfiles > 0 ? 1_000_000 : 10_000
  registry.retry.default = { strategy: 'linear', base_ms: 5, cap_ms: 10, attempts: 2 }
  return stringify(registry, { aliasDuplicateObjects: false })
}
