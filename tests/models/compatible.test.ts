// Servers that speak the protocol in a way of their own: where they are, how they refuse, and what the key is shown to.
import { expect, test } from 'vitest'
import { house, modelHouse } from './house.ts'
import { KEY } from './asked.ts'
import { GOOD, modelServer, says, sendJson, type Reply } from './server.ts'

const { server } = await modelHouse(says(GOOD))

type Body = Readonly<Record<string, unknown>>

/** Asked twice by a house that knows nothing yet: how each question was worded. */
async function wordings(reply: Reply): Promise<readonly Body[]> {
  const before = server.received.length
  server.answers(reply)
  const fresh = await house(server.url)
  const first = await fresh.run()
  const taught = server.received.length
  const again = await fresh.run()
  expect([first.reason, again.reason]).toEqual([null, null])
  // What was learned once is not asked for again.
  expect(server.received.length - taught).toBe(1)
  expect(await fresh.unsettled()).toEqual([])
  await fresh.runtime.stop()
  return server.received.slice(before).map(({ body }) => body)
}

const formOf = ({ response_format: format }: Body): unknown =>
  typeof format === 'object' && format !== null && 'type' in format ? format.type : 'text'

const rolesOf = ({ messages }: Body): string[] =>
  Array.isArray(messages) ? (messages as { role: string }[]).map(({ role }) => role) : []

const FORMS = ['json_schema', 'json_object', 'text', 'text']

test.each([
  ['its own words', 400, { error: { message: 'Structured outputs are not supported by this model.' } }],
  ['a text', 400, { error: "unknown field: 'json_schema', or json_object" }],
  ['a message at the top', 400, { object: 'error', message: 'response_format is not supported', code: 400 }],
  ['a detail', 422, { detail: [{ loc: ['body', 'response_format'], msg: 'extra fields not permitted' }] }],
  ['no JSON', 400, 'guided decoding is disabled: drop response_format'],
])('a form of answer that is refused in %s is degraded, and remembered', async (_, status, body) => {
  const bodies = await wordings((response, received, nth) => {
    if ('response_format' in received.body) sendJson(response, { status, body })
    else says(GOOD)(response, received, nth)
  })
  expect(bodies.map(formOf)).toEqual(FORMS)
})

test.each([
  "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
  'System role not supported',
  'Conversation roles must alternate user/assistant/user/assistant/...',
])('a server that refuses the role of the task is told it by the one who asks: %s', async (refusal) => {
  const bodies = await wordings((response, received, nth) => {
    if (rolesOf(received.body).includes('system'))
      sendJson(response, { status: 400, body: { error: { message: refusal } } })
    else says(GOOD)(response, received, nth)
  })
  expect(bodies.map(rolesOf)).toEqual([['system', 'user'], ['user'], ['user']])
  expect(JSON.stringify(bodies.at(-1))).toContain('You plan the work')
})

test.each([
  ['', '/v1/chat/completions'],
  ['/', '/v1/chat/completions'],
  ['/openai/deployments/d1', '/v1/openai/deployments/d1/chat/completions'],
  ['/?api-version=2024-10-21', '/v1/chat/completions?api-version=2024-10-21'],
  ['?api-version=2024-10-21', '/v1/chat/completions?api-version=2024-10-21'],
])('a base URL that ends with "%s" leads to %s, and nothing else is ever asked', async (end, path) => {
  server.answers(says(GOOD))
  const before = server.received.length
  const there = await house(`${server.url}${end}`)
  expect(await there.run()).toMatchObject({ planner: 'llm', reason: null })
  await there.runtime.stop()
  expect(server.received.slice(before).map((one) => one.path)).toEqual([path])
})

test('a redirect shows the key to nobody else', async () => {
  const other = await modelServer(says(GOOD))
  for (const status of [301, 302, 303, 307, 308]) {
    server.answers((response) =>
      response.writeHead(status, { location: `${other.url}/chat/completions` }).end(),
    )
    const sent = await house(server.url)
    expect(await sent.run()).toMatchObject({ planner: 'rules', reason: 'unavailable' })
    expect(await sent.unsettled()).toEqual([])
    await sent.runtime.stop()
  }
  expect(other.received).toEqual([])
  await other.stop()
})

test('a server without TLS at an address with it has seen nothing, and nothing is paid', async () => {
  const secure = await house(server.url.replace('http:', 'https:'))
  const outcome = await secure.run()
  expect(outcome).toMatchObject({ planner: 'rules', reason: 'unavailable', calls: ['error', 'error'] })
  expect(outcome.state.modelUse).toEqual({ calls: 2, tokens: 0, microUsd: 0 })
  expect(await secure.unsettled()).toEqual([])
  await secure.runtime.stop()
})

test('a server that repeats key and question in its refusal leaves neither in the journal', async () => {
  server.answers((response, received) =>
    sendJson(response, {
      status: 401,
      body: {
        error: { message: `no: ${String(received.headers.authorization)} ${received.text}`, code: KEY },
      },
    }),
  )
  const asked = await house(server.url)
  const { runId, events } = await asked.run()
  expect(JSON.stringify(events)).not.toContain(KEY)
  for (const event of events) {
    if (event.type !== 'llm_call' || event.data.answer === null) continue
    const answer = await asked.runtime.journal.payload(runId, event.data.answer)
    expect(JSON.parse(answer ?? 'null')).toEqual({
      error: { status: 401, code: 'refused', retry: 'never', after_ms: null },
    })
  }
  await asked.runtime.stop()
})
