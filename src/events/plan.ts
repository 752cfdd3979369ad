import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'
import { domainSchema, retrySchema, reviewSchema, riskSchema, sideEffectsSchema } from './policy.ts'

/**
 * Where a step's input comes from: `context.<path>` of the run, `<step_id>.<output>` of an earlier step, or a value
 * that the plan itself gives. An event names a payload for it; a plan that is not adopted yet has it as it is.
 */
export const sourceSchema = z.union([
  z.strictObject({ context: z.string().min(1).max(200) }),
  z.strictObject({ step: idSchema, output: z.string().min(1).max(200) }),
  z.strictObject({ value: digestSchema }),
])
export type InputSource = z.infer<typeof sourceSchema>

/** One source, or several: the first that has a value when the step becomes ready. */
export const inputSchema = z.union([sourceSchema, z.array(sourceSchema).min(2).max(20)])
export type StepInput = z.infer<typeof inputSchema>

/** An input's sources, best first. */
export const sourcesOf = <S>(input: S | readonly S[]): readonly S[] =>
  Array.isArray(input) ? (input as readonly S[]) : [input as S]

/** A step or a block stands in this case of this branch. */
export const guardSchema = z.strictObject({ block: idSchema, case: z.string().min(1).max(20) })
export type Guard = z.infer<typeof guardSchema>

/** From the outside in. */
const guardsSchema = z.array(guardSchema).min(1).max(3)

/** A case without an expression holds always. */
const caseSchema = z.strictObject({ case: z.string().min(1).max(20), when: digestSchema.nullable() })

/** Of a for_each, counted from 0. */
const itemSchema = z.strictObject({ block: idSchema, index: z.int().min(0) })
export type PlanItem = z.infer<typeof itemSchema>
const itemsSchema = z.array(itemSchema).min(1).max(3)

const branchSchema = z.strictObject({
  block: idSchema,
  kind: z.literal('branch'),
  guards: guardsSchema.optional(),
  /** Items that it is for, from the outside in; absent: none. */
  items_of: itemsSchema.optional(),
  /** They must be over before a case is chosen. */
  after: z.array(idSchema),
  /** In the order in which they are tried; `when`: payload of the expression. */
  cases: z.array(caseSchema).min(1).max(10),
})
export type BranchBlock = z.infer<typeof branchSchema>

/** Its steps run together, at most so many at once. */
const parallelSchema = z.strictObject({
  block: idSchema,
  kind: z.literal('parallel'),
  guards: guardsSchema.optional(),
  /** Items that it is for, from the outside in; absent: none. */
  items_of: itemsSchema.optional(),
  at_most: z.int().min(1),
})

/** Its steps once for each item of a list. */
const forEachSchema = z.strictObject({
  block: idSchema,
  kind: z.literal('for_each'),
  guards: guardsSchema.optional(),
  /** Items that it is for, from the outside in; absent: none. */
  items_of: itemsSchema.optional(),
  /** Where the list comes from; its step must be over before the items are known. */
  list: z.union([
    z.strictObject({ context: z.string().min(1).max(200) }),
    z.strictObject({ step: idSchema, output: z.string().min(1).max(200) }),
  ]),
  /** What an item is called inside. */
  as: idSchema,
  /** A longer list fails the block. */
  at_most: z.int().min(1),
  /** How many there are; null: that is not known yet. */
  items: z.int().min(0).nullable(),
  /** Payload of the steps for one item; null: they stand in the plan, once for each. */
  body: digestSchema.nullable(),
  /** The same payload, kept when its items became known: what the list comes from may be done again. */
  template: digestSchema.optional(),
})
export type ForEachBlock = z.infer<typeof forEachSchema>

/** What stands beside the steps of a plan. */
export const planBlockSchema = z.union([branchSchema, parallelSchema, forEachSchema])
export type PlanBlock = z.infer<typeof planBlockSchema>

export const planStepSchema = z.strictObject({
  step_id: idSchema,
  tool: nameSchema,
  domain: domainSchema,
  side_effects: sideEffectsSchema,
  review: reviewSchema,
  risk: riskSchema,
  inputs: z.record(z.string().max(100), inputSchema),
  /** They must be completed first. */
  depends_on: z.array(idSchema),
  /** They must be over first, whatever became of them; absent: none. */
  after: z.array(idSchema).optional(),
  /** The adapter interface of its tool; which adapter serves it is chosen at the call. null: it needs none. */
  interface: nameSchema.nullable(),
  /** Only in plans that version 0.1.0 wrote: it chose the adapter when the plan was made. */
  adapter: nameSchema.nullable().optional(),
  /** Micro cost units of one call. */
  cost: z.int().min(0),
  timeout_ms: z.int().min(1),
  retry: retrySchema,
  idempotent: z.boolean(),
  /** A call with an unknown outcome is looked up at its vendor; absent: a person says what became of it. */
  reconcile: z.literal('auto').optional(),
  /** What its questions to a language model may take at most in one call; absent: it asks none. */
  asks: z.strictObject({ llm_tokens: z.int().min(1), llm_usd: z.int().min(0) }).optional(),
  /** In the registry's words, never in the caller's. */
  reason: z.string().max(500),
  /** Payload of the output, when an earlier run completed this step already. */
  carried: digestSchema.nullable(),
  /** The step whose output it judges, before a person reviews that; not in plans of 0.1.0. */
  judges: idSchema.optional(),
  /** Payload of an expression: where it is false, the step is skipped. Absent: it has none. */
  when: digestSchema.optional(),
  /** Absent: it stands in no branch. */
  guards: guardsSchema.optional(),
  /** Parallel groups that it stands in, from the outside in; absent: none. */
  groups: z.array(idSchema).min(1).max(3).optional(),
  /** Items that it is for, from the outside in; absent: none. */
  items: itemsSchema.optional(),
})
export type PlanStep = z.infer<typeof planStepSchema>

/** Before a plan is adopted, what it gives by itself stands in it as it is. */
export type ProposedSource = Exclude<InputSource, { value: unknown }> | { readonly value: unknown }
export type ProposedInput = ProposedSource | readonly ProposedSource[]
export type ProposedStep = Omit<PlanStep, 'inputs' | 'when'> & {
  readonly inputs: Readonly<Record<string, ProposedInput>>
  /** The expression itself. */
  readonly when?: string | undefined
}
/** With the expressions themselves. */
export type ProposedBranch = Omit<BranchBlock, 'cases'> & {
  readonly cases: readonly { readonly case: string; readonly when: string | null }[]
}
/** With the steps for one item: `[*1]` in an id, and `*1` in a path, stands for the index. */
export type ProposedForEach = Omit<ForEachBlock, 'body' | 'template'> & {
  readonly body: ProposedParts | null
  readonly template?: ProposedParts | undefined
}
export type ProposedBlock = ProposedBranch | ProposedForEach | Extract<PlanBlock, { kind: 'parallel' }>
/** Steps, and what stands beside them. */
export type ProposedParts = {
  readonly steps: readonly ProposedStep[]
  readonly blocks: readonly ProposedBlock[]
}

export const worstCaseSchema = z.strictObject({
  calls: z.int().min(0),
  /** Cost units. */
  cost: z.number().min(0),
  approvals: z.int().min(0),
  /** Of language models, with the dollars that they cost; absent: none is asked. */
  llm_tokens: z.int().min(1).optional(),
  llm_usd: z.number().min(0).optional(),
})
export type WorstCase = z.infer<typeof worstCaseSchema>

/** What a rule waits for: a condition that holds, a step that failed, or one that a person said no to. */
export const TRIGGERS = ['condition', 'failed', 'denied'] as const
export type Trigger = (typeof TRIGGERS)[number]
/** Steps are done again, the plan goes on without them, or the planner is asked anew. */
export const RULE_ACTIONS = ['redo', 'go_on', 'ask'] as const

const ruleSchema = z.strictObject({
  on: z.enum(TRIGGERS),
  /** Names of steps, as the plan calls them: those that it waits for, or that its condition uses. */
  steps: z.array(nameSchema).min(1).max(100),
  /** Payload of the condition; absent: it has none. */
  when: digestSchema.optional(),
  action: z.enum(RULE_ACTIONS),
  /** The step that is done again, with all that takes from it; null: none is. */
  redo: nameSchema.nullable(),
  /** In place of those that it had; steps stand under their names. */
  with: z.record(z.string().max(100), inputSchema),
})
export type ReplanRule = z.infer<typeof ruleSchema>

/** How the plan may be changed because of what happens. */
export const replanSchema = z.strictObject({
  /** Revisions in all. */
  at_most: z.int().min(1),
  rules: z.array(ruleSchema).min(1).max(20),
  /** What one revision may add to the worst case. */
  each: worstCaseSchema,
})
export type Replan = z.infer<typeof replanSchema>
/** With the values and the expressions themselves. */
export type ProposedRule = Omit<ReplanRule, 'when' | 'with'> & {
  readonly when?: string | undefined
  readonly with: Readonly<Record<string, ProposedInput>>
}
export type ProposedReplan = Omit<Replan, 'rules'> & { readonly rules: readonly ProposedRule[] }

export const FALLBACK_REASONS = [
  'no_key',
  'timeout',
  'rate_limited',
  'unavailable',
  'invalid_plan',
  'over_budget',
  'refused',
  'not_asked',
] as const

/** After everything is expanded. */
export const MOST_PLAN_STEPS = 1000

/** Why a plan is changed: the items of a list are known, a rule of it says so, or its planner was asked again. */
export const PLAN_CAUSES = ['expanded', 'rule', 'planner'] as const

/** A plan is adopted, or changed. */
export const planCreated = z.strictObject({
  type: z.literal('plan_created'),
  data: z.strictObject({
    plan_id: idSchema,
    profile: nameSchema,
    /** Each adds to the one before: its steps are those that are new, its blocks all that there are. */
    revision: z.int().min(1),
    /** Absent: the first. */
    cause: z.enum(PLAN_CAUSES).optional(),
    /** Steps of the revision before that stay, in their order; absent: the first revision. */
    kept: z.array(idSchema).optional(),
    /** Steps that were not over and are no part of it any more; absent: none. */
    dropped: z.array(idSchema).min(1).optional(),
    /** Of those that are kept: a new step stands in their place; absent: none. */
    redone: z.array(idSchema).min(1).optional(),
    /** The rule that changed it, from 1, and the steps that this was about. */
    rule: z.int().min(1).optional(),
    about: z.array(idSchema).min(1).optional(),
    trigger: z.enum(TRIGGERS).optional(),
    action: z.enum(RULE_ACTIONS).optional(),
    /** Absent: it is never changed because of what happens. */
    replan: replanSchema.optional(),
    planner: nameSchema,
    /** The language model that proposed it; absent: none did. */
    model: z.string().min(1).max(100).optional(),
    fallback_reason: z.enum(FALLBACK_REASONS).nullable(),
    steps: z.array(planStepSchema).max(MOST_PLAN_STEPS),
    /** Absent: its steps stand in none. */
    blocks: z.array(planBlockSchema).min(1).max(MOST_PLAN_STEPS).optional(),
    explanation: z.string().max(10_000),
    /** Cost units, each step called once. */
    estimated_cost: z.number().min(0),
    worst_case: worstCaseSchema,
    /** What the goal asks for and no step does, in closed words and never in the caller's; 0.1.0 wrote none. */
    unserved: z.array(z.string().max(200)).max(100).optional(),
    /** Time spent planning. */
    duration_ms: z.number().min(0),
  }),
})

export const COMPARISONS = ['same', 'reordered', 'different', 'invalid'] as const

/** Beside the plan that is carried out a language model has made one, which is only looked at. */
export const planCompared = z.strictObject({
  type: z.literal('plan_compared'),
  data: z.strictObject({
    profile: nameSchema,
    /** Who made the plan that is carried out. */
    planner: nameSchema,
    model: z.string().min(1).max(100),
    /** `invalid`: the model gave no plan that holds. */
    result: z.enum(COMPARISONS),
    /** Steps by their tools that both have, of all that either has; 0 where there is no plan. */
    overlap: z.number().min(0).max(1),
    /** Why there is no plan of the model; null: there is. */
    reason: z.enum(FALLBACK_REASONS).nullable(),
    /** Payload: the steps that the model proposes; null: none. */
    steps: digestSchema.nullable(),
  }),
})
