// A language model behind an OpenAI-compatible server. One request a call: retries, budgets and what is made of an answer
// are the engine's. The client is loaded with the first question, and is never logged: inspecting it shows the key.
import type OpenAI from 'openai'
import { PROVIDER_URL, type LlmSettings } from '../config.ts'
import type { ModelSpec } from '../registry/registry.ts'
import type { ModelAnswer, ModelQuestion, ModelRequest } from '../run/question.ts'
import { retryAfter } from '../run/retry-after.ts'
import { faultOf, NO_USAGE, readCompletion, type ReadCompletion } from './completion.ts'
import type { ModelOutcome, Models } from './model.ts'
import { modelFetch } from './refusal.ts'
import { bodyOf, firstWording, requestOf, reworded, withinLimit, type Wording } from './wording.ts'

export interface OpenAiModels extends Models {
  /** The question in the words that the server is known to take, with what it may use at most. */
  readonly prepare: (question: ModelQuestion, spec: ModelSpec) => ModelRequest
  /** What has been learned of a model's server; null: nobody has asked it yet. */
  readonly learned: (model: string) => Wording | null
}

/** A server without keys is asked with this word, since a header cannot be empty. */
const NO_KEY = 'none'

type Reached = {
  readonly settings: LlmSettings
  readonly client: () => Promise<OpenAI>
  readonly wordings: Map<string, Wording>
  /** Of the models asked for, as their prices were then. */
  readonly specs: Map<string, ModelSpec>
}

async function clientOf({ apiKey, baseUrl }: LlmSettings): Promise<OpenAI> {
  const { OpenAI: Client } = await import('openai')
  return new Client({
    apiKey: apiKey ?? NO_KEY,
    baseURL: baseUrl ?? PROVIDER_URL,
    // Nothing is taken from the environment behind the settings' back.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: modelFetch,
  })
}

const failed = (error: Extract<ModelAnswer, { error: unknown }>['error']): ModelAnswer => ({ error })

/** Never left this machine, so that nobody can charge it. */
const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // No request before the handshake: it speaks no TLS, or its certificate is not trusted.
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** The code of the innermost error of a chain that has one. */
function causeCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && UNSENT.has(at.code)) return at.code
  }
  return ''
}

type StatusError = InstanceType<(typeof OpenAI)['APIError']>

/** That the request itself is wrong. */
const TEACHING: ReadonlySet<number> = new Set([400, 422])

/** A refusal that names what it does not take is remembered for the next request. */
function learn({ wordings }: Reached, request: ModelRequest, error: StatusError): boolean {
  const known = wordings.get(request.model)
  if (!TEACHING.has(error.status ?? 0) || known === undefined) return false
  const next = reworded(known, `${error.param ?? ''} ${error.message}`, request.body)
  if (next === null) return false
  wordings.set(request.model, next)
  return true
}

const UNSHAPED: ReadonlySet<string> = new Set(['json_validate_failed', 'json_parse_failed'])

/** What a status says; nothing of a request that was refused is charged, as nothing was generated. */
function refusedBy(reached: Reached, request: ModelRequest, error: StatusError): ReadCompletion {
  const { status = 500, code, type, headers } = error
  const fault = faultOf({ status, code: code ?? type ?? null, afterMs: retryAfter(headers, Date.now()) })
  const isLearned = learn(reached, request, error)
  const isRate = status === 429 && fault.retry === 'later'
  const isFilter = fault.code === 'content_filter' || fault.code === 'content_policy_violation'
  // The model has answered, and the server has found that its answer has not the shape.
  if (UNSHAPED.has(fault.code)) return { outcome: 'invalid', usage: null, answer: failed(fault) }
  return {
    outcome: isRate ? 'rate_limited' : isFilter ? 'refused' : 'error',
    usage: status < 500 ? NO_USAGE : null,
    answer: failed(isLearned ? { ...fault, retry: 'reworded' } : fault),
  }
}

const broken = (code: string, usage: ReadCompletion['usage'] = null): ReadCompletion => ({
  outcome: 'error',
  usage,
  answer: failed({ status: null, code, retry: 'later', after_ms: null }),
})

async function outcomeOfError(
  reached: Reached,
  request: ModelRequest,
  { error, isLate, signal }: { error: unknown; isLate: boolean; signal: AbortSignal },
): Promise<ReadCompletion> {
  if (signal.aborted) return { ...broken('cancelled'), outcome: 'cancelled' }
  if (isLate) return { ...broken('timeout'), outcome: 'timeout' }
  const { APIError, APIConnectionError } = await import('openai')
  if (error instanceof APIError && error.status !== undefined) return refusedBy(reached, request, error)
  if (error instanceof APIConnectionError && UNSENT.has(causeCode(error)))
    return broken('unreachable', NO_USAGE)
  // A 200 that is no JSON, a body that is cut or too long: the server has worked, and may charge for it.
  return error instanceof SyntaxError || error instanceof TypeError
    ? { ...broken('unreadable'), outcome: 'invalid' }
    : broken('connection')
}

/** The longest that a call without a limit of its own may take. */
const MOST_MS = 600_000

async function send(reached: Reached, request: ModelRequest, signal: AbortSignal): Promise<ReadCompletion> {
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(request.timeoutMs ?? MOST_MS)))
  const spec = reached.specs.get(request.model)
  if (spec === undefined) return broken('unprepared', NO_USAGE)
  try {
    const client = await reached.client()
    // The SDK's own limit ends with the headers: a body that stalls is ended by the signal.
    const body: unknown = await client.post('/chat/completions', {
      body: request.body,
      signal: AbortSignal.any([signal, late]),
      timeout: MOST_MS,
    })
    return readCompletion(body, spec)
  } catch (error) {
    return outcomeOfError(reached, request, { error, isLate: late.aborted, signal })
  }
}

async function ask(reached: Reached, request: ModelRequest, signal: AbortSignal): Promise<ModelOutcome> {
  const begun = performance.now()
  const read = await send(reached, request, signal)
  return { ...read, durationMs: performance.now() - begun, firstChunkMs: null }
}

/** Never connects before it is asked; `settings.apiKey` leaves in the header of a request and nowhere else. */
export function openaiModels(settings: LlmSettings): OpenAiModels {
  let opened: Promise<OpenAI> | null = null
  const reached: Reached = {
    settings,
    client: () => (opened ??= clientOf(settings)),
    wordings: new Map(),
    specs: new Map(),
  }
  return {
    prepare: (question, spec) => {
      const known = reached.wordings.get(question.model) ?? firstWording(spec, settings.baseUrl === null)
      reached.wordings.set(question.model, known)
      reached.specs.set(question.model, spec)
      const asked = withinLimit(question, known)
      return requestOf(asked, spec, bodyOf(asked, spec, known))
    },
    ask: (request, signal) => ask(reached, request, signal),
    learned: (model) => reached.wordings.get(model) ?? null,
  }
}
