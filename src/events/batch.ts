// A list of items that are carried out one run each: what was asked, and how it ended. The runs tell the rest: each
// names its batch and its item in run_started.
import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'

/** Items of one batch. */
export const MOST_ITEMS = 10_000

const count = z.int().min(0).max(MOST_ITEMS)

/** A batch is accepted, durably, with all its items, before the caller gets its 202. */
export const batchStarted = z.strictObject({
  type: z.literal('batch_started'),
  data: z.strictObject({
    /** Payload: goal, plan, limits and shared context, and the columns of the results. */
    order: digestSchema,
    /** Payloads: the items in their order, a part of them each. */
    chunks: z.array(digestSchema).min(1).max(MOST_ITEMS),
    items: count.min(1),
    /** Rows that cannot be items. */
    rejected: count,
    /** Payload: those rows, each with its line and what is wrong with it; null: there are none. */
    problems: digestSchema.nullable(),
    /** The playbook of the registry that each item is for; absent: none. */
    playbook: nameSchema.optional(),
    planner: nameSchema,
    profile: nameSchema,
    requester: idSchema,
    /** Items that are worked on at once. */
    parallel: z.int().min(1).max(1000),
    idempotency_key: z.string().max(255).nullable(),
    /** Whoever asked reaches no other profile, and so do the tools of its runs; absent: no such limit. */
    reach: z.literal('profile').optional(),
  }),
})

/** Somebody cancelled the batch: no further item begins, and the runs of those that have begun are cancelled. */
export const batchCancelled = z.strictObject({
  type: z.literal('batch_cancelled'),
  data: z.strictObject({
    by: idSchema,
    /** Payload: why, in that person's words. */
    reason: digestSchema.nullable(),
  }),
})

/** A batch that was over goes on: what never began begins, and what did not succeed is resumed. */
export const batchResumed = z.strictObject({
  type: z.literal('batch_resumed'),
  data: z.strictObject({
    by: idSchema,
    /** As of who started it. */
    reach: z.literal('profile').optional(),
  }),
})

export const BATCH_OUTCOMES = ['succeeded', 'partial', 'failed', 'cancelled'] as const
export type BatchOutcome = (typeof BATCH_OUTCOMES)[number]

/** Every item is over, or will not begin any more: last in its stream, until somebody resumes the batch. */
export const batchFinished = z.strictObject({
  type: z.literal('batch_finished'),
  data: z.strictObject({
    profile: nameSchema,
    status: z.enum(BATCH_OUTCOMES),
    /** Items by how the last run of each ended. */
    succeeded: count,
    partial: count,
    failed: count,
    cancelled: count,
    /** Items that never began. */
    not_begun: count,
    /** Cost units of all its runs. */
    cost: z.number().min(0),
    /** Wall clock since the batch was accepted. */
    duration_ms: z.int().min(0),
  }),
})
