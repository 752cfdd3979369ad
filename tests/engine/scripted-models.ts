// A language model that says what a test tells it to, when the test lets it. It keeps what it was asked.
import type { ModelOutcome, ModelRequest, Models } from '../../src/models/model.ts'

export type ScriptedModels = Models & { readonly asked: readonly ModelRequest[] }

type Script = (request: ModelRequest, signal: AbortSignal) => ModelOutcome | Promise<ModelOutcome>

export function scriptedModels(script: Script): ScriptedModels {
  const asked: ModelRequest[] = []
  return {
    asked,
    ask: async (request, signal) => {
      asked.push(request)
      return script(request, signal)
    },
  }
}

/** A reported use, and an answer that repeats its number. */
export const said = (tokens: number, microUsd: number): ModelOutcome => ({
  outcome: 'success',
  usage: {
    input_tokens: tokens,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
    cost_micro_usd: microUsd,
  },
  durationMs: 1,
  firstChunkMs: null,
  answer: { tokens },
})

/** The server told no use. */
export const silent: ModelOutcome = { ...said(0, 0), usage: null }

export const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  purpose: 'explain',
  provider: 'openai',
  model: 'gpt-4o-mini',
  step_id: null,
  domain: 'governance',
  tool: null,
  most: { llm_tokens: 100, llm_usd: 500 },
  body: { messages: ['Why?'] },
  ...more,
})
