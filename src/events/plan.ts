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

/** What stands beside the steps of a plan: a branch, of which one case is carried out. */
export const planBlockSchema = z.strictObject({
  block: idSchema,
  kind: z.literal('branch'),
  guards: guardsSchema.optional(),
  /** They must be over before a case is chosen. */
  after: z.array(idSchema),
  /** In the order in which they are tried; `when`: payload of the expression. */
  cases: z.array(caseSchema).min(1).max(10),
})
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
export type ProposedBlock = Omit<PlanBlock, 'cases'> & {
  readonly cases: readonly { readonly case: string; readonly when: string | null }[]
}

export const worstCaseSchema = z.strictObject({
  calls: z.int().min(0),
  /** Cost units. */
  cost: z.number().min(0),
  approvals: z.int().min(0),
})
export type WorstCase = z.infer<typeof worstCaseSchema>

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

/** A plan is adopted: once in a run, until plans have revisions. */
export const planCreated = z.strictObject({
  type: z.literal('plan_created'),
  data: z.strictObject({
    plan_id: idSchema,
    profile: nameSchema,
    revision: z.literal(1),
    planner: nameSchema,
    /** The language model that proposed it; absent: none did. */
    model: z.string().min(1).max(100).optional(),
    fallback_reason: z.enum(FALLBACK_REASONS).nullable(),
    steps: z.array(planStepSchema).min(1).max(100),
    /** Absent: its steps stand in none. */
    blocks: z.array(planBlockSchema).min(1).max(100).optional(),
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
