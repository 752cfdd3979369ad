// What HTTP refuses a program is refused as well: each request is asked of both doors of one runtime.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError, createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'
import { asJson } from '../http/door.ts'
import { served } from '../http/served.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
tools:
  send: { domain: engagement, description: send, side_effects: execute, cost: 1, outputs: { sent: { type: boolean } } }
profiles:
  demo: { allowed_tools: [send], timeout_seconds: 60, budget: { run: { calls: 5 } } }
`
const send = defineTool({
  name: 'send',
  input: z.strictObject({}),
  output: z.strictObject({ sent: z.boolean() }),
  run: () => ({ sent: true }),
})
const ann = { id: 'ann', roles: ['operator'] }
const rev = { id: 'rev', roles: ['approver'] }

let runtime: Runtime
let url = ''
let close: (() => Promise<void>) | undefined
beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null, tools: [send] })
  ;({ url, close } = await served(runtime))
})
afterAll(async () => close?.())

const refusal = (asked: () => Promise<unknown>): Promise<string> =>
  asked().then(
    () => 'accepted',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

/** The code of the refusal, or `accepted`. */
async function overHttp(path: string, body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': 'rev', ...headers },
    body: JSON.stringify(body),
  })
  const { code } = await asJson(response)
  return response.ok ? 'accepted' : String(code)
}

/** The type checker would refuse most of these: programs without it send them. */
const asGiven = (request: unknown): Parameters<Runtime['start']>[0] =>
  z.custom<Parameters<Runtime['start']>[0]>().parse(request)

const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  goal: ['', '   ', '\u2003', 'x'.repeat(4001), 5, null, [], 'send'],
  tenant: ['', 'a/b', 'ä', 'a b', '*', 'x'.repeat(101), 5, null, '__proto__'],
  planner: ['', 5, null, 'nope', 'compare', 'constructor', 'rules'],
  profile: ['', 5, null, 'x'.repeat(101), 'constructor'],
  context: [[], null, 5, 'x', JSON.parse('{"a":{"__proto__":1}}'), { a: -0 }, {}],
  limits: [
    ...[-1, 1.5, '5', 2e9, 2].map((calls) => ({ calls })),
    { cost: '1' },
    { cost: -1 },
    { nope: 1 },
    { timeout_seconds: 0 },
    { llm_usd: 1e10 },
    { effects: {} },
    { effects: { execute: -1 } },
    { effects: { execute: 1, propose: 1 } },
    null,
    [],
    5,
  ],
  requester: ['ann'],
  resumes: ['run_1'],
}

type Case = readonly [name: string, request: Readonly<Record<string, unknown>>]
const requests = Object.entries(FIELDS).flatMap(([field, values]) =>
  values.map((value): Case => [
    `${field} ${JSON.stringify(value).slice(0, 50)}`,
    { goal: 'send', [field]: value },
  ]),
)

describe('a start is refused by both doors or by none:', () => {
  test.each<Case>([
    ...requests,
    ['nothing asked for', {}],
    ['a goal and a playbook', { goal: 'send', playbook: 'p' }],
    ['a plan and a planner', { plan: { steps: [{ tool: 'send' }] }, planner: 'rules' }],
    ['a plan without a shape', { plan: null }],
  ])('%s', async (_name, request) => {
    const http = await overHttp('/v1/runs', request)
    expect(await refusal(() => runtime.start(asGiven(request)))).toBe(http)
    const list = { ...request, items: [{}] }
    expect(await refusal(() => runtime.batches.start({ ...asGiven(request), items: [{}] }))).toBe(
      await overHttp('/v1/batches', list),
    )
  })

  test('a tenant, with the rule in words', async () => {
    const problems = [{ path: 'tenant', message: 'must be 1 to 100 of A-Z a-z 0-9 _ . -' }]
    await expect(runtime.start({ goal: 'send', tenant: 'a b' })).rejects.toMatchObject({ problems })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ goal: 'send', tenant: 'a b' })
    expect(await asJson(await fetch(`${url}/v1/runs`, { method: 'POST', headers, body }))).toMatchObject({
      errors: problems,
    })
  })

  test.each(['', 'ä', 'a b', 'x'.repeat(256)])('the idempotency key %j', async (idempotencyKey) => {
    expect(await refusal(() => runtime.start({ goal: 'send', idempotencyKey }))).toBe('INVALID_REQUEST')
  })

  test.each([
    [{ a: 10n }, 'context.a', 'is a bigint'],
    [{ a: { b: () => 1 } }, 'context.a.b', 'is a function'],
    [{ a: Number.NaN }, 'context.a', 'is not a finite number'],
    [{ a: new Map([[1, 2]]) }, 'context.a', 'is a Map'],
    [{ a: new Date(Number.NaN) }, 'context.a', 'is an invalid date'],
  ])('what JSON does not have: %o', async (context, path, message) => {
    await expect(runtime.start({ goal: 'send', context })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      problems: [{ path, message }],
    })
  })

  test.each([undefined, null, 'send', [], 5])('what is no request at all: %j', async (request) => {
    const given = z.custom<{ goal: string; items: [] }>().parse(request)
    const asked = [runtime.start(given), runtime.run(given), runtime.batches.start(given)]
    expect(new Set(await Promise.all(asked.map((one) => refusal(() => one))))).toEqual(
      new Set(['INVALID_REQUEST']),
    )
  })

  test.each([undefined, null, 5, {}])('a registry that is no text: %j', async (given) => {
    const registry = z.custom<string>().parse(given)
    await expect(createRuntime({ registry, dataDir: null })).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      problems: [{ path: 'registry', message: 'must be the text of registry.yaml' }],
    })
  })

  test('items that are no facts, and no items', async () => {
    const none = await overHttp('/v1/batches', { goal: 'send', items: [] })
    expect([none, await refusal(() => runtime.batches.start({ goal: 'send', items: [] }))]).toEqual([
      'INVALID_REQUEST',
      'INVALID_REQUEST',
    ])
    const items = z.custom<Record<string, unknown>[]>().parse('x')
    expect(await refusal(() => runtime.batches.start({ goal: 'send', items }))).toBe('INVALID_REQUEST')
  })
})

test('a run goes on with the context as it was given, whatever its caller does to it afterwards', async () => {
  const context = { account: { name: 'Acme' } }
  const { runId } = await runtime.start({ goal: 'send', context })
  context.account.name = 'Other'
  const state = await runtime.engine.state(runId)
  expect(await runtime.engine.payload(runId, state.context)).toEqual({ account: { name: 'Acme' } })
})

describe('who acts', () => {
  test.each(['', ' ', '\u200B', 'system', 'SYSTEM', 'ｓｙｓｔｅｍ', 'sys\u200Btem', 'a\nb', 'x'.repeat(201)])(
    'is nobody who is called %j',
    async (id) => {
      const by = { id, roles: [] }
      const asked = [runtime.start({ goal: 'send', by }), runtime.reload(REGISTRY, by)]
      const codes = asked.map((one) => refusal(() => one))
      expect(await Promise.all(codes)).toEqual(['INVALID_REQUEST', 'INVALID_REQUEST'])
    },
  )

  test.each(['SIGHUP', 'start'])('is not %s for a program that reloads', async (id) => {
    expect(await refusal(() => runtime.reload(null, { id, roles: ['admin'] }))).toBe('INVALID_REQUEST')
    expect(await refusal(() => runtime.reload(null, { id: 'ann', roles: ['admin'] }))).toBe('accepted')
  })

  test.each([
    'ANN',
    'ａｎｎ',
    'ann ',
    '\uFEFFann',
    'a\u200Bnn',
    'a\u00ADnn',
    'ann\uFE0F',
    '\u202Eann',
    'ann\u034F',
  ])('is one person, ann, by the name %j', async (id) => {
    const { approvals } = await runtime.run({ goal: 'send', by: ann })
    const asked = { decision: 'approve', reason: null, changes: null } as const
    const decided = () => runtime.engine.decide(approvals[0] ?? '', asked, { id, roles: ['approver'] })
    expect(await refusal(decided)).toBe('APPROVER_IS_REQUESTER')
  })
})

const DECISIONS: readonly (readonly [string, object])[] = [
  ['a denial without a reason', { decision: 'deny' }],
  ['a denial with a blank reason', { decision: 'deny', reason: ' ' }],
  ['a reason too long', { decision: 'deny', reason: 'x'.repeat(2001) }],
  ['changes without a reason', { decision: 'request_changes' }],
  ['changes of nothing', { decision: 'request_changes', reason: 'r', changes: {} }],
  ['changes of both', { decision: 'request_changes', reason: 'r', changes: { inputs: {}, output: {} } }],
  [
    'an approval with changes, which nobody would have seen',
    { decision: 'approve', changes: { inputs: {} } },
  ],
  ['no decision', { decision: 'constructor', reason: 'r' }],
]

describe('what people say of a run is refused by both doors, and leaves the run as it was:', () => {
  test.each(DECISIONS)('%s', async (_name, said) => {
    const { runId, approvals } = await runtime.run({ goal: 'send', by: ann })
    const [approval = ''] = approvals
    expect(await overHttp(`/v1/approvals/${approval}/decision`, said)).toBe('INVALID_REQUEST')
    type Said = Parameters<Runtime['engine']['decide']>[1]
    const asked = z.custom<Said>().parse({ reason: null, changes: null, ...said })
    expect(await refusal(() => runtime.engine.decide(approval, asked, rev))).toBe('INVALID_REQUEST')
    expect((await runtime.engine.state(runId)).approvals[approval]?.status).toBe('pending')
    expect((await runtime.engine.cancel(runId, { by: ann, reason: null })).status).toBe('cancelled')
  })

  test('the rest of what is said', async () => {
    const { engine } = runtime
    const { runId } = await runtime.run({ goal: 'send', by: ann })
    const happened = { outcome: 'happened', output: {}, reason: '', by: rev } as const
    const told = [
      engine.cancel(runId, { by: rev, reason: ' ' }),
      engine.reconcile(runId, 's1', happened),
      engine.resume(runId, { id: 'start', roles: [] }),
      engine.freeze({ scope: 'tenant', key: 'a/b c', reason: 'r' }, rev),
      engine.lift({ scope: 'profile', key: 'demo', reason: '' }, rev),
      engine.adapters.change('mock', { enabled: true, reason: ' ' }, rev),
      engine.batches.cancel('bat_1', { by: rev, reason: '' }),
      engine.preview({ goal: '', profile: 'demo', context: {}, planner: 'rules' }),
      engine.state(''),
    ].map((asked) => refusal(() => asked))
    expect(new Set(await Promise.all(told))).toEqual(new Set(['INVALID_REQUEST']))
    const revised = () => engine.revise(runId, 'constructor', { inputs: {}, by: ann })
    expect(await refusal(revised)).toBe('STEP_NOT_FOUND')
  })
})

describe('waiting', () => {
  test.each([-1, Number.NaN, '5', null])('for %s milliseconds is refused', async (timeoutMs) => {
    const asked = z.custom<Parameters<Runtime['run']>[0]>().parse({ goal: 'send', timeoutMs })
    expect(await refusal(() => runtime.run(asked))).toBe('INVALID_REQUEST')
  })

  test('until something that nobody knows is refused, before anything is started', async () => {
    const before = (await runtime.views.runs({ limit: 100 })).items.length
    const asked = z.custom<Parameters<Runtime['run']>[0]>().parse({ goal: 'send', until: 'never' })
    expect(await refusal(() => runtime.run(asked))).toBe('INVALID_REQUEST')
    expect((await runtime.views.runs({ limit: 100 })).items).toHaveLength(before)
  })

  test.each([Infinity, 1e12])('for %s milliseconds lasts until the run is over', async (timeoutMs) => {
    const { runId } = await runtime.run({ goal: 'send', by: ann, timeoutMs })
    const ended = runtime.engine.settled(runId, timeoutMs, new AbortController().signal)
    await runtime.engine.cancel(runId, { by: rev, reason: null })
    expect((await ended).status).toBe('cancelled')
  })
})

test('a list without rows, and figures of no time, are refused', async () => {
  const { views } = runtime
  const told = [
    ...[0, -1, 1.5, Number.NaN].map((limit) => refusal(() => views.runs({ limit }))),
    refusal(() => views.approvals({ limit: 0, status: 'expired' })),
    refusal(() => views.signals(0)),
    refusal(() => views.series({ window: 3600, step: 0, profile: undefined })),
  ]
  expect(new Set(await Promise.all(told))).toEqual(new Set(['INVALID_REQUEST']))
})
