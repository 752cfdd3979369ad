// What the door answers: the schemas of every response but those of runs and approvals.
import { z } from 'zod'
import { ERRORS } from '../errors.ts'
import {
  domainSchema,
  limitOwnerSchema,
  retrySchema,
  reviewSchema,
  riskSchema,
  scopeSchema,
  sideEffectsSchema,
  windowSchema,
} from '../events/policy.ts'
import { freezeScopeSchema } from '../events/control.ts'
import { envelopeShape } from '../events/envelope.ts'
import { factSchema } from '../events/event.ts'
import { FIELD_TYPES } from '../registry/registry.ts'

/** RFC 3339, UTC. */
export const time = z.iso.datetime()
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() })

const codes = Object.keys(ERRORS)

export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes).meta({ description: 'What clients depend on.' }),
  detail: z.string(),
  request_id: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  state: z.unknown().optional().meta({ description: 'What is refused, as it is now (409).' }),
})

/** Units as the door shows them: cost units are decimal, money is an integer of micro-dollars. */
export const SHOWN_UNITS = ['calls', 'cost', 'llm_tokens', 'llm_micro_usd', 'effects'] as const
export const shownUnit = z.enum(SHOWN_UNITS)

const budgetShape = {
  scope: scopeSchema,
  key: z.string().meta({ description: 'Run, domain, tool or tenant, by scope.' }),
  unit: shownUnit,
  spent: z.number(),
  reserved: z.number(),
  limit: z.number(),
  left: z.number().meta({ description: 'limit - spent - reserved' }),
  utilisation: z.number().meta({ description: 'spent / limit' }),
  limit_of: limitOwnerSchema
    .nullable()
    .meta({ description: "On a tenant: the profile's limit on what it spends under it, or its own on all." }),
  window: windowSchema.nullable().meta({ description: 'How long it is; null: of a run, or not known.' }),
  window_end: time.nullable(),
}
export const budgetLine = z.strictObject(budgetShape)
export const budgetAccount = z.strictObject({
  ...budgetShape,
  run_id: z.string().nullable(),
  tenant: z.string().nullable().meta({
    description: 'The tenant, or what the registry calls those that share the budget; null: of a run.',
  }),
  profile: z
    .string()
    .nullable()
    .meta({ description: "Whose limit on the tenant; null: the tenant's own, or of a run." }),
  time_zone: z.string().nullable().meta({ description: 'In which the window is counted; null: not known.' }),
  warned: z.boolean().meta({ description: 'The threshold was crossed in this window.' }),
  threshold: z.number().nullable().meta({
    description: 'Used share at which it warns; null: of a run, or no limit of the registry in force.',
  }),
  refusing: z.boolean().meta({
    description: 'A call did not fit, and none like it fits until the window ends or the limit rises.',
  }),
  runs_out_at: time.nullable().meta({
    description:
      'When it is used up at the slower pace of the last hour and the last six; null: not before the window ends, or it is not spent steadily.',
  }),
})

const field = z.strictObject({
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  values: z.array(z.union([z.string(), z.number(), z.boolean()])),
  default: z.unknown().optional(),
  description: z.string(),
})

const jsonObject = z.record(z.string(), z.unknown())
const jsonSchema = jsonObject.nullable()

export const tool = z.strictObject({
  name: z.string(),
  domain: domainSchema,
  description: z.string(),
  purpose: z.string(),
  side_effects: sideEffectsSchema,
  approval: z.strictObject({
    required: z.boolean(),
    review: reviewSchema,
    risk: riskSchema,
    consequences: z.array(z.string()),
  }),
  inputs: z.record(z.string(), field),
  outputs: z.record(z.string(), field),
  input_schema: jsonSchema.meta({ description: 'JSON Schema of the inputs; null: it is not installed.' }),
  output_schema: jsonSchema.meta({ description: 'JSON Schema of the output; null: it is not installed.' }),
  example: jsonObject.nullable().meta({ description: 'Inputs with which it runs; null: none is given.' }),
  judges: z.string().nullable().meta({ description: 'The output that it judges before a person does.' }),
  adapter: z.string().nullable(),
  cost: z.number().meta({ description: 'Cost units of one call.' }),
  timeout_ms: z.int(),
  retry: retrySchema,
  idempotent: z.boolean(),
  enabled: z.boolean(),
})

const amounts = z.partialRecord(shownUnit, z.number())

export const profile = z.strictObject({
  name: z.string(),
  frozen: z.boolean().meta({ description: 'true: it accepts no new runs.' }),
  allowed_tools: z.array(z.string()),
  approval_required: z.array(sideEffectsSchema),
  approvers: z.strictObject({
    role: z.string(),
    quorum: z.int(),
    exclude_requester: z.boolean(),
    timeout_seconds: z.int(),
  }),
  allowed_adapters: z.array(z.string()),
  limits: z.strictObject({
    run: amounts,
    domain: z.record(domainSchema, amounts),
    tool: z.record(z.string(), amounts),
    tenant: amounts,
    window: windowSchema,
    tenant_windows: z
      .array(z.strictObject({ window: windowSchema, time_zone: z.string(), limits: amounts }))
      .meta({ description: 'On each tenant; `tenant` and `window` are the first.' }),
    warning_threshold: z.number(),
    on_exceeded: z.enum(['skip', 'stop']),
    timeout_seconds: z.number(),
  }),
})

export const playbook = z.strictObject({
  name: z.string(),
  description: z.string(),
  domain: z.string().nullable(),
  inputs: z.record(z.string(), field).meta({ description: 'What it takes of the context.' }),
})

export const template = z.strictObject({
  template_id: z.string(),
  name: z.string(),
  channel: z.string(),
  category: z.string(),
  version: z.int(),
  template: z.string().meta({ description: 'Its text, with the variables as `{{name}}`.' }),
  stored: z.boolean().meta({
    description: "By a run of the tenant; false: it is in the operator's folder, or in the sample.",
  }),
  retired: z.boolean().meta({ description: 'A run has deleted the template: no draft can begin with it.' }),
})

const names = z.array(z.string())
export const registryDiff = z.strictObject({ added: names, removed: names, changed: names })

const frozenSubject = {
  scope: freezeScopeSchema,
  key: z.string().meta({ description: 'Name of the profile, or the tenant.' }),
}
export const freeze = z.strictObject({
  ...frozenSubject,
  cause: z.string().meta({ description: 'Name of the alert, or `manual`.' }),
  by: z.string(),
  reason: z.string().nullable().meta({ description: "A person's words; null where an alert froze it." }),
  at: time,
})
export const freezeLifted = z.strictObject({
  ...frozenSubject,
  lifted: z.boolean().meta({ description: 'false: it was not frozen.' }),
})
export const alertsApplied = z.strictObject({
  frozen: z
    .array(z.strictObject(frozenSubject))
    .meta({ description: 'What these alerts hold frozen, whether since now or before.' }),
  ignored: z.int().meta({ description: 'Alerts that hold nothing frozen.' }),
  malformed: z
    .int()
    .optional()
    .meta({ description: 'Alerts that could not be read; left out where there are none.' }),
})

const ratio = z.number().nullable()
const signals = z.strictObject({
  runs: z.int(),
  success_rate: ratio,
  latency: z
    .strictObject({ p50: ratio, p95: ratio, p99: ratio })
    .meta({ description: 'Seconds of active run time.' }),
  tool_error_rate: ratio,
  mean_steps: ratio,
  approval_wait: z
    .strictObject({ count: z.int(), mean: ratio, p95: ratio })
    .meta({ description: 'Seconds.' }),
  budget_utilisation: ratio,
})
export const signalsReport = z.strictObject({
  window_seconds: z.number(),
  all: signals,
  by_profile: z.record(z.string(), signals),
  by_domain: z
    .record(z.string(), z.strictObject({ calls: z.int(), tool_error_rate: ratio }))
    .meta({ description: 'Tool calls of each domain, under all profiles.' }),
})

const { budget_utilisation: _now, ...pointShape } = signals.shape
export const signalsSeries = z.strictObject({
  step_seconds: z.int(),
  items: z.array(
    z.strictObject({ at: time.meta({ description: 'When its first minute began.' }), ...pointShape }),
  ),
})

export const AUDIT_KINDS = [
  'decision',
  'expiry',
  'cancel',
  'freeze',
  'registry',
  'adapter',
  'library',
  'effect',
  'keys',
  'export',
] as const
export const auditEntry = z.strictObject({
  position: z.int().meta({ description: 'In the journal.' }),
  at: time,
  kind: z.enum(AUDIT_KINDS),
  by: z.string().nullable().meta({
    description:
      'null: nobody that is known: time ran out, a call that was approved is done, or the file of keys is another.',
  }),
  action: z.string().meta({ description: 'What was done: approved, frozen, lifted, changed.' }),
  subject: z.string().meta({
    description: 'To what: an approval, a run, a profile, a tenant, the registry, a record of a vendor.',
  }),
  run_id: z.string().nullable(),
  tenant: z.string().nullable(),
  reason: z.string().nullable().meta({ description: 'In their words; null when none, or erased.' }),
})
export const auditVerification = z.strictObject({
  ok: z.boolean().meta({ description: 'true: the journal is what was written.' }),
  streams: z.int(),
  events: z.int(),
  problems: z
    .array(z.strictObject({ run_id: z.string(), seq: z.int(), position: z.int(), message: z.string() }))
    .meta({ description: 'The first hundred.' }),
  problem_count: z.int(),
  checked_at: time,
  took_ms: z.int(),
})

export const health = z.strictObject({ status: z.literal('ok'), version: z.string() })
export const readiness = z.strictObject({
  status: z.literal('ready'),
  registry: z.string().meta({ description: 'Digest of the registry in force.' }),
  position: z.int().meta({ description: 'Of the last event in the journal.' }),
  lag: z.int().meta({ description: 'Events that the slowest projection has not covered yet.' }),
})

/** Every canonical event, whole. */
export const event = z.union(
  factSchema.options.map((fact) => z.strictObject({ ...envelopeShape, ...fact.shape })),
)
