// Kill -9 in the middle of a list of 200 items, 20 of which fail: one process after the other in one folder.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
tools:
  greet: { domain: engagement, description: greet, cost: 1,
    inputs: { n: { type: number, required: true } }, binds: { n: context.n }, outputs: { text: { type: string } } }
profiles:
  demo: { allowed_tools: [greet], timeout_seconds: 1000, budget: { run: { calls: 20, cost: 50 } } }
`
/**
 * Calls in which the processes die, one after the other: the first, some in the middle, one near the end. So far apart
 * that no call is cut three times, after which it would not be made again.
 */
const DEATHS = [1, 70, 90, 20]

const script = fileURLToPath(new URL('./listed.ts', import.meta.url))

async function live(dir: string, dying: number): Promise<{ signal: string | null; said: string }> {
  const options = ['--disable-warning=ExperimentalWarning', script, dir, String(dying)]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said, [, signal]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ])
  return { signal, said }
}

test('every item is carried out once, whenever its process dies', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-list-'))
  try {
    writeFileSync(join(dir, 'registry.yaml'), REGISTRY)
    for (const dying of DEATHS) expect(await live(dir, dying)).toEqual({ signal: 'SIGKILL', said: '' })
    const { signal, said } = await live(dir, 0)
    expect(signal).toBeNull()
    expect(JSON.parse(said)).toEqual({
      finished: expect.objectContaining({
        status: 'partial',
        succeeded: 180,
        failed: 20,
        partial: 0,
        cancelled: 0,
        not_begun: 0,
      }),
      outputs: Array.from({ length: 200 }, (_none, n) => (n % 10 === 3 ? null : { text: `hello ${n}` })),
      runs: 200,
      completed: 180,
    })
  } finally {
    rmSync(dir, { recursive: true })
  }
}, 240_000)
