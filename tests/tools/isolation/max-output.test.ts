import { expect, test } from 'vitest'
import { isolated } from '../../../src/tools/isolation/isolated.ts'
import type { Tool } from '../../../src/tools/tool.ts'
import { registryFrom, world } from '../../engine/world.ts'
import { sized } from './sized.ts'

const registry = registryFrom(`
version: v1
metadata: { name: sized, version: "1" }
tools:
${sized.map(({ tool: { name } }) => `  ${name}: { domain: intelligence, description: x, outputs: {}, cost: 1, retry: none, max_output_kb: 1 }`).join('\n')}
profiles:
${sized.map(({ tool: { name } }) => `  ${name}: { allowed_tools: [${name}], approval_required: [execute], timeout_seconds: 600 }`).join('\n')}
`)

const inThread = (tool: Tool): Tool => isolated(tool, { module: tool.module ?? '', maxOutputBytes: 1024 })

test.each([
  ['in the process', (tool: Tool) => tool],
  ['in a thread of its own', inThread],
])(
  'an output of max_output_kb to the byte is kept, and one byte more is refused, of a tool %s',
  { timeout: 120_000 },
  async (_where, placed) => {
    const w = await world({ registry, tools: sized.map(({ tool }) => placed(tool)) })
    const outcomeOf = async ({ name }: Tool): Promise<unknown> => {
      const runId = await w.run({ profile: name, goal: name })
      const { status, steps } = await w.engine.settled(runId, 60_000, new AbortController().signal)
      return [name, steps['s1']?.error?.mode ?? status]
    }
    const told = await Promise.all(sized.map(({ tool }) => outcomeOf(tool)))
    const expected = sized.map(({ tool, bytes }) => [
      tool.name,
      bytes > 1024 ? 'agent_invalid_output' : 'succeeded',
    ])
    expect(told).toEqual(expected)
  },
)
