// The server as its users have it, in a process that may be killed: `serve` with four tools more. Each of them leaves a
// line in a ledger outside the journal when it really happens. Arguments: a folder, and the URL of a database or nothing.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { parseSettings } from '../../src/config.ts'
import { createLogger, serve } from '../../src/main.ts'
import { defineTool, type Tool } from '../../src/tools/tool.ts'

const [dir = '', database = ''] = process.argv.slice(2)
const SLOW_MS = 3

const recorded = (name: string): Tool =>
  defineTool({
    name,
    input: z.record(z.string(), z.unknown()),
    output: z.object({ value: z.string() }),
    run: async (_input, { runId, stepId, idempotencyKey: key }) => {
      await pause(SLOW_MS)
      const line = { tool: name, run: runId, step: stepId, key, life: process.pid, at: Date.now() }
      appendFileSync(join(dir, 'ledger.jsonl'), `${JSON.stringify(line)}\n`)
      await pause(SLOW_MS)
      return { value: `made by ${name}` }
    },
  })

const settings = parseSettings({
  PORT: '0',
  LOG_LEVEL: 'silent',
  DATA_DIR: join(dir, 'data'),
  REGISTRY: join(dir, 'registry.yaml'),
  ...(database === '' ? {} : { DATABASE_URL: database }),
})
const serving = await serve(settings, createLogger(settings), {
  tools: ['amber_find', 'cedar_write', 'dolphin_file', 'eagle_send'].map(recorded),
  // The server of a killed process's database lets go of the journal a moment later.
  standby: database !== '',
})
process.stdout.write(`${serving.url}\n`)
process.on('SIGTERM', () => void serving.stop())
