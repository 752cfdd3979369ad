// What nobody can read is told before the run is accepted: over HTTP, on the command line and to the library alike.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { problemSchema } from '../../src/events/problem.ts'
import { AppError, createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'
import { cugar, REGISTRY } from './hand.ts'
import { SECRET, UNREADABLE } from './unreadable-table.ts'

const dir = mkdtempSync(join(tmpdir(), 'cugar-unreadable-'))

type RegistryText = {
  tools: Record<string, object>
  profiles: Record<'technical', { allowed_tools: string[] }>
}

/** With a tool that takes what another one makes, which nobody can read before that has run. */
function registryText(): string {
  const text = parse(readFileSync(REGISTRY, 'utf8')) as RegistryText
  text.tools['quartz_probe'] = {
    domain: 'qualification',
    description: 'quartz',
    inputs: { size: { type: 'any', required: true }, word: { type: 'any' } },
    outputs: { size: { type: 'number' } },
    binds: { size: 'normalize_account_record.normalized_account', word: 'context.word' },
    cost: 1,
  }
  text.profiles.technical.allowed_tools.push('quartz_probe')
  return stringify(text)
}

const quartz = defineTool({
  name: 'quartz_probe',
  input: z.object({ size: z.looseObject({ revenue: z.number().max(10) }), word: z.string().optional() }),
  output: z.object({ size: z.number() }),
  run: ({ size }) => ({ size: size.revenue }),
})

let runtime: Runtime
let url = ''
const server = createServer((request, response) => runtime.router(request, response))

beforeAll(async () => {
  runtime = await createRuntime({ registry: registryText(), dataDir: null, tools: [quartz] })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await runtime.stop()
  rmSync(dir, { recursive: true, force: true })
})

const refusal = z.object({ code: z.string(), errors: z.array(problemSchema) })

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ profile: 'technical', ...body }),
  })
  const text = await response.text()
  return { status: response.status, text, json: JSON.parse(text) as unknown }
}

const runCount = async (): Promise<number> => (await runtime.views.runs({ limit: 200 })).items.length

describe('a value that is needed and not given', () => {
  const goal = 'Normalise the account record, score it and draft an email'
  const missing = ['context.account', 'context.account_data', 'context.icp_criteria', 'context.prospect']

  test('is told with its path before the run is accepted: over HTTP, on the command line and to the library', async () => {
    const { status, json } = await post('/v1/runs', { goal, context: {} })
    const { code, errors } = refusal.parse(json)
    expect([status, code, errors.map(({ path }) => path).sort()]).toEqual([422, 'INPUT_INVALID', missing])
    for (const { path, message } of errors) {
      expect(message).toMatch(/^is missing: \w+ needs \w+: give /)
      expect(message).toContain(path)
    }
    const ran = await cugar(['run', goal, '--profile', 'technical'], { CUGAR_URL: url })
    expect(ran.code).toBe(1)
    for (const path of missing) expect(ran.err).toContain(`${path}: is missing: `)
    const asked = { goal, profile: 'technical', context: {} }
    await expect(runtime.start(asked)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(runtime.run(asked)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(await runCount()).toBe(0)
  })

  test('is told where one of two would do, and neither is there', async () => {
    const context = { prospect: { first_name: 'Ana' } }
    const { status, json } = await post('/v1/runs', { goal: 'Draft an email', context })
    const { errors } = refusal.parse(json)
    expect([status, errors.map(({ path }) => path)]).toEqual([422, ['draft_outbound_message.template']])
    expect(errors[0]?.message).toContain('template_id')
  })

  test('is not missing where an earlier step gives it', async () => {
    const context = { account_data: { Name: 'Acme' }, icp_criteria: { min_revenue: 1 } }
    const { status, json } = await post('/v1/runs?wait=30', {
      goal: 'Normalise the record, then score it',
      context,
    })
    expect([status, json]).toEqual([200, expect.objectContaining({ status: 'succeeded' })])
  })

  test('says that a run takes one account where the context has several', async () => {
    const { json } = await post('/v1/runs', {
      goal: 'prioritise my 3 accounts',
      context: { accounts: [{}, {}] },
    })
    expect(
      refusal
        .parse(json)
        .errors.map(({ message }) => message)
        .join('\n'),
    ).toContain('context.accounts is a list: start one run for each of its items')
  })
})

describe('a value that cannot be read', () => {
  test.each(UNREADABLE.map((row) => [row.tool, Object.keys(row.context).join(', '), row] as const))(
    'of %s (%s) is told with its path, what is taken and the kind of what came',
    async (_tool, _keys, { goal, context, told }) => {
      for (const path of ['/v1/runs', '/v1/plans']) {
        const { status, text, json } = await post(path, { goal, context })
        const { code, errors } = refusal.parse(json)
        expect([status, code]).toEqual([422, 'INPUT_INVALID'])
        expect(errors.map((item) => item.path).sort()).toEqual(told.map(([at]) => at).sort())
        for (const [at, kind] of told)
          expect(errors.find((item) => item.path === at)?.message).toContain(`; it is ${kind}`)
        for (const { message } of errors) expect(message).toMatch(/^(must|is) /)
        expect(text).not.toContain(SECRET)
      }
    },
  )

  test('starts nothing, and counts nowhere', async () => {
    expect(await runCount()).toBe(1)
    expect(await (await fetch(`${url}/metrics`)).text()).not.toMatch(/^cugar_runs_total\{.*\} ([2-9]|1\d)/m)
  })

  const unsure = { opportunity: { opportunity_id: 'o-1', criteria: { budget: `${SECRET}?` } } }

  test('is told by the command line in the same words', async () => {
    const file = join(dir, 'context.json')
    writeFileSync(file, JSON.stringify(unsure))
    const ran = await cugar(['run', 'is this deal qualified?', '--profile', 'demo', '--context', file], {
      CUGAR_URL: url,
    })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('context.opportunity.criteria.budget: must be true or false')
    expect(ran.out + ran.err).not.toContain(SECRET)
  })

  test('is told to the library', async () => {
    const asked = { goal: 'is this deal qualified?', profile: 'demo', context: unsure, planner: 'auto' }
    const rest = { tenant: 'default', limits: {}, idempotencyKey: null, traceparent: null }
    const error: unknown = await runtime.engine
      .start({ ...asked, ...rest }, { id: 'me', roles: ['operator'] })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      problems: [{ path: 'context.opportunity.criteria.budget' }],
    })
  })

  test('that no planned step takes does not matter', async () => {
    const context = {
      opportunity: { opportunity_id: 'o-1', criteria: { Budget: 'TRUE', timeline: 'n/a' } },
      account: { revenue: SECRET },
      template: 5,
    }
    const { status, json } = await post('/v1/runs?wait=30', { goal: 'is this deal qualified?', context })
    expect(status).toBe(200)
    expect(json).toMatchObject({ status: 'succeeded' })
  })

  test('of a repeated request gives the run that its key has made', async () => {
    const key = { 'idempotency-key': 'once' }
    const good = { opportunity: { opportunity_id: 'o-1', criteria: { budget: true } } }
    const goal = 'is this deal qualified?'
    const first = await post('/v1/runs', { goal, context: good }, key)
    const again = await post('/v1/runs', { goal, context: good }, key)
    expect([first.status, again.json]).toEqual([202, first.json])
    const other = await post('/v1/runs', { goal, context: unsure }, key)
    expect([other.status, refusal.pick({ code: true }).parse(other.json).code]).toEqual([
      409,
      'IDEMPOTENCY_CONFLICT',
    ])
  })

  test('that an earlier step makes fails its step, which names its path to who may see the run and nobody else', async () => {
    const account_data = { name: SECRET, revenue: 42 }
    const goal = 'Normalise the account record, then quartz'
    const early = await post('/v1/runs', { goal, context: { account_data, word: 5 } })
    expect(early.json).toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ path: 'context.word', message: 'must be a text; it is a number' }],
    })
    const { status, json } = await post('/v1/runs?wait=30', { goal, context: { account_data } })
    expect(status).toBe(200)
    const shape = z.object({
      run_id: z.string(),
      steps: z.array(
        z.object({ error: z.object({ mode: z.string(), errors: z.array(problemSchema) }).nullable() }),
      ),
    })
    const { run_id, steps } = shape.parse(json)
    expect(steps[1]?.error).toEqual({
      mode: 'user_invalid_input',
      errors: [{ path: 's1.normalized_account.revenue', message: 'must be at most 10; it is a number' }],
    })
    const events = await (await fetch(`${url}/v1/runs/${run_id}/events`)).text()
    expect(events).toContain('user_invalid_input')
    expect(events).not.toContain('at most 10')
    expect(events).not.toContain(SECRET)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toMatch(/^cugar_runs_total\{.*outcome="rejected".*\} 1/m)
  })
})
