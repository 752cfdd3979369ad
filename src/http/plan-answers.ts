// What the door answers about plans: their steps, a preview, and two of them compared.
import { z } from 'zod'
import { time } from './answers.ts'
import { PLAN_CAUSES, RULE_ACTIONS, sourceSchema, TRIGGERS, worstCaseSchema } from '../events/plan.ts'
import { planDifferences, planMaking } from './runs/plan-making.ts'
import { domainSchema, reviewSchema, riskSchema, sideEffectsSchema } from '../events/policy.ts'

export const unservedAsks = z
  .array(z.string())
  .meta({ description: 'What the goal asks for and no step does, in words of ours.' })

const shownSource = z.union([sourceSchema, z.strictObject({ value: z.unknown() })])

const expression = z.string().nullable()
const guards = z
  .array(z.strictObject({ block: z.string(), case: z.string() }))
  .meta({ description: 'The cases of branches that it stands in, from the outside in.' })

export const planStep = z.strictObject({
  step_id: z.string(),
  tool: z.string(),
  domain: domainSchema,
  side_effects: sideEffectsSchema,
  review: reviewSchema,
  risk: riskSchema,
  inputs: z.record(z.string(), z.union([shownSource, z.array(shownSource)])).meta({
    description:
      'Where each input comes from; `value`: from the plan itself; of a list the first that has a value.',
  }),
  depends_on: z.array(z.string()).meta({ description: 'Steps that must be completed first.' }),
  after: z.array(z.string()).meta({ description: 'Steps that must be over first, whatever became of them.' }),
  interface: z.string().nullable().meta({ description: 'Of the adapter that it needs; null: none.' }),
  cost: z.number().meta({ description: 'Cost units of one call.' }),
  timeout_ms: z.int(),
  idempotent: z.boolean(),
  reason: z.string(),
  when: expression.meta({
    description: 'Where it is false, the step is left out; null: it has no condition.',
  }),
  guards,
  groups: z.array(z.string()).meta({ description: 'The parallel groups that it stands in.' }),
  items: z
    .array(z.strictObject({ block: z.string(), index: z.int() }))
    .meta({ description: 'Items of lists that it is for, counted from 0.' }),
})

export const planBlock = z.strictObject({
  block: z.string(),
  kind: z.enum(['branch', 'parallel', 'for_each']),
  guards,
  after: z.array(z.string()).meta({ description: 'Steps that must be over before it is decided.' }),
  cases: z
    .array(z.strictObject({ case: z.string(), when: expression }))
    .meta({ description: 'Of a branch: the first that holds is carried out.' }),
  at_most: z.int().nullable().meta({ description: 'Calls at once of a group, or items of a list.' }),
  list: z.string().nullable().meta({ description: 'Where the list of a for_each comes from.' }),
  tools: z
    .array(z.string())
    .meta({ description: 'Called for each item, where the items are not known yet; else they are steps.' }),
  items: z.int().nullable().meta({ description: 'How many it has; null: not known yet, or no list.' }),
  groups: z
    .array(z.string())
    .meta({ description: 'That a list stands in whose items are not known yet; else its steps say it.' }),
})

export const conditionAnswers = z
  .array(
    z.strictObject({
      case: z.string().optional(),
      when: z.string(),
      said: z.union([z.boolean(), z.string()]).meta({ description: 'A text: why it has no answer.' }),
      values: z
        .record(z.string(), z.unknown())
        .meta({ description: 'What it used; values of the context are not shown.' }),
    }),
  )
  .nullable()
  .meta({ description: 'What conditions said; null: none was asked, or it was erased.' })

export const runBlocks = z.array(
  planBlock.extend({
    taken: z.string().nullable().meta({ description: 'The case; none: no case holds; null: not yet.' }),
    why: conditionAnswers,
  }),
)

export const planRevisions = z
  .array(
    z.strictObject({
      revision: z.int(),
      cause: z
        .enum(PLAN_CAUSES)
        .meta({ description: 'What changed it: a list whose items are known, a rule, or the planner.' }),
      rule: z.int().nullable().meta({ description: 'Of the plan, from 1; null: no rule changed it.' }),
      trigger: z.enum(TRIGGERS).nullable(),
      action: z.enum(RULE_ACTIONS).nullable(),
      about: z.array(z.string()).meta({ description: 'The steps that it is because of.' }),
      added: z.array(z.string()),
      dropped: z
        .array(z.string())
        .meta({ description: 'Steps that were not over, and are not done any more.' }),
      redone: z.array(z.string()).meta({ description: 'Steps that others stand in place of.' }),
      explanation: z.string(),
      at: time,
    }),
  )
  .meta({ description: 'How the plan was changed, oldest first.' })

/** Rules for changing the plan, as they are proved. */
export const planRules = z
  .strictObject({
    at_most: z.int().meta({ description: 'Changes in all.' }),
    rules: z.array(
      z.strictObject({
        on: z.enum(TRIGGERS),
        steps: z.array(z.string()),
        when: expression,
        action: z.enum(RULE_ACTIONS),
        redo: z.string().nullable(),
      }),
    ),
    each: worstCaseSchema.meta({ description: 'What one change may add at most.' }),
  })
  .nullable()
  .meta({ description: 'How it may be changed because of what happens; null: not at all.' })

export const planPreview = z.strictObject({
  planner: z.string(),
  made: planMaking.optional(),
  steps: z.array(planStep),
  blocks: z.array(planBlock),
  replan: planRules,
  explanation: z.string(),
  unserved: unservedAsks,
  ranking: z.array(z.strictObject({ tool: z.string(), score: z.number(), matched: z.array(z.string()) })),
  estimated_cost: z.number(),
  worst_case: worstCaseSchema,
  fits_budget: z.boolean(),
  over_budget: z
    .array(z.string())
    .meta({ description: 'Each limit that even one call of each step breaks.' }),
})

export const planComparison = z.strictObject({
  rules: planPreview,
  llm: planPreview,
  differences: planDifferences,
})
