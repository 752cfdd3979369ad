// A server with a tool that waits a moment and then never lets the event loop go. Arguments: its folder. Says its URL.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parseSettings } from '../../src/config.ts'
import { createLogger, serve } from '../../src/main.ts'
import { defineTool } from '../../src/tools/tool.ts'

const [dir = ''] = process.argv.slice(2)

const goRound = (): never => {
  for (;;);
}

const tool = defineTool({
  name: 'amber_hold',
  input: z.record(z.string(), z.unknown()),
  output: z.object({ value: z.string() }),
  run: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return goRound()
  },
})

const REGISTRY = join(dir, 'registry.yaml')
writeFileSync(
  REGISTRY,
  `
version: v1
metadata: { name: held, version: "1" }
tools:
  amber_hold: { domain: intelligence, description: amber, outputs: { value: { type: string } }, cost: 1 }
profiles:
  demo: { allowed_tools: [amber_hold], approval_required: [execute],
    budget: { run: { calls: 5 } }, timeout_seconds: 600 }
`,
)
const settings = parseSettings({ PORT: '0', LOG_LEVEL: 'error', DATA_DIR: join(dir, 'data'), REGISTRY })
const serving = await serve(settings, createLogger(settings), { tools: [tool] })
process.stdout.write(`${JSON.stringify({ url: serving.url })}\n`)
