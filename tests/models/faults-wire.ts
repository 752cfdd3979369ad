// What a server can do to HTTP, to the body and to the completion in it, each with what must come of it.
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { choices, message, raw, TWICE, type Fault } from './faults.ts'
import { completion, GOOD, inTurn, plan, refuses, says, SCORE, sendJson, type Reply } from './server.ts'

const said = (content: string): string => JSON.stringify(completion(content))
const GOOD_TEXT = JSON.stringify(GOOD)
const GOOD_BODY = said(GOOD_TEXT)

/** Its plan is carried out all the same. */
const fine = (name: string, reply: Reply): Fault => ({ name, reply, reason: null, calls: ['success'] })
/** Whatever came is no answer: asked for once more, then the rules plan. */
const unread = (name: string, reply: Reply): Fault => ({
  name,
  reply,
  reason: 'invalid_plan',
  calls: ['invalid', 'invalid'],
})
/** It cannot be carried out: sent back, then the rules plan. */
const unproved = (name: string, text: string): Fault => ({
  name,
  reply: says(text),
  reason: 'invalid_plan',
  calls: TWICE,
})
/** Nothing gets better by asking again. */
const final = (name: string, reply: Reply): Fault => ({
  name,
  reply,
  reason: 'unavailable',
  calls: ['error'],
})
/** Asked again once, as often as the profile allows. */
const later = (name: string, reply: Reply): Fault => ({
  name,
  reply,
  reason: 'unavailable',
  calls: ['error', 'error'],
})
/** The second time it answers. */
const once = (name: string, first: Reply, outcome = 'error'): Fault => ({
  name,
  reply: inTurn(first, says(GOOD)),
  reason: null,
  calls: [outcome, 'success'],
})

const bytes =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(body)
  }

/** In pieces, each as soon as the one before it has left. */
const inPieces =
  (pieces: readonly string[], end: (response: ServerResponse) => void): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const left = [...pieces]
    const next = (): void => {
      const piece = left.shift()
      if (piece === undefined) end(response)
      else response.write(piece, () => setImmediate(next))
    }
    next()
  }

const chunk = (choice: unknown, more = {}): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [choice], ...more })}`
const PIECES = [GOOD_TEXT.slice(0, 40), GOOD_TEXT.slice(40)].map((content) =>
  chunk({ index: 0, delta: { role: 'assistant', content, reasoning_content: 'hm' }, finish_reason: null }),
)
const end = (reason: string): string => chunk({ index: 0, delta: {}, finish_reason: reason })
const counted = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 100 } })}`
const stream = (events: readonly string[]): Reply =>
  raw(events.map((event) => `${event}\n\n`).join(''), 'text/event-stream')

/** Words on the bare connection, which need not be HTTP. */
const bare =
  (text: string): Reply =>
  (response) => {
    response.socket?.end(text)
  }

const endless: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const piece = ' '.repeat(1_000_000)
  const next = (): void => {
    if (!response.destroyed) response.write(piece, () => setImmediate(next))
  }
  next()
}

/** A byte now and then, for ever. */
const drip: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 50)
  response.on('close', () => clearInterval(timer))
}

export const WIRE_FAULTS: readonly Fault[] = [
  fine('sends whitespace before its JSON', bytes(`\r\n\t ${' '.repeat(5000)}${GOOD_BODY}`)),
  fine(
    'answers in pieces of ten bytes',
    inPieces(GOOD_BODY.match(/.{1,10}/gs) ?? [], (response) => response.end()),
  ),
  { name: 'drips for ever', reply: drip, reason: 'timeout', calls: ['timeout', 'timeout'] },
  fine('packs its answer', bytes(gzipSync(GOOD_BODY), { 'content-encoding': 'gzip' })),
  unread('says that it packs, and does not', bytes(GOOD_BODY, { 'content-encoding': 'gzip' })),
  unread(
    'packs a thousand times what may come',
    bytes(gzipSync(Buffer.alloc(50_000_000, ' ')), { 'content-encoding': 'gzip' }),
  ),
  unread('answers without an end', endless),
  fine('calls its JSON a text', bytes(GOOD_BODY, { 'content-type': 'text/plain; charset=utf-8' })),
  fine('calls its JSON nothing known', bytes(GOOD_BODY, { 'content-type': 'application/octet-stream' })),
  fine('puts a byte order mark before its JSON', bytes(`\uFEFF${GOOD_BODY}`)),
  fine(
    'answers with a stream that nobody asked for',
    raw(`data: ${GOOD_BODY}\n\ndata: [DONE]\n\n`, 'text/event-stream'),
  ),
  fine('answers with a stream in pieces', stream([...PIECES, end('stop'), counted, 'data: [DONE]'])),
  fine(
    'streams the call of a tool, piece by piece',
    stream([
      chunk({
        index: 0,
        delta: {
          content: null,
          tool_calls: [{ index: 0, id: 'c', function: { name: 'plan', arguments: '' } }],
        },
      }),
      ...[GOOD_TEXT.slice(0, 30), GOOD_TEXT.slice(30)].map((given) =>
        chunk({ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: given } }] } }),
      ),
      end('tool_calls'),
      'data: [DONE]',
    ]),
  ),
  unread(
    'streams the calls of two tools',
    stream([
      chunk({ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: GOOD_TEXT } }] } }),
      chunk({ index: 0, delta: { tool_calls: [{ index: 1, function: { arguments: GOOD_TEXT } }] } }),
      end('tool_calls'),
    ]),
  ),
  fine(
    'streams parts with a text',
    stream([chunk({ index: 0, delta: { content: [{ type: 'text', text: GOOD_TEXT }] } }), end('stop')]),
  ),
  fine('ends its stream by its reason alone', stream([': PROCESSING', ...PIECES, end('stop')])),
  unread('calls its stream JSON', raw(`${[...PIECES, end('stop')].join('\n\n')}\n\n`)),
  unread('breaks its stream off', stream(PIECES.slice(0, 1))),
  unread('sends half of an event', stream([...PIECES, 'data: {"choices":', 'data: [DONE]'])),
  unread('streams nothing', stream(['data: [DONE]'])),
  later(
    'fails in the middle of its stream',
    stream([...PIECES.slice(0, 1), 'data: {"error":{"code":502,"message":"upstream"}}']),
  ),
  unread('answers with nothing', bytes('')),
  unread('answers with no content', (response) => response.writeHead(204).end()),
  later(
    'changes the protocol',
    bare('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ),
  later('speaks no HTTP', bare('SSH-2.0-nobody\r\n')),
  later(
    'promises another length than it has',
    bare('HTTP/1.1 200 OK\r\ncontent-length: 10\r\ncontent-length: 20\r\n\r\n{}'),
  ),
  once('resets a connection that it kept', (response) => response.socket?.resetAndDestroy()),
  once('closes before its headers', (response) => response.socket?.end()),
  once('fails with a page', (response) => {
    response.writeHead(502, { 'content-type': 'text/html' })
    response.end('<html>Bad gateway</html>')
  }),
  later('fails with a packed page that is none', (response) => {
    response.writeHead(503, { 'content-encoding': 'gzip' })
    response.end('no gzip')
  }),
  ...[301, 302, 303, 307, 308].map((status) =>
    later(`sends us elsewhere with ${status}`, (response) =>
      response.writeHead(status, { location: 'http://127.0.0.1:9/v1/chat/completions' }).end(),
    ),
  ),
]

const RATE: Fault['calls'] = ['rate_limited', 'success']
const busy = (name: string, headers: Readonly<Record<string, string>>): Fault => ({
  name,
  reply: inTurn(refuses(429, { message: 'slow down' }, headers), says(GOOD)),
  reason: null,
  calls: RATE,
})
const tooBusy = (name: string, headers: Readonly<Record<string, string>>): Fault => ({
  name,
  reply: refuses(429, { message: 'slow down' }, headers),
  reason: 'rate_limited',
  calls: ['rate_limited'],
})

export const STATUS_FAULTS: readonly Fault[] = [
  ...[400, 402, 403, 404, 405, 410, 413, 415, 418, 422, 451].map((status) =>
    final(`refuses with ${status}`, refuses(status, { message: 'no' })),
  ),
  ...[408, 409, 425, 500, 502, 503, 504, 520, 529].map((status) =>
    once(`refuses with ${status}, once`, refuses(status, { message: 'no' }, { 'retry-after': '0' })),
  ),
  busy('is too busy for some milliseconds', { 'retry-after-ms': '5' }),
  busy('is too busy until a date that is over', { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }),
  busy('is too busy for less than no time', { 'retry-after': '-100' }),
  busy('does not say for how long in words that are read', { 'retry-after': 'soon' }),
  busy('says nothing in its milliseconds', { 'retry-after-ms': 'a few', 'retry-after': '0' }),
  tooBusy('is too busy for longer than the world stands', { 'retry-after': '99999999999999999999' }),
  tooBusy('is too busy for ever', { 'retry-after': 'Infinity' }),
  tooBusy('is too busy for a day in milliseconds', { 'retry-after-ms': '86400000' }),
  final(
    'says in the type alone that the quota is used up',
    refuses(429, { message: 'pay', type: 'insufficient_quota' }),
  ),
  final('refuses in a text', (response) =>
    sendJson(response, { status: 400, body: { error: 'no such model' } }),
  ),
  final('refuses in a detail', (response) =>
    sendJson(response, { status: 422, body: { detail: [{ msg: 'no' }] } }),
  ),
  final('refuses with null', (response) => sendJson(response, { status: 400, body: null })),
  later(
    'answers with an error instead of a completion',
    raw('{"error":{"message":"overloaded","type":"server_error"}}'),
  ),
  later(
    'answers with an error and an empty list',
    raw('{"error":{"code":502,"message":"upstream"},"choices":[]}'),
  ),
  later(
    'answers with an error in its choice',
    choices([
      { error: { code: 502, message: 'upstream' }, finish_reason: 'error', message: { content: '' } },
    ]),
  ),
  {
    name: 'finds that the answer of its model has not the shape',
    reply: refuses(400, {
      message: 'Failed to generate JSON. See failed_generation.',
      type: 'invalid_request_error',
      code: 'json_validate_failed',
      failed_generation: '{"steps": [',
    }),
    reason: 'invalid_plan',
    calls: ['invalid', 'invalid'],
  },
  later('answers with an error in a text', raw('{"error":"the model is loading"}')),
  final(
    'answers with the status that it should have had',
    raw('{"error":{"code":401,"message":"no"},"choices":null}'),
  ),
  {
    name: 'answers with a rate limit instead of a completion',
    reply: inTurn(raw('{"error":{"code":429,"message":"slow down"}}'), says(GOOD)),
    reason: null,
    calls: RATE,
  },
]

const usage = (name: string, reported: unknown): Fault =>
  fine(`reports ${name}`, says(GOOD, { usage: reported }))
const tokens = (input: unknown, output: unknown) => ({ prompt_tokens: input, completion_tokens: output })

export const BODY_FAULTS: readonly Fault[] = [
  usage('its usage in texts', tokens('1000', '100')),
  usage('parts of a token', tokens(10.5, 0.25)),
  usage('a usage below nothing', tokens(-1, -1)),
  usage('more tokens than a number can count', tokens(Number.MAX_SAFE_INTEGER, 2 ** 60)),
  usage('null', null),
  usage('a list', [1, 2]),
  usage('the sum alone', { total_tokens: 1100 }),
  usage('more cached tokens than it read', {
    ...tokens(10, 10),
    prompt_tokens_details: { cached_tokens: 1e6 },
  }),
  usage('details that are texts', { ...tokens(10, 10), completion_tokens_details: 'many' }),
  usage('no token at all', tokens(0, 0)),
  usage('no token of the question', tokens(0, 100)),
  fine(
    'gives its answer as the call of a tool',
    message({
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'plan', arguments: GOOD_TEXT } }],
    }),
  ),
  fine('gives its answer as an object', message({ content: GOOD })),
  fine('thinks beside its answer', message({ content: GOOD_TEXT, reasoning_content: '{"steps":[]}' })),
  unread('only thinks', message({ reasoning_content: GOOD_TEXT })),
  fine(
    'thinks in a part of its answer',
    message({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: '{"steps":[]}' }] },
        { type: 'reasoning', text: '{"steps":[]}' },
        { type: 'text', text: GOOD_TEXT },
      ],
    }),
  ),
  unread('is cut in words of its own', message({ content: GOOD_TEXT }, 'model_length')),
  {
    name: 'filters in words of its own',
    reply: message({ content: GOOD_TEXT }, 'SAFETY'),
    reason: 'refused',
    calls: ['refused'],
  },
  unread(
    'calls a tool instead of answering',
    message({ tool_calls: [{ id: 'c', type: 'function' }] }, 'tool_calls'),
  ),
  unread('calls a function as one did', message({ function_call: { name: 'x' } }, 'function_call')),
  unread('is cut at its limit although its JSON is whole', message({ content: GOOD_TEXT }, 'length')),
  {
    name: 'filters in the middle of the answer',
    reply: message({ content: GOOD_TEXT.slice(0, 60) }, 'content_filter'),
    reason: 'refused',
    calls: ['refused'],
  },
  fine('does not say why it stopped', message({ content: GOOD_TEXT }, undefined)),
  fine('stopped for a reason of its own', message({ content: GOOD_TEXT }, 'eos_token')),
  fine('refuses with an empty sentence', message({ content: GOOD_TEXT, refusal: '' })),
  fine(
    'answers in parts',
    message({
      content: [
        { type: 'text', text: GOOD_TEXT.slice(0, 9) },
        { type: 'text', text: GOOD_TEXT.slice(9) },
      ],
    }),
  ),
  unread('answers in parts without a text', message({ content: [{ type: 'image' }] })),
  unread('answers with a number', message({ content: 7 })),
  unread('has no message', choices([{ index: 0, finish_reason: 'stop', message: null }])),
  unread('has a choice that is none', choices([null])),
  unread('has choices that are no list', choices({ 0: {} })),
  fine('has a second choice that is none', choices([completion(GOOD_TEXT).choices[0], null])),
  fine(
    'has another plan as its second choice',
    choices([completion(GOOD_TEXT).choices[0], completion('{}').choices[0]]),
  ),
  unread('has its plan in the second choice', choices([{ message: null }, completion(GOOD_TEXT).choices[0]])),
  unread('writes a number that is none', raw(GOOD_BODY.replace('1000', 'NaN'))),
  unread('nests its body deeper than anybody reads', raw('['.repeat(500_000))),
  unproved('nests its answer deeper than anybody reads', `{"steps":${'['.repeat(100_000)}`),
  unproved('nests a whole answer deeply', `{"steps":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
  unproved('opens a hundred thousand objects', '{'.repeat(100_000)),
  unread('says two megabytes', says('x'.repeat(2_000_000))),
  unread(
    'says a plan of two megabytes',
    says(JSON.stringify({ ...GOOD, explanation: 'x'.repeat(2_000_000) })),
  ),
  unproved(
    'explains for longer than anybody reads',
    JSON.stringify({ ...GOOD, explanation: 'x'.repeat(100_000) }),
  ),
  fine(
    'says its steps twice, the right ones last',
    says(GOOD_TEXT.replace('"steps":', '"steps":[],"steps":')),
  ),
  unproved('says its steps twice, none last', GOOD_TEXT.replace(/\}$/, ',"steps":[]}')),
  unproved('names the prototype in its plan', GOOD_TEXT.replace('{', '{"__proto__":{"steps":[]},')),
  fine('escapes its letters', says(GOOD_TEXT.replace('steps', String.raw`\u0073teps`))),
  fine('says half of a sign', says({ ...GOOD, explanation: '\uD83D' })),
  fine('escapes half of a sign', says(GOOD_TEXT.replace('Scores', String.raw`\udc00 Scores`))),
  fine('says nothing in the middle', says({ ...GOOD, explanation: 'a\u0000b' })),
  fine('puts its plan into a list', says([GOOD])),
  fine('thinks aloud first', says(`<think>Maybe {"steps": []} or {x}?</think>\n${GOOD_TEXT}`)),
  fine('does not say where its thoughts began', says(`Maybe {"steps": []}?\n</think>\n${GOOD_TEXT}`)),
  fine('thinks in brackets', says(`[THINK]{"steps": []}[/THINK]${GOOD_TEXT}`)),
  fine(
    'marks its channels',
    says(`<|channel|>analysis<|message|>{"steps":[]}<|end|><|channel|>final<|message|>${GOOD_TEXT}`),
  ),
  fine('names the mark of thoughts in its plan', says({ ...GOOD, explanation: 'No </think> here.' })),
  unproved('never ends its thoughts', `<think>Maybe ${GOOD_TEXT}`),
  fine('speaks of {first_name} first', says(`For {first_name} I propose:\n${GOOD_TEXT}`)),
  fine('puts a mark before its plan', says(`\uFEFF${GOOD_TEXT}`)),
  unproved('calls a step as no step may be called', JSON.stringify(plan({ ...SCORE, id: '__proto__' }))),
  unproved(
    'writes a number in no way of JSON',
    JSON.stringify(plan({ ...SCORE, inputs: [{ name: 'account', source: null, value: 'NaN' }] })),
  ),
  unproved(
    'writes a number that is larger than any',
    JSON.stringify(plan({ ...SCORE, inputs: [{ name: 'account', source: null, value: '1e999' }] })),
  ),
]
