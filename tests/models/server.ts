// A compatible server on loopback that says what a test tells it to: real HTTP for the real client. It keeps the very
// bytes that came.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

/** What the server does with one request; `nth` counts from 1. */
export type Reply = (response: ServerResponse, received: Received, nth: number) => void

export type ModelServer = {
  /** As OPENAI_BASE_URL. */
  readonly url: string
  readonly received: readonly Received[]
  readonly answers: (reply: Reply) => void
  readonly stop: () => Promise<void>
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export async function modelServer(first: Reply): Promise<ModelServer> {
  const received: Received[] = []
  let reply = first
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await textOf(request)
    const body = JSON.parse(text) as Received['body']
    const one = { path: request.url ?? '', headers: request.headers, text, body }
    received.push(one)
    reply(response, one, received.length)
  }
  // A client that hangs up in the middle is part of the script.
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    received,
    answers: (next) => {
      reply = next
    },
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

type Sent = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export function sendJson(response: ServerResponse, { status, body, headers = {} }: Sent): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

export const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }

/** A completion whose only choice says this. */
export const completion = (content: string | null, more: Readonly<Record<string, unknown>> = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content, refusal: null } }],
  usage: USAGE,
  ...more,
})

export const says =
  (said: unknown, more: Readonly<Record<string, unknown>> = {}): Reply =>
  (response) =>
    sendJson(response, {
      status: 200,
      body: completion(typeof said === 'string' ? said : JSON.stringify(said), more),
    })

export const refuses =
  (status: number, error: Readonly<Record<string, unknown>>, headers = {}): Reply =>
  (response) =>
    sendJson(response, { status, body: { error }, headers })

/** One after the other; the last one for all that follow. */
export const inTurn =
  (...replies: readonly Reply[]): Reply =>
  (response, received, nth) => {
    const reply = replies[Math.min(nth, replies.length) - 1]
    reply?.(response, received, nth)
  }

const source = (name: string, from: string) => ({ name, source: from, value: null })

/** A step as a model proposes it: its inputs by name, each with its source. */
export const proposed = (id: string, tool: string, inputs: Readonly<Record<string, string>>) => ({
  id,
  tool,
  reason: 'because',
  when: null,
  inputs: Object.entries(inputs).map(([name, from]) => source(name, from)),
})

export const plan = (...steps: readonly Readonly<Record<string, unknown>>[]) => ({
  explanation: 'Scores the account.',
  unserved: [],
  steps,
})

export const SCORE = proposed('s1', 'score_account_fit', {
  account: 'context.account',
  icp_criteria: 'context.icp_criteria',
})

export const GOOD = plan(SCORE)
