import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { APPROVAL_ID, RUN_ID } from './fixtures.ts'
import { asJson, keyring, openDoor } from './door.ts'

describe('every answer', () => {
  it.each(['/healthz', '/v1/runs', '/v1/nothing', '/metrics'])(
    'of %s carries the safe headers',
    async (path) => {
      const door = await openDoor()
      const { headers } = await door.get(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  it('carries the request id of the caller, or one of ours where that is not acceptable', async () => {
    const door = await openDoor()
    const given = await door.get('/healthz', { 'x-request-id': 'req-1' })
    const replaced = await door.get('/healthz', { 'x-request-id': 'not acceptable!' })
    expect(given.headers.get('x-request-id')).toBe('req-1')
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('what nobody expected', () => {
  const secret = 'vendor said: alice@example.com'
  const failing = { engine: { state: async () => Promise.reject(new TypeError(secret)) } }

  it('is told to the log, and to the client only as INTERNAL with the request id', async () => {
    const door = await openDoor(failing)
    const response = await door.get(`/v1/runs/${RUN_ID}`, { 'x-request-id': 'req-2' })
    expect(response.status).toBe(500)
    expect(await asJson(response)).toEqual({
      type: 'urn:cugar:error:internal',
      title: 'Internal error',
      status: 500,
      code: 'INTERNAL',
      detail: 'The log has the details under this request id.',
      request_id: 'req-2',
    })
    const logged = door.lines.find((line) => line.includes('INTERNAL')) ?? ''
    expect(logged).toContain('req-2')
    expect(logged).toContain('TypeError')
  })

  it('that we have a name for keeps its code, and its description to the log', async () => {
    const door = await openDoor({
      engine: {
        state: async () => {
          throw new AppError('JOURNAL_BROKEN', { why: 'cannot write /secret/path' })
        },
      },
    })
    const response = await door.get(`/v1/runs/${RUN_ID}`)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'JOURNAL_BROKEN' })
    expect(text).not.toContain('/secret/path')
    expect(door.lines.join('')).toContain('/secret/path')
  })

  it('does not stop the door', async () => {
    const door = await openDoor(failing)
    await door.get(`/v1/runs/${RUN_ID}`)
    expect((await door.get('/healthz')).status).toBe(200)
  })
})

describe('metrics and log', () => {
  it('know a request by its template only', async () => {
    const door = await openDoor()
    await door.get(`/v1/runs/${RUN_ID}`)
    await door.get('/v1/runs/run_secret')
    await door.get('/v1/secret')
    await door.post('/v1/runs', { goal: 'g' })
    await expect.poll(() => door.samples.length).toBe(4)
    expect(door.samples.map(({ method, route, code }) => `${method} ${route} ${code}`)).toEqual([
      'GET /v1/runs/{run_id} 200',
      'GET /v1/runs/{run_id} 404',
      'GET unknown 404',
      'POST /v1/runs 202',
    ])
    expect(door.samples.every((sample) => sample.seconds > 0)).toBe(true)
  })

  it('never see bodies, query values, ids, keys or names', async () => {
    const { keys, bearer } = keyring(['operator', 'viewer', 'approver'])
    const door = await openDoor({ keys })
    const headers = {
      ...bearer.operator,
      'idempotency-key': 'secret-idempotency',
      'user-agent': 'secret-agent',
    }
    await door.post('/v1/runs', { goal: 'secret goal' }, headers)
    await door.get('/v1/runs?tenant=secret-tenant', headers)
    await door.get(`/v1/approvals/${APPROVAL_ID}`, headers)
    await expect.poll(() => door.samples.length).toBe(3)
    const log = door.lines.join('')
    expect(log.split('\n').filter((line) => line !== '')).toHaveLength(3)
    for (const text of ['secret', 'cugar_', APPROVAL_ID, 'operator', 'Acme', '127.0.0.1']) {
      expect(log).not.toContain(text)
    }
  })
})

describe('the rate limit', () => {
  it('holds each key to its own number of requests', async () => {
    const { keys, bearer } = keyring(['viewer'], ['metrics', 'viewer'])
    const door = await openDoor({ keys, limits: { requestsPerSecond: 1 } })
    // More than there are seconds, however slow the machine.
    const calls = await Promise.all(Array.from({ length: 60 }, () => door.get('/v1/tools', bearer.viewer)))
    const refused = calls.filter((response) => response.status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    expect(await asJson(refused[0] ?? new Response('{}'))).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
    })
    expect((await door.get('/v1/tools', bearer.metrics)).status).toBe(200)
  })

  it('lets probes and scrapes through while callers are refused', async () => {
    const { keys, bearer } = keyring(['viewer', 'metrics'], ['metrics'], ['operator'])
    const door = await openDoor({ keys, limits: { requestsPerSecond: 1 } })
    const flood = () => Array.from({ length: 20 }, () => door.get('/v1/tools', bearer.viewer))
    const watch = ['/healthz', '/readyz'].flatMap((path) => Array.from({ length: 20 }, () => door.get(path)))
    const scrapes = Array.from({ length: 20 }, () => door.get('/metrics', bearer.metrics))
    const answers = await Promise.all([...flood(), ...watch, ...scrapes])
    expect(answers.slice(0, 20).some(({ status }) => status === 429)).toBe(true)
    expect(answers.slice(20).filter(({ status }) => status !== 200)).toEqual([])
    const guesses = Array.from({ length: 12 }, () => door.get('/metrics', { authorization: 'Bearer guess' }))
    expect((await Promise.all(guesses)).map(({ status }) => status)).toContain(429)
  })

  it('holds callers without a valid key to their address', async () => {
    const { keys } = keyring(['viewer'])
    const door = await openDoor({ keys, limits: { requestsPerSecond: 2 } })
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        door.get('/v1/runs', { authorization: `Bearer guess${index}` }),
      ),
    )
    expect(guesses.map((response) => response.status)).toContain(429)
  })
})

it('HEAD answers as GET does, without the body', async () => {
  const door = await openDoor()
  const response = await fetch(`${door.url}/v1/tools`, { method: 'HEAD' })
  expect([response.status, await response.text()]).toEqual([200, ''])
})

it('a prototype is not polluted by what comes in', async () => {
  const door = await openDoor()
  await door.post('/v1/runs', '{"goal":"g","context":{"constructor":{"prototype":{"polluted":1}}}}')
  await door.post('/v1/runs', '{"goal":"g","__proto__":{"polluted":1}}')
  await door.get('/v1/runs?__proto__=1&constructor=2')
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  expect(door.called.filter((call) => call.name === 'start')).toHaveLength(1)
})
