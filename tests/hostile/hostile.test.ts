import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { REFUSING, UNSEEN } from './unseen.ts'
import { ALONE, alone, ENDLESS, FINE, inProcess, RACING, SURVIVABLE } from './tools.ts'

const child = fileURLToPath(new URL('./child.ts', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'cugar-hostile-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

type Told = { readonly open: number; readonly ended: Record<string, string>; readonly failures: number }

/** Rejects when the process does not end by itself with code 0. */
async function live(): Promise<Told> {
  const options = { maxBuffer: 64 * 1024 * 1024 }
  const running = promisify(execFile)(process.execPath, [child, dir], options)
  // Whoever reads from it comes to its end.
  running.child.stdin?.end()
  const { stdout } = await running
  return JSON.parse(stdout) as Told
}

/** What becomes of the call. */
const modeOf = (name: string): unknown => {
  if (FINE.has(name)) return 'succeeded'
  if (RACING.has(name)) return expect.stringMatching(/^(?:succeeded|agent_bug)$/)
  if (ENDLESS.has(name)) return 'system_timeout'
  if (REFUSING.includes(name)) return 'user_invalid_input'
  return name.startsWith('answers_') && name !== 'answers_a_bad_then' ? 'agent_invalid_output' : 'agent_bug'
}

test(
  'whatever a tool does, in the process or in a thread of its own, its own call fails and the process lives',
  { timeout: 400_000 },
  async () => {
    const first = await live()
    expect(inProcess.length).toBeGreaterThanOrEqual(88)
    expect(alone.length).toBeGreaterThanOrEqual(110)
    expect(Object.keys(first.ended)).toHaveLength(inProcess.length + alone.length)
    const expected = [
      ...Object.keys({ ...SURVIVABLE, ...UNSEEN }).map((name) => [name, modeOf(name)]),
      ...Object.keys(ALONE).map((name) => [`${name}_alone`, modeOf(name)]),
    ]
    expect(first).toEqual({ open: 0, failures: 0, ended: Object.fromEntries(expected) })
    // Nothing of it is left to the next start.
    expect(await live()).toEqual({ open: 0, failures: 0, ended: {} })
  },
)
