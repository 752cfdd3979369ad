import { expect, test } from 'vitest'
import { z } from 'zod'
import { createRuntime, defineTool, type ToolContext } from '../../src/runtime.ts'

/** Each value on the way down, and whether it may be changed. */
const open = (value: unknown, name: string): string[] => {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, one]) => open(one, `${name}.${key}`))
  return Object.isFrozen(value) ? inner : [name, ...inner]
}

const REGISTRY = `
version: v1
metadata: { name: shared, version: "1" }
tools:
  store: { domain: engagement, description: store, outputs: {}, cost: 1 }
  look: { domain: intelligence, description: look, outputs: {}, cost: 1 }
profiles:
  demo: { allowed_tools: [store, look], timeout_seconds: 60 }
`
const DEEP = { words: ['Hello'] }

test('what the tools of several runs are given together, none of them changes', async () => {
  const given: string[] = []
  const tool = (name: string, run: (context: ToolContext) => Promise<object>) =>
    defineTool({
      name,
      input: z.unknown(),
      output: z.looseObject({}),
      run: async (_input, context) => ({ ...(await run(context)) }),
    })
  const store = tool('store', async ({ templates }) => {
    await templates?.store({ action: 'created', item: DEEP }, 0)
    return {}
  })
  const look = tool('look', async ({ texts, runs, templates }) => {
    const stored = (await templates?.read()) ?? []
    const items = stored.map(({ item }) => item)
    expect(items).toEqual([DEEP])
    given.push(...open(runs?.registry, 'registry'), ...open(texts, 'texts'), ...open(items[0], 'item'))
    return {}
  })
  const runtime = await createRuntime({
    registry: REGISTRY,
    dataDir: null,
    tools: [store, look],
    knowledgeDir: 'examples/knowledge',
  })
  try {
    for (const name of ['store', 'look']) {
      const { status, steps } = await runtime.run({ plan: { steps: [{ id: 'a', tool: name }] } })
      expect([status, steps[0]?.error]).toEqual(['succeeded', null])
    }
  } finally {
    await runtime.stop()
  }
  expect(given).toEqual([])
})
