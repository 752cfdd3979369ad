// The shape of registry.yaml as a person writes it: amounts in units and dollars, defaults left out. Used by
// parse.ts; promises that a key is either here, and acted on, or refused.
import { z } from 'zod'
import { valueRule } from '../events/checks/value-rule.ts'
import { freezeScopeSchema, MANUAL } from '../events/control.ts'
import { isRecord } from '../events/json.ts'
import { approversSchema, reviewSchema, riskSchema, sideEffectsSchema } from '../events/policy.ts'
import { amountsSource, effectsSource, money } from './amounts.ts'
import { name } from './name.ts'
import { VARIABLE_PATTERN } from '../events/names.ts'
import { AUTO_PLANNER, COMPARE_PLANNERS, DEFAULT_PROVIDER, GIVERS, PLAYBOOK } from './names.ts'
import { ANSWER_FORMS, FIELD_TYPES, LLM_PLANNING, LLM_SHARES } from './registry.ts'
import { windowsSource } from './windows.ts'

/** Larger ones are files: give a reference to them. */
const MOST_OUTPUT_KB = 65_536
const DAY_MS = 86_400_000
/** Items of a batch that are worked on at once. */
const MOST_PARALLEL = 1000
/** In one of the lists at the top. */
const MOST_NAMES = 100

export const modelName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:/-]{0,89}$/, { error: 'must be the name of a model, at most 90 characters' })

const variable = z.string().regex(VARIABLE_PATTERN, {
  error: 'must be the name of an environment variable: upper-case letters, digits and _',
})

const text = (most: number) => z.string().min(1).max(most)
const scalar = z.union([z.string().max(200), z.number(), z.boolean()], {
  error: 'must be a short text, a number, true or false',
})
const timeoutMs = z.int().min(1).max(DAY_MS)

export const fieldSource = z.strictObject({
  type: z.enum(FIELD_TYPES),
  required: z.boolean().default(false),
  values: z.array(scalar).min(1).max(100).optional(),
  default: z.unknown().optional(),
  description: z.string().max(500).default(''),
})
export type FieldSource = z.output<typeof fieldSource>

const equalTo = z.union([scalar, z.null()], { error: 'must be a short text, a number, true, false or null' })

/** A bare value means equality. */
const conditionSource = z.preprocess(
  (value) => (isRecord(value) ? value : { equals: value }),
  z
    .strictObject({
      equals: equalTo.optional(),
      in: z.array(equalTo).min(1).max(100).optional(),
      min: z.number().optional(),
      max: z.number().optional(),
    })
    .refine((condition) => Object.keys(condition).length > 0, { error: 'must say equals, in, min or max' }),
)
export type ConditionSource = z.output<typeof conditionSource>

const guardrailSource = z
  .record(
    z.string().regex(/^(input|output)(\.[A-Za-z_]\w{0,63}){1,10}$/, {
      error: 'must be input.<field> or output.<field>',
    }),
    conditionSource,
  )
  .refine((paths) => Object.keys(paths).length > 0, { error: 'must name a field' })

const bindSource = z
  .string()
  .max(200)
  .regex(/^(context(\.[A-Za-z_]\w*)+|[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)$/, {
    error: 'must be context.<path> or <tool>.<output>',
  })

export const toolSource = z.strictObject({
  domain: name,
  description: text(1000),
  purpose: z.string().max(1000).default(''),
  side_effects: sideEffectsSchema.optional(),
  approval: z
    .strictObject({
      required: z.boolean().optional(),
      review: reviewSchema.optional(),
      risk: riskSchema.optional(),
      consequences: z.array(text(300)).max(20).optional(),
      except: z.record(name, z.array(z.string().max(100)).min(1).max(50)).optional(),
    })
    .default({}),
  inputs: z.record(name, fieldSource).default({}),
  outputs: z.record(name, fieldSource).default({}),
  binds: z
    .record(
      name,
      z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(bindSource).min(1).max(10)),
    )
    .default({}),
  judges: z
    .string()
    .max(200)
    .regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, { error: 'must be <tool>.<output>' })
    .optional(),
  guardrails: z.array(guardrailSource).max(50).default([]),
  adapter: name.nullable().default(null),
  cost: money,
  timeout_ms: timeoutMs.optional(),
  retry: name.optional(),
  idempotent: z.boolean().optional(),
  reconcile: z.enum(['auto', 'person']).default('person'),
  enabled: z.boolean().optional(),
  max_output_kb: z.int().min(1).max(MOST_OUTPUT_KB).optional(),
  isolate: z.boolean().default(false),
  model: z.boolean().default(false),
  example: z.record(z.string(), z.unknown()).optional(),
})
export type ToolSource = z.output<typeof toolSource>

/** What a profile lets a language model do. */
const llmSource = z.strictObject({
  planner: z.enum(LLM_PLANNING).default('plan'),
  model: modelName,
  share: z.enum(LLM_SHARES).default('shape'),
  timeout_ms: timeoutMs.default(20_000),
  attempts: z.int().min(1).max(5).default(2),
})

/** What a plan may be. */
const planBoundsSource = z.strictObject({
  parallel: z.int().min(1).max(100).default(4),
  most_steps: z.int().min(1).max(1000).default(100),
  most_revisions: z.int().min(0).max(20).default(3),
})

export const profileSource = z.strictObject({
  allowed_tools: z.array(name).max(1000).default([]),
  approval_required: z
    .array(sideEffectsSchema)
    .refine((kinds) => kinds.includes('execute'), {
      error: 'must contain execute: such tools always need a person',
    })
    .default(['execute', 'propose']),
  approvers: z
    .strictObject({
      role: name.default('approver'),
      quorum: approversSchema.shape.quorum.default(1),
      exclude_requester: z.boolean().default(true),
      timeout_s: approversSchema.shape.timeout_s.max(366 * 86_400).default(86_400),
    })
    .prefault({}),
  allowed_adapters: z.array(name).max(100).default([]),
  budget: z
    .strictObject({
      run: amountsSource.default({}),
      domain: z.record(name, amountsSource).default({}),
      tool: z.record(name, amountsSource).default({}),
      tenant: windowsSource.prefault({}),
      warning_threshold: z.number().gt(0).max(1).default(0.8),
      on_exceeded: z.enum(['skip', 'stop']).default('skip'),
    })
    .prefault({}),
  /** How far it may reach: calls with effects, of one run, and of a tenant in a day. */
  limits: z.strictObject({ effects: effectsSource.optional() }).optional(),
  timeout_seconds: z
    .number()
    .min(0.001)
    .max(7 * 86_400),
  llm: llmSource.optional(),
  batch: z.strictObject({ parallel: z.int().min(1).max(MOST_PARALLEL) }).optional(),
  plan: planBoundsSource.optional(),
})
export type ProfileSource = z.output<typeof profileSource>

export const adapterSource = z.strictObject({
  interface: name,
  module: name,
  enabled: z.boolean().default(false),
  enabled_env: variable.nullable().default(null),
  secrets: z.array(variable).max(20).default([]),
  settings: z.array(variable).max(20).default([]),
  fallback: name.nullable().default(null),
  limits: z
    .strictObject({
      parallel: z.int().min(1).max(1000).optional(),
      per_second: z.int().min(1).max(10_000).optional(),
    })
    .optional(),
  breaker: z
    .strictObject({
      failures: z.int().min(1).max(1000).default(5),
      open_ms: z.int().min(1).max(DAY_MS).default(30_000),
    })
    .optional(),
})
export type AdapterSource = z.output<typeof adapterSource>

const attempts = z.int().min(1).max(20)
const delay = z.int().min(1).max(DAY_MS)
const jitter = z.number().min(0).max(1).default(0)

/** Each strategy has only the keys that it acts on. */
export const retrySource = z.discriminatedUnion(
  'strategy',
  [
    z.strictObject({
      strategy: z.literal('exponential'),
      base_ms: delay,
      factor: z.number().min(1).max(100),
      cap_ms: delay,
      jitter,
      attempts,
    }),
    z.strictObject({ strategy: z.literal('linear'), base_ms: delay, cap_ms: delay, jitter, attempts }),
    z.strictObject({ strategy: z.literal('none') }),
  ],
  { error: 'must be a map with strategy: exponential, linear or none' },
)
export type RetrySource = z.output<typeof retrySource>

const MOST_OUTPUT_TOKENS = 1_000_000

/** A model without its prices is refused, never free; a local one costs 0 because somebody said so. */
export const modelSource = z.strictObject({
  provider: name.default(DEFAULT_PROVIDER),
  input_usd_per_mtok: money,
  cached_input_usd_per_mtok: money.optional(),
  output_usd_per_mtok: money,
  max_output_tokens: z.int().min(1).max(MOST_OUTPUT_TOKENS).optional(),
  answers: z.enum(ANSWER_FORMS).optional(),
})
export type ModelSource = z.output<typeof modelSource>

/** As Prometheus rules name them. */
export const alertName = z
  .string()
  .refine((text) => /^[A-Za-z_]\w{0,99}$/.test(text) && text !== MANUAL && text !== 'constructor', {
    error: `must be the name of an alert: letters, digits and _, at most 100, and not ${MANUAL}`,
  })

export const alertSource = z.strictObject({ freeze: freezeScopeSchema })
export type AlertSource = z.output<typeof alertSource>

export const defaultsSource = z.strictObject({
  enabled: z.boolean().default(true),
  side_effects: sideEffectsSchema.default('read-only'),
  timeout_ms: timeoutMs.default(30_000),
  retry: name.default('default'),
})
export type DefaultsSource = z.output<typeof defaultsSource>

/** Each name once, so that the order says something. */
const listOf = (one: z.ZodString) =>
  z
    .array(one)
    .min(1)
    .max(MOST_NAMES)
    .check(
      valueRule((names, context) => {
        for (const [index, twice] of names.entries()) {
          if (names.indexOf(twice) === index) continue
          context.addIssue({ code: 'custom', path: [index], message: `${twice} is there twice` })
        }
      }),
    )
    .optional()

export const domainsSource = listOf(name)
const NO_PLANNERS: readonly string[] = [AUTO_PLANNER, COMPARE_PLANNERS, ...GIVERS]

export const plannersSource = listOf(
  name.refine((text) => !NO_PLANNERS.includes(text), {
    error: `${NO_PLANNERS.slice(0, -1).join(', ')} and ${PLAYBOOK} are no names of planners`,
  }),
)

/** Everything at the top; the entries of the maps are read one by one, so that one bad entry hides no other. */
export const rootSource = z.strictObject({
  version: z.literal('v1'),
  metadata: z.strictObject({ name: text(100), version: text(100) }),
  defaults: defaultsSource.prefault({}),
  labels: z
    .strictObject({
      max_series: z.int().min(1).max(1_000_000).default(8000),
      operations: listOf(name),
    })
    .prefault({}),
  domains: domainsSource,
  planners: plannersSource,
  tools: z.unknown(),
  profiles: z.unknown(),
  adapters: z.unknown().optional(),
  retry: z.unknown().optional(),
  models: z.unknown().optional(),
  alerts: z.unknown().optional(),
  tenants: z.unknown().optional(),
  groups: z.unknown().optional(),
  playbooks: z.unknown().optional(),
})
