import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { ERRORS } from '../../src/errors.ts'
import { problem } from '../../src/http/answers.ts'
import { BAD_REQUESTS, body } from './bad-request-table.ts'
import { RUN_ID } from './fixtures.ts'
import { asJson, openDoor } from './door.ts'

const goal = 'g'

describe('a bad request', () => {
  it.each(BAD_REQUESTS)('with $why is $code, and the engine is not called', async ({ path, init, code }) => {
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
