import { createServer, request } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { ROLES, type Role } from '../../src/events/names.ts'
import { APPROVAL_ID, RUN_ID } from './fixtures.ts'
import { asJson, keyring, openDoor } from './door.ts'
import { PROXY_HEADERS } from './proxy-headers.ts'

type Row = {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly body?: unknown
  readonly roles: readonly Role[]
}

const ROWS: readonly Row[] = [
  { method: 'post', path: '/v1/runs', body: { goal: 'g' }, roles: ['operator'] },
  { method: 'get', path: '/v1/runs', roles: ['viewer'] },
  { method: 'get', path: `/v1/runs/${RUN_ID}`, roles: ['viewer'] },
  { method: 'post', path: `/v1/runs/${RUN_ID}/cancel`, roles: ['operator'] },
  { method: 'post', path: `/v1/runs/${RUN_ID}/resume`, roles: ['operator'] },
  {
    method: 'post',
    path: `/v1/runs/${RUN_ID}/steps/s2/reconcile`,
    body: { outcome: 'did_not_happen', reason: 'r' },
    roles: ['operator'],
  },
  { method: 'post', path: '/v1/plans', body: { goal: 'g', profile: 'demo' }, roles: ['operator'] },
  { method: 'get', path: '/v1/approvals', roles: ['viewer', 'approver'] },
  { method: 'get', path: `/v1/approvals/${APPROVAL_ID}`, roles: ['viewer', 'approver'] },
  {
    method: 'post',
    path: `/v1/approvals/${APPROVAL_ID}/decision`,
    body: { decision: 'approve' },
    roles: ['approver'],
  },
  { method: 'get', path: '/v1/budgets', roles: ['viewer'] },
  { method: 'get', path: '/v1/tools', roles: ['viewer', 'admin'] },
  { method: 'get', path: '/v1/profiles', roles: ['viewer', 'admin'] },
  { method: 'get', path: '/v1/playbooks', roles: ['viewer', 'operator', 'admin'] },
  { method: 'get', path: '/v1/templates', roles: ['viewer', 'operator', 'admin'] },
  { method: 'get', path: '/v1/adapters', roles: ['viewer', 'admin'] },
  {
    method: 'post',
    path: '/v1/adapters/compare',
    roles: ['operator', 'admin'],
    body: { operation: 'getAccount', input: 'a' },
  },
  { method: 'post', path: '/v1/adapters/mock/check', roles: ['operator', 'admin'] },
  { method: 'get', path: '/v1/signals', roles: ['viewer'] },
  { method: 'get', path: '/v1/signals/series', roles: ['viewer'] },
  { method: 'get', path: '/v1/audit', roles: ['viewer', 'admin'] },
  { method: 'post', path: '/v1/audit/verify', roles: ['viewer', 'admin'] },
  { method: 'post', path: '/v1/registry/reload', roles: ['admin'] },
  { method: 'get', path: '/v1/freezes', roles: ['viewer', 'admin'] },
  {
    method: 'post',
    path: '/v1/freezes',
    body: { scope: 'profile', key: 'demo', reason: 'r' },
    roles: ['admin'],
  },
  {
    method: 'post',
    path: '/v1/freezes/lift',
    body: { scope: 'profile', key: 'demo', reason: 'r' },
    roles: ['admin'],
  },
  {
    method: 'post',
    path: '/v1/hooks/alertmanager',
    body: { version: '4', alerts: [] },
    roles: ['hooks'],
  },
  { method: 'get', path: '/metrics', roles: ['metrics'] },
]
const EVENTS: Row = { method: 'get', path: `/v1/runs/${RUN_ID}/events`, roles: ['viewer'] }
const OPEN = ['/healthz', '/readyz', '/v1/openapi.json']

const each = ROLES.map((role) => [role])
const ring = keyring(...each, ['all', ...ROLES])

describe('with keys', () => {
  it.each([...ROWS, EVENTS])('$method $path is for $roles alone', async ({ method, path, body, roles }) => {
    const door = await openDoor({ keys: ring.keys })
    for (const role of ROLES) {
      const call =
        method === 'get' ? door.get(path, ring.bearer[role]) : door.post(path, body, ring.bearer[role])
      const response = await call
      await response.arrayBuffer()
      const allowed = roles.includes(role)
      // The events of a run that has none yet are not found: that too is past the lock.
      expect([role, response.status === 403]).toEqual([role, !allowed])
      expect(response.status).not.toBe(401)
    }
  })

  it.each([...ROWS, EVENTS])(
    '$method $path is closed to a caller without a key or with a wrong one',
    async (row) => {
      const door = await openDoor({ keys: ring.keys })
      const wrong = { authorization: `Bearer ${'x'.repeat(50)}` }
      for (const headers of [{}, wrong, { authorization: 'Basic YTpi' }]) {
        const response = await (row.method === 'get'
          ? door.get(row.path, headers)
          : door.post(row.path, row.body, headers))
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
        expect(await asJson(response)).toMatchObject({ code: 'UNAUTHENTICATED' })
      }
      expect(door.called).toEqual([])
    },
  )

  it.each(OPEN)('%s is open to everybody', async (path) => {
    const door = await openDoor({ keys: ring.keys })
    expect((await door.get(path)).status).toBe(200)
  })

  it('the engine learns the id and the roles of the key', async () => {
    const door = await openDoor({ keys: ring.keys })
    await door.post('/v1/runs', { goal: 'g' }, ring.bearer.operator)
    expect(door.called[0]?.with[1]).toEqual({ id: 'operator', roles: ['operator'] })
  })

  it('a key that is revoked opens nothing from then on', async () => {
    let { keys } = ring
    const door = await openDoor({ keys: () => keys })
    expect((await door.get('/v1/runs', ring.bearer.viewer)).status).toBe(200)
    keys = keys.filter(({ id }) => id !== 'viewer')
    expect((await door.get('/v1/runs', ring.bearer.viewer)).status).toBe(401)
    expect((await door.get('/v1/tools', ring.bearer.admin)).status).toBe(200)
  })

  it('nobody may name another person', async () => {
    const door = await openDoor({ keys: ring.keys })
    const response = await door.post(
      '/v1/runs',
      { goal: 'g' },
      { ...ring.bearer.operator, 'x-cugar-actor': 'bob' },
    )
    expect([response.status, door.called]).toEqual([400, []])
  })

  it('a body is not read before the caller is known', async () => {
    const door = await openDoor({ keys: ring.keys })
    expect((await door.post('/v1/runs', '{broken')).status).toBe(401)
  })

  it('other names than loopback are answered', async () => {
    const door = await openDoor({ keys: ring.keys })
    expect(await statusWithHost(door.port, 'cugar.example', ring.bearer.viewer)).toBe(200)
  })
})

/** fetch does not let a caller choose the Host header. */
const statusWithHost = (port: number, host: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(
      { port, host: '127.0.0.1', path: '/v1/runs', headers: { ...headers, host } },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    call.on('error', reject)
    call.end()
  })

/** No client writes such requests. */
const answerTo = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (bytes) => (answer += bytes.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })

describe('without keys', () => {
  it('the caller is local and may do everything', async () => {
    const door = await openDoor()
    await door.post('/v1/runs', { goal: 'g' })
    expect(door.called[0]?.with[1]).toEqual({ id: 'local', roles: [...ROLES] })
  })

  it('a header may name the person, so that requester and approver can differ', async () => {
    const door = await openDoor()
    await door.post('/v1/runs', { goal: 'g' }, { 'x-cugar-actor': 'alice' })
    expect(door.called[0]?.with[1]).toMatchObject({ id: 'alice' })
  })

  it.each(['localhost', 'LOCALHOST:8000', '127.0.0.1', '127.0.0.1:1', '[::1]', '[::1]:8000'])(
    'the name %s is answered',
    async (host) => {
      const door = await openDoor()
      expect(await statusWithHost(door.port, host)).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '10.0.0.1',
    '[::2]',
  ])('the name %s is refused, so that a rebound name gets nothing', async (host) => {
    const door = await openDoor()
    expect(await statusWithHost(door.port, host)).toBe(403)
    expect(door.called).toEqual([])
  })

  it.each([
    ['of a foreign name in the request line', 'GET http://evil.example/v1/runs HTTP/1.1', ['localhost']],
    ['of our name there and a foreign one', 'GET http://localhost/v1/runs HTTP/1.1', ['evil.example']],
    ['with two names', 'GET /v1/runs HTTP/1.1', ['localhost', 'evil.example']],
    ['with two names, ours last', 'GET /v1/runs HTTP/1.1', ['evil.example', 'localhost']],
    ['with a name and another of ours', 'GET /v1/runs HTTP/1.1', ['localhost', '127.0.0.1']],
  ])('a request %s is refused', async (_name, line, hosts) => {
    const door = await openDoor()
    const text = [line, ...hosts.map((host) => `Host: ${host}`), 'Connection: close', '', ''].join('\r\n')
    expect(await answerTo(door.port, text)).toMatch(/^HTTP\/1.1 403 /)
    expect(door.called).toEqual([])
  })

  it('a request line with a whole address of ours is answered', async () => {
    const door = await openDoor()
    const host = `localhost:${door.port}`
    const text = `GET http://${host}/v1/runs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    expect(await answerTo(door.port, text)).toMatch(/^HTTP\/1.1 200 /)
  })

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('a post from another page is refused: %o', async (headers) => {
    const door = await openDoor()
    const response = await door.post('/v1/runs', { goal: 'g' }, headers)
    expect([response.status, (await asJson(response)).code, door.called]).toEqual([403, 'FORBIDDEN_HOST', []])
  })

  it.each(PROXY_HEADERS)(
    'what a proxy on this machine passes on is refused by its header %s, and told why',
    async (header) => {
      const door = await openDoor()
      const response = await door.get('/v1/runs', { [header]: '10.0.0.7' })
      const told = await asJson(response)
      expect([response.status, told.code, door.called]).toEqual([403, 'NOT_THIS_MACHINE', []])
      expect(told.detail).toContain(header.toLowerCase())
      expect(told.detail).toContain('CUGAR_KEYS_FILE')
    },
  )

  it.each([
    'x-request-id',
    'traceparent',
    'x-amzn-trace-id',
    'x-cloud-trace-context',
    'x-b3-traceid',
    'x-client-version',
    'client-name',
    'priority',
    'user-agent',
    'origin-agent',
  ])('what a program on this machine sends by itself is answered: %s', async (header) => {
    const door = await openDoor()
    expect((await door.get('/v1/runs', { [header]: 'abc' })).status).toBe(200)
  })

  it('the address of the connection counts, and not the name that the caller gives', async () => {
    const door = await openDoor()
    const outer = createServer((req, res) => {
      // As an embedding app that listens on every address sees a caller from another machine.
      Object.defineProperty(req.socket, 'remoteAddress', { value: '192.0.2.7' })
      createApp(door.parts)(req, res)
    })
    await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve))
    const { port } = outer.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/v1/runs`)
    outer.closeAllConnections()
    await new Promise((resolve) => outer.close(resolve))
    expect([response.status, (await asJson(response)).code]).toEqual([403, 'NOT_THIS_MACHINE'])
  })

  it.each(['start', 'SIGHUP', 'Anonymous'])(
    'nobody is called %s, as the program calls itself',
    async (name) => {
      const door = await openDoor()
      const response = await door.post('/v1/runs', { goal: 'g' }, { 'x-cugar-actor': name })
      expect([response.status, door.called]).toEqual([400, []])
    },
  )

  it('a post from a page of our own is answered', async () => {
    const door = await openDoor()
    const response = await door.post('/v1/runs', { goal: 'g' }, { origin: door.url })
    expect(response.status).toBe(202)
  })
})
