import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asJson } from '../http/door.ts'
import { folder, server } from '../cli/hand.ts'

const ENTRY = 'domain: intelligence, description: x, outputs: {}, cost: 1, retry: none, isolate: true'
const REGISTRY = `
version: v1
metadata: { name: stuck, version: "1" }
tools:
  wait_for_nobody: { ${ENTRY}, timeout_ms: 4000 }
  answer: { ${ENTRY}, timeout_ms: 120000 }
profiles:
  demo: { allowed_tools: [wait_for_nobody, answer], timeout_seconds: 600 }
`
const toolOf = (name: string, body: string): string => `
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { defineTool } from 'cugar-sales'
export const tool = defineTool({
  name: '${name}', input: z.unknown(), output: z.object({}), run: () => { ${body}; return {} },
})
`
/** As many as there are threads of isolated tools at once. */
const ALL_PLACES = Math.max(4, 2 * availableParallelism())

test(
  'a thread that waits in the system and cannot be ended keeps neither its place from others nor the process from its end',
  { timeout: 240_000 },
  async () => {
    const dir = folder()
    const pipe = join(dir, 'pipe')
    execFileSync('mkfifo', [pipe])
    mkdirSync(join(dir, 'tools'))
    writeFileSync(join(dir, 'registry.yaml'), REGISTRY)
    writeFileSync(
      join(dir, 'tools', 'wait-for-nobody.ts'),
      toolOf('wait_for_nobody', `readFileSync(${JSON.stringify(pipe)})`),
    )
    writeFileSync(join(dir, 'tools', 'answer.ts'), toolOf('answer', ''))
    const { url, end } = await server({
      REGISTRY: join(dir, 'registry.yaml'),
      TOOLS_DIR: join(dir, 'tools'),
    })
    const started = async (tool: string): Promise<string> => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ plan: { steps: [{ id: 'a', tool }] }, profile: 'demo' })
      return String(
        (await asJson(await fetch(`${url}/v1/runs`, { method: 'POST', headers, body })))['run_id'],
      )
    }
    const statusOf = async (runId: string): Promise<unknown> =>
      (await asJson(await fetch(`${url}/v1/runs/${runId}`)))['status']
    const ended = async (runId: string): Promise<void> => {
      await expect.poll(() => statusOf(runId), { timeout: 100_000 }).toMatch(/^(?:succeeded|failed)$/)
    }
    const stuck = await Promise.all(Array.from({ length: ALL_PLACES }, () => started('wait_for_nobody')))
    for (const runId of stuck) await ended(runId)
    const answered = await started('answer')
    await ended(answered)
    expect([await statusOf(stuck[0] ?? ''), await statusOf(answered)]).toEqual(['failed', 'succeeded'])
    // Node's own end would wait for the threads for ever; where none has come so far, it is that.
    expect([null, 0]).toContain((await end('SIGTERM')).code)
  },
)
