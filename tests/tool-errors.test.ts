import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CallError, createRuntime, defineTool } from '../src/runtime.ts'
import { errorText } from '../src/tool-errors.ts'

const REGISTRY = `
version: v1
metadata: { name: broken, version: '1' }
tools:
  greet_account:
    domain: engagement
    description: Writes a greeting for an account.
    inputs: { name: { type: string, required: true } }
    outputs: { greeting: { type: string, required: true } }
    binds: { name: context.account.name }
    cost: 0.1
profiles:
  demo:
    allowed_tools: [greet_account]
    budget: { run: { cost: 1 } }
    timeout_seconds: 10
`

const NAME = 'Erika Example'

test('what a tool throws reaches the log with stack and cause, without the values it was called with, and nobody else', async () => {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
      done()
    },
  })
  const broken = defineTool({
    name: 'greet_account',
    input: z.object({ name: z.string() }),
    output: z.object({ greeting: z.string() }),
    run: function greets({ name }) {
      throw new Error(`no greeting for ${name}`, { cause: new RangeError('the list is empty') })
    },
  })
  const runtime = await createRuntime({
    registry: REGISTRY,
    dataDir: null,
    tools: [broken],
    logger: pino(destination),
  })
  const asked = { goal: 'Greet the account', profile: 'demo', context: { account: { name: NAME } } }
  const rest = { planner: 'rules', tenant: 't', limits: {}, idempotencyKey: null, traceparent: null }
  const { runId } = await runtime.engine.start({ ...asked, ...rest }, { id: 'me', roles: ['operator'] })
  const state = await runtime.engine.settled(runId, 10_000, new AbortController().signal)
  const events = JSON.stringify(await runtime.journal.readAll(0, 100))
  const metrics = await runtime.views.metrics('text')
  await runtime.stop()
  expect(state?.finished?.status).toBe('failed')
  const told = lines.filter(({ tool, stack }) => tool === 'greet_account' && stack !== undefined)
  expect(told).toMatchObject([{ level: 50, run_id: runId, step_id: 's1' }])
  const stack = String(told[0]?.['stack'])
  expect(stack).toMatch(/^Error: no greeting for \[value\]\n +at .*tool-errors\.test\.ts/)
  expect(stack).toContain('caused by: RangeError: the list is empty')
  expect(JSON.stringify(lines)).not.toContain(NAME)
  for (const elsewhere of [events, JSON.stringify(metrics)]) expect(elsewhere).not.toContain('greeting for')
})

test('a schema that throws and the cause of a declared failure reach the log as well, and no client', async () => {
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const ofInput = z.object({ name: z.string() })
  const ofOutput = z.object({ greeting: z.string() })
  const fails = (what: string) => (): never => {
    throw new RangeError(`${what} is broken`)
  }
  const shapes = { name: 'greet_account', input: ofInput, output: ofOutput }
  const tools = [
    defineTool({ ...shapes, input: ofInput.transform(fails('input')), run: () => ({ greeting: '' }) }),
    defineTool({ ...shapes, output: ofOutput.transform(fails('output')), run: () => ({ greeting: '' }) }),
    defineTool({
      ...shapes,
      run: () => {
        throw new CallError('user_conflict', 'Refused.', { cause: new Error('cause is broken') })
      },
    }),
  ]
  const answers: string[] = []
  for (const tool of tools) {
    const options = { registry: REGISTRY, dataDir: null, tools: [tool], logger: pino(destination) }
    const runtime = await createRuntime(options)
    const { runId } = await runtime.engine.start(
      {
        goal: 'Greet the account',
        profile: 'demo',
        context: { account: { name: NAME } },
        planner: 'rules',
        tenant: 't',
        limits: {},
        idempotencyKey: null,
        traceparent: null,
      },
      { id: 'me', roles: ['operator'] },
    )
    const { steps } = await runtime.engine.settled(runId, 10_000, new AbortController().signal)
    answers.push(String(steps['s1']?.error?.mode), JSON.stringify(await runtime.journal.readAll(0, 100)))
    await runtime.stop()
  }
  const log = lines.join('')
  for (const what of ['input', 'output', 'cause']) expect(log).toContain(`${what} is broken`)
  expect(log).not.toContain(NAME)
  expect(answers.filter((_, index) => index % 2 === 0)).toEqual(['agent_bug', 'agent_bug', 'user_conflict'])
  expect(answers.join('')).not.toContain('is broken')
})

test('a text that a parser quotes the beginning of is a value too, and what is thrown need not be an error', () => {
  const text = 'Erika Example lives here'
  const thrown = Promise.try(() => JSON.parse(text) as unknown).catch((error: unknown) =>
    errorText(error, { text }),
  )
  const circular = new Error('again')
  circular.cause = circular
  expect(errorText('Erika', { name: 'Erika' })).toBe('[value]')
  expect(errorText(7, {})).toBe('a thrown number')
  expect(errorText(circular, {}).match(/again/g)).toHaveLength(6)
  return expect(thrown).resolves.not.toContain('Erika')
})
