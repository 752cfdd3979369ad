import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'
import { domainSchema, sideEffectsSchema } from './policy.ts'
import { categorySchema, failureModeSchema } from './taxonomy.ts'

const attempt = z.int().min(1)

export const STRATEGIES = ['builtin', 'adapter', 'fallback'] as const

/** A step is about to run: which adapter serves it. */
export const routeDecision = z.strictObject({
  type: z.literal('route_decision'),
  data: z.strictObject({
    step_id: idSchema,
    tool: nameSchema,
    domain: domainSchema,
    selected: nameSchema,
    alternatives: z.array(nameSchema),
    strategy: z.enum(STRATEGIES),
    /** Of a fallback: for whom it serves. Left out before 0.2.0. */
    from: nameSchema.optional(),
    reason: z.string().max(300),
  }),
})

/** The intent, durable before the call. */
export const toolCallStart = z.strictObject({
  type: z.literal('tool_call_start'),
  data: z.strictObject({
    step_id: idSchema,
    attempt,
    tool: nameSchema,
    domain: domainSchema,
    adapter: nameSchema,
    side_effects: sideEffectsSchema,
    idempotency_key: idSchema,
    /** Payload: the inputs as called. */
    inputs: digestSchema,
    /** The approval this call uses up, where one was needed before it. */
    approval_id: idSchema.nullable(),
  }),
})

export const GUARANTEES = ['exactly_once', 'at_least_once'] as const
export const RECEIPT_ORIGINS = ['created', 'found'] as const

/**
 * What a vendor has of something that was written there. `exactly_once`: the vendor itself refuses a second one with this
 * key; `at_least_once`: two calls at the same time may both have made one. `found`: it was there already.
 */
export const receiptSchema = z.strictObject({
  vendor: z.string().min(1).max(64),
  /** As the vendor has it. */
  id: z.string().min(1).max(200),
  url: z.string().max(2000).nullable(),
  /** As it stands in the vendor's record. */
  key: z.string().min(1).max(200),
  guarantee: z.enum(GUARANTEES),
  created_or_found: z.enum(RECEIPT_ORIGINS),
})
export type Receipt = z.output<typeof receiptSchema>

/** The outcome: it happened. */
export const toolCallComplete = z.strictObject({
  type: z.literal('tool_call_complete'),
  data: z.strictObject({
    step_id: idSchema,
    attempt,
    tool: nameSchema,
    domain: domainSchema,
    duration_ms: z.number().min(0),
    /** Cost units. */
    cost: z.number().min(0),
    /** Payload: the output. */
    output: digestSchema,
    output_bytes: z.int().min(0),
    /** Of an effect: what its vendor has of it now. Absent: it gave no receipt. */
    receipt: z
      .strictObject({
        /** Payload: the vendor, its id of the record, where a person sees it, and the key that stands in it. */
        record: digestSchema,
        guarantee: z.enum(GUARANTEES),
        created_or_found: z.enum(RECEIPT_ORIGINS),
      })
      .optional(),
    /** Who settled an unknown outcome, where a person did, and why (payload). */
    reconciled_by: idSchema.nullable(),
    reconcile_reason: digestSchema.optional(),
  }),
})

/** The outcome: it failed, or nobody knows (`system_unknown_outcome`). */
export const toolCallError = z.strictObject({
  type: z.literal('tool_call_error'),
  data: z.strictObject({
    step_id: idSchema,
    attempt,
    tool: nameSchema,
    domain: domainSchema,
    duration_ms: z.number().min(0),
    cost: z.number().min(0),
    mode: failureModeSchema,
    category: categorySchema,
    retryable: z.boolean(),
    /** When the next attempt is due; null when there is none. */
    retry_at: z.int().nullable(),
    /** Ours, redacted: never a vendor's or a person's text. */
    message: z.string().max(300),
    /** Payload: what was wrong with the input, where that is known. */
    problems: digestSchema.optional(),
    /** Written by 0.1.0, where no run_cancelled told it: the run was cancelled during this call. */
    cancelled: z.literal(true).optional(),
    /** The process ended during the call; it is made again at once, under the same idempotency key. */
    cut: z.literal(true).optional(),
    /** Of a call that was cut: the process was stopped in order, so that nothing may have died of this call. */
    stopped: z.literal(true).optional(),
    reconciled_by: idSchema.nullable(),
    reconcile_reason: digestSchema.optional(),
  }),
})

export const LOOK_UPS = ['found', 'not_found', 'failed'] as const

/** A vendor was asked, by the key of a call with an unknown outcome, whether it happened. */
export const callLookedUp = z.strictObject({
  type: z.literal('call_looked_up'),
  data: z.strictObject({
    call_id: idSchema,
    step_id: idSchema,
    attempt,
    tool: nameSchema,
    domain: domainSchema,
    adapter: nameSchema,
    /** Of this call, from 1. */
    look_up: z.int().min(1),
    outcome: z.enum(LOOK_UPS),
    /** Of a look-up that failed. */
    mode: failureModeSchema.nullable(),
    /** When it is asked again; null: no more. */
    next_at: z.int().nullable(),
    duration_ms: z.number().min(0),
  }),
})

/** The requester gave other inputs for a step that a reviewer had sent back: it is done again. */
export const stepRevised = z.strictObject({
  type: z.literal('step_revised'),
  data: z.strictObject({
    step_id: idSchema,
    tool: nameSchema,
    domain: domainSchema,
    /** Of what a person will be asked to approve. */
    revision: z.int().min(2),
    by: idSchema,
    /** Payload: the inputs of the next call. */
    inputs: digestSchema,
  }),
})

export const SKIP_REASONS = [
  'condition_false',
  'branch_not_taken',
  'replanned',
  'dependency_failed',
  'budget_exceeded',
  'approval_denied',
  'approval_timeout',
  'run_timeout',
  'cancelled',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** A step will not run. */
export const stepSkipped = z.strictObject({
  type: z.literal('step_skipped'),
  data: z.strictObject({
    step_id: idSchema,
    reason: z.enum(SKIP_REASONS),
    /** Payload of what its condition was decided by; absent: it had none, or was not asked. */
    why: digestSchema.optional(),
  }),
})
