// What questions to a language model may take at most: what plans are certified with, and what is not asked beyond it.
import type { ModelSpec, Profile } from '../../registry/registry.ts'
import { MAX_OUTPUT_TOKENS } from '../../registry/registry.ts'

/** Questions of one call of a tool. */
export const MOST_QUESTIONS = 3
/** Questions of one planning: a plan, and the same once more with what is wrong with it. */
const MOST_PLANNINGS = 2
/** Of one question, as it is sent. No tokenizer makes more tokens of a text than it has bytes. */
const MOST_BYTES = { tool: 32_768, planning: 262_144 } as const

/** Tokens and micro-dollars. */
export type Most = { readonly llm_tokens: number; readonly llm_usd: number }

export const NO_QUESTIONS: Most = { llm_tokens: 0, llm_usd: 0 }

const MTOK = 1_000_000

/** Micro-dollars, rounded up: never less than the price. */
export function costOf(
  tokens: { readonly input: number; readonly cached: number; readonly output: number },
  spec: ModelSpec,
): number {
  const { input, cached, output } = tokens
  const cachedPrice = spec.cached_input ?? spec.input
  return Math.ceil(((input - cached) * spec.input + cached * cachedPrice + output * spec.output) / MTOK)
}

/** One request of its kind. */
function ofRequest(kind: keyof typeof MOST_BYTES, spec: ModelSpec): Most {
  const { max_output_tokens: output = MAX_OUTPUT_TOKENS } = spec
  const input = MOST_BYTES[kind]
  return { llm_tokens: input + output, llm_usd: costOf({ input, cached: 0, output }, spec) }
}

const times = (count: number, { llm_tokens, llm_usd }: Most): Most => ({
  llm_tokens: count * llm_tokens,
  llm_usd: count * llm_usd,
})

/** One call of a tool that may ask, with every attempt of each question. */
export const ofToolCall = (spec: ModelSpec, attempts: number): Most =>
  times(MOST_QUESTIONS * attempts, ofRequest('tool', spec))

/** One planning, with every attempt of each question. */
export const ofPlanning = (spec: ModelSpec, attempts: number): Most =>
  times(MOST_PLANNINGS * attempts, ofRequest('planning', spec))

/** What another planning of a run may ask; `askable`: the language model that is set up; absent: none. */
export const planningOf = ({
  profile: { llm },
  askable,
}: {
  readonly profile: Profile
  readonly askable?: ModelSpec
}): Most =>
  llm === undefined || llm.planner === 'off' || askable === undefined
    ? NO_QUESTIONS
    : ofPlanning(askable, llm.attempts)

/** A question that is longer than plans are certified with. */
export const isTooLong = (kind: keyof typeof MOST_BYTES, most: Most, spec: ModelSpec): boolean => {
  const allowed = ofRequest(kind, spec)
  return most.llm_tokens > allowed.llm_tokens || most.llm_usd > allowed.llm_usd
}
