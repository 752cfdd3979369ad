// A runtime that works through a list of 200 items, in a process that kills itself in the middle of a call. Arguments: a
// folder, and the number of the call it dies in (0: none). Says at the end how the list ended.
import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CallError, createRuntime, defineTool } from '../../src/runtime.ts'

const [dir = '', dying = '0'] = process.argv.slice(2)
const operator = { id: 'operator', roles: ['operator'] }
/** As the program's own: no tool may end its process. */
const asOurs = AsyncLocalStorage.snapshot()
let calls = 0

const greet = defineTool({
  name: 'greet',
  input: z.object({ n: z.number() }),
  output: z.object({ text: z.string() }),
  run: ({ n }) => {
    calls += 1
    if (calls === Number(dying)) asOurs(() => process.kill(process.pid, 'SIGKILL'))
    if (n % 10 === 3) throw new CallError('agent_bug', 'cannot greet')
    return { text: `hello ${n}` }
  },
})

const runtime = await createRuntime({
  registry: readFileSync(join(dir, 'registry.yaml'), 'utf8'),
  dataDir: join(dir, 'data'),
  tools: [greet],
})
const { batchId } = await runtime.engine.batches.start(
  {
    plan: { steps: [{ id: 'hello', tool: 'greet', inputs: {}, after: [] }] },
    profile: 'demo',
    planner: 'auto',
    tenant: 'default',
    context: {},
    limits: {},
    // Asked for by every life of it: it is one batch all the same.
    idempotencyKey: 'list',
    items: Array.from({ length: 200 }, (_none, n) => ({ line: n + 1, context: { n } })),
    rejected: [],
    columns: ['n'],
  },
  operator,
)
for (let position = 0; (await runtime.engine.batches.state(batchId)).finished === null;) {
  await runtime.journal.changed(position, AbortSignal.timeout(1000))
  position = runtime.journal.position()
}
const { finished } = await runtime.engine.batches.state(batchId)
const items = await runtime.engine.batches.items(batchId, { from: 0, limit: 200 })
const outputs = await Promise.all(
  items.map(async ({ run }) => {
    const output = run?.steps['hello']?.output
    return run === null || output == null ? null : runtime.engine.payload(run.runId, output)
  }),
)
const children = await runtime.journal.children(batchId, '', 1000)
const events = await runtime.journal.readAll(0, 1_000_000)
const completed = events.filter(({ type }) => type === 'tool_call_complete').length
process.stdout.write(`${JSON.stringify({ finished, outputs, runs: children.length, completed })}\n`)
await runtime.stop()
