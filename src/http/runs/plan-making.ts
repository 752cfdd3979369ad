// How a previewed plan was made: who planned and why, what it took, what a language model cost; and how two of them
// differ.
import { z } from 'zod'
import { FALLBACK_REASONS } from '../../events/plan.ts'

export const planMaking = z.strictObject({
  summary: z.string().meta({ description: 'Who planned, and why, in one line.' }),
  model: z.string().nullable().meta({ description: 'The language model that proposed it; null: none did.' }),
  fallback_reason: z.enum(FALLBACK_REASONS).nullable().meta({ description: 'Why no language model did.' }),
  run_id: z.string().nullable().meta({ description: 'The run that asked a model; null: nobody was asked.' }),
  duration_ms: z.number(),
  llm_calls: z.int(),
  llm_tokens: z.int(),
  llm_usd: z.number().meta({ description: 'US dollars.' }),
})

export const planDifferences = z.strictObject({
  only_rules: z.array(z.string()).meta({ description: 'Tools that only this planner uses.' }),
  only_llm: z.array(z.string()),
  bindings: z.array(z.string()).optional().meta({ description: 'Inputs that come from different places.' }),
  same_order: z.boolean().meta({ description: 'true: both call the same tools in the same order.' }),
  estimated_cost: z.number().meta({ description: 'LLM less rules, cost units.' }),
})
