// A call of a language model: its intent and its outcome. Both name the call; what it may cost is reserved with the
// intent and settled with the outcome.
import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'
import { domainSchema } from './policy.ts'

const count = z.int().min(0)

const model = {
  call_id: idSchema,
  /** What it is asked for: an operation of the registry. */
  purpose: nameSchema,
  provider: z.string().min(1).max(100),
  model: z.string().min(1).max(100),
  /** The step that asks; null: the run itself does. */
  step_id: idSchema.nullable(),
  /** The domain that is charged. */
  domain: domainSchema,
  /** The tool that asks; null: the run itself does. */
  tool: nameSchema.nullable(),
}

/** The intent, durable before the request leaves. */
export const llmCallStart = z.strictObject({
  type: z.literal('llm_call_start'),
  data: z.strictObject({
    ...model,
    /** Payload: what is sent. */
    request: digestSchema,
    /** What the call may use at most, in the ledger's integers: this is reserved. */
    most: z.strictObject({ llm_tokens: count, llm_usd: count }),
  }),
})

export const LLM_OUTCOMES = [
  'success',
  'error',
  'timeout',
  'rate_limited',
  'invalid',
  'refused',
  'cancelled',
  /** The process ended during the call: nobody knows. */
  'unknown',
] as const

/** After each model call, failed ones too. */
export const llmCall = z.strictObject({
  type: z.literal('llm_call'),
  data: z.strictObject({
    ...model,
    outcome: z.enum(LLM_OUTCOMES),
    /** `assumed`: nobody reported it, and the call is charged what was reserved. */
    usage: z.enum(['reported', 'assumed']),
    input_tokens: count,
    output_tokens: count,
    /** Share of input_tokens read from, and written to, the provider's cache. */
    cache_read_tokens: count,
    cache_write_tokens: count,
    /** Share of output_tokens. */
    reasoning_tokens: count,
    cost_micro_usd: count,
    duration_ms: z.number().min(0),
    first_chunk_ms: z.number().min(0).nullable(),
    /** Payload: what came back; null where nothing did. */
    answer: digestSchema.nullable(),
  }),
})
