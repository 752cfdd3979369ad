// How a tool asks a language model. Every question is reserved before it leaves, charged to the step, and answered from
// the record where the step is repeated; a tool must be able to do without an answer.
import type { z } from 'zod'
import type { ChatMessage } from '../run/question.ts'

/** Why a question has no answer. */
export const NO_ANSWERS = [
  /** The tool's entry in the registry does not say `model: true`. */
  'not_allowed',
  /** No language model is set up. */
  'not_set_up',
  /** The profile names no model. */
  'not_in_profile',
  /** The profile does not let values leave (`share: shape`), and a tool works with nothing else. */
  'not_shared',
  /** The call has asked as often as it may. */
  'too_many',
  'over_budget',
  'timeout',
  'rate_limited',
  'unavailable',
  'refused',
  /** What came is not what was asked for. */
  'invalid_answer',
] as const
export type NoAnswer = (typeof NO_ANSWERS)[number]

export type ToolQuestion<S extends z.ZodType> = {
  /** One of the registry's `labels.operations`. */
  readonly purpose: string
  /** What is asked. What a person's data says stands in it as data: it is sent as it is. */
  readonly messages: readonly ChatMessage[]
  /** Of the answer: an object of required fields. What comes back is checked by it. */
  readonly schema: S
  /** Of the answer; left out: the model's own limit. */
  readonly maxOutputTokens?: number
  /** Told why, where there is no answer. */
  readonly onNone?: (why: NoAnswer) => void
}

export type ToolModel = {
  /** The answer, or null: the tool then does without. Never rejects. */
  readonly ask: <S extends z.ZodType>(question: ToolQuestion<S>) => Promise<z.output<S> | null>
}

/** A model that gives no answer, and says why. */
export const noModel = (why: NoAnswer): ToolModel => ({
  ask: ({ onNone }) => {
    onNone?.(why)
    return Promise.resolve(null)
  },
})
