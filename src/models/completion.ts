// What a server said, read without trust: the text of the one choice, the usage where it can be believed, and of an
// error its kind alone. The sentences of a server are not kept: they repeat keys and prompts.
import { z } from 'zod'
import type { ModelSpec } from '../registry/registry.ts'
import type { ModelCallEnd, Usage } from '../run/calls/model-call.ts'
import type { ModelAnswer, ModelFault } from '../run/question.ts'
import { costOf } from '../run/calls/question-most.ts'

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

/** Some servers give the content in parts, of which those with a text are what was said. */
const content = z.union([
  z.string(),
  z
    .array(z.looseObject({ text: z.string().nullish().catch(null) }))
    .transform((parts) => parts.map(({ text }) => text ?? '').join('')),
])

const choice = z.looseObject({
  finish_reason: z.string().nullish(),
  message: z.looseObject({ content: content.nullish(), refusal: z.string().nullish() }),
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

function outcomeOf(finish: string | null, text: string, refusal: string | null): ReadCompletion['outcome'] {
  if ((refusal !== null && refusal !== '') || finish === 'content_filter') return 'refused'
  if (finish === 'length' || text.length > MOST_SAID) return 'invalid'
  return text.trim() === '' ? 'invalid' : 'success'
}

/** JSON that was sent under another name. */
function unwrapped(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

const errorBody = z.looseObject({
  choices: z.null().optional(),
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
  const found = errorBody.safeParse(body)
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
  const text = message.content ?? ''
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
