// Requests that are wrong in themselves, whatever the state of the runtime, each with the code it must get.
import type { ERRORS } from '../../src/errors.ts'
import { RUN_ID } from './fixtures.ts'

export type Bad = {
  readonly why: string
  readonly path: string
  readonly init?: RequestInit
  readonly code: keyof typeof ERRORS
}

const JSON_TYPE = { 'content-type': 'application/json' }
export const body = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...JSON_TYPE, ...headers },
  body: typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
})
const goal = 'g'
const nested = (levels: number): unknown =>
  levels === 0 ? { tool: 'a' } : { parallel: `g${levels}`, at_most: 1, steps: [nested(levels - 1)] }
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

export const BAD_REQUESTS: readonly Bad[] = [
  start('no goal', {}),
  start('an empty goal', { goal: '' }),
  start('a number out of range', '{"goal":"g","context":{"a":[1e999]}}'),
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
  query('a series of more than a week', '/v1/signals/series?window=8d'),
  query('steps of less than a minute', '/v1/signals/series?step=30s'),
  query('a path that cannot be decoded', '/v1/runs/%E0%A4%A'),
  query('an id that is too long', `/v1/runs/${'r'.repeat(201)}`),
  decide('no decision', {}),
  decide('an unknown decision', { decision: 'maybe' }),
  decide('a denial without reason', { decision: 'deny' }),
  decide('a denial with a blank reason', { decision: 'deny', reason: ' ' }),
  decide('changes that are null', { decision: 'request_changes', reason: 'r', changes: null }),
  decide('changes without a reason', { decision: 'request_changes' }),
  decide('changes of nothing', { decision: 'request_changes', reason: 'r', changes: {} }),
  decide('changes of both sides', {
    decision: 'request_changes',
    reason: 'r',
    changes: { inputs: {}, output: {} },
  }),
  decide('changes with an approval', { decision: 'approve', changes: { inputs: {} } }),
  {
    why: 'a revision without inputs',
    path: `/v1/runs/${RUN_ID}/steps/s1/revise`,
    init: body({}),
    code: 'INVALID_REQUEST',
  },
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
    why: 'a cancellation with a field that it does not have',
    path: `/v1/runs/${RUN_ID}/cancel`,
    init: body({ force: true }),
    code: 'INVALID_REQUEST',
  },
  {
    why: 'a cancellation with a blank reason',
    path: `/v1/runs/${RUN_ID}/cancel`,
    init: body({ reason: ' ' }),
    code: 'INVALID_REQUEST',
  },
  {
    why: 'a cancellation with a reason that is too long',
    path: `/v1/runs/${RUN_ID}/cancel`,
    init: body({ reason: 'x'.repeat(2001) }),
    code: 'INVALID_REQUEST',
  },
  start('a plan without steps', { plan: { steps: [] } }, 'PLAN_INVALID'),
  start('a plan that is no plan', { plan: 'score' }, 'PLAN_INVALID'),
  start('a plan with a step of no kind', { plan: { steps: [{ id: 'a' }] } }, 'PLAN_INVALID'),
  start('a plan without steps, and a tenant that is no name', { plan: { steps: [] }, tenant: 'a b' }),
  {
    why: 'a preview of blocks four deep',
    path: '/v1/plans',
    init: body({ plan: { steps: [nested(4)] }, profile: 'demo' }),
    code: 'PLAN_INVALID',
  },
  {
    why: 'a batch with a plan whose rule does nothing',
    path: '/v1/batches',
    init: body({
      items: [{}],
      plan: { steps: [{ tool: 'a' }], replan: { at_most: 1, rules: [{ on: 'failed', steps: ['a'] }] } },
    }),
    code: 'PLAN_INVALID',
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
