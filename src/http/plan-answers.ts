// What the door answers about plans: their steps, a preview, and two of them compared.
import { z } from 'zod'
import { sourceSchema, worstCaseSchema } from '../events/plan.ts'
import { planDifferences, planMaking } from './runs/plan-making.ts'
import { domainSchema, reviewSchema, riskSchema, sideEffectsSchema } from '../events/policy.ts'

export const unservedAsks = z
  .array(z.string())
  .meta({ description: 'What the goal asks for and no step does, in words of ours.' })

const shownSource = z.union([sourceSchema, z.strictObject({ value: z.unknown() })])

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
})

export const planPreview = z.strictObject({
  planner: z.string(),
  made: planMaking.optional(),
  steps: z.array(planStep),
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
