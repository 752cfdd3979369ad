// How a question is worded for one server and model: which form of answer it can be held to, how it calls the limit of an
// answer, whether it takes temperature and seed. Each is learned from one refusal and remembered as long as the process
// lives.
import { isRecord } from '../events/json.ts'
import { MAX_OUTPUT_TOKENS, type AnswerForm, type ModelSpec } from '../registry/registry.ts'
import { costOf } from '../run/calls/question-most.ts'
import type { ChatMessage, ModelQuestion, ModelRequest } from '../run/question.ts'

const LIMIT_NAMES = ['max_tokens', 'max_completion_tokens'] as const
type LimitName = (typeof LIMIT_NAMES)[number]

/** What a server is known to take. */
export type Wording = {
  readonly answers: AnswerForm
  readonly limit: LimitName
  /** Refused once already, so that two names that are both refused do not go on for ever. */
  readonly limitsRefused: readonly LimitName[]
  /** Tokens of an answer that it takes at most; null: as many as the registry says. */
  readonly mostOutput: number | null
  readonly temperature: boolean
  readonly seed: boolean
  /** A role of its own for what is to be done; otherwise it stands before the question. */
  readonly system: boolean
}

/** The provider's own server has given `max_tokens` up; compatible ones may not know the other name, and ignore it. */
export const firstWording = (spec: ModelSpec, isProviders: boolean): Wording => ({
  answers: spec.answers ?? 'json_schema',
  limit: isProviders ? 'max_completion_tokens' : 'max_tokens',
  limitsRefused: [],
  mostOutput: null,
  temperature: true,
  seed: true,
  system: true,
})

const SEED = 7

function formatOf({ schema }: ModelQuestion, answers: AnswerForm): Readonly<Record<string, unknown>> {
  if (answers === 'text') return {}
  if (answers === 'json_object') return { response_format: { type: answers } }
  return { response_format: { type: answers, json_schema: { ...schema, strict: true } } }
}

const outputLimit = (
  { maxOutputTokens = Infinity }: ModelQuestion,
  { max_output_tokens = MAX_OUTPUT_TOKENS }: ModelSpec,
): number => Math.min(maxOutputTokens, max_output_tokens)

/** The question with an answer that is no longer than the server allows. */
export const withinLimit = (question: ModelQuestion, { mostOutput }: Wording): ModelQuestion =>
  mostOutput === null
    ? question
    : { ...question, maxOutputTokens: Math.min(question.maxOutputTokens ?? Infinity, mostOutput) }

/** What is to be done, said by the one who asks. */
function withoutSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const before = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const rest = messages.filter(({ role }) => role !== 'system')
  const first = rest.findIndex(({ role }) => role === 'user')
  return rest.map((message, at) =>
    at === first ? { ...message, content: [...before, message.content].join('\n\n') } : message,
  )
}

/** The body of the request, as it is sent and kept. */
export const bodyOf = (
  question: ModelQuestion,
  spec: ModelSpec,
  wording: Wording,
): Record<string, unknown> => ({
  model: question.model,
  messages: wording.system ? question.messages : withoutSystem(question.messages),
  [wording.limit]: outputLimit(question, spec),
  ...(wording.temperature ? { temperature: 0 } : {}),
  ...(wording.seed ? { seed: SEED } : {}),
  ...formatOf(question, wording.answers),
})

/** The request with what it may use at most: no tokenizer makes more tokens of a text than it has bytes. */
export function requestOf(question: ModelQuestion, spec: ModelSpec, body: unknown): ModelRequest {
  const { purpose, model, step_id, domain, tool, timeoutMs } = question
  const input = Buffer.byteLength(JSON.stringify(body))
  const output = outputLimit(question, spec)
  const most = { llm_tokens: input + output, llm_usd: costOf({ input, cached: 0, output }, spec) }
  return { purpose, provider: spec.provider, model, step_id, domain, tool, most, body, timeoutMs }
}

const LESS: Readonly<Record<AnswerForm, AnswerForm | null>> = {
  json_schema: 'json_object',
  json_object: 'text',
  text: null,
}

const FORMAT_WORDS = /response_format|json_schema|json_object|json mode|structured output|guided/i
const SYSTEM_WORDS = /\brole\b.*\bsystem\b|\bsystem\b.*\b(?:role|message|prompt)|roles must alternate/is

const TOO_LONG =
  /too large|too long|at most|less than or equal|maximum (?:context|value)|context (?:length|window)/i
const ABOUT_ANSWER = /max_(?:completion_|new_|output_)?tokens|(?:completion|output) tokens/i
const TOLD = /(?:at most|less than or equal to)\D{0,5}(?<most>\d+)/i
const CONTEXT = /context length is (?<most>\d+)/i
const QUESTION =
  /(?<tokens>\d+) (?:in (?:the|your) (?:messages|prompt)|input tokens|tokens from the input|of text input)/i
/** A shorter answer is no plan any more. */
const LEAST_OUTPUT = 256

const numberIn = (refusal: string, pattern: RegExp, name: string): number =>
  Number(pattern.exec(refusal)?.groups?.[name] ?? Number.NaN)

/**
 * The longest answer that the refusal names, or that its context has room for, or half of what was asked for; null: it
 * is not about that. A question that is too long by itself teaches nothing about answers.
 */
function shorter(refusal: string, sent: unknown): number | null {
  if (typeof sent !== 'number' || !TOO_LONG.test(refusal)) return null
  const room = numberIn(refusal, CONTEXT, 'most') - numberIn(refusal, QUESTION, 'tokens')
  const told = Number.isNaN(room) ? numberIn(refusal, TOLD, 'most') : room
  const half = ABOUT_ANSWER.test(refusal) ? Math.floor(sent / 2) : 0
  const next = told < sent ? told : half
  return next < LEAST_OUTPUT ? null : next
}

/** The wording that avoids what was refused, where the refusal names it; null: it teaches nothing. */
export function reworded(wording: Wording, refusal: string, body: unknown): Wording | null {
  const asked = isRecord(body) ? body : {}
  const sent = (name: string): boolean => name in asked
  const mostOutput = shorter(refusal, asked[wording.limit])
  if (mostOutput !== null) return { ...wording, mostOutput }
  if (FORMAT_WORDS.test(refusal) && sent('response_format')) {
    const less = LESS[wording.answers]
    if (less !== null) return { ...wording, answers: less }
  }
  if (LIMIT_NAMES.some((name) => refusal.includes(name))) {
    const limitsRefused = [...wording.limitsRefused, wording.limit]
    const other = LIMIT_NAMES.find((name) => !limitsRefused.includes(name))
    if (other !== undefined) return { ...wording, limit: other, limitsRefused }
  }
  if (refusal.includes('temperature') && wording.temperature) return { ...wording, temperature: false }
  if (/\bseed\b/.test(refusal) && wording.seed) return { ...wording, seed: false }
  if (SYSTEM_WORDS.test(refusal) && wording.system) return { ...wording, system: false }
  return null
}
