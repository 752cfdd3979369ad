// What the door answers about runs and approvals.
import { problemSchema } from '../../events/problem.ts'
import { z } from 'zod'
import { FALLBACK_REASONS, worstCaseSchema } from '../../events/plan.ts'
import { riskSchema, sideEffectsSchema } from '../../events/policy.ts'
import { DECISIONS } from '../../events/approval.ts'
import { recoverySchema } from '../../events/run.ts'
import { receiptSchema, SKIP_REASONS } from '../../events/step.ts'
import { categorySchema, failureModeSchema } from '../../events/taxonomy.ts'
import { APPROVAL_STATUSES, RUN_STATUSES, STEP_STATUSES } from '../../run/state.ts'
import { budgetLine, time } from '../answers.ts'
import {
  conditionAnswers,
  planRevisions,
  planRules,
  planStep,
  runBlocks,
  unservedAsks,
} from '../plan-answers.ts'

const names = z.array(z.string())
const review = z.enum(['call', 'output'])
const links = z.strictObject({ self: z.string(), events: z.string() })

export const accepted = z.strictObject({
  run_id: z.string(),
  trace_id: z.string(),
  status: z.literal('accepted'),
  planned_by: z.string().nullable().meta({ description: 'Who planned, and why; null: a model is asked.' }),
  links,
})

export const runSummary = z.strictObject({
  run_id: z.string(),
  trace_id: z.string(),
  status: z.enum(RUN_STATUSES),
  profile: z.string(),
  tenant: z.string(),
  requester: z.string(),
  started_at: time,
  finished_at: time.nullable(),
  steps: z.int(),
  steps_completed: z.int(),
  approvals_pending: z.int(),
  cost: z.number().nullable().meta({ description: 'Cost units; known when the run is over.' }),
  planned_by: z.string().nullable().meta({ description: 'Who planned, and why; null: no plan yet.' }),
  batch_id: z.string().nullable().meta({ description: 'The batch that it is an item of.' }),
  item: z.int().nullable().meta({ description: 'Which item of it, from 0.' }),
})

/** In lists. */
export const runRow = runSummary.extend({
  goal: z.string().nullable().meta({ description: 'Its beginning; null when erased.' }),
})

const stepError = z.strictObject({
  mode: failureModeSchema,
  category: categorySchema,
  message: z.string(),
  errors: z
    .array(problemSchema)
    .meta({ description: 'What could not be read of the inputs, where that was it; empty when erased.' }),
})

const refusedBy = budgetLine
  .pick({ scope: true, key: true, unit: true, spent: true, reserved: true, limit: true, window: true })
  .extend({
    profile: z.string().nullable().meta({ description: "Whose limit on the tenant; null: not a profile's." }),
    requested: z.number(),
    opens_at: time.nullable().meta({ description: 'null: not in this run, or not known.' }),
    message: z.string(),
  })

export const runStep = planStep.extend({
  adapter: z.string().nullable().meta({ description: 'Which serves it, once that is chosen.' }),
  status: z.enum(STEP_STATUSES),
  attempts: z.int().meta({ description: 'Calls started so far.' }),
  max_attempts: z.int().meta({ description: 'Calls that one revision may make.' }),
  revision: z.int(),
  judges: z.string().nullable().meta({ description: 'The step whose proposal it judges before its review.' }),
  output: z.unknown().meta({ description: 'Once released; null before, and when erased.' }),
  spent: z.number().meta({ description: 'Cost units of every attempt.' }),
  error: stepError.nullable(),
  skip_reason: z.enum(SKIP_REASONS).nullable(),
  condition: conditionAnswers,
  refused_by: z.array(refusedBy).meta({ description: 'The budgets that a call of it did not fit.' }),
  retry_at: time.nullable(),
  degraded: z
    .strictObject({ from: z.string(), reason: z.string() })
    .nullable()
    .meta({ description: 'For whom its adapter stands in, and why; null: for nobody.' }),
  receipt: receiptSchema
    .nullable()
    .meta({ description: 'Of an effect that happened: what its vendor has of it; null: none, or erased.' }),
  look_up: z
    .strictObject({ made: z.int(), next_at: time.nullable() })
    .nullable()
    .meta({ description: 'How often its vendor was asked what became of a call, and when it is next.' }),
  started_at: time.nullable(),
  ended_at: time.nullable(),
  approvals: names,
})

export const approvalSummary = z.strictObject({
  approval_id: z.string(),
  run_id: z.string(),
  step_id: z.string(),
  revision: z.int(),
  tool: z.string(),
  domain: z.string(),
  side_effects: sideEffectsSchema,
  review,
  risk: riskSchema,
  status: z.enum(APPROVAL_STATUSES),
  profile: z.string(),
  tenant: z.string(),
  consequences: names,
  requested_at: time,
  expires_at: time,
  required: z.int().meta({ description: 'How many people must approve.' }),
  approved_by: names,
})

const approverRole = z.string().meta({ description: 'The role that the decision needs.' })

/** In lists: what is under review is for those who may see it before its release. */
export const approvalRow = approvalSummary.extend({
  title: z.string(),
  subject_line: z.string().nullable().meta({ description: 'Of a message that is under review.' }),
  goal: z.string().nullable().meta({ description: 'Its beginning; null when erased.' }),
  requester: z.string().nullable(),
  quality: names.meta({ description: 'What was said of it before a person was asked, in short.' }),
  decided_by: names.meta({ description: 'In the order of their decisions.' }),
  approver_role: approverRole,
})

const lines = z.array(z.string()).meta({ description: 'Words and figures, one line each.' })

const answer = z.strictObject({
  results: z
    .array(z.strictObject({ step_id: z.string(), tool: z.string(), lines }))
    .meta({ description: 'Of each released output.' }),
  missing: names.meta({ description: 'What gave nothing, and why.' }),
  left_out: names.meta({ description: 'What the conditions of the plan left out, and why.' }),
  degraded: names.meta({
    description: 'Results that came from another adapter than the one that should have answered, and why.',
  }),
  spent: z.string(),
  waiting: z
    .array(
      z.strictObject({
        kind: z.enum(['approval', 'revision', 'reconciliation']),
        step_id: z.string(),
        approval_id: z.string().nullable(),
        text: z.string(),
      }),
    )
    .meta({ description: 'What only a person can move.' }),
})

const pastDenial = z.strictObject({
  run_id: z.string(),
  approval_id: z.string(),
  step_id: z.string(),
  by: z.string(),
  reason: z.string().nullable(),
  at: time,
})
const earlierDenials = z.array(pastDenial).meta({
  description:
    'What people said no to before, oldest first: in the runs that it resumes and, of a step that is done anew, in this one.',
})

export const run = z.strictObject({
  run_id: z.string(),
  trace_id: z.string(),
  status: z.enum(RUN_STATUSES),
  goal: z.string().nullable().meta({ description: 'null when erased.' }),
  answer: answer.meta({ description: 'The run in words, for the one who asked.' }),
  profile: z.string(),
  tenant: z.string(),
  requester: z.string().meta({ description: 'Who asked for it; of a resumed run, for the first one.' }),
  resumed_by: z.string().nullable(),
  earlier_denials: earlierDenials,
  planner: z.string().meta({ description: 'The planner that was asked for.' }),
  resumes: z.string().nullable(),
  batch_id: z.string().nullable().meta({ description: 'The batch that it is an item of.' }),
  item: z.int().nullable().meta({ description: 'Which item of it, from 0.' }),
  started_at: time,
  updated_at: time,
  finished_at: time.nullable(),
  plan: z
    .strictObject({
      plan_id: z.string(),
      revision: z.int(),
      summary: z.string().meta({ description: 'Who planned, and why, in one line.' }),
      planner: z.string(),
      model: z
        .string()
        .nullable()
        .meta({ description: 'The language model that proposed it; null: none did.' }),
      fallback_reason: z.enum(FALLBACK_REASONS).nullable(),
      explanation: z.string(),
      blocks: runBlocks,
      replan: planRules,
      revisions: planRevisions,
      unserved: unservedAsks,
      estimated_cost: z.number(),
      worst_case: worstCaseSchema,
      created_at: time,
    })
    .nullable(),
  unserved: unservedAsks,
  steps: z.array(runStep),
  budget: z.array(budgetLine),
  pending_approvals: z.array(approvalSummary),
  calls: z.int(),
  cost: z.number().meta({ description: 'Cost units spent so far.' }),
  llm_calls: z.int().meta({ description: 'Questions to language models.' }),
  llm_tokens: z.int().meta({ description: 'Charged for them so far.' }),
  llm_usd: z.number().meta({ description: 'US dollars charged for them so far.' }),
  waiting_since: time.nullable().meta({ description: 'Since when only a person can move it.' }),
  cause: failureModeSchema.nullable(),
  message: z.string().nullable().meta({ description: 'Why there was no plan.' }),
  recovery: recoverySchema.nullable().meta({ description: 'null while the run is not over.' }),
  duration_ms: z.int().nullable(),
  active_ms: z.int().meta({ description: 'Less the time in which it only waited for people; so far.' }),
  links,
})

/** To a caller who may act on the run and not read it: no goal, no inputs, no outputs. */
export const runStanding = z.strictObject({
  run_id: z.string(),
  trace_id: z.string(),
  status: z.enum(RUN_STATUSES),
  links,
})

/** What an action answers: the whole run to a viewer, how it stands to everybody else. */
export const runOrStanding = run.or(runStanding)

const vote = z.strictObject({
  by: z.string(),
  decision: z.enum(DECISIONS),
  reason: z.unknown(),
  changes: z.unknown(),
  at: time,
})

const judgement = z.strictObject({
  step_id: z.string(),
  tool: z.string(),
  output: z.unknown(),
  lines,
})

const difference = z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() })

const revision = z.strictObject({
  approval_id: z.string(),
  revision: z.int(),
  status: z.enum(APPROVAL_STATUSES),
  requested_at: time,
  decided_at: time.nullable(),
  votes: z.array(vote),
  differences: z.array(difference).meta({
    description: 'From the revision before; empty for the first, and for who may not see the content.',
  }),
  lines: lines.meta({ description: 'The revision and what its judges said, in words.' }),
})

export const approval = approvalSummary.extend({
  goal: z.string().nullable(),
  approver_role: approverRole,
  requester: z.string(),
  contributors: names.meta({
    description: 'Who had a hand in it, and so may not be the only one to approve.',
  }),
  earlier_denials: earlierDenials,
  adapter: z.string().nullable().meta({
    description: 'Which adapter a call is approved for, as it is set up now; null: none, or an output.',
  }),
  digest: z.string().meta({ description: 'Of exactly what is approved.' }),
  step: runStep,
  inputs: z.unknown().meta({ description: 'Of the call under review, or of the one that made the output.' }),
  preview: z.unknown().meta({
    description:
      'The output under review; only approvers see it before its release. null for the review of a call.',
  }),
  lines: lines.meta({ description: 'What is under review in words; empty for who may not see it.' }),
  judgements: z
    .array(judgement)
    .meta({ description: 'What the steps say that judge it; only approvers see it before its release.' }),
  votes: z.array(vote),
  decided_at: time.nullable(),
  budget: z.array(budgetLine),
  revisions: z.array(revision).meta({ description: 'Every approval asked for this step, oldest first.' }),
})
