// Everything that a server and a model can do wrong, each with what must come of it.
import { completion, GOOD, inTurn, plan, proposed, refuses, says, SCORE, type Reply } from './server.ts'

export type Fault = {
  readonly name: string
  readonly reply: Reply
  /** Of the fallback; null: the model's plan is carried out all the same. */
  readonly reason: string | null
  /** Of each attempt, in order. */
  readonly calls: readonly string[]
}

export const raw =
  (text: string, type = 'application/json'): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.end(text)
  }

/** An answer of which only the beginning comes. */
const cut: Reply = (response) => {
  const text = JSON.stringify(completion(JSON.stringify(GOOD)))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
  response.write(text.slice(0, 40), () => response.destroy())
}

const reset: Reply = (response) => {
  response.destroy()
}

const silent: Reply = () => undefined

/** Headers at once, and a body that never ends. */
const stalled: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"id":')
}

const redirect: Reply = (response) => {
  response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' })
  response.end()
}

export const choices = (list: unknown): Reply => says('', { choices: list })
export const message = (more: Readonly<Record<string, unknown>>, finish = 'stop') =>
  choices([{ index: 0, finish_reason: finish, message: { role: 'assistant', content: null, ...more } }])

export const TWICE = ['success', 'success']
const bad = (name: string, said: unknown): Fault => ({
  name,
  reply: says(said),
  reason: 'invalid_plan',
  calls: TWICE,
})
const wrong = (name: string, ...steps: readonly Readonly<Record<string, unknown>>[]): Fault =>
  bad(name, plan(...steps))

const score = (inputs: Readonly<Record<string, string>>) => proposed('s1', 'score_account_fit', inputs)
const given = { account: 'context.account', icp_criteria: 'context.icp_criteria' }
const literal = (value: unknown) => ({
  ...SCORE,
  inputs: [...SCORE.inputs.slice(0, 1), { name: 'icp_criteria', source: null, value }],
})

export const SERVER_FAULTS: readonly Fault[] = [
  { name: 'never answers', reply: silent, reason: 'timeout', calls: ['timeout', 'timeout'] },
  { name: 'stalls after its headers', reply: stalled, reason: 'timeout', calls: ['timeout', 'timeout'] },
  {
    name: 'is too busy, and says for how long',
    reply: inTurn(
      refuses(429, { message: 'slow down', code: 'rate_limit' }, { 'retry-after': '0' }),
      says(GOOD),
    ),
    reason: null,
    calls: ['rate_limited', 'success'],
  },
  {
    name: 'is too busy',
    reply: refuses(429, { message: 'slow down' }),
    reason: 'rate_limited',
    calls: ['rate_limited', 'rate_limited'],
  },
  {
    name: 'wants to be left alone for longer than there is time',
    reply: refuses(429, { message: 'slow down' }, { 'retry-after': '3600' }),
    reason: 'rate_limited',
    calls: ['rate_limited'],
  },
  {
    name: 'says until which date it is too busy',
    reply: refuses(429, { message: 'no' }, { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' }),
    reason: 'rate_limited',
    calls: ['rate_limited'],
  },
  {
    name: 'has no quota left, which no waiting helps',
    reply: refuses(429, { message: 'pay', code: 'insufficient_quota' }),
    reason: 'unavailable',
    calls: ['error'],
  },
  {
    name: 'fails',
    reply: refuses(500, { message: 'oops' }),
    reason: 'unavailable',
    calls: ['error', 'error'],
  },
  {
    name: 'fails once',
    reply: inTurn(refuses(503, { message: 'oops' }), says(GOOD)),
    reason: null,
    calls: ['error', 'success'],
  },
  {
    name: 'does not know the key',
    reply: refuses(401, { message: 'no' }),
    reason: 'unavailable',
    calls: ['error'],
  },
  {
    name: 'does not know the model',
    reply: refuses(404, { message: 'no such model', code: 'model_not_found' }),
    reason: 'unavailable',
    calls: ['error'],
  },
  { name: 'resets the connection', reply: reset, reason: 'unavailable', calls: ['error', 'error'] },
  { name: 'sends us elsewhere', reply: redirect, reason: 'unavailable', calls: ['error', 'error'] },
  {
    name: 'answers with HTML',
    reply: raw('<html><body>Bad gateway</body></html>', 'text/html'),
    reason: 'invalid_plan',
    calls: ['invalid', 'invalid'],
  },
  {
    name: 'answers with half of a JSON',
    reply: raw('{"id": "x", "choi'),
    reason: 'invalid_plan',
    calls: ['invalid', 'invalid'],
  },
  { name: 'answers with null', reply: raw('null'), reason: 'invalid_plan', calls: ['invalid', 'invalid'] },
  { name: 'has no choice', reply: choices([]), reason: 'invalid_plan', calls: ['invalid', 'invalid'] },
  { name: 'has no content', reply: message({}), reason: 'invalid_plan', calls: ['invalid', 'invalid'] },
  { name: 'refuses', reply: message({ refusal: 'I cannot help.' }), reason: 'refused', calls: ['refused'] },
  {
    name: 'filters the content',
    reply: message({ content: '' }, 'content_filter'),
    reason: 'refused',
    calls: ['refused'],
  },
  {
    name: 'is cut at its limit',
    reply: message({ content: JSON.stringify(GOOD).slice(0, 50) }, 'length'),
    reason: 'invalid_plan',
    calls: ['invalid', 'invalid'],
  },
  { name: 'cuts the body', reply: cut, reason: 'invalid_plan', calls: ['invalid', 'invalid'] },
  { name: 'reports no usage', reply: says(GOOD, { usage: undefined }), reason: null, calls: ['success'] },
  {
    name: 'reports a usage that cannot be',
    reply: says(GOOD, { usage: { prompt_tokens: -5, completion_tokens: 1e300 } }),
    reason: null,
    calls: ['success'],
  },
  {
    name: 'reports a million tokens that nobody allowed',
    reply: says(GOOD, { usage: { prompt_tokens: 1_000_000, completion_tokens: 1_000_000 } }),
    reason: null,
    calls: ['success'],
  },
]

const fine = (name: string, reply: Reply): Fault => ({ name, reply, reason: null, calls: ['success'] })

/** The answer is there, in a place of its own. */
const PLACE_FAULTS: readonly Fault[] = [
  fine(
    'calls one function with it, as one did before',
    message({
      function_call: { name: 'plan', arguments: JSON.stringify(GOOD) },
    }),
  ),
  fine(
    'calls a tool with it as an object',
    message({
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'plan', arguments: GOOD } }],
    }),
  ),
  fine('writes it as a text of JSON', says(JSON.stringify(JSON.stringify(GOOD)))),
  fine('gives an example before it', says(`As in {"a": 1}: ${JSON.stringify(GOOD)}, unlike {"b": 2}.`)),
]

export const MODEL_FAULTS: readonly Fault[] = [
  ...PLACE_FAULTS,
  bad('answers in prose', 'I would score the account first.'),
  bad('answers with bad JSON', '{"explanation": "x", "steps": [}'),
  bad('answers with a list', []),
  {
    name: 'puts prose around its JSON',
    reply: says(`Sure!\n\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\`\nAnything else?`),
    reason: null,
    calls: ['success'],
  },
  wrong('knows a tool that is not', proposed('s1', 'send_email', {})),
  wrong('takes a tool outside the profile', proposed('s1', 'simulate_territory_change', {})),
  wrong('calls a tool by a name of every object', proposed('s1', 'constructor', {})),
  wrong('lowers the effects', { ...SCORE, side_effects: 'read-only' }),
  wrong('makes a step cheaper than free', { ...SCORE, cost: -1 }),
  wrong('approves its own step', { ...SCORE, review: 'none' }),
  wrong('proposes no step'),
  wrong('proposes 500 steps', ...Array.from({ length: 500 }, (_, at) => ({ ...SCORE, id: `s${at}` }))),
  wrong('gives two steps one id', SCORE, SCORE),
  wrong(
    'makes steps wait for each other',
    score({ ...given, account: 's2.normalized_account' }),
    proposed('s2', 'normalize_account_record', { account_data: 's1.fit_breakdown' }),
  ),
  wrong('makes a step wait for itself', score({ ...given, account: 's1.fit_breakdown' })),
  wrong('leaves an input out', score({ account: 'context.account' })),
  wrong('gives an input of another type', score({ ...given, account: 'context.account.name' })),
  wrong('names a path that is not given', score({ ...given, account: 'context.nobody.there' })),
  wrong('names a path of every object', score({ ...given, account: 'context.__proto__' })),
  wrong('names the constructor', score({ ...given, account: 'context.constructor.prototype' })),
  wrong('names an output that is not', score({ ...given, account: 's9.anything' })),
  wrong('names an input that is not', score({ ...given, admin: 'context.account' })),
  wrong('gives a source and a value', {
    ...SCORE,
    inputs: SCORE.inputs.map((input) => ({ ...input, value: '"x"' })),
  }),
  wrong('gives a text where an object is needed', literal('"large companies"')),
  wrong('gives a value that is no JSON', literal('{')),
  wrong('writes a bad expression', { ...SCORE, when: 'while(true){}' }),
  wrong('writes an expression over what is not there', { ...SCORE, when: 's9.fit_score > 0.5' }),
  wrong('writes an expression that is no condition', { ...SCORE, when: '1 + 1' }),
  {
    name: 'wants more than the run may have',
    reply: says(plan(...Array.from({ length: 60 }, (_, at) => ({ ...SCORE, id: `s${at}` })))),
    reason: 'over_budget',
    calls: TWICE,
  },
  {
    name: 'says something else at the second asking',
    reply: inTurn(says('nothing'), says(GOOD)),
    reason: null,
    calls: TWICE,
  },
  {
    name: 'says something worse at the second asking',
    reply: inTurn(says(plan()), says('{{{{')),
    reason: 'invalid_plan',
    calls: TWICE,
  },
]
