import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const child = fileURLToPath(new URL('./host-child.ts', import.meta.url))

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

test(
  'a program that listens for errors by itself is told of its own alone, and has them back after the last runtime',
  { timeout: 120_000 },
  async () => {
    const ended: unknown = await promisify(execFile)(process.execPath, [child]).catch(
      (error: unknown) => error,
    )
    const { code, stdout, stderr } = ended as Ended
    expect(JSON.parse(stdout)).toEqual({
      modes: ['agent_bug', 'agent_bug', 'agent_bug', 'succeeded', 'agent_bug'],
      told: [
        'uncaughtExceptionMonitor: of the host',
        'uncaughtException: of the host',
        'onFailure: of the host again',
      ],
      left: [],
    })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('of a host without a runtime'),
    })
  },
)
