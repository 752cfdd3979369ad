// Every value that a label may take. Closed sets are types, so a wrong value does not compile; open sets take
// strings and keep only what the registry names. Used by the catalogue; promises that no id, name of a person
// or free text becomes a label: what is not listed collapses to `other`.
import { BATCH_OUTCOMES } from '../events/batch.ts'
import { FREEZE_SCOPES } from '../events/control.ts'
import { EVENT_TYPES } from '../events/event.ts'
import { COMPARISONS, FALLBACK_REASONS, PLAN_CAUSES, TRIGGERS } from '../events/plan.ts'
import { HTTP_METHODS } from '../events/names.ts'
import { windowSchema } from '../events/policy.ts'
import { LOOK_UPS, STRATEGIES } from '../events/step.ts'
import { FAILURE_MODES } from '../events/taxonomy.ts'
import { branchNames, MOST_CASES } from '../registry/plan/draft.ts'
import { DEFAULT_NAMES, DEFAULT_PROVIDER, GIVERS } from '../registry/names.ts'
import type { Registry } from '../registry/registry.ts'

export const OUTCOMES = [
  'success',
  'partial',
  'error',
  'timeout',
  'rejected',
  'budget_exceeded',
  'approval_denied',
  'approval_timeout',
  'cancelled',
] as const

export const CLOSED = {
  outcome: OUTCOMES,
  run_status: ['success', 'error'],
  call_status: ['success', 'error', 'timeout', 'denied'],
  model_status: ['success', 'error', 'timeout'],
  decision: ['approved', 'denied', 'changes_requested', 'timeout', 'cancelled'],
  risk: ['low', 'medium', 'high', 'critical'],
  resource: ['cost', 'usd', 'tokens', 'calls', 'effects'],
  budget_event: ['warning', 'exceeded'],
  token_type: [
    'input_uncached',
    'input_cache_read',
    'input_cache_write',
    'output_response',
    'output_reasoning',
  ],
  error_type: FAILURE_MODES,
  component: ['tool'],
  fallback: ['none', ...FALLBACK_REASONS],
  plan_kind: ['initial', 'expanded', 'replan'],
  plan_cause: PLAN_CAUSES,
  plan_trigger: ['none', ...TRIGGERS],
  comparison: COMPARISONS,
  case: [...Array.from({ length: MOST_CASES }, (_, index) => String(index + 1)), 'else', 'none'],
  strategy: STRATEGIES,
  event_type: EVENT_TYPES,
  item_outcome: BATCH_OUTCOMES,
  span_status: ['exported', 'dropped', 'failed'],
  worker_state: ['busy', 'idle'],
  budget_window: windowSchema.options,
  freeze_scope: FREEZE_SCOPES,
  freeze_action: ['frozen', 'lifted'],
  frozen_by: ['alert', 'person'],
  look_up: LOOK_UPS,
  adapter_change: ['enabled', 'disabled', 'open', 'half_open', 'fallback', 'module', 'order'],
  adapter_call: ['success', 'error', 'timeout', 'rate_limited', 'refused'],
  adapter_limit: ['parallel', 'per_second'],
  quota_window: ['burst', 'day'],
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
  domain: { of: null, guarded: true },
  planner: { of: null, guarded: true },
  block: { of: null, guarded: true },
  operation: { of: null, guarded: true },
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
  tenant: { of: null, guarded: false },
  budget: { of: null, guarded: false },
} as const satisfies Record<string, { of: string | null; guarded: boolean }>
export type OpenSet = keyof typeof OPEN

export type LabelSet = ClosedSet | OpenSet
export type ValueOf<S extends LabelSet> = S extends ClosedSet ? (typeof CLOSED)[S][number] : string

export const isClosed = (set: LabelSet): set is ClosedSet => set in CLOSED

export type GuardedSet = { [S in OpenSet]: (typeof OPEN)[S]['guarded'] extends true ? S : never }[OpenSet]

export const isGuarded = (set: OpenSet): set is GuardedSet => OPEN[set].guarded

/** Values of the guarded sets; those with an `of` as `<value of that label>\t<value>`. JSON. */
export type KnownValues = Readonly<Record<GuardedSet, readonly string[]>> & {
  /** Labels that count as `other` whatever their value, as `<metric>\t<label>`: a registry with many names. */
  readonly collapsed: readonly string[]
}

/** Between the values of one key; it cannot stand in a value that the registry accepts. */
export const SEPARATOR = '\t'

export const pairOf = (owner: string, value: string): string => `${owner}${SEPARATOR}${value}`

/** The branch of a plan that is no playbook's. */
export const INLINE = 'inline'

/** As `<playbook>.<branch>`. */
const branchesOf = ({ playbooks = {} }: Registry): string[] =>
  Object.values(playbooks).flatMap(({ name, steps }) =>
    branchNames(steps).map((branch) => `${name}.${branch}`),
  )

/** What a registry lets labels say. */
export const knownValues = (registry: Registry): KnownValues => ({
  profile: Object.keys(registry.profiles),
  domain: registry.domains,
  planner: [...registry.planners, ...GIVERS],
  block: [...branchesOf(registry), INLINE],
  operation: registry.operations,
  tool: Object.values(registry.tools).map((tool) => pairOf(tool.domain, tool.name)),
  provider: [...new Set(Object.values(registry.models).map(({ provider }) => provider))],
  model: Object.entries(registry.models).map(([model, { provider }]) => pairOf(provider, model)),
  adapter: Object.keys(registry.adapters),
  method: HTTP_METHODS,
  collapsed: [],
})

/** What version 0.1.0 knew and kept, with the sets that were closed then. */
export const completeValues = (kept: Partial<KnownValues>): KnownValues => ({
  profile: [],
  domain: DEFAULT_NAMES.domains,
  planner: DEFAULT_NAMES.planners,
  block: [INLINE],
  operation: DEFAULT_NAMES.operations,
  tool: [],
  provider: [DEFAULT_PROVIDER],
  model: [],
  adapter: [],
  method: HTTP_METHODS,
  collapsed: [],
  ...kept,
})
