// A server seen from the command line: calls of its HTTP API, nothing else. Refusals become errors with the
// server's own code.
import { z } from 'zod'
import { readClient } from '../config.ts'
import { ACTOR_PATTERN, ACTOR_RULE } from '../events/names.ts'
import type { Remote } from './command.ts'
import { readEventStream } from './event-stream.ts'
import { CliError, cliError, usage } from './failure.ts'

export type Client = {
  readonly url: string
  /** Errors: SERVER_UNREACHABLE, SERVER_ANSWER, and every code of the server. */
  readonly get: (path: string) => Promise<unknown>
  readonly post: (
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<unknown>
  /** A file as the body. Errors: as above. */
  readonly upload: (path: string, file: UploadedFile) => Promise<unknown>
  /** The bytes of an answer, as they come. Errors: as above. */
  readonly download: (path: string) => Promise<AsyncIterable<Uint8Array>>
  readonly put: (path: string, body: unknown) => Promise<unknown>
  /** The events of a run after `seq`, as they happen, until the server ends the stream. */
  readonly events: (runId: string, seq: number) => AsyncGenerator
}

export type UploadedFile = {
  readonly contentType: string
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export type Address = {
  readonly url: string
  readonly key: string | null
  /** X-Cugar-Actor: only servers without keys accept it. */
  readonly actor: string | null
}

const problemSchema = z.looseObject({
  code: z.string(),
  detail: z.string().default(''),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).default([]),
})

type RequestParts = {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}
type ServerProblem = z.output<typeof problemSchema>

/** The server has keys, and the caller came without one. */
const needsKey = ({ code, errors }: ServerProblem): boolean =>
  code === 'UNAUTHENTICATED' || errors.some(({ path }) => path === 'header.x-cugar-actor')

function refusalOf(url: string, status: number, body: unknown): CliError {
  const parsed = problemSchema.safeParse(body)
  if (!parsed.success) return cliError('SERVER_ANSWER', `${url} answers ${status} and is not a cugar server`)
  const { code, detail, errors } = parsed.data
  const hint = needsKey(parsed.data) ? ' Set CUGAR_KEY to a key of this server.' : ''
  return new CliError(code, `${detail}${hint}`, { problems: errors })
}

async function readJson(url: string, response: Response): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw cliError('SERVER_UNREACHABLE', `${url} broke off its answer`, { cause })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw cliError('SERVER_ANSWER', `${url} answers ${response.status} without JSON`, { cause })
  }
}

export function createClient({ url, key, actor }: Address): Client {
  const identity = {
    ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
    ...(actor === null ? {} : { 'X-Cugar-Actor': actor }),
  }
  const send = async (path: string, init: RequestParts): Promise<Response> => {
    const request = { ...init, headers: { ...identity, ...init.headers }, redirect: 'error' as const }
    const response = await fetch(url + path, request).catch((cause: unknown) => {
      throw cliError('SERVER_UNREACHABLE', `no server at ${url}: start one with \`cugar serve\``, { cause })
    })
    if (!response.ok) throw refusalOf(url, response.status, await readJson(url, response))
    return response
  }
  const write = async (
    method: 'POST' | 'PUT',
    {
      path,
      body = {},
      headers = {},
    }: { path: string; body?: unknown; headers?: Record<string, string> | undefined },
  ): Promise<unknown> => {
    const all = { ...headers, 'Content-Type': 'application/json' }
    return readJson(url, await send(path, { method, headers: all, body: JSON.stringify(body) }))
  }
  return {
    url,
    get: async (path) => readJson(url, await send(path, { headers: {} })),
    upload: async (path, { contentType, bytes, headers }) => {
      const init = {
        method: 'POST',
        headers: { ...headers, 'Content-Type': contentType },
        body: Uint8Array.from(bytes),
      }
      return readJson(url, await send(path, init))
    },
    download: async (path) => {
      const { body } = await send(path, { headers: {} })
      if (body === null) throw cliError('SERVER_ANSWER', `${url} answers without a body`)
      return body
    },
    post: (path, body, headers) => write('POST', { path, body, headers }),
    put: (path, body) => write('PUT', { path, body }),
    events: async function* (runId, seq) {
      const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(seq) }
      const { body } = await send(`/v1/runs/${runId}/events`, { headers })
      if (body === null) return
      for await (const data of readEventStream(body)) yield JSON.parse(data) as unknown
    },
  }
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '')
    throw usage(`${text} is not the URL of a server, such as http://127.0.0.1:8000`)
  return url.href.replace(/\/+$/, '')
}

/** The server that the options, or else the environment, name. Errors: USAGE, SETTINGS_INVALID. */
export function clientFor(options: Remote): Client {
  const { key, url } = readClient()
  const actor = options.as ?? null
  if (actor !== null && key !== null)
    throw usage('--as is for servers without keys: CUGAR_KEY says who calls')
  if (actor !== null && !ACTOR_PATTERN.test(actor)) throw usage(`--as ${ACTOR_RULE}`)
  return createClient({ url: baseOf(options.url ?? url), key, actor })
}

/** What a server answered, in the shape that this version knows. Errors: SERVER_ANSWER. */
export function answerAs<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const message = 'the server answers in a shape that this version does not know; --json shows it as it is'
  throw cliError('SERVER_ANSWER', message, { cause: parsed.error })
}

/** `?a=1&b=2` of what is given; empty when nothing is. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  if (given.length === 0) return ''
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`
}
