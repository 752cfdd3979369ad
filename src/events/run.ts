import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'
import { approversSchema, limitsSchema, scopeSchema, unitSchema } from './policy.ts'
import { failureModeSchema } from './taxonomy.ts'

/**
 * What is decided differently than version 0.1.0 did. A run keeps the rules that its first event names, so that it does
 * not change its mind when a newer program takes it up; a rule is never removed while runs may live that lack it.
 */
export const RULES = [
  /** The run's time limit holds before there is a plan, too. */
  'planning_limited',
  /** Who cancelled the run, and that it is cancelled, is an event of its own. */
  'cancel_recorded',
  /** The approval of a call is for the adapter that serves it, and how that one is set up. */
  'adapter_approved',
  /** Nobody who had a hand in the chain of runs is the only one to approve; names are one whatever their case. */
  'contributors_excluded',
  /** Steps that only judge a proposed output run before its review. */
  'judged_before_review',
  /** Nobody is asked about an effect while no adapter can make it. */
  'vendor_before_approval',
] as const
export type Rule = (typeof RULES)[number]

/** A person said no to a step of an earlier run, and why (payload). */
export const denialSchema = z.strictObject({
  run_id: idSchema,
  approval_id: idSchema,
  step_id: idSchema,
  by: idSchema,
  reason: digestSchema.nullable(),
  at: z.int().min(0),
})
export type Denial = z.infer<typeof denialSchema>

/** What the runs before a resumed one leave to it. */
export const chainSchema = z.strictObject({
  /** Who started or resumed one of them. */
  asked_by: z.array(idSchema),
  /** Who wrote a part of what they do. */
  edited_by: z.array(idSchema),
  /** Oldest first. */
  denials: z.array(denialSchema),
})
export type Chain = z.infer<typeof chainSchema>

/** What a profile allows a plan. */
export const planBoundsSchema = z.strictObject({
  /** Calls of one run under way at once. */
  parallel: z.int().min(1),
  /** Steps that are not done once for each item of a list. */
  most_steps: z.int().min(1),
  /** How often it is changed because of what happens. */
  most_revisions: z.int().min(0),
})
export type PlanBounds = z.infer<typeof planBoundsSchema>

/** A run is accepted, durably, before the caller gets its 202. */
export const runStarted = z.strictObject({
  type: z.literal('run_started'),
  data: z.strictObject({
    /** Payload: the goal's text. */
    goal: digestSchema,
    /** Payload: the caller's facts. */
    context: digestSchema,
    /** Payload: the plan that the caller gave; absent: none. */
    plan: digestSchema.optional(),
    /** The playbook of the registry that is carried out; absent: none. */
    playbook: nameSchema.optional(),
    profile: nameSchema,
    /** Who asked for it; of a resumed run, for the first one of its chain. */
    requester: idSchema,
    /** Who resumed the run before; absent: nobody did, or 0.1.0 wrote it. */
    resumed_by: idSchema.optional(),
    chain: chainSchema.optional(),
    /** The planner that was asked for: one of the registry's, `auto`, or `caller` and `playbook` where none is asked. */
    planner: nameSchema,
    limits: limitsSchema,
    approvers: approversSchema,
    registry: digestSchema,
    idempotency_key: z.string().max(255).nullable(),
    /** The finished run whose missing steps this one runs. */
    resumes: idSchema.nullable(),
    /** The caller's span, when a traceparent came in. */
    parent_span_id: z.string().nullable(),
    /** false: the caller's traceparent says that its trace is not exported. Left out where it is, or none came in. */
    parent_sampled: z.boolean().optional(),
    rules: z.array(z.enum(RULES)),
    /** Of its plan; absent: the profile says nothing. */
    bounds: planBoundsSchema.optional(),
    /** Its plan is asked for and paid for, and not carried out: it ends, cancelled, as soon as there is one. */
    plan_only: z.literal(true).optional(),
    /** The batch that it is an item of, and which one, from 0; absent: none. */
    batch_id: idSchema.optional(),
    item: z.int().min(0).optional(),
    /** Which other runs its tools may read: absent, those of its tenant; `profile`, of those the ones of its profile. */
    reach: z.literal('profile').optional(),
  }),
})

/** Somebody cancelled the run: what is under way is given up, the rest does not start. */
export const runCancelled = z.strictObject({
  type: z.literal('run_cancelled'),
  data: z.strictObject({
    by: idSchema,
    /** Payload: why, in that person's words. */
    reason: digestSchema.nullable(),
  }),
})

export const runStatusSchema = z.enum(['succeeded', 'partial', 'failed', 'cancelled'])
export type RunOutcomeStatus = z.infer<typeof runStatusSchema>

export const recoverySchema = z.enum(['none', 'resume', 'manual'])

/** The run is over: last in its stream, exactly once. */
export const runFinished = z.strictObject({
  type: z.literal('run_finished'),
  data: z.strictObject({
    profile: nameSchema,
    status: runStatusSchema,
    completed: z.array(idSchema),
    failed: z.array(idSchema),
    skipped: z.array(idSchema),
    unknown: z.array(idSchema),
    /** Wall clock. */
    duration_ms: z.int().min(0),
    /** Wall clock less the time in which the run only waited for people. */
    active_ms: z.int().min(0),
    /** Cost units. */
    cost: z.number().min(0),
    /** Tool calls made, every attempt. */
    calls: z.int().min(0),
    /** The first cause of a run that did not succeed. */
    cause: failureModeSchema.nullable(),
    recovery: recoverySchema,
    /** It is an item of a batch; absent: it is none. */
    in_batch: z.literal(true).optional(),
    /** Why there was no plan, in the registry's words, or which budget refused its calls; null where the steps tell. */
    message: z.string().max(1000).nullable(),
    /** Share of the run's own limits that it used, 0 to 1, for each unit that has one. */
    budget_use: z.partialRecord(unitSchema, z.number().min(0)),
    /** Limits of the run that its plan would have broken, so that it made no call. Left out where there is none. */
    over_budget: z
      .array(z.strictObject({ scope: scopeSchema, unit: unitSchema, requested: z.int(), limit: z.int() }))
      .min(1)
      .optional(),
  }),
})
