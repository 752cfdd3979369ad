// Who did what, read from the journal, and the check of its chains.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { auditPage } from '../../src/http/audit.ts'
import { accepted } from '../../src/http/runs/run-answers.ts'
import { auditVerification, registryDiff, signalsSeries } from '../../src/http/answers.ts'
import type { RunState } from '../../src/run/state.ts'
import { createRuntime, type Runtime } from '../../src/runtime.ts'
import { served } from './served.ts'

const REGISTRY = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
const EXAMPLE = z
  .object({ goal: z.string(), context: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync(new URL('../../examples/acme.yaml', import.meta.url), 'utf8')))
const WIDER = REGISTRY.replace('name: cugar-sales', 'name: cugar-sales-other')
const AS = { id: 'carol', roles: ['admin'] }

let runtime: Runtime
let url = ''
let close: () => Promise<void>
let file = REGISTRY

beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, readRegistry: async () => file, dataDir: null })
  ;({ url, close } = await served(runtime))
})
afterAll(async () => close?.())

async function call<T extends z.ZodType>(schema: T, path: string, body?: object): Promise<z.output<T>> {
  const answer = await fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': 'carol' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(answer.status).toBe(200)
  return schema.parse(await answer.json())
}

/** A run of the example, as far as it goes without a person. */
async function waiting(): Promise<RunState> {
  const { goal, context } = EXAMPLE
  const request = { goal, context, profile: 'demo', tenant: 'default', planner: 'rules', limits: {} }
  const asked = { ...request, idempotencyKey: null, traceparent: null }
  const { runId } = await runtime.engine.start(asked, { id: 'ana', roles: ['operator'] })
  for (;;) {
    const position = runtime.journal.position()
    const state = await runtime.engine.state(runId)
    if (state.status === 'waiting') return state
    await runtime.journal.changed(position, new AbortController().signal)
  }
}

describe('the audit', () => {
  test('names who froze and lifted, why, and what was put into force, newest first, page by page', async () => {
    await runtime.engine.freeze({ scope: 'tenant', key: 'acme', reason: 'too <b>many</b>' }, AS)
    await runtime.engine.lift({ scope: 'tenant', key: 'acme', reason: 'they stopped' }, AS)
    const first = await call(auditPage, '/v1/audit?limit=2')
    expect(first.items).toMatchObject([
      { kind: 'freeze', by: 'carol', action: 'lifted', subject: 'tenant acme', reason: 'they stopped' },
      { kind: 'freeze', by: 'carol', action: 'frozen', subject: 'tenant acme', reason: 'too <b>many</b>' },
    ])
    const second = await call(auditPage, `/v1/audit?limit=2&cursor=${first.next_cursor}`)
    expect(second.items).toMatchObject([{ kind: 'registry', action: 'put into force', run_id: null }])
    expect(second.next_cursor).toBeNull()
  })

  test('has what people and time did to runs: a denial with its reason, and a cancellation', async () => {
    const [denied, cancelled] = [await waiting(), await waiting()]
    const [approval] = Object.values(denied.approvals)
    const no = { decision: 'deny', reason: 'not this account', changes: null } as const
    await runtime.engine.decide(approval?.approvalId ?? '', no, { id: 'bob', roles: ['approver'] })
    await runtime.engine.cancel(cancelled.runId, { by: AS, reason: 'wrong account' })
    const { items } = await call(auditPage, '/v1/audit')
    expect(items).toContainEqual(
      expect.objectContaining({
        kind: 'cancel',
        by: 'carol',
        run_id: cancelled.runId,
        reason: 'wrong account',
      }),
    )
    expect(items).toContainEqual(
      expect.objectContaining({ kind: 'decision', by: 'bob', action: 'denied', reason: 'not this account' }),
    )
  })

  test('is not empty because thousands of events that nobody decided came after the last decision', async () => {
    await runtime.engine.freeze({ scope: 'tenant', key: 'before', reason: 'the last one' }, AS)
    const from = runtime.journal.position()
    while (runtime.journal.position() - from < 7000)
      await Promise.all(Array.from({ length: 40 }, () => waiting()))
    const { items } = await call(auditPage, '/v1/audit?limit=1')
    expect(items).toMatchObject([{ kind: 'freeze', reason: 'the last one' }])
  })

  test('the check of the chains counts what it read and finds nothing wrong', async () => {
    const one = await call(auditVerification, '/v1/audit/verify', {})
    expect(one).toMatchObject({ ok: true, problems: [], problem_count: 0 })
    expect(one.events).toBe(runtime.journal.position())
  })
})

describe('a reload that is tried first', () => {
  test('says what it would change and changes nothing; the reload itself then does', async () => {
    const before = runtime.engine.registry()
    file = WIDER
    const position = runtime.journal.position()
    const would = await call(registryDiff, '/v1/registry/reload?dry_run=true', {})
    expect(would.changed).toEqual(['metadata'])
    expect(runtime.engine.registry()).toBe(before)
    expect(runtime.journal.position()).toBe(position)
    expect(await call(registryDiff, '/v1/registry/reload', {})).toEqual(would)
    expect(await call(registryDiff, '/v1/registry/reload?dry_run=true', {})).toEqual({
      added: [],
      removed: [],
      changed: [],
    })
  })
})

describe('signals in steps', () => {
  test('cover the window with whole steps, and count what the window counts', async () => {
    const series = await call(signalsSeries, '/v1/signals/series?window=1h&step=5m')
    expect(series.step_seconds).toBe(300)
    expect([12, 13]).toContain(series.items.length)
    const starts = series.items.map(({ at }) => Date.parse(at))
    expect(starts.every((at) => at % 300_000 === 0)).toBe(true)
  })
})

test('an acceptance says who has planned the run, and why', async () => {
  const ask = (body: object) =>
    fetch(`${url}/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ profile: 'demo', ...body }),
    })
  const told = async (body: object) => accepted.parse(await (await ask(body)).json()).planned_by
  expect(await told(EXAMPLE)).toBe('LLM: offline mode (rule-based), no key')
  const plan = { steps: [{ id: 'fit', tool: 'score_account_fit' }] }
  expect(await told({ plan, context: EXAMPLE.context })).toBe('LLM: not asked, the caller gave the plan')
})
