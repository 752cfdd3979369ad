// The library as a program uses it: few words to start a run, its outputs in the answer, tools that are tested alone.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { CallError, createRuntime, defineTool, testTool, type Runtime } from '../src/runtime.ts'

const registry = readFileSync(join(import.meta.dirname, '../registry.yaml'), 'utf8')
const QUALIFY = 'is this deal qualified?'
const context = { opportunity: { opportunity_id: 'o-1', criteria: { budget: 'yes' } } }

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime({ registry, dataDir: null })
})
afterAll(() => runtime.stop())

describe('a run', () => {
  test('is started with a goal and what is known of it', async () => {
    const { runId, created } = await runtime.start({ goal: QUALIFY, context })
    expect(created).toBe(true)
    const state = await runtime.engine.state(runId)
    expect(state).toMatchObject({ profile: 'demo', tenant: 'default', requester: 'local' })
    expect((await runtime.engine.settled(runId, 30_000, new AbortController().signal)).status).toBe(
      'succeeded',
    )
  })

  test('is waited for, and its outputs are in the answer', async () => {
    const by = { id: 'ann', roles: ['operator'] }
    const run = await runtime.run({ goal: QUALIFY, profile: 'technical', context, by })
    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { qualify_opportunity: { opportunity_id: 'o-1', verdict: 'insufficient_data' } },
      steps: [{ stepId: 's1', tool: 'qualify_opportunity', status: 'completed', error: null }],
      cause: null,
      message: null,
      approvals: [],
    })
    expect(run.steps[0]?.output).toEqual(run.outputs['qualify_opportunity'])
  })

  test('takes a channel as people write it, and no other', async () => {
    const drafted = { template: 'Hi {{first_name}}', prospect: { 'First Name': 'Ann' } }
    const draft = (channel: string) =>
      runtime.run({ goal: 'Draft the outreach', context: { ...drafted, channel } })
    expect(await draft('EMAIL')).toMatchObject({ status: 'waiting', approvals: [expect.any(String)] })
    await expect(draft('fax')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      problems: [
        { path: 'context.channel', message: expect.stringMatching(/^must be one of email, linkedin/) },
      ],
    })
  })

  test('that waits for a person is returned as it stands, with what waits, and without what is not released', async () => {
    const drafted = { template: 'Hi {{name}}', prospect: { name: 'Ann' } }
    const run = await runtime.run({ goal: 'Draft an email', context: drafted })
    expect(run).toMatchObject({ status: 'waiting', outputs: {}, steps: [{ output: null }] })
    expect(run.approvals).toHaveLength(1)
    const patient = await runtime.run({
      goal: 'Draft an email',
      context: drafted,
      until: 'over',
      timeoutMs: 10,
    })
    expect(patient.outputs).toEqual({})
  })
})

const double = defineTool({
  name: 'double',
  input: z.object({ n: z.string().transform(Number).pipe(z.number()) }),
  output: z.object({ n: z.number().max(10) }),
  run: ({ n }) => ({ n: 2 * n }),
})

describe('a tool by itself', () => {
  test('has the types of its schemas', async () => {
    expectTypeOf(double.run).parameter(0).toEqualTypeOf<{ n: string }>()
    expectTypeOf(double.run).returns.resolves.toEqualTypeOf<{ n: number }>()
    expect((await double.run({ n: '2' })).n).toBe(4)
  })

  test.each([
    [{ n: 2 }, 'user_invalid_input', [{ path: 'n', message: 'must be a text; it is a number' }]],
    [{ n: '6' }, 'agent_invalid_output', [{ path: 'n', message: 'must be at most 10; it is a number' }]],
  ])('refuses %j as %s', async (input, mode, problems) => {
    const loose: { run: (input: never) => Promise<unknown> } = double
    const error: unknown = await loose.run(input as never).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CallError)
    expect(error).toMatchObject({ mode, problems })
  })

  test('is tested without a run, and never rejects', async () => {
    expect(await testTool(double, { n: '3' })).toEqual({ output: { n: 6 } })
    expect(await testTool(double, {})).toMatchObject({
      error: { code: 'INVALID_INPUT', errors: [{ path: 'n' }] },
    })
  })
})

test('below a path of another app, links lead back to it', async () => {
  const app = express().use('/x', (request, response) => runtime.router(request, response))
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const accepted = await fetch(`${url}/x/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ goal: QUALIFY, context }),
    })
    const shape = z.object({ run_id: z.string(), links: z.object({ self: z.string(), events: z.string() }) })
    const { run_id, links } = shape.parse(await accepted.json())
    expect(links).toEqual({ self: `/x/v1/runs/${run_id}`, events: `/x/v1/runs/${run_id}/events` })
    expect(accepted.headers.get('location')).toBe(links.self)
    const run = await fetch(`${url}${links.self}`)
    expect([run.status, shape.parse(await run.json()).links]).toEqual([200, links])
    expect((await fetch(`${url}${links.events}`)).status).toBe(200)
    const described = await (await fetch(`${url}/x/v1/openapi.json`)).json()
    expect(described).toMatchObject({ servers: [{ url: '/x' }] })
    const page = await (await fetch(`${url}/x/`)).text()
    const [, ...assets] = [...page.matchAll(/(?:href|src)="([^"#]*\/assets\/[^"]*)"/g)].map(
      ([, path]) => path,
    )
    const answers = await Promise.all(assets.map((path) => fetch(`${url}${path}`)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
