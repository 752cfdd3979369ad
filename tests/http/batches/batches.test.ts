// Batches through the door of a whole runtime.
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CallError, createRuntime, defineTool, type Runtime } from '../../../src/runtime.ts'
import { served } from '../served.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
tools:
  greet: { domain: engagement, description: greet, cost: 2,
    inputs: { name: { type: string, required: true }, tone: { type: string } },
    binds: { name: context.account.name, tone: context.tone }, outputs: { text: { type: string }, size: { type: number } } }
  propose: { domain: engagement, description: propose, side_effects: propose, cost: 1,
    inputs: { name: { type: string, required: true } }, binds: { name: context.account.name },
    outputs: { text: { type: string } } }
profiles:
  demo: { allowed_tools: [greet, propose], timeout_seconds: 1000, budget: { run: { calls: 20, cost: 50 } } }
`
const greet = defineTool({
  name: 'greet',
  input: z.object({ name: z.string(), tone: z.string().optional() }),
  output: z.object({ text: z.string(), size: z.number() }),
  run: ({ name, tone }) => {
    if (name.includes('broken')) throw new CallError('agent_bug', 'cannot greet')
    return { text: `=${tone ?? ''}${name}`, size: -name.length }
  },
})
const propose = defineTool({
  name: 'propose',
  input: z.object({ name: z.string() }),
  output: z.object({ text: z.string() }),
  run: ({ name }) => ({ text: `to ${name}` }),
})

const PLAN = { steps: [{ id: 'hello', tool: 'greet' }] }
const PROPOSAL = { steps: [{ id: 'mail', tool: 'propose' }] }

let runtime: Runtime
let url = ''
let close: () => Promise<void> = async () => undefined

beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null, tools: [greet, propose] })
  ;({ url, close } = await served(runtime))
})
afterAll(async () => close())

const object = z.record(z.string(), z.unknown())

type Sent = {
  readonly type?: string
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
}

const send = (
  body: string | Uint8Array<ArrayBuffer>,
  { type = 'application/json', query = {}, headers = {} }: Sent = {},
) =>
  fetch(`${url}/v1/batches?${new URLSearchParams(query).toString()}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body,
  })

const get = (path: string): Promise<Response> => fetch(url + path)
const post = (path: string, body: unknown, as = 'local'): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': as },
    body: JSON.stringify(body),
  })
const json = async (response: Response) => object.parse(await response.json())

const started = async (response: Response): Promise<string> => {
  const body = await json(response)
  expect([response.status, body['status']]).toEqual([202, 'running'])
  return String(body['batch_id'])
}

/** The batch as soon as it does not run any more. */
async function settled(batchId: string) {
  const patience = AbortSignal.timeout(60_000)
  for (;;) {
    const position = runtime.journal.position()
    const body = await json(await get(`/v1/batches/${batchId}`))
    if (body['status'] !== 'running') return body
    patience.throwIfAborted()
    await runtime.journal.changed(position, AbortSignal.any([patience, AbortSignal.timeout(500)]))
  }
}

const plan = JSON.stringify(PLAN)

describe('a list', () => {
  test('of CSV: rows become runs, wrong ones are told with their line, and the results have all of them', async () => {
    const rows = ['Company;Size', '"Acme; Inc";3', 'Globex', '=cmd();5', 'broken;six', '"Umb\nrella";7']
    const query = {
      plan,
      map: 'account.name:Company,size:Size:number',
      context: JSON.stringify({ tone: '+' }),
    }
    const response = await send(rows.join('\r\n'), { type: 'text/csv', query })
    const body = await json(response.clone())
    expect(body).toMatchObject({
      items: 3,
      rejected: 2,
      rejected_rows: [
        { line: 3, errors: [{ path: '', message: 'has 1 cells where the headings are 2' }] },
        { line: 5, errors: [{ path: 'size', message: 'Size: must be a number' }] },
      ],
    })
    const batchId = await started(response)
    expect(response.headers.get('location')).toBe(`/v1/batches/${batchId}`)
    expect(await settled(batchId)).toMatchObject({
      status: 'succeeded',
      items: 3,
      rejected: 2,
      cost: 6,
      forecast_cost: 6,
      counts: { succeeded: 3, failed: 0, not_begun: 0 },
    })
    const csv = await get(`/v1/batches/${batchId}/results?format=csv&outputs=hello.text,hello.size`)
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const text = await csv.text()
    const read = parse(text, { bom: true })
    expect(read.map((cells) => cells.slice(0, -1))).toEqual([
      ['account.name', 'size', 'hello.text', 'hello.size', 'status', 'problem', 'line'],
      ['Acme; Inc', '3', "'=+Acme; Inc", '-9', 'succeeded', '', '2'],
      ['', '', '', '', 'rejected', 'has 1 cells where the headings are 2', '3'],
      ["'=cmd()", '5', "'=+=cmd()", '-6', 'succeeded', '', '4'],
      ['', '', '', '', 'rejected', 'size: Size: must be a number', '5'],
      ['Umb\nrella', '7', "'=+Umb\nrella", '-9', 'succeeded', '', '6'],
    ])
  })

  test('of NDJSON and of JSON: the same, and a run that fails is an outcome', async () => {
    const lines = [
      '{"account":{"name":"a"}}',
      '',
      'not json',
      '[1]',
      '{"account":{"name":"broken"}}',
      '{"x":1}',
    ]
    const type = 'application/x-ndjson'
    const batchId = await started(await send(lines.join('\n'), { type, query: { plan } }))
    expect(await settled(batchId)).toMatchObject({
      status: 'partial',
      counts: { succeeded: 1, failed: 2 },
      causes: [
        { cause: expect.any(String), count: 1 },
        { cause: expect.any(String), count: 1 },
      ],
      rejected_rows: [{ line: 3 }, { line: 4 }],
    })
    const results = (await (await get(`/v1/batches/${batchId}/results`)).text()).trim().split('\n')
    expect(
      results.map((line) => object.parse(JSON.parse(line))).map(({ line, status }) => [line, status]),
    ).toEqual([
      [1, 'succeeded'],
      [3, 'rejected'],
      [4, 'rejected'],
      [5, 'failed'],
      [6, 'failed'],
    ])
    const failed = await json(await get(`/v1/batches/${batchId}/items?status=failed&limit=1`))
    expect(failed).toMatchObject({
      items: [{ item: 1, line: 5, status: 'failed', planned_by: 'LLM: not asked, the caller gave the plan' }],
      next_cursor: '2',
    })
    const items = lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as unknown] : []))
    const again = await started(await send(JSON.stringify({ plan: PLAN, items: [...items, 7] })))
    expect(await settled(again)).toMatchObject({
      status: 'partial',
      rejected: 1,
      rejected_rows: [{ line: 4 }],
    })
  })

  test('gives each item what a run of its own would give', async () => {
    const context = { account: { name: 'Same' }, tone: '!' }
    const single = await runtime.run({ plan: PLAN, context })
    const batchId = await started(await send(JSON.stringify({ plan: PLAN, items: [context] })))
    await settled(batchId)
    const results = await json(await get(`/v1/batches/${batchId}/results`))
    expect(results['outputs']).toEqual({ hello: single.outputs['greet'] })
  })

  const REFUSED: readonly { what: string; body: string; sent: Sent; path: string }[] = [
    { what: 'no item', body: JSON.stringify({ plan: PLAN, items: [] }), sent: {}, path: 'items' },
    { what: 'no way', body: JSON.stringify({ items: [{}] }), sent: {}, path: 'goal' },
    {
      what: 'a map for NDJSON',
      body: '{"a":1}',
      sent: { type: 'application/x-ndjson', query: { plan, map: 'a:b' } },
      path: 'query.map',
    },
    {
      what: 'context that is not JSON',
      body: 'a\n1',
      sent: { type: 'text/csv', query: { plan, context: '{' } },
      path: 'query.context',
    },
    {
      what: 'a query beside a JSON body',
      body: '{"items":[{}]}',
      sent: { query: { goal: 'x' } },
      path: 'query.goal',
    },
    {
      what: 'too many',
      body: JSON.stringify({ plan: PLAN, items: Array.from({ length: 10_001 }, () => ({})) }),
      sent: {},
      path: 'items',
    },
  ]
  test.each(REFUSED)('is refused with $what', async ({ body, sent, path }) => {
    const refusal = await json(await send(body, sent))
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ path }] })
  })

  test('is refused in another form, and as JSON that is none', async () => {
    expect(await json(await send('<x/>', { type: 'text/xml' }))).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
    })
    expect(await json(await send('{'))).toMatchObject({ code: 'INVALID_JSON' })
    expect(await json(await get('/v1/batches/bat_none'))).toMatchObject({ code: 'BATCH_NOT_FOUND' })
  })

  test('is the same one under one key', async () => {
    const headers = { 'idempotency-key': 'monday' }
    const body = JSON.stringify({ plan: PLAN, items: [{ account: { name: 'k' } }] })
    const first = await started(await send(body, { headers }))
    const response = await send(body, { headers })
    expect(response.headers.get('idempotency-replayed')).toBe('true')
    expect(await started(response)).toBe(first)
  })

  test('is decided together: each by its own rules, on exactly what was seen', async () => {
    const items = Array.from({ length: 5 }, (_none, index) => ({ account: { name: `n${index}` } }))
    const batchId = await started(await send(JSON.stringify({ plan: PROPOSAL, items })))
    expect(await settled(batchId)).toMatchObject({ status: 'waiting', approvals_pending: 5 })
    const page = z
      .object({
        items: z.array(z.object({ approval: z.object({ approval_id: z.string(), digest: z.string() }) })),
      })
      .parse(await json(await get(`/v1/batches/${batchId}/approvals`)))
    const seen = page.items.map(({ approval: { approval_id, digest } }) => ({ approval_id, digest }))
    expect(seen).toHaveLength(5)
    const path = `/v1/batches/${batchId}/decision`
    const [first, ...rest] = seen
    const own = await json(await post(path, { decision: 'approve', approvals: [first] }))
    expect(own).toMatchObject({ decided: [], refused: [{ code: 'APPROVER_IS_REQUESTER' }] })
    const other = { ...first, digest: `sha256:${'0'.repeat(64)}` }
    const unknown = { approval_id: 'apr_none_1', digest: 'x' }
    const body = { decision: 'approve', approvals: [other, unknown, ...rest] }
    const decided = await json(await post(path, body, 'bob'))
    expect(decided).toMatchObject({
      decided: rest.map(({ approval_id }) => approval_id),
      refused: [{ code: 'APPROVAL_DIFFERS' }, { code: 'APPROVAL_NOT_FOUND' }],
    })
    await post(path, { decision: 'deny', reason: 'no', approvals: [first] }, 'bob')
    expect(await settled(batchId)).toMatchObject({ status: 'partial', counts: { succeeded: 4, failed: 1 } })
    const votes = (await runtime.journal.readAll(0, 100_000)).filter(
      ({ type }) => type === 'approval_received',
    )
    expect(votes).toHaveLength(5)
  })

  test('is cancelled and resumed, and listed with the others', async () => {
    const items = [{ account: { name: 'a' } }, { account: { name: 'b' } }]
    const batchId = await started(await send(JSON.stringify({ plan: PROPOSAL, items })))
    await settled(batchId)
    const path = `/v1/batches/${batchId}`
    expect((await post(`${path}/resume`, {})).status).toBe(409)
    await post(`${path}/cancel`, { reason: 'wrong list' }, 'eve')
    const patience = AbortSignal.timeout(60_000)
    while ((await json(await get(path)))['finished_at'] === null)
      await runtime.journal.changed(
        runtime.journal.position(),
        AbortSignal.any([patience, AbortSignal.timeout(50)]),
      )
    expect(await json(await get(path))).toMatchObject({
      status: 'cancelled',
      cancelled_by: 'eve',
      counts: { cancelled: 2 },
    })
    expect((await post(`${path}/resume`, {})).status).toBe(202)
    expect(await settled(batchId)).toMatchObject({
      status: 'waiting',
      rounds: 1,
      counts: { waiting: 2, cancelled: 0 },
    })
    const list = z
      .object({ items: z.array(z.object({ batch_id: z.string() })) })
      .parse(await json(await get('/v1/batches')))
    expect(list.items[0]?.batch_id).toBe(batchId)
    const audit = z.object({ items: z.array(z.looseObject({})) }).parse(await json(await get('/v1/audit')))
    expect(audit.items).toContainEqual(
      expect.objectContaining({ by: 'eve', subject: batchId, reason: 'wrong list' }),
    )
  })
})
