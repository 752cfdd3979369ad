// The shipped registry with the tools of the incidents and with limits that an incident can reach.
import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { MODELS } from './outside.ts'
import { behavioursOf } from './tools.ts'

type ProfileText = {
  allowed_tools: string[]
  allowed_adapters: string[]
  llm?: object
  approvers: { timeout_s: number }
  budget: { run: object; domain?: object; tenant: object; on_exceeded: string }
  limits: object
  timeout_seconds: number
}
type RegistryText = {
  labels: { max_series: number }
  profiles: Record<string, ProfileText>
  tools: Record<string, object>
  adapters: Record<'hubspot' | 'pipedrive', object>
  models: Record<string, object>
}

export type RegistryChanges = {
  /** Profiles besides `demo`. */
  readonly profiles?: readonly string[]
  readonly hasManySteps?: boolean
  /** Models and vendors, each for the profile of its incident. */
  readonly hasOutside?: boolean
  /** Calls that a tenant may make under the profile in a month. */
  readonly calls?: Readonly<Record<string, number>>
  /** Copies of a profile: each has series of its own. */
  readonly moreProfiles?: number
}

const HOUR = 3600
/** Seconds that people have for an approval, where they have less than a day. */
const ANSWER_SECONDS: Readonly<Record<string, number>> = { enterprise: 300, sales_manager: 1 }

type Behaviours = ReturnType<typeof behavioursOf>

const entryOf = ([word, { domain, execute, thinks }]: [string, Behaviours[string]]) =>
  [
    `${word}_probe`,
    {
      domain,
      description: word,
      outputs: { value: { type: 'string' } },
      cost: 1,
      timeout_ms: HOUR * 1000,
      ...(thinks ? { model: true } : {}),
      ...(execute ? { side_effects: 'execute', approval: { risk: 'high' } } : {}),
    },
  ] as const

/** More than any incident uses: a cure whose runs are refused cures nothing. */
const PLENTY = 1_000_000

const opened = (name: string, profile: ProfileText, { tools, calls }: Opened): ProfileText => {
  const { domain: _domain, ...budget } = profile.budget
  return {
    ...profile,
    allowed_tools: tools,
    timeout_seconds: HOUR,
    approvers: { ...profile.approvers, timeout_s: ANSWER_SECONDS[name] ?? profile.approvers.timeout_s },
    budget: { ...budget, run: { calls: 500, cost: 500 }, tenant: { window: 'month', calls } },
    limits: { effects: { execute: PLENTY } },
  }
}

const READS = 'retrieve_account_signals'

/** Of each profile: what asks whom. */
const LINKS: Readonly<Record<string, Partial<ProfileText>>> = {
  demo: { llm: { planner: 'plan', model: MODELS.dear } },
  smb: { llm: { planner: 'plan', model: MODELS.frail } },
  technical: {
    llm: { planner: 'off', model: MODELS.slow, share: 'values', timeout_ms: 60_000, attempts: 1 },
  },
  sales_rep: { llm: { planner: 'off', model: MODELS.dear }, allowed_adapters: ['hubspot'] },
  enterprise: { llm: { planner: 'off', model: MODELS.dear }, allowed_adapters: ['pipedrive'] },
}

/** A vendor that is cut off is asked again after seconds: the rules' minutes are seconds here, too. */
const breaker = { failures: 5, open_ms: 5000 }

/** The registry with three models and two vendors that can be reached. */
function linked(registry: RegistryText, shipped: RegistryText): RegistryText {
  const [dear] = Object.values(shipped.models)
  const { hubspot, pipedrive } = shipped.adapters
  const reads = shipped.tools[READS] ?? {}
  const profiles = Object.entries(registry.profiles).map(([name, profile]) => {
    const allowed_tools = [...profile.allowed_tools, READS]
    return [name, { ...profile, ...LINKS[name], allowed_tools }] as const
  })
  return {
    ...registry,
    tools: { ...registry.tools, [READS]: reads },
    profiles: Object.fromEntries(profiles),
    adapters: {
      ...registry.adapters,
      hubspot: { ...hubspot, breaker },
      pipedrive: { ...pipedrive, breaker },
    },
    models: Object.fromEntries(Object.values(MODELS).map((name) => [name, dear ?? {}])),
  }
}

type Opened = { readonly tools: string[]; readonly calls: number }

export function chaosRegistry(changes: RegistryChanges = {}): string {
  const { profiles = [], calls = {}, moreProfiles = 0, hasOutside = false } = changes
  const text = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
  const shipped = parse(text) as RegistryText
  const tools = Object.fromEntries(Object.entries(behavioursOf(changes)).map(entryOf))
  const kept = Object.entries(shipped.profiles)
    .filter(([name]) => name === 'demo' || profiles.includes(name))
    .map(([name, profile]) => {
      const given = { tools: Object.keys(tools), calls: calls[name] ?? PLENTY }
      return [name, opened(name, profile, given)] as const
    })
  const [, demo] = kept.find(([name]) => name === 'demo') ?? []
  const copies = Array.from({ length: moreProfiles }, (_, index) => [`team_${index}`, demo])
  const registry = {
    ...shipped,
    // The shipped playbooks are of the tools that are gone.
    playbooks: {},
    tools,
    profiles: Object.fromEntries([...kept, ...copies]),
    labels: { ...shipped.labels, max_series: moreProfiles > 0 ? 1_000_000 : 10_000 },
    retry: { default: { strategy: 'linear', base_ms: 5, cap_ms: 10, attempts: 2 } },
  }
  return stringify(hasOutside ? linked(registry, shipped) : registry, { aliasDuplicateObjects: false })
}
