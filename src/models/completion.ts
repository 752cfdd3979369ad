// What a server said, read without trust: the text of the one choice, the usage where it can be believed, and of an
// error its kind alone. The sentences of a server are not kept: they repeat keys and prompts.
import { z } from 'zod'
import type { ModelSpec } from '../registry/registry.ts'
import type { ModelCallEnd, Usage } from '../run/calls/model-call.ts'
import type { ModelAnswer, ModelFault } from '../run/question.ts'
import { costOf } from '../run/calls/question-most.ts'
import { completionOfStream } from './streamed.ts'

/** More tokens than any context has: such a count says nothing. */
const MOST_TOKENS = 1_000_000_000
const tokens = z.int().min(0).max(MOST_TOKENS)

const details = (name: string) =>
  z
    .looseObject({ [name]: tokens.nullish() })
    .nullish()
    .catch(null)

const reported = z.looseObject({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  prompt_tokens_details: details('cached_tokens'),
  completion_tokens_details: details('reasoning_tokens'),
})

/** What a model thinks aloud is no part of what it says. */
const THOUGHTS: ReadonlySet<string> = new Set(['reasoning', 'thinking', 'thought'])
const part = z.looseObject({
  type: z.string().nullish().catch(null),
  text: z.string().nullish().catch(null),
})
const textOfPart = (one: string | z.output<typeof part>): string => {
  if (typeof one === 'string') return one
  return THOUGHTS.has(one.type ?? '') ? '' : (one.text ?? '')
}

/** Some servers give the content in parts, of which those with a text are what was said; some as the object itself. */
const content = z.union([
  z.string(),
  z.array(z.union([z.string(), part])).transform((parts) => parts.map(textOfPart).join('')),
  z.record(z.string(), z.json()).transform((said) => JSON.stringify(said)),
])

/** A server that holds a model to a shape by way of a tool gives the answer as what that tool is called with. */
const called = z.looseObject({
  arguments: z.union([
    z.string(),
    z.record(z.string(), z.json()).transform((given) => JSON.stringify(given)),
  ]),
})
const toolCalls = z
  .array(z.looseObject({ function: called }))
  .length(1)
  .nullish()
  .catch(null)

const choice = z.looseObject({
  finish_reason: z.string().nullish(),
  message: z.looseObject({
    content: content.nullish(),
    refusal: z.string().nullish(),
    tool_calls: toolCalls,
    /** As it was called before there were several. */
    function_call: called.nullish().catch(null),
  }),
})

const completion = z.looseObject({
  model: z.string().nullish().catch(null),
  /** Only the first one counts. */
  choices: z.array(z.unknown()).min(1),
})

export type ReadCompletion = Pick<ModelCallEnd, 'outcome' | 'usage'> & { readonly answer: ModelAnswer }

const countIn = (of: Readonly<Record<string, unknown>> | null | undefined, name: string): number => {
  const count = of?.[name]
  return typeof count === 'number' ? count : 0
}

/** null: none, or none that can be true. Parts are never more than what they are part of. */
export function usageOf(answer: unknown, spec: ModelSpec): Usage | null {
  const found = z.looseObject({ usage: reported }).safeParse(answer)
  if (!found.success) return null
  const { usage } = found.data
  const { prompt_tokens: input, completion_tokens: output } = usage
  // A question and an answer of nothing are none: such a count is a server's way not to count.
  if (input === 0 || output === 0) return null
  const cached = Math.min(input, countIn(usage.prompt_tokens_details, 'cached_tokens'))
  const reasoning = Math.min(output, countIn(usage.completion_tokens_details, 'reasoning_tokens'))
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: cached,
    cache_write_tokens: 0,
    reasoning_tokens: reasoning,
    cost_micro_usd: costOf({ input, cached, output }, spec),
  }
}

export const NO_USAGE: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  cost_micro_usd: 0,
}

const fault = (code: string): ModelAnswer => ({
  error: { status: 200, code, retry: 'never', after_ms: null },
})

const MOST_NAME = 200

/** Characters: far more than an answer may have; what is longer is kept to here, and is no answer. */
const MOST_SAID = 262_144

/** In the words of servers that have others than the provider. */
const FILTERED = /^(?:content_filter(?:ed)?|safety|recitation|prohibited_content|refusal)$/i
const CUT = /^(?:length|max_tokens|model_length|max_length)$/i

function outcomeOf(finish: string | null, text: string, refusal: string | null): ReadCompletion['outcome'] {
  if ((refusal !== null && refusal !== '') || FILTERED.test(finish ?? '')) return 'refused'
  if (CUT.test(finish ?? '') || text.length > MOST_SAID) return 'invalid'
  return text.trim() === '' ? 'invalid' : 'success'
}

/** JSON that was sent under another name, or as a stream. */
function unwrapped(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return completionOfStream(body)
  }
}

/** Beside an error there is nothing that was said; some gateways put it into the choice that there would have been. */
const errorBody = z.looseObject({
  choices: z.array(z.unknown()).length(0).nullish(),
  error: z.union([
    z.string(),
    z.looseObject({
      code: z.union([z.string(), z.number()]).nullish().catch(null),
      type: z.string().nullish().catch(null),
    }),
  ]),
})

/** An error that came as a success: some gateways do so, with the status that it should have had as its code. */
function errorIn(body: unknown, usage: ReadCompletion['usage']): ReadCompletion | null {
  const inChoice = z.looseObject({ choices: z.tuple([errorBody]) }).safeParse(body)
  const found = errorBody.safeParse(inChoice.data?.choices[0] ?? body)
  if (!found.success) return null
  const { error } = found.data
  const { code, type } = typeof error === 'string' ? { code: null, type: null } : error
  const status = Number(code)
  const isStatus = Number.isInteger(status) && status >= 400 && status < 600
  const name = typeof code === 'string' && !isStatus ? code : (type ?? null)
  const said = faultOf({ status: isStatus ? status : 500, code: name, afterMs: null })
  const isRate = said.status === 429 && said.retry === 'later'
  return { outcome: isRate ? 'rate_limited' : 'error', usage, answer: { error: said } }
}

/** The body of a 200, whatever it is. */
export function readCompletion(body: unknown, spec: ModelSpec): ReadCompletion {
  const answer = unwrapped(body)
  const usage = usageOf(answer, spec)
  const refused = errorIn(answer, usage)
  if (refused !== null) return refused
  const found = completion.safeParse(answer)
  const first = choice.safeParse(found.data?.choices[0])
  if (!first.success) return { outcome: 'invalid', usage, answer: fault('no_completion') }
  const { message, finish_reason } = first.data
  const { content: written, tool_calls, function_call } = message
  const call = tool_calls?.[0]?.function ?? function_call
  const text = (written ?? '') === '' ? (call?.arguments ?? '') : (written ?? '')
  const finish = finish_reason?.slice(0, MOST_NAME) ?? null
  const model = found.data?.model?.slice(0, MOST_NAME) ?? null
  const outcome = outcomeOf(finish, text, message.refusal ?? null)
  return { outcome, usage, answer: { text: text.slice(0, MOST_SAID), finish, model } }
}

const LATER: ReadonlySet<number> = new Set([408, 409, 425, 429])

/** Codes that a person has to do something about: nothing gets better by waiting. */
const FINAL_CODES: ReadonlySet<string> = new Set(['insufficient_quota', 'billing_hard_limit_reached'])

export type HttpRefusal = {
  readonly status: number
  /** As the server says it; only names of its closed list are kept. */
  readonly code: string | null
  readonly afterMs: number | null
}

/** What a status means for whoever asked. */
export function faultOf({ status, code, afterMs }: HttpRefusal): ModelFault {
  const name = code !== null && /^[a-z][a-z0-9_]{0,63}$/.test(code) ? code : 'refused'
  const isLater = (LATER.has(status) || status >= 500) && !FINAL_CODES.has(name)
  return { status, code: name, retry: isLater ? 'later' : 'never', after_ms: afterMs }
}
