import { expect, test } from 'vitest'
import { z } from 'zod'
import { CallError } from '../../src/run/failure.ts'
import { runSingle } from '../../src/tools/single.ts'
import { defineTool, type ToolContext } from '../../src/tools/tool.ts'

const toolThat = (
  run: (input: { n: number }, context: ToolContext) => { n: number } | Promise<{ n: number }>,
) =>
  defineTool({
    name: 'example',
    input: z.strictObject({ n: z.int() }),
    output: z.strictObject({ n: z.int() }),
    run,
  })

test('the output of a valid call comes back', async () => {
  expect(
    await runSingle(
      toolThat(async ({ n }) => ({ n: n + 1 })),
      { n: 1 },
    ),
  ).toEqual({ output: { n: 2 } })
})

test('problems of the input and of the context come back together, and the tool is not called', async () => {
  const never = toolThat(() => {
    throw new Error('called')
  })
  const context = JSON.parse('{"trace_id":"","adapter":{"getAccount":"x"},"at":-1}') as object
  expect(await runSingle(never, { n: 'x' }, context)).toEqual({
    error: {
      code: 'INVALID_INPUT',
      detail: expect.any(String),
      errors: ['n', 'context.trace_id', 'context.at', 'context.adapter'].map((path) =>
        expect.objectContaining({ path }),
      ),
    },
  })
})

// Interfaces are open: an adapter is known by its name and interface, not by the operations of one of them.
test('a tool is given an adapter of any interface', async () => {
  const adapter = { name: 'diary', interface: 'calendar', freeBusy: async () => [] }
  const watching = toolThat((input, context) => {
    expect(context.adapter).toBe(adapter)
    return input
  })
  expect(await runSingle(watching, { n: 1 }, { adapter })).toEqual({ output: { n: 1 } })
})

test('a failure that the tool declares keeps its mode and problems', async () => {
  const problems = [{ path: 'n', message: 'is taken' }]
  const failing = toolThat(() => {
    throw new CallError('user_conflict', 'Taken.', { problems })
  })
  expect(await runSingle(failing, { n: 1 })).toEqual({
    error: { code: 'user_conflict', detail: 'Taken.', errors: problems },
  })
})

test('an undeclared error is a bug of the tool and its text stays inside', async () => {
  const broken = toolThat(async () => {
    throw new Error('secret')
  })
  const result = await runSingle(broken, { n: 1 })
  expect(result).toMatchObject({ error: { code: 'agent_bug', errors: [] } })
  expect(JSON.stringify(result)).not.toContain('secret')
})

test('an output that the tool does not declare is a failure', async () => {
  expect(
    await runSingle(
      toolThat(() => ({ n: 0.5 })),
      { n: 1 },
    ),
  ).toMatchObject({
    error: { code: 'agent_invalid_output', errors: [{ path: 'n' }] },
  })
})

test('the context has fixed values where the caller gives none', async () => {
  const seen: ToolContext[] = []
  const watching = toolThat((input, context) => {
    seen.push(context)
    return input
  })
  await runSingle(watching, { n: 1 }, { trace_id: 't-1', profile: 'sales' })
  await runSingle(watching, { n: 1 }, { trace_id: 't-1' })
  await runSingle(watching, { n: 2 }, { trace_id: 't-1' })
  const [first, second, third] = seen
  expect(first).toMatchObject({ traceId: 't-1', profile: 'sales', tenant: 'default', at: 0, adapter: null })
  expect(second).toMatchObject({ profile: 'single', idempotencyKey: first?.idempotencyKey })
  expect(third?.idempotencyKey).not.toBe(first?.idempotencyKey)
  expect(first?.signal.aborted).toBe(false)
})

test('a number that JSON cannot write is an invalid input, also where the tool lets any key through', async () => {
  const open = defineTool({
    name: 'open',
    input: z.looseObject({}),
    output: z.looseObject({}),
    run: () => ({}),
  })
  expect(await runSingle(open, JSON.parse('{"":1e999}'))).toMatchObject({ error: { code: 'INVALID_INPUT' } })
})

test('what a tool or its schema throws reaches its developer, and the result has the mode alone', async () => {
  const told: unknown[] = []
  const on_thrown = (error: unknown): void => void told.push(error)
  const bug = new RangeError('too far')
  const cause = new Error('401 from the vendor')
  const broken = toolThat(() => {
    throw bug
  })
  const caused = toolThat(() => {
    throw new CallError('system_unavailable', 'Down.', { cause })
  })
  const checked = {
    ...toolThat((input) => input),
    input: z.custom(() => {
      throw bug
    }),
  }
  const codes = []
  for (const tool of [broken, caused, checked]) {
    const result = await runSingle(tool, { n: 1 }, { on_thrown })
    expect(JSON.stringify(result)).not.toMatch(/too far|401/)
    codes.push('error' in result ? result.error.code : null)
  }
  expect(codes).toEqual(['agent_bug', 'system_unavailable', 'agent_bug'])
  expect(told).toEqual([bug, expect.objectContaining({ cause }), bug])
})
