import { expect, test } from 'vitest'
import { z } from 'zod'
import { loadTool, loadTools } from '../../src/tools/catalogue.ts'
import { defineTool } from '../../src/tools/tool.ts'

const SALES_TOOLS = [
  { domain: 'intelligence', name: 'score_account_fit' },
  { domain: 'intelligence', name: 'normalize_account_record' },
  { domain: 'engagement', name: 'draft_outbound_message' },
  { domain: 'engagement', name: 'assess_message_quality' },
  { domain: 'qualification', name: 'qualify_opportunity' },
  { domain: 'territory', name: 'simulate_territory_change' },
]

const echo = defineTool({
  name: 'echo',
  input: z.strictObject({}),
  output: z.strictObject({}),
  run: () => ({}),
})

test('a tool is found by its domain and name', async () => {
  const { tools, missing } = await loadTools(SALES_TOOLS)
  expect([...tools.keys()]).toEqual(SALES_TOOLS.map(({ name }) => name))
  expect([...tools].every(([name, tool]) => tool.name === name)).toBe(true)
  expect(missing).toEqual([])
})

test('names without a tool are told, whatever is in them', async () => {
  const names = [
    { domain: 'engagement', name: 'score_account_fit' },
    { domain: '../tools/intelligence', name: 'score_account_fit' },
    { domain: 'intelligence', name: '../number' },
    { domain: 'governance', name: 'read_minds' },
    { domain: 'oncology', name: 'score_account_fit' },
    { domain: '..', name: 'engine' },
    { domain: 'intelligence/..', name: 'number' },
  ]
  const { tools, missing } = await loadTools(names)
  expect(tools.size).toBe(0)
  expect(missing).toEqual(names.map(({ name }) => name))
})

test('tools that are handed in win over files of the same name', async () => {
  const own = { ...echo, name: 'score_account_fit' }
  const { tools, missing } = await loadTools(
    [
      { domain: 'intelligence', name: 'score_account_fit' },
      { domain: 'governance', name: 'echo' },
    ],
    [own, echo],
  )
  expect(tools.get('score_account_fit')).toBe(own)
  expect(tools.get('echo')).toBe(echo)
  expect(missing).toEqual([])
})

test('a file that does not declare the tool of its name is an error, not a missing tool', async () => {
  await expect(loadTool('intelligence', 'account_record')).rejects.toMatchObject({
    code: 'REGISTRY_INVALID',
    problems: [{ path: 'tools.account_record' }],
  })
})
