// What the conditions of a plan said. Each is asked once, and what it said is written down: a replay needs no expression.
import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'
import { domainSchema } from './policy.ts'
import { categorySchema, failureModeSchema } from './taxonomy.ts'

/** Which case of a branch is carried out. */
export const branchTaken = z.strictObject({
  type: z.literal('branch_taken'),
  data: z.strictObject({
    /** Whose branch it is; absent: no playbook's, the plan is somebody's own. */
    playbook: nameSchema.optional(),
    block: idSchema,
    /** `1`, `2`, ... or `else`; `none`: no case holds, and there is no `else`. */
    case: z.string().min(1).max(20),
    /** Payload: the expressions that were asked, what each said, and the values that they used. */
    why: digestSchema,
  }),
})

/** The condition of a step holds: it may be carried out. One that does not hold is a step_skipped. */
export const conditionMet = z.strictObject({
  type: z.literal('condition_met'),
  data: z.strictObject({ step_id: idSchema, why: digestSchema }),
})

/** What became of a rule where it does not change the plan at once. */
export const RULE_OUTCOMES = ['met', 'not_met', 'no_answer', 'no_plan', 'over_budget', 'erased'] as const

/** A rule for changing the plan was looked at: what its condition said, or why nothing came of it. */
export const ruleChecked = z.strictObject({
  type: z.literal('rule_checked'),
  data: z.strictObject({
    /** From 1. */
    rule: z.int().min(1),
    /** The steps that it was about. */
    about: z.array(idSchema).min(1),
    /** `met`: the plan is changed next; else it stays as it is. */
    outcome: z.enum(RULE_OUTCOMES),
    /** Payload: the condition, what it said, and the values that it used; absent: it has none. */
    why: digestSchema.optional(),
  }),
})

/** The list of a for_each cannot be carried out, so that none of its steps is. */
export const blockFailed = z.strictObject({
  type: z.literal('block_failed'),
  data: z.strictObject({
    block: idSchema,
    mode: failureModeSchema,
    category: categorySchema,
    message: z.string().max(300),
  }),
})

/** A step failed without a call: its condition, or that of its branch, could not be worked out. */
export const stepFailed = z.strictObject({
  type: z.literal('step_failed'),
  data: z.strictObject({
    step_id: idSchema,
    tool: nameSchema,
    domain: domainSchema,
    mode: failureModeSchema,
    category: categorySchema,
    /** Ours: names of the plan, never a value. */
    message: z.string().max(300),
  }),
})
