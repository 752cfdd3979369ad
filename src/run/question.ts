// What a language model is asked, and what is kept of what it says. Used by who asks (planners, tools), by who reaches
// a model and by the engine between them; an answer is a payload, so that a replay never asks again.
import { z } from 'zod'
import type { DataOf } from '../events/event.ts'
import type { ModelAsk } from './state.ts'

export type ChatMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** A question, before it is put into the words of the server that it goes to. */
export type ModelQuestion = Pick<ModelAsk, 'purpose' | 'model' | 'step_id' | 'domain' | 'tool'> & {
  readonly messages: readonly ChatMessage[]
  /** JSON Schema of the answer, strict. */
  readonly schema: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> }
  /** Of one call. */
  readonly timeoutMs: number
  /** Of the answer; left out, or more than the model's own: that one. */
  readonly maxOutputTokens?: number
}

/** A question as it is sent. */
export type ModelRequest = ModelAsk & {
  /** What is sent, as JSON; it is kept as a payload. */
  readonly body: unknown
  /** Of this call; left out: whoever asks gives it up. */
  readonly timeoutMs?: number
}

/** After a refusal: the same again in other words, the same again after a while, or not at all. */
const RETRIES = ['reworded', 'later', 'never'] as const

/** What is kept of what came back: the text that was said, or why there is none, never in the server's own words. */
export const modelAnswer = z.union([
  z.strictObject({
    text: z.string(),
    /** As the server says it: `stop`, `length`, `content_filter`. */
    finish: z.string().nullable(),
    /** The model that answered, as the server names it. */
    model: z.string().nullable(),
  }),
  z.strictObject({
    error: z.strictObject({
      /** HTTP status; null: there was no whole answer. */
      status: z.int().nullable(),
      /** A word of ours or of the server's closed list, never a sentence. */
      code: z.string(),
      retry: z.enum(RETRIES),
      /** Of `later`: how long the server wants to be left alone; null: it does not say. */
      after_ms: z.number().min(0).nullable(),
    }),
  }),
])
export type ModelAnswer = z.output<typeof modelAnswer>
export type ModelFault = Extract<ModelAnswer, { error: unknown }>['error']

/** What became of a question; `over_budget`: the books allow no such call. */
export type ModelReply = {
  readonly outcome: DataOf<'llm_call'>['outcome'] | 'over_budget'
  /** null: nothing came back. */
  readonly answer: ModelAnswer | null
}

/** Asks a question: each attempt is a call of its own, prepared anew, as a refusal teaches how to word it. */
export type AskModel = (prepare: () => ModelRequest, attempts: number) => Promise<ModelReply>
