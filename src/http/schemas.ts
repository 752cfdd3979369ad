// What the door accepts: the schemas of every request, for parsing and for the OpenAPI document alike.
import { z } from 'zod'
import { valueRule } from '../events/checks/value-rule.ts'
import { nameSchema } from '../events/envelope.ts'
import { TENANT_PATTERN, TENANT_RULE, TENANTS_PATTERN, TENANTS_RULE } from '../events/names.ts'
import { AUTO_PLANNER } from '../registry/names.ts'
import { planDraftSchema } from '../registry/plan/draft.ts'
import { APPROVAL_STATUSES, RUN_STATUSES } from '../run/state.ts'

const id = (what: string) => z.string().min(1).max(200).meta({ description: what })

export const runParams = z.strictObject({ run_id: id('Of the run.') })
export const stepParams = runParams.extend({ step_id: id('Of the step in its plan.') })
export const approvalParams = z.strictObject({ approval_id: id('Of the approval.') })

const whole = (digits: RegExp, max: number, min = 0) =>
  z.string().regex(digits, 'must be a whole number').transform(Number).pipe(z.int().min(min).max(max))

export const limitOf = (max: number, preset: number) =>
  whole(/^\d{1,5}$/, max, 1)
    .default(preset)
    .meta({ description: `Items on a page, 1 to ${max}; ${preset} unless asked.` })

export const cursor = z
  .string()
  .regex(/^[!-~]{1,500}$/, 'must be the next_cursor of a page')
  .meta({ description: 'The next_cursor of the page before.' })

export const tenant = z
  .string()
  .regex(TENANT_PATTERN, TENANT_RULE)
  .meta({ description: 'The customer or team a run belongs to.' })

const tenants = z
  .string()
  .regex(TENANTS_PATTERN, TENANTS_RULE)
  .meta({ description: 'A tenant, or what the registry calls those that share a budget.' })

export const profile = z.string().min(1).max(100).meta({ description: 'Name of a profile of the registry.' })

const page = { cursor: cursor.optional(), limit: limitOf(200, 50) }
const filters = { profile: profile.optional(), tenant: tenant.optional(), ...page }

const instant = z.iso.datetime({ offset: true })
const person = z.string().min(1).max(200)

/** What the rows of a list are looked for by. */
const search = {
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Words that are all in the row: of the goal, of ids, of names.' }),
  requester: person.optional().meta({ description: 'Who asked for the run.' }),
  since: instant.optional().meta({ description: 'Not before this time.' }),
  until: instant.optional().meta({ description: 'Not after this time.' }),
  order: z.enum(['newest', 'oldest']).default('newest').meta({ description: 'Which come first.' }),
}

export const runsQuery = z.strictObject({ status: z.enum(RUN_STATUSES).optional(), ...search, ...filters })
export const approvalsQuery = z.strictObject({
  status: z.enum(APPROVAL_STATUSES).optional(),
  decided_by: person.optional().meta({ description: 'Who has decided it, whatever they decided.' }),
  ...search,
  ...filters,
})
export const budgetsQuery = z.strictObject({
  of: z.enum(['runs', 'tenants']).optional().meta({ description: 'Whose: both where it is left out.' }),
  order: z.enum(['name', 'fullest']).default('name').meta({ description: 'Which come first.' }),
  cursor: cursor.optional(),
  limit: limitOf(1000, 200),
})

export const seq = /^\d{1,15}$/
export const eventsQuery = z.strictObject({
  cursor: whole(seq, Number.MAX_SAFE_INTEGER).optional().meta({ description: 'Only events after this seq.' }),
  limit: limitOf(1000, 200),
})
export const eventsHeaders = z.object({
  'last-event-id': whole(seq, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Where a stream goes on: the seq of the last event that was read.' }),
})

export const streamHeaders = z.object({
  'last-event-id': whole(seq, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Where the stream goes on: the id of the last frame that had one.' }),
})

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const MAX_WINDOW = 7 * 86_400

export const signalsQuery = z.strictObject({
  window: z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a number and s, m, h or d')
    .default('15m')
    .transform((text) => Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] ?? 1))
    .pipe(z.int().max(MAX_WINDOW))
    .meta({ description: 'How far back: 90s, 15m, 6h or 7d; at most 7d.' }),
})

const seconds = (preset: string, max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a number and s, m, h or d')
    .default(preset)
    .transform((text) => Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] ?? 1))
    .pipe(z.int().min(60).max(max))

export const seriesQuery = z.strictObject({
  window: seconds('1h', MAX_WINDOW).meta({ description: 'How far back: 15m, 6h or 7d; at most 7d.' }),
  step: seconds('1m', MAX_WINDOW).meta({
    description: 'Of each point; whole minutes, beyond a day whole hours: 1m, 15m or 1h.',
  }),
  profile: profile.optional().meta({ description: 'Of this profile alone; without it of all.' }),
})

export const reloadQuery = z.strictObject({
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'true: only says what it would change.' }),
})

export const templatesQuery = z.strictObject({
  tenant: tenant.optional().meta({
    description: 'Whose stored templates are among them; left out: those of `default`, or of the key.',
  }),
})

export const auditQuery = z.strictObject({
  cursor: whole(/^\d{1,15}$/, Number.MAX_SAFE_INTEGER, 1)
    .optional()
    .meta({ description: 'The next_cursor of the page before: only what was written before it.' }),
  limit: limitOf(200, 50),
})

export const startQuery = z.strictObject({
  wait: whole(/^\d{1,2}$/, 60)
    .default(0)
    .meta({ description: 'Seconds (0 to 60) to wait for the end of the run.' }),
  until: z.enum(['over', 'person', 'plan']).default('over').meta({
    description:
      '`person`: the run is answered as well when only a person can move it. `plan`: it is waited for its plan alone, and the run is answered where it ended without one.',
  }),
})
export const startHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .meta({ description: 'The same key and body give the same run.' }),
  traceparent: z
    .string()
    .optional()
    .meta({ description: 'W3C trace context to continue; ignored where not valid.' }),
})

const goal = z
  .string()
  .max(4000)
  .regex(/\S/, 'must not be blank')
  .meta({ description: 'What is to be achieved.' })
export const context = z.record(z.string(), z.unknown()).meta({ description: 'Facts that plans may use.' })
const count = z.int().min(0).max(1_000_000_000)
const amount = z.number().min(0).max(1_000_000_000)

export const limits = z.strictObject({
  calls: count.optional(),
  cost: amount.optional().meta({ description: 'Cost units.' }),
  llm_tokens: count.optional(),
  llm_usd: amount.optional().meta({ description: 'US dollars, as in a profile.' }),
  effects: z.strictObject({ execute: count }).optional().meta({ description: 'Calls with effects.' }),
  timeout_seconds: z.number().gt(0).max(31_536_000).optional().meta({ description: 'Of working time.' }),
})

/** Of a run that names none; the command line plans with it too. */
export const DEFAULT_PROFILE = 'demo'

/** Which names are known is the registry's to say: see `checkPlanner`. */
export const planner = nameSchema

export const given = {
  goal: goal.optional(),
  playbook: nameSchema.optional().meta({ description: 'A plan of the registry, by its name.' }),
  plan: planDraftSchema.optional().meta({ description: 'The plan itself.' }),
}

type Given = { [Way in keyof typeof given]?: unknown } & { readonly planner: string }

/** A run is for one thing; where the plan is given, no planner is asked. */
export const oneWay = valueRule<Given>(({ goal, playbook, plan, planner }, context) => {
  const ways = [goal, playbook, plan].filter((way) => way !== undefined).length
  if (ways === 0)
    context.addIssue({ code: 'custom', path: ['goal'], message: 'is required, or playbook, or plan' })
  if (ways > 1)
    context.addIssue({ code: 'custom', path: [], message: 'must have only one of goal, playbook and plan' })
  if (ways === 1 && goal === undefined && planner !== AUTO_PLANNER)
    context.addIssue({ code: 'custom', path: ['planner'], message: 'is asked for a goal only' })
})

export const WAYS = 'Exactly one of goal, playbook and plan.'

export const startBody = z
  .strictObject({
    ...given,
    profile: profile.default(DEFAULT_PROFILE),
    tenant: tenant.default('default'),
    context: context.default({}),
    planner: planner.default(AUTO_PLANNER).meta({ description: 'A planner of the registry, or `auto`.' }),
    limits: limits.default({}).meta({ description: 'May only tighten the limits of the profile.' }),
  })
  .check(oneWay)
  .meta({ description: WAYS })

export const planBody = z
  .strictObject({
    ...given,
    profile,
    tenant: tenant
      .default('default')
      .meta({ description: 'Who pays for a language model that has to be asked.' }),
    context: context.default({}),
    planner: planner
      .default(AUTO_PLANNER)
      .meta({ description: 'A planner of the registry, `auto`, or `compare` for the plans of both.' }),
  })
  .check(oneWay)
  .meta({ description: WAYS })

export const reason = z.string().max(2000).regex(/\S/, 'must not be blank')
const content = z.record(z.string(), z.unknown())

/** A call without a body has this one. */
export const cancelBody = z.strictObject({
  reason: reason.optional().meta({ description: 'Why the run is cancelled.' }),
})

/** A call without a body changes nothing of the context. */
export const resumeBody = z.strictObject({
  context: context
    .optional()
    .meta({ description: 'Corrected facts: fields that replace those of the earlier run.' }),
})

export const reconcileBody = z.strictObject({
  outcome: z.enum(['happened', 'did_not_happen']),
  output: content.optional().meta({ description: 'What the call gave, where it happened.' }),
  reason,
})

export const reviseBody = z.strictObject({
  inputs: content.meta({ description: 'Fields that replace those of the inputs that the reviewer saw.' }),
})

export const freezeBody = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('profile'), key: profile, reason }),
  z.strictObject({ scope: z.literal('tenant'), key: tenants, reason }),
])

const words = z.record(z.string(), z.string())

/** One alert as Alertmanager sends it; what it may add is let through and not looked at. */
export const alertBody = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: words,
  annotations: words.default({}),
  startsAt: z.iso.datetime({ offset: true }),
})

/** As Alertmanager sends it, version 4. Each alert is read by itself, so that a malformed one loses no other. */
export const alertmanagerBody = z.looseObject({
  version: z.literal('4'),
  alerts: z
    .array(z.unknown())
    .max(1000)
    .meta({ description: 'At most 1000; `max_alerts` of the receiver stays below it.' }),
})

export const decisionBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), reason: reason.optional() }),
  z.strictObject({ decision: z.literal('deny'), reason }),
  z.strictObject({
    decision: z.literal('request_changes'),
    reason,
    changes: z
      .union([z.strictObject({ inputs: content }), z.strictObject({ output: content })], {
        error: 'must have exactly one of inputs and output',
      })
      .optional()
      .meta({ description: 'The next revision; left out, the step goes back to the requester.' }),
  }),
])
