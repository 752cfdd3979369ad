// Every value that a label may take. Closed sets are types, so a wrong value does not compile; open sets take
// strings and keep only what the registry names. Used by the catalogue; promises that no id, name of a person
// or free text becomes a label: what is not listed collapses to `other`.
import { FREEZE_SCOPES } from '../events/control.ts'
import { EVENT_TYPES } from '../events/event.ts'
import { FALLBACK_REASONS } from '../events/plan.ts'
import { HTTP_METHODS } from '../events/names.ts'
import { DOMAINS } from '../events/policy.ts'
import { STRATEGIES } from '../events/step.ts'
import { FAILURE_MODES } from '../events/taxonomy.ts'
import type { Registry } from '../registry/registry.ts'

export const OTHER = 'other'

export const OUTCOMES = [
  'success',
  'partial',
  'error',
  'timeout',
  'budget_exceeded',
  'approval_denied',
  'approval_timeout',
  'cancelled',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const CLOSED = {
  outcome: OUTCOMES,
  run_status: ['success', 'error'],
  call_status: ['success', 'error', 'timeout', 'denied'],
  decision: ['approved', 'denied', 'changes_requested', 'timeout', 'cancelled'],
  risk: ['low', 'medium', 'high', 'critical'],
  resource: ['cost', 'tokens', 'calls', 'time'],
  budget_event: ['warning', 'exceeded'],
  token_type: [
    'input_uncached',
    'input_cache_read',
    'input_cache_write',
    'output_response',
    'output_reasoning',
  ],
  error_type: FAILURE_MODES,
  component: ['tool', 'llm', 'run'],
  planner: ['rules', 'llm'],
  fallback: ['none', ...FALLBACK_REASONS],
  plan_kind: ['initial', 'replan'],
  strategy: STRATEGIES,
  domain: DOMAINS,
  operation: ['decompose', 'rank', 'explain', 'repair'],
  event_type: EVENT_TYPES,
  span_status: ['exported', 'dropped', 'failed'],
  worker_state: ['busy', 'idle'],
  freeze_scope: FREEZE_SCOPES,
  freeze_action: ['frozen', 'lifted'],
  adapter_state: ['enabled', 'disabled', 'open', 'fallback'],
  projection: ['metrics', 'views', 'spans'],
} as const satisfies Record<string, readonly string[]>
export type ClosedSet = keyof typeof CLOSED

/**
 * Open sets. `of`: the value is known only together with the value of this label (a tool in its own domain).
 * `guarded: false`: the value comes from our own code (routes, versions), never from a caller.
 */
export const OPEN = {
  profile: { of: null, guarded: true },
  tool: { of: 'domain', guarded: true },
  provider: { of: null, guarded: true },
  model: { of: 'provider', guarded: true },
  adapter: { of: null, guarded: true },
  method: { of: null, guarded: true },
  route: { of: null, guarded: false },
  code: { of: null, guarded: false },
  metric: { of: null, guarded: false },
  label: { of: null, guarded: false },
  build: { of: null, guarded: false },
} as const satisfies Record<string, { of: string | null; guarded: boolean }>
export type OpenSet = keyof typeof OPEN

export type LabelSet = ClosedSet | OpenSet
export type ValueOf<S extends LabelSet> = S extends ClosedSet ? (typeof CLOSED)[S][number] : string

export const isClosed = (set: LabelSet): set is ClosedSet => set in CLOSED

export type GuardedSet = { [S in OpenSet]: (typeof OPEN)[S]['guarded'] extends true ? S : never }[OpenSet]

export const isGuarded = (set: OpenSet): set is GuardedSet => OPEN[set].guarded

/** Values of the guarded sets; those with an `of` as `<value of that label>\t<value>`. JSON. */
export type KnownValues = Readonly<Record<GuardedSet, readonly string[]>>

/** Between the values of one key; it cannot stand in a value that the registry accepts. */
export const SEPARATOR = '\t'

export const pairOf = (owner: string, value: string): string => `${owner}${SEPARATOR}${value}`

/** The wire protocol of the model client; other runtimes' providers count as `other`. */
const PROVIDERS = ['openai'] as const

/** What a registry lets labels say. */
export const knownValues = (registry: Registry): KnownValues => ({
  profile: Object.keys(registry.profiles),
  tool: Object.values(registry.tools).map((tool) => pairOf(tool.domain, tool.name)),
  provider: PROVIDERS,
  model: PROVIDERS.flatMap((provider) =>
    Object.keys(registry.models).map((model) => pairOf(provider, model)),
  ),
  adapter: Object.keys(registry.adapters),
  method: HTTP_METHODS,
})
