import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { ERRORS } from '../../src/errors.ts'
import { problem } from '../../src/http/answers.ts'
import { RUN_ID } from './fixtures.ts'
import { asJson, openDoor } from './door.ts'

type Bad = {
  readonly why: string
  readonly path: string
  readonly init?: RequestInit
  readonly code: keyof typeof ERRORS
}

const JSON_TYPE = { 'content-type': 'application/json' }
const body = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...JSON_TYPE, ...headers },
  body: typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
})
const goal = 'g'
const deep = `{"goal":"g","context":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`

const start = (why: string, value: unknown, code: Bad['code'] = 'INVALID_REQUEST'): Bad => ({
  why,
  path: '/v1/runs',
  init: body(value),
  code,
})
const decide = (why: string, value: unknown): Bad => ({
  why,
  path: '/v1/approvals/apr_abc_2/decision',
  init: body(value),
  code: 'INVALID_REQUEST',
})
const query = (why: string, path: string): Bad => ({ why, path, code: 'INVALID_REQUEST' })
const keyed = (why: string, key: string): Bad => ({
  why,
  path: '/v1/runs',
  init: body({ goal }, { 'idempotency-key': key }),
  code: 'INVALID_REQUEST',
})
const method = (name: string, path: string): Bad => ({
  why: `${name} ${path}`,
  path,
  init: { method: name },
  code: 'METHOD_NOT_ALLOWED',
})
const absent = (path: string): Bad => ({ why: `the unknown path ${path}`, path, code: 'ROUTE_NOT_FOUND' })

const TABLE: readonly Bad[] = [
  start('no goal', {}),
  start('an empty goal', { goal: '' }),
  start('a blank goal', { goal: ' \n\t ' }),
  start('a goal that is no text', { goal: 7 }),
  start('a goal that is too long', { goal: 'x'.repeat(4001) }),
  start('an unknown field', { goal, extra: 1 }),
  start('an empty profile', { goal, profile: '' }),
  start('a tenant with a space', { goal, tenant: 'a b' }),
  start('a tenant that is too long', { goal, tenant: 'a'.repeat(101) }),
  start('an unknown planner', { goal, planner: 'compare' }),
  start('a context that is a list', { goal, context: [] }),
  start('a context that is null', { goal, context: null }),
  start('a negative limit', { goal, limits: { calls: -1 } }),
  start('a broken limit', { goal, limits: { calls: 1.5 } }),
  start('a limit that is not finite', '{"goal":"g","limits":{"cost":1e999}}'),
  start('an unknown limit', { goal, limits: { steps: 1 } }),
  start('no time at all', { goal, limits: { timeout_seconds: 0 } }),
  start('a body that is a list', []),
  start('a prototype key', '{"goal":"g","__proto__":{"profile":"demo"}}'),
  start('a prototype key deep in the context', '{"goal":"g","context":{"a":[{"__proto__":{"x":1}}]}}'),
  start('a body nested too deep', deep),
  start('broken JSON', '{"goal":', 'INVALID_JSON'),
  start('a bare string', '"goal"', 'INVALID_JSON'),
  start('two documents', '{"goal":"g"}{"goal":"h"}', 'INVALID_JSON'),
  start('bytes that are not UTF-8', new Uint8Array([123, 34, 255, 34, 58, 49, 125]), 'INVALID_JSON'),
  start('more than 1 MiB', { goal, context: { text: 'x'.repeat(1_048_576) } }, 'BODY_TOO_LARGE'),
  { why: 'no body', path: '/v1/runs', init: { method: 'POST' }, code: 'INVALID_REQUEST' },
  {
    why: 'a form',
    path: '/v1/runs',
    init: { method: 'POST', body: new URLSearchParams({ goal }) },
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    why: 'plain text',
    path: '/v1/runs',
    init: body({ goal }, { 'content-type': 'text/plain' }),
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    why: 'Latin-1',
    path: '/v1/runs',
    init: body({ goal }, { 'content-type': 'application/json; charset=latin1' }),
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    why: 'a compressed body',
    path: '/v1/runs',
    init: body({ goal }, { 'content-encoding': 'gzip' }),
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  keyed('an idempotency key with a space', 'a b'),
  keyed('an idempotency key that is too long', 'k'.repeat(256)),
  { ...query('a wait that is too long', '/v1/runs?wait=61'), init: body({ goal }) },
  { ...query('a wait that is no number', '/v1/runs?wait=soon'), init: body({ goal }) },
  { ...query('a negative wait', '/v1/runs?wait=-1'), init: body({ goal }) },
  query('an unknown query parameter', '/v1/runs?colour=red'),
  query('a query parameter given twice', '/v1/runs?limit=1&limit=2'),
  query('a nested query parameter', '/v1/runs?status[a]=1'),
  query('a limit of zero', '/v1/runs?limit=0'),
  query('a limit that is too high', '/v1/runs?limit=201'),
  query('an unknown status', '/v1/runs?status=done'),
  query('an empty cursor', '/v1/runs?cursor='),
  query('a query on one run', `/v1/runs/${RUN_ID}?full=1`),
  query('a cursor that is no seq', `/v1/runs/${RUN_ID}/events?cursor=x`),
  query('an unknown approval status', '/v1/approvals?status=open'),
  query('a window without unit', '/v1/signals?window=15'),
  query('a window that is too long', '/v1/signals?window=31d'),
  query('a path that cannot be decoded', '/v1/runs/%E0%A4%A'),
  query('an id that is too long', `/v1/runs/${'r'.repeat(201)}`),
  decide('no decision', {}),
  decide('an unknown decision', { decision: 'maybe' }),
  decide('a denial without reason', { decision: 'deny' }),
  decide('a denial with a blank reason', { decision: 'deny', reason: ' ' }),
  decide('changes asked for without changes', { decision: 'request_changes', reason: 'r' }),
  decide('changes of nothing', { decision: 'request_changes', reason: 'r', changes: {} }),
  decide('changes of both sides', {
    decision: 'request_changes',
    reason: 'r',
    changes: { inputs: {}, output: {} },
  }),
  decide('changes with an approval', { decision: 'approve', changes: { inputs: {} } }),
  {
    why: 'an unknown outcome',
    path: `/v1/runs/${RUN_ID}/steps/s1/reconcile`,
    init: body({ outcome: 'perhaps', reason: 'r' }),
    code: 'INVALID_REQUEST',
  },
  {
    why: 'a reconciliation without reason',
    path: `/v1/runs/${RUN_ID}/steps/s1/reconcile`,
    init: body({ outcome: 'happened' }),
    code: 'INVALID_REQUEST',
  },
  {
    why: 'a cancellation with a body',
    path: `/v1/runs/${RUN_ID}/cancel`,
    init: body({ force: true }),
    code: 'INVALID_REQUEST',
  },
  { why: 'a plan without profile', path: '/v1/plans', init: body({ goal }), code: 'INVALID_REQUEST' },
  {
    why: 'an actor with a line break in it',
    path: '/v1/runs',
    init: body({ goal }, { 'x-cugar-actor': 'a b' }),
    code: 'INVALID_REQUEST',
  },
  method('DELETE', '/v1/runs'),
  method('PUT', `/v1/runs/${RUN_ID}`),
  method('GET', `/v1/runs/${RUN_ID}/cancel`),
  method('POST', '/metrics'),
  method('OPTIONS', '/v1/plans'),
  absent('/v1/nothing'),
  absent('/v1/runs/'),
  absent('/V1/runs'),
  absent('/.env'),
]

describe('a bad request', () => {
  it.each(TABLE)('with $why is $code, and the engine is not called', async ({ path, init, code }) => {
    const door = await openDoor()
    const response = await fetch(door.url + path, init)
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    const shown = problem.parse(JSON.parse(text))
    expect(shown).toMatchObject({ code, status: ERRORS[code].status, title: ERRORS[code].title })
    expect(response.status).toBe(ERRORS[code].status)
    expect(shown.request_id).toBe(response.headers.get('x-request-id'))
    expect(text).not.toMatch(/\bat .+:\d+|node_modules|\.ts\b/)
    expect(door.called).toEqual([])
  })

  it('is told every problem at once, where it is, without the value', async () => {
    const door = await openDoor()
    const response = await door.post(
      '/v1/runs?wait=x',
      { goal: '', tenant: 'secret tenant', limits: { calls: -1 } },
      { 'idempotency-key': 'a b' },
    )
    const text = await response.text()
    const { errors } = problem.parse(JSON.parse(text))
    expect(errors?.map((item) => item.path).sort()).toEqual([
      'goal',
      'header.idempotency-key',
      'limits.calls',
      'query.wait',
      'tenant',
    ])
    expect(text).not.toContain('secret tenant')
  })

  it('gets an answer of bounded size', async () => {
    const door = await openDoor()
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key_${index}`, 1]))
    const text = await (await door.post('/v1/runs', { goal, ...many })).text()
    expect(text.length).toBeLessThan(2000)
  })

  it('with a method that is not allowed learns which ones are', async () => {
    const door = await openDoor()
    const response = await fetch(`${door.url}/v1/runs`, { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('POST, GET, HEAD')
  })

  it('never makes more than a 4xx, whatever the body', async () => {
    const door = await openDoor({ limits: { requestsPerSecond: 1_000_000 } })
    const paths = [
      '/v1/runs',
      '/v1/plans',
      '/v1/approvals/apr_abc_2/decision',
      `/v1/runs/${RUN_ID}/steps/s/reconcile`,
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.json(), async (path, text) => {
        const response = await fetch(door.url + path, body(text))
        const shown = await asJson(response)
        expect(response.status).toBeGreaterThanOrEqual(400)
        expect(response.status).toBeLessThan(500)
        expect(Object.keys(ERRORS)).toContain(shown.code)
      }),
      { numRuns: 200 },
    )
    expect(door.called).toEqual([])
  })
})
