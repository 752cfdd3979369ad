// What exists: the registry as plain data, after registry.yaml was read, checked and filled with defaults.
// Used by planner, engine and http; promises to be JSON (it is kept as a payload, so that a run that
// started under it can go on after a restart) and whole: every reference inside it resolves.
import type { GroupSpec } from './groups.ts'
import type { PlanDraft } from './plan/draft.ts'
import type { PlanBounds } from '../events/run.ts'
import type { FreezeScope } from '../events/control.ts'
import type {
  Amounts,
  Approvers,
  BudgetWindow,
  Limits,
  RetryPolicy,
  Review,
  Risk,
  SideEffects,
} from '../events/policy.ts'

export const FIELD_TYPES = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'enum',
  'any',
] as const
export type FieldType = (typeof FIELD_TYPES)[number]

export type Field = {
  readonly type: FieldType
  readonly required: boolean
  /** Of an enum. */
  readonly values: readonly (string | number | boolean)[]
  readonly default?: unknown
  readonly description: string
}

/** Where a planner may take an input from, best first. */
export type Bind = { readonly context: string } | { readonly tool: string; readonly output: string }

/** A machine-checked assertion on `input.<path>` or `output.<path>`. */
export type Guardrail = {
  readonly path: string
  readonly equals?: string | number | boolean | null
  readonly in?: readonly (string | number | boolean | null)[]
  readonly min?: number
  readonly max?: number
}

export type ToolSpec = {
  readonly name: string
  /** One of the registry's. */
  readonly domain: string
  readonly description: string
  readonly purpose: string
  readonly side_effects: SideEffects
  readonly approval: {
    readonly required: boolean
    readonly review: Review
    readonly risk: Risk
    readonly consequences: readonly string[]
    /** By input, values with which nobody is asked for the call: one input of the call that has one is enough. */
    readonly except?: Readonly<Record<string, readonly string[]>>
  }
  readonly inputs: Readonly<Record<string, Field>>
  readonly outputs: Readonly<Record<string, Field>>
  readonly binds: Readonly<Record<string, readonly Bind[]>>
  /** The proposed output that it says the quality of, before a person decides about it; absent: none. */
  readonly judges?: { readonly tool: string; readonly output: string }
  readonly guardrails: readonly Guardrail[]
  /** The adapter interface it may use. */
  readonly adapter: string | null
  /** Micro cost units of one call. */
  readonly cost: number
  readonly timeout_ms: number
  readonly retry: RetryPolicy
  readonly idempotent: boolean
  /** A call with an unknown outcome is looked up at its vendor before a person is asked; absent: it is not. */
  readonly reconcile?: 'auto'
  readonly enabled: boolean
  /** KiB of an output's JSON at most; left out: `MAX_OUTPUT_KB`. */
  readonly max_output_kb?: number
  /** It runs in a thread of its own, which is ended when its time or its memory is over. */
  readonly isolate?: true
  /** It may ask the language model of the profile. */
  readonly model?: true
  /** Inputs with which it runs, for people who have not called it yet. */
  readonly example?: Readonly<Record<string, unknown>>
}

export const MAX_OUTPUT_KB = 1024

export const maxOutputBytes = ({ max_output_kb = MAX_OUTPUT_KB }: Pick<ToolSpec, 'max_output_kb'>): number =>
  max_output_kb * 1024

/** How a server can be held to the shape of an answer: by a schema, to some JSON object, or not at all. */
export const ANSWER_FORMS = ['json_schema', 'json_object', 'text'] as const
export type AnswerForm = (typeof ANSWER_FORMS)[number]

/** `plan`: its plans are carried out once they are proved; `shadow`: they are compared with those that are, and never used. */
export const LLM_PLANNING = ['off', 'plan', 'shadow'] as const
/** Of the context: names and types, or the values too. */
export const LLM_SHARES = ['shape', 'values'] as const

/** What a profile lets a language model do. */
export type ProfileLlm = {
  readonly planner: (typeof LLM_PLANNING)[number]
  /** One of the registry's models; the setting OPENAI_MODEL goes before it. */
  readonly model: string
  readonly share: (typeof LLM_SHARES)[number]
  /** Of one call. */
  readonly timeout_ms: number
  /** Calls for one question, where the first ones fail. */
  readonly attempts: number
}

export type Profile = {
  readonly name: string
  readonly allowed_tools: readonly string[]
  readonly approval_required: readonly SideEffects[]
  readonly approvers: Approvers
  readonly allowed_adapters: readonly string[]
  readonly limits: Limits
  /** Its limits on a tenant, where they are more than `limits` says: several windows, or another zone than UTC. */
  readonly windows?: readonly WindowLimit[]
  /** Left out: no language model plans for it. */
  readonly llm?: ProfileLlm
  /** Items of one batch that are worked on at once; left out: BATCH_PARALLEL. */
  readonly batch?: { readonly parallel: number }
  /** Left out: those of the engine. */
  readonly plan?: PlanBounds
}

/** Where a profile says nothing else. */
export const BATCH_PARALLEL = 16

/** What may be spent in a window, for each unit that it names. */
export type WindowLimit = {
  readonly window: BudgetWindow
  readonly time_zone: string
  readonly amounts: Amounts
}

export type TenantSpec = {
  /** A tenant, a pattern with one `*`, or `default`. */
  readonly name: string
  /** On all that it spends, whichever the profile; with `shared`, on what all together spend. */
  readonly limits: readonly WindowLimit[]
  /** null: every one. */
  readonly allowed_profiles: readonly string[] | null
  /** The tenants that it is for have one budget together. */
  readonly shared: boolean
  readonly warning_threshold: number
}

export type Tenants = {
  /** What becomes of a tenant that no entry is for: `default` holds for it, or its runs are refused. */
  readonly unknown: 'default' | 'refuse'
  readonly entries: Readonly<Record<string, TenantSpec>>
}

export type AdapterSpec = {
  readonly name: string
  readonly interface: string
  readonly module: string
  readonly enabled: boolean
  /** Environment variable that enables it when set to true or 1. */
  readonly enabled_env: string | null
  /** Names of environment variables, never values. */
  readonly secrets: readonly string[]
  /** Names of further variables that it reads where they are set, such as the address of a test server. */
  readonly settings: readonly string[]
  readonly fallback: string | null
  /** Calls at once, and calls that begin in any second; left out: as many as come. */
  readonly limits?: AdapterLimits | undefined
  /** Left out: `DEFAULT_BREAKER`. */
  readonly breaker?: AdapterBreaker | undefined
}

export type AdapterLimits = {
  readonly parallel?: number | undefined
  readonly per_second?: number | undefined
}

/** So many calls that fail one after the other cut the adapter off; so long after that it is tried again. */
export type AdapterBreaker = { readonly failures: number; readonly open_ms: number }

export const DEFAULT_BREAKER: AdapterBreaker = { failures: 5, open_ms: 30_000 }

/**
 * What a firing alert does: `profile` freezes the profile that its label `budget` names, `tenant` the tenant that
 * its label or annotation `tenant` names.
 */
export type AlertRule = { readonly freeze: FreezeScope }

export type ModelSpec = {
  readonly provider: string
  /** Micro-dollars of a million tokens. */
  readonly input: number
  readonly output: number
  /** Of input that the provider has in its cache; left out: the price of input. */
  readonly cached_input?: number
  /** Of one answer; left out: `MAX_OUTPUT_TOKENS`. */
  readonly max_output_tokens?: number
  /** What its server can be held to; left out: a schema. A server that refuses it is asked for less. */
  readonly answers?: AnswerForm
}

export const MAX_OUTPUT_TOKENS = 4000

/** A plan with a name. */
export type Playbook = {
  readonly name: string
  readonly description: string
  /** What it is for; a goal that says so means it. */
  readonly purpose: string
  readonly domain: string | null
  /** What it takes of the context. */
  readonly inputs: Readonly<Record<string, Field>>
  readonly steps: PlanDraft['steps']
  /** How the plan may be changed because of what happens; absent: never. */
  readonly replan?: PlanDraft['replan']
}

export type Registry = {
  /** Of everything below it. */
  readonly digest: string
  readonly version: string
  readonly metadata: { readonly name: string; readonly version: string }
  readonly max_series: number
  /** What tools and budgets may belong to, in the order in which plans go through them. */
  readonly domains: readonly string[]
  /** What a request may ask for; which of them are set up is the runtime's to say. */
  readonly planners: readonly string[]
  /** What models may be asked for. */
  readonly operations: readonly string[]
  readonly tools: Readonly<Record<string, ToolSpec>>
  readonly profiles: Readonly<Record<string, Profile>>
  readonly adapters: Readonly<Record<string, AdapterSpec>>
  readonly models: Readonly<Record<string, ModelSpec>>
  /** By alert name; every other alert changes nothing. */
  readonly alerts: Readonly<Record<string, AlertRule>>
  /** Left out: every tenant is known, and has the limits of the profile alone. */
  readonly tenants?: Tenants
  /** Of an identity provider, in the order in which they decide; left out: there are none. */
  readonly groups?: Readonly<Record<string, GroupSpec>>
  /** Left out: there are none. */
  readonly playbooks?: Readonly<Record<string, Playbook>>
}

export type { Amounts, BudgetWindow }

/** How much one cost unit (or one dollar) is in the ledger's integers. */
export const MICRO = 1_000_000

/** Of an amount that the ledger gave; what a person wrote is rounded to one side, see below. */
export const toMicro = (units: number): number => Math.round(units * MICRO)

/** The most whole parts of which no more than `units` are made; `parts` make one unit. Exact for what was written. */
export function wholeParts(units: number, parts: number): number {
  const nearest = Math.round(units * parts)
  return nearest / parts > units ? nearest - 1 : nearest
}

/** A limit is never more than what was written: 0.6999999 is not 0.7. */
export const limitMicro = (units: number): number => wholeParts(units, MICRO)

/** A price is never less than what was written. */
export const priceMicro = (units: number): number => -wholeParts(-units, MICRO)
export const fromMicro = (micro: number): number => micro / MICRO
