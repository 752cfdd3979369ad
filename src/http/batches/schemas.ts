// What the door accepts about batches, and what it answers.
import { RESULT_FORMATS } from '../../events/access.ts'
import { z } from 'zod'
import { MOST_ITEMS } from '../../events/batch.ts'
import { nameSchema } from '../../events/envelope.ts'
import { problemSchema } from '../../events/problem.ts'
import { BATCH_STATUSES, ITEM_STATUSES } from '../../run/batch.ts'
import { AUTO_PLANNER } from '../../registry/names.ts'
import { pageOf, time } from '../answers.ts'
import { approval } from '../runs/run-answers.ts'
import {
  context,
  cursor,
  DEFAULT_PROFILE,
  given,
  limitOf,
  limits,
  oneWay,
  profile,
  reason,
  tenant,
  WAYS,
} from '../schemas.ts'

const text = (what: string) => z.string().min(1).max(16_000).meta({ description: what })

/** Of the forms that have no body for it. */
export const batchQuery = z.strictObject({
  goal: given.goal,
  playbook: given.playbook,
  plan: text('The plan itself, as JSON.').optional(),
  profile: profile.optional(),
  tenant: tenant.optional(),
  planner: nameSchema.optional(),
  context: text('Facts of every item, as JSON.').optional(),
  limits: text('Limits of each run, as JSON.').optional(),
  map: text(
    'Of CSV: which heading is which fact, `account.name:Company,account.seats:Seats:number`; the types are text, number, boolean and json. Left out where the headings are paths.',
  ).optional(),
})

export const batchBody = z
  .strictObject({
    ...given,
    profile: profile.default(DEFAULT_PROFILE),
    tenant: tenant.default('default'),
    context: context.default({}).meta({ description: 'Facts of every item.' }),
    planner: nameSchema.default(AUTO_PLANNER).meta({ description: 'A planner of the registry, or `auto`.' }),
    limits: limits.default({}).meta({ description: 'Of each run; may only tighten those of the profile.' }),
    items: z
      .array(z.unknown())
      .max(MOST_ITEMS)
      .meta({ description: `The facts of each item, an object; at most ${MOST_ITEMS}.` }),
  })
  .check(oneWay)
  .meta({ description: WAYS })

export const batchParams = z.strictObject({
  batch_id: z.string().min(1).max(200).meta({ description: 'Of the batch.' }),
})
export const batchesQuery = z.strictObject({
  status: z.enum(BATCH_STATUSES).optional(),
  profile: profile.optional(),
  tenant: tenant.optional(),
  cursor: cursor.optional(),
  limit: limitOf(200, 50),
})
export const itemsQuery = z.strictObject({
  status: z.enum(ITEM_STATUSES).optional().meta({ description: 'Only items that stand so.' }),
  cursor: cursor.optional(),
  limit: limitOf(100, 50),
})
export const batchApprovalsQuery = z.strictObject({ cursor: cursor.optional(), limit: limitOf(50, 25) })

export const resultsQuery = z.strictObject({
  format: z.enum(RESULT_FORMATS).default('ndjson'),
  outputs: z
    .string()
    .regex(
      /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:,[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)*$/,
      'must be step.path, step.path',
    )
    .max(4000)
    .optional()
    .meta({ description: 'Which outputs, `score.fit_score,draft.subject`; by default all that are plain.' }),
})

const MOST_DECIDED = 200
export const jointDecisionBody = z.strictObject({
  decision: z.enum(['approve', 'deny']),
  reason: reason.optional(),
  approvals: z
    .array(
      z.strictObject({
        approval_id: z.string().min(1).max(200),
        digest: z.string().min(1).max(100).meta({ description: 'Of exactly what was seen.' }),
      }),
    )
    .min(1)
    .max(MOST_DECIDED),
})

const rejectedRow = z.strictObject({
  line: z.int().meta({ description: 'Of the file; in JSON the place in the list, from 1.' }),
  errors: z.array(problemSchema),
})
const rejectedRows = z.array(rejectedRow).meta({ description: 'The first of them.' })
const links = z.strictObject({ self: z.string(), items: z.string(), results: z.string() })

export const batchAccepted = z.strictObject({
  batch_id: z.string(),
  status: z.literal('running'),
  items: z.int(),
  rejected: z.int().meta({ description: 'Rows that are no items.' }),
  rejected_rows: rejectedRows,
  links,
})

const counts = z.strictObject(
  Object.fromEntries(ITEM_STATUSES.map((status) => [status, z.int()])) as Record<
    (typeof ITEM_STATUSES)[number],
    z.ZodInt
  >,
)

export const batchSummary = z.strictObject({
  batch_id: z.string(),
  status: z.enum(BATCH_STATUSES).meta({ description: 'waiting: only people can move what is left of it.' }),
  profile: z.string(),
  tenant: z.string(),
  requester: z.string(),
  playbook: z.string().nullable(),
  started_at: time,
  updated_at: time,
  finished_at: time.nullable(),
  items: z.int(),
  rejected: z.int(),
  counts,
  approvals_pending: z.int(),
  cost: z.number().meta({ description: 'Cost units of all its runs so far.' }),
  forecast_cost: z
    .number()
    .nullable()
    .meta({ description: 'When those that are left cost what the others did; null: none has begun.' }),
})

export const batch = batchSummary.extend({
  goal: z.string().nullable().meta({ description: 'null when erased.' }),
  cancelled_by: z.string().nullable(),
  rounds: z.int().meta({ description: 'How often it was resumed.' }),
  parallel: z.int().meta({ description: 'Items that are worked on at once.' }),
  held: z.string().nullable().meta({
    description: 'Why no item can begin now, the code of an error; null: they can, or none is left.',
  }),
  causes: z
    .array(z.strictObject({ cause: z.string(), count: z.int() }))
    .meta({ description: 'Why items did not succeed, the most frequent first.' }),
  problems: z
    .array(
      z.strictObject({
        item: z.int(),
        run_id: z.string(),
        status: z.string(),
        cause: z.string().nullable(),
        message: z.string().nullable(),
      }),
    )
    .meta({ description: 'The first items that did not succeed.' }),
  rejected_rows: rejectedRows,
  columns: z.array(z.string()).meta({ description: 'Paths into the context of an item.' }),
  links,
})

/** To a caller who may act on the batch and not read it. */
const batchStanding = z.strictObject({ batch_id: z.string(), status: z.enum(BATCH_STATUSES) })
export const batchOrStanding = batch.or(batchStanding)

export const batchItem = z.strictObject({
  item: z.int().meta({ description: 'From 0.' }),
  line: z.int().nullable(),
  status: z.enum(ITEM_STATUSES),
  run_id: z.string().nullable(),
  planned_by: z
    .string()
    .nullable()
    .meta({ description: 'Who planned it, and why, as the summary of its plan; null: there is none yet.' }),
  context: z.unknown(),
  answer: z.array(z.string()).meta({ description: 'The run in words, in short.' }),
  approvals: z.array(z.string()).meta({ description: 'Those that wait.' }),
  cause: z.string().nullable(),
  message: z.string().nullable(),
  cost: z.number(),
})

export const batchApproval = z.strictObject({ item: z.int(), approval })

export const jointDecision = z.strictObject({
  decided: z.array(z.string()),
  refused: z.array(z.strictObject({ approval_id: z.string(), code: z.string(), detail: z.string() })),
})

export const batchPage = pageOf(batchSummary)
export const itemPage = pageOf(batchItem)
export const batchApprovalPage = pageOf(batchApproval)
