import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const child = fileURLToPath(new URL('./held.ts', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'cugar-held-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test(
  'a tool that holds the event loop is named in the log while it does: with its run, its step and the line',
  { timeout: 240_000 },
  async () => {
    const server = spawn(process.execPath, [child, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
      const said = async (): Promise<Record<string, unknown>> =>
        JSON.parse(String((await lines.next()).value)) as Record<string, unknown>
      const { url } = await said()
      const response = await fetch(new URL('/v1/runs', String(url)), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ goal: 'amber', planner: 'rules' }),
      })
      const { run_id } = (await response.json()) as { run_id: string }
      expect(await said()).toEqual({
        level: 50,
        time: expect.any(Number),
        tool: 'amber_hold',
        run_id,
        step_id: 's1',
        held_s: 5,
        places: expect.arrayContaining([expect.stringMatching(/^goRound held\.ts:\d+$/)]),
        msg: 'a tool holds the event loop: isolate it',
      })
    } finally {
      server.kill('SIGKILL')
    }
  },
)
