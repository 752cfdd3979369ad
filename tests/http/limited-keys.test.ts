// Keys for some tenants and profiles, over every route of the OpenAPI document: a new route cannot be forgotten. The
// whole product behind a real door, with runs of two tenants that wait for their approvals.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ROLES } from '../../src/events/names.ts'
import { newKey, parseKeys } from '../../src/http/callers/keys.ts'
import { createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'
import { asJson } from './door.ts'
import { served } from './served.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
tools:
  write: { domain: engagement, description: write, side_effects: propose, cost: 1,
           approval: { required: true, review: output },
           outputs: { text: { type: string } } }
profiles:
  red: { allowed_tools: [write], timeout_seconds: 60, budget: { run: { calls: 5 }, tenant: { window: day, calls: 50 } } }
  blue: { allowed_tools: [write], timeout_seconds: 60, budget: { run: { calls: 5 }, tenant: { window: day, calls: 50 } },
          approvers: { role: legal } }
`
const GOAL = 'write'
/** What only answers that show a run have. */
const SHOWN_GOAL = `"goal":"${GOAL}"`
const CONTENT = 'content under review'

const write = defineTool({
  name: 'write',
  input: z.strictObject({}),
  output: z.strictObject({ text: z.string() }),
  run: () => ({ text: CONTENT }),
})

const ALL = [...ROLES, 'legal']
const KEYS: Readonly<Record<string, object>> = {
  all: { roles: ALL },
  acme: { roles: ALL, tenants: ['acme', 'acme-*'] },
  red: { roles: ALL, profiles: ['red'] },
  both: { roles: ALL, tenants: ['acme'], profiles: ['red'] },
  operator: { roles: ['operator'] },
  legal: { roles: ['legal'] },
  approver: { roles: ['approver'] },
  metrics: { roles: ['metrics'] },
}
const made = Object.entries(KEYS).map(([id, entry]) => ({ id, ...newKey(), ...entry }))
const file = JSON.stringify({ keys: made.map(({ key: _key, ...entry }) => entry) })
const bearer = (id: string) => ({ authorization: `Bearer ${made.find((one) => one.id === id)?.key}` })

const operationSchema = z.looseObject({
  'x-limited-keys': z.string().optional(),
  'x-roles': z.array(z.string()).optional(),
})
type Operation = z.output<typeof operationSchema>
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) })
type Ids = { readonly run: string; readonly approval: string }

let runtime: Runtime
let url = ''
let close: (() => Promise<void>) | undefined
let document: z.output<typeof documentSchema>

type Asked = { readonly method: string; readonly path: string; readonly body?: unknown }

const call = (id: string, { method, path, body = {} }: Asked): Promise<Response> =>
  fetch(url + path, {
    method: method.toUpperCase(),
    headers: { ...bearer(id), ...(method === 'get' ? {} : { 'content-type': 'application/json' }) },
    ...(method === 'get' ? {} : { body: JSON.stringify(body) }),
  })
const get = (id: string, path: string): Promise<Response> => call(id, { method: 'get', path })
const post = (id: string, path: string, body?: unknown): Promise<Response> =>
  call(id, { method: 'post', path, body })

async function waiting(tenant: string, profile: string): Promise<Ids> {
  const started = await asJson(await post('all', '/v1/runs', { goal: GOAL, tenant, profile }))
  const run = String(started['run_id'])
  for (;;) {
    const position = runtime.journal.position()
    const [approval] = Object.keys((await runtime.engine.state(run)).approvals)
    if (approval !== undefined) return { run, approval }
    await runtime.journal.changed(position, AbortSignal.timeout(20_000))
  }
}

/** A batch of one item, which waits for a person. */
async function waitingBatch(tenant: string, profile: string): Promise<string> {
  const body = { goal: GOAL, tenant, profile, items: [{}] }
  const batch = String((await asJson(await post('all', '/v1/batches', body)))['batch_id'])
  for (;;) {
    const position = runtime.journal.position()
    const { runs } = await runtime.engine.batches.openRuns(batch, { after: '', limit: 1 })
    if (runs.some(({ waitingSince }) => waitingSince !== null)) return batch
    await runtime.journal.changed(position, AbortSignal.timeout(20_000))
  }
}

let own: Ids
let foreignBatch = ''
let foreign: Ids

beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null, tools: [write], keys: parseKeys(file) })
  ;({ url, close } = await served(runtime))
  document = documentSchema.parse(await asJson(await fetch(`${url}/v1/openapi.json`)))
  own = await waiting('acme', 'red')
  foreign = await waiting('beta', 'blue')
  foreignBatch = await waitingBatch('beta', 'blue')
})
afterAll(async () => close?.())

const bodyFor = (path: string): unknown => {
  if (path === '/v1/batches') return { goal: 'write', tenant: 'beta', profile: 'blue', items: [{}] }
  if (path === '/v1/batches/{batch_id}/decision')
    return { decision: 'deny', reason: 'no', approvals: [{ approval_id: 'apr_1', digest: 'sha256:0' }] }
  if (path.endsWith('/decision')) return { decision: 'deny', reason: 'no' }
  if (path.endsWith('/reconcile')) return { outcome: 'did_not_happen', reason: 'r' }
  if (path.endsWith('/revise')) return { inputs: {} }
  if (path === '/v1/runs') return { goal: 'write', tenant: 'beta', profile: 'blue' }
  if (path === '/v1/adapters/{adapter}') return { enabled: true, reason: 'r' }
  if (path === '/v1/plans') return { goal: 'write', profile: 'blue' }
  if (path.startsWith('/v1/freezes')) return { scope: 'tenant', key: 'beta', reason: 'r' }
  if (path.includes('/hooks/')) return { version: '4', alerts: [] }
  return {}
}

const filled = (path: string, { run, approval }: Ids): string =>
  path
    .replace('{batch_id}', foreignBatch)
    .replace('{run_id}', run)
    .replace('{approval_id}', approval)
    .replace('{step_id}', 's1')

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

/** Of a stream that goes on, how it begins. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text()
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return new TextDecoder().decode(value)
}

type Seen = {
  readonly id: string
  readonly path: string
  readonly method: string
  readonly status: number
  readonly text: string
}

/** What is wrong about the answer that a limited key gets about a run that is not its own. */
function leaksOf({ id, path, method, status, text }: Seen, operation: Operation): string[] {
  if (operation['x-limited-keys'] === 'refused') return status === 403 ? [] : ['is not refused']
  if (operation['x-limited-keys'] === 'same') return []
  const isById = path.includes('{')
  // A plan is of no tenant.
  const isAllowed = isById || method === 'get' || (id === 'acme' && path === '/v1/plans')
  const told = text.replaceAll(foreign.run, '').replaceAll(foreign.approval, '')
  const leaks = {
    'knows the id': isById && status !== 404,
    'does not refuse the name': !isAllowed && status !== 403,
    'names the tenant': text.includes('"beta"'),
    'names the profile': method === 'get' && id !== 'acme' && told.includes('blue'),
    'names the run': method === 'get' && !isById && text.includes(foreign.run),
  }
  return Object.entries(leaks).flatMap(([leak, isThere]) => (isThere ? [leak] : []))
}

const LIMITED = ['acme', 'red', 'both']

describe('a key for some tenants or profiles', () => {
  test('is thought of in every operation that there is', () => {
    expect(operations().length).toBeGreaterThan(20)
    for (const { path, method, operation } of operations())
      expect([method, path, operation['x-limited-keys']]).toEqual([
        method,
        path,
        expect.stringMatching(/^(own|refused|same)$/),
      ])
  })

  test.each(LIMITED)('%s learns and changes nothing of others through any route', async (id) => {
    const before = runtime.journal.position()
    const broken: string[] = []
    for (const { path, method, operation } of operations()) {
      const response = await call(id, { method, path: filled(path, foreign), body: bodyFor(path) })
      const seen = { id, path, method, status: response.status, text: await textOf(response) }
      broken.push(...leaksOf(seen, operation).map((leak) => `${method} ${path} ${leak}: ${seen.status}`))
    }
    expect(broken).toEqual([])
    expect(runtime.journal.position()).toBe(before)
  })

  test.each(LIMITED)('%s reads and lists what is its own', async (id) => {
    for (const path of ['/v1/runs', '/v1/approvals']) {
      const { items } = await asJson(await get(id, path))
      expect(items).toMatchObject([{ run_id: own.run, tenant: 'acme' }])
    }
    const shown = await asJson(await get(id, `/v1/approvals/${own.approval}`))
    expect(shown).toMatchObject({ goal: GOAL, preview: { text: CONTENT } })
    expect((await get(id, `/v1/runs/${own.run}/events`)).status).toBe(200)
    const budgets = await asJson(await get(id, '/v1/budgets'))
    expect(JSON.stringify(budgets['items'])).toContain(own.run)
  })

  test('may name more than one tenant by a pattern, and is told what it is for', async () => {
    const inside = { goal: 'write', tenant: 'acme-2', profile: 'red' }
    expect((await post('acme', '/v1/runs', inside)).status).toBe(202)
    const outside = await asJson(await post('acme', '/v1/runs', { ...inside, tenant: 'default' }))
    expect(outside).toMatchObject({
      code: 'KEY_LIMITED',
      detail: 'It is for tenant acme, acme-* alone, and this call is about more.',
    })
  })

  test('finds its own among many others, page by page', async () => {
    for (let count = 0; count < 30; count += 1)
      await post('all', '/v1/runs', { goal: 'write', tenant: 'beta', profile: 'blue' })
    const found: unknown[] = []
    for (let cursor = ''; cursor !== 'null';) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`
      const page = await asJson(await get('acme', `/v1/runs?limit=1${query}`))
      found.push(...(page['items'] as { tenant: string }[]).map(({ tenant }) => tenant))
      cursor = String(page['next_cursor'])
    }
    expect(new Set(found)).toEqual(new Set(['acme', 'acme-2']))
  })
})

describe('a role', () => {
  test('to act is no role to read: no answer of any route shows an operator what a run is about', async () => {
    for (const { path, method, operation } of operations()) {
      if (!operation['x-roles']?.includes('operator')) continue
      const target = path === '/v1/runs' ? '/v1/runs?wait=1' : filled(path, own)
      const body = path === '/v1/runs' ? { goal: GOAL, tenant: 'acme', profile: 'red' } : bodyFor(path)
      const text = await (
        await call('operator', {
          method,
          path: target,
          body: path === '/v1/plans' ? { goal: 'write', profile: 'red' } : body,
        })
      ).text()
      expect([path, text]).toEqual([path, expect.not.stringContaining(SHOWN_GOAL)])
      expect([path, text]).toEqual([path, expect.not.stringContaining(CONTENT)])
    }
    const again = await post('operator', `/v1/runs/${own.run}/cancel`)
    expect([again.status, await asJson(again)]).toEqual([
      409,
      expect.not.objectContaining({ state: expect.anything() }),
    ])
    expect(await asJson(await post('all', `/v1/runs/${own.run}/cancel`))).toHaveProperty('state.goal', GOAL)
  })

  test('that a profile asks of its approvers is enough to see and to decide, and another one is not', async () => {
    const { approval, run } = await waiting('acme', 'blue')
    const path = `/v1/approvals/${approval}`
    expect(await asJson(await get('legal', path))).toMatchObject({ preview: { text: CONTENT } })
    expect(await asJson(await get('legal', '/v1/approvals'))).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ approval_id: approval })]),
    })
    for (const id of ['approver', 'metrics', 'operator']) {
      const refused = await get(id, path)
      expect([id, refused.status, await refused.text()]).toEqual([
        id,
        403,
        expect.not.stringContaining(SHOWN_GOAL),
      ])
      expect((await post(id, `${path}/decision`, { decision: 'approve' })).status).toBe(403)
    }
    const { items } = await asJson(await get('approver', '/v1/approvals'))
    expect(JSON.stringify(items)).not.toContain(approval)
    const decided = await post('legal', `${path}/decision`, { decision: 'approve' })
    expect([
      decided.status,
      (await runtime.engine.settled(run, 20_000, new AbortController().signal)).finished?.status,
    ]).toEqual([200, 'succeeded'])
  })

  test('that is right for no approval does not even learn whether there is one', async () => {
    const there = await get('metrics', `/v1/approvals/${foreign.approval}`)
    const nowhere = await get('metrics', '/v1/approvals/apr_0_1')
    expect([there.status, nowhere.status]).toEqual([403, 403])
  })
})

test('the document names no tool to whoever has no key, and what each takes to whoever has one', async () => {
  const toolsFor = async (headers: Record<string, string>) => {
    const text = await (await fetch(`${url}/v1/openapi.json`, { headers })).text()
    return [...text.matchAll(/"(ToolWrite\w+)":/g)].map(([, name]) => name)
  }
  expect(await toolsFor({})).toEqual([])
  expect(await toolsFor({ authorization: `Bearer ${'x'.repeat(50)}` })).toEqual([])
  for (const id of Object.keys(KEYS))
    expect(await toolsFor(bearer(id))).toEqual(['ToolWriteInput', 'ToolWriteOutput'])
})

const NO_IDS = [
  'control',
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'bat_1',
  'ext_1',
  'lib_1',
  'run_1',
]

test.each([...NO_IDS, 'apr_control_1', 'apr_0_1', 's9', '%00', 'a%2Fb'])(
  '%s is not found, wherever a path names something',
  async (id) => {
    const others: string[] = []
    for (const { path, method } of operations()) {
      for (const [parameter] of path.matchAll(/\{\w+\}/g)) {
        const target = filled(path.replace(parameter, id), foreign)
        const { status } = await call('all', { method, path: target, body: bodyFor(path) })
        if (status !== 404) others.push(`${method} ${path} ${parameter}: ${status}`)
      }
    }
    expect(others).toEqual([])
  },
)
