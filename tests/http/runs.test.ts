import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { run, runRow } from '../../src/http/runs/run-answers.ts'
import { AT, finishedRun, RUN_ID, waitingRun } from './fixtures.ts'
import { asJson, openDoor } from './door.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

describe('POST /v1/runs', () => {
  it('accepts a goal alone, with the demo profile and the default tenant', async () => {
    const door = await openDoor()
    const response = await door.post('/v1/runs', { goal: 'Draft an outreach' })
    expect(response.status).toBe(202)
    expect(response.headers.get('location')).toBe(`/v1/runs/${RUN_ID}`)
    expect(await asJson(response)).toEqual({
      run_id: RUN_ID,
      trace_id: 'a'.repeat(32),
      status: 'accepted',
      planned_by: null,
      links: { self: `/v1/runs/${RUN_ID}`, events: `/v1/runs/${RUN_ID}/events` },
    })
    expect(door.called).toMatchObject([
      {
        name: 'start',
        with: [
          {
            goal: 'Draft an outreach',
            profile: 'demo',
            tenant: 'default',
            context: {},
            planner: 'auto',
            limits: {},
            idempotencyKey: null,
            traceparent: null,
          },
          { id: 'local' },
        ],
      },
    ])
  })

  it('passes context, limits, the idempotency key and a valid traceparent on', async () => {
    const door = await openDoor()
    const body = {
      goal: 'g',
      profile: 'demo',
      tenant: 'team-1',
      context: { a: { b: [1] } },
      planner: 'rules',
      limits: { calls: 3, llm_usd: 0.1 },
    }
    const headers = { 'idempotency-key': 'k-1', traceparent: `00-${TRACE}-b7ad6b7169203331-01` }
    expect((await door.post('/v1/runs', body, headers)).status).toBe(202)
    const traceparent = { traceId: TRACE, spanId: 'b7ad6b7169203331' }
    expect(door.called[0]?.with[0]).toEqual({ ...body, idempotencyKey: 'k-1', traceparent })
  })

  it('ignores a traceparent that is not valid', async () => {
    const door = await openDoor()
    await door.post('/v1/runs', { goal: 'g' }, { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` })
    expect(door.called[0]?.with[0]).toMatchObject({ traceparent: null })
  })

  it('says when an idempotency key gave a run that was there before', async () => {
    const door = await openDoor({
      engine: {
        start: async () => ({ runId: RUN_ID, traceId: 'a'.repeat(32), created: false, plannedBy: null }),
      },
    })
    const response = await door.post('/v1/runs', { goal: 'g' }, { 'idempotency-key': 'k' })
    expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([202, 'true'])
  })

  it('answers with the whole run when it ends within the wait', async () => {
    const door = await openDoor({ engine: { settled: async () => finishedRun } })
    const response = await door.post('/v1/runs?wait=5', { goal: 'g' })
    expect(response.status).toBe(200)
    expect(run.parse(await response.json())).toMatchObject({
      status: 'succeeded',
      recovery: 'none',
      steps: [{ output: { fit_score: 0.9 } }, { output: { message_draft: 'second draft' } }],
    })
    expect(door.called[1]).toMatchObject({ name: 'settled', with: [RUN_ID, 5000, expect.any(AbortSignal)] })
  })

  it('answers 202 when the run has not ended within the wait', async () => {
    const door = await openDoor({ engine: { settled: async () => waitingRun } })
    const response = await door.post('/v1/runs?wait=1', { goal: 'g' })
    expect([response.status, (await asJson(response)).status]).toEqual([202, 'accepted'])
  })

  it('gives up waiting at shutdown', async () => {
    const door = await openDoor({
      engine: {
        settled: (_run, _timeout, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(waitingRun))
            door.closing.abort()
          }),
      },
    })
    expect((await door.post('/v1/runs?wait=60', { goal: 'g' })).status).toBe(202)
  })
})

describe('GET /v1/runs', () => {
  it('shows a page of runs and passes the filters on', async () => {
    const door = await openDoor()
    const body = await asJson(
      await door.get('/v1/runs?status=waiting&profile=demo&tenant=t&cursor=99&limit=1'),
    )
    expect(body.next_cursor).toBe('17')
    expect(runRow.array().parse(body.items)).toMatchObject([{ started_at: '2026-01-02T03:04:05.000Z' }])
    const query = { status: 'waiting', profile: 'demo', tenant: 't', order: 'newest', cursor: '99', limit: 1 }
    expect(door.called).toEqual([{ name: 'runs', with: [query] }])
  })

  it('shows a run with its goal but without its context, and only released outputs', async () => {
    const door = await openDoor()
    const text = await (await door.get(`/v1/runs/${RUN_ID}`)).text()
    const body = run.parse(JSON.parse(text))
    expect(body).toMatchObject({
      goal: 'Draft an outreach to Acme',
      status: 'waiting',
      recovery: null,
      steps: [
        { step_id: 's1', status: 'completed', output: { fit_score: 0.9 }, spent: 0.5 },
        { step_id: 's2', status: 'reviewing', output: null, inputs: { template: { context: 'template' } } },
      ],
      pending_approvals: [{ approval_id: 'apr_abc_2', revision: 2 }],
    })
    expect(text).not.toContain('only tools see this')
    expect(text).not.toContain('second draft')
  })

  it('shows cost in units and money as an integer of micro-dollars', async () => {
    const door = await openDoor()
    const body = run.parse(await (await door.get(`/v1/runs/${RUN_ID}`)).json())
    expect(body.budget).toEqual([
      expect.objectContaining({
        unit: 'cost',
        spent: 1.5,
        reserved: 0.5,
        limit: 100,
        left: 98,
        utilisation: 0.015,
      }),
      expect.objectContaining({ unit: 'llm_micro_usd', spent: 250_000, limit: 500_000, utilisation: 0.5 }),
    ])
  })

  it.each([
    ['that waits for people, up to when that began', { waitingSince: AT + 1000, updatedAt: AT + 9000 }, 600],
    ['that works, up to what is known of it', { waitingSince: null, updatedAt: AT + 9000 }, 8600],
  ])('tells the working time of a run %s', async (_name, clocks, activeMs) => {
    const state = { ...waitingRun, startedAt: AT, waitedMs: 400, ...clocks }
    const door = await openDoor({ engine: { state: async () => state } })
    expect((await asJson(await door.get(`/v1/runs/${RUN_ID}`))).active_ms).toBe(activeMs)
  })

  it('shows erased payloads as null', async () => {
    const door = await openDoor({ engine: { payload: async () => null } })
    const body = run.parse(await (await door.get(`/v1/runs/${RUN_ID}`)).json())
    expect([body.goal, body.steps[0]?.output]).toEqual([null, null])
  })
})

describe('what operators do to a run', () => {
  it('cancels, resumes, reconciles and revises in the name of the caller', async () => {
    const door = await openDoor()
    const actor = { 'x-cugar-actor': 'alice' }
    const cancelled = await door.post(
      `/v1/runs/${RUN_ID}/cancel`,
      { reason: 'The account was closed' },
      actor,
    )
    const resumed = await door.post(`/v1/runs/${RUN_ID}/resume`, {}, actor)
    const settled = await door.post(
      `/v1/runs/${RUN_ID}/steps/s2/reconcile`,
      { outcome: 'happened', output: { id: 1 }, reason: 'seen in the CRM' },
      actor,
    )
    const corrected = await door.post(`/v1/runs/${RUN_ID}/resume`, { context: { revenue: 1 } }, actor)
    const revised = await door.post(`/v1/runs/${RUN_ID}/steps/s2/revise`, { inputs: { tone: 'warm' } }, actor)
    const statuses = [cancelled, resumed, settled, corrected, revised].map(({ status }) => status)
    expect(statuses).toEqual([200, 202, 200, 202, 200])
    const by = expect.objectContaining({ id: 'alice' })
    expect(door.called).toEqual([
      { name: 'cancel', with: [RUN_ID, { by, reason: 'The account was closed' }] },
      { name: 'resume', with: [RUN_ID, by, {}] },
      {
        name: 'reconcile',
        with: [RUN_ID, 's2', { outcome: 'happened', output: { id: 1 }, reason: 'seen in the CRM', by }],
      },
      { name: 'resume', with: [RUN_ID, by, { revenue: 1 }] },
      { name: 'revise', with: [RUN_ID, 's2', { inputs: { tone: 'warm' }, by }] },
    ])
  })

  it('needs neither a reason nor a body to cancel', async () => {
    const door = await openDoor()
    const url = `${door.url}/v1/runs/${RUN_ID}/cancel`
    const headers = { 'content-type': 'application/json' }
    const answers = [await fetch(url, { method: 'POST' }), await fetch(url, { method: 'POST', headers })]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const without = { by: expect.objectContaining({ id: 'local' }), reason: null }
    expect(door.called.map(({ with: given }) => given)).toEqual([
      [RUN_ID, without],
      [RUN_ID, without],
    ])
  })

  it('shows the run as it is now when it is too late', async () => {
    const door = await openDoor({
      engine: {
        cancel: async () => {
          throw new AppError('RUN_FINISHED', { run_id: RUN_ID, status: 'succeeded' })
        },
        state: async () => finishedRun,
      },
    })
    const response = await door.post(`/v1/runs/${RUN_ID}/cancel`)
    expect(response.status).toBe(409)
    expect(await asJson(response)).toMatchObject({ code: 'RUN_FINISHED', state: { status: 'succeeded' } })
  })
})
