import { z } from 'zod'
import { nameSchema } from './envelope.ts'

const count = z.int().min(0)

/** After each model call, failed ones too. */
export const llmCall = z.strictObject({
  type: z.literal('llm_call'),
  data: z.strictObject({
    /** What it was asked for: an operation of the registry. */
    purpose: nameSchema,
    provider: z.string().min(1).max(100),
    model: z.string().min(1).max(100),
    outcome: z.enum(['success', 'error', 'timeout', 'rate_limited', 'invalid']),
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
  }),
})
