// A process that calls every hostile tool once. Arguments: its folder. Says on standard output what became of each.
import { containCalls } from '../../src/containment.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { isolated } from '../../src/tools/isolation/isolated.ts'
import { registryFrom, world } from '../engine/world.ts'
import { alone, ENDLESS, inProcess } from './tools.ts'

const [dir = ''] = process.argv.slice(2)
const names = [...inProcess, ...alone].map(({ name }) => name)
const MAX_OUTPUT_BYTES = 1024 * 1024

/** Only of those that it must end it need be short. */
const timeLimitOf = (name: string): number => (ENDLESS.has(name.replace('_alone', '')) ? 500 : 60_000)

const toolEntry = (name: string): string =>
  `  ${name}: { domain: intelligence, description: amber, outputs: {}, cost: 1, retry: none, timeout_ms: ${timeLimitOf(name)} }`
const profileEntry = (name: string): string =>
  `  ${name}: { allowed_tools: [${name}], approval_required: [execute], timeout_seconds: 600 }`

const registry = registryFrom(`
version: v1
metadata: { name: hostile, version: "1" }
tools:
${names.map(toolEntry).join('\n')}
profiles:
${names.map(profileEntry).join('\n')}
`)

containCalls({
  onOwnFault: (error) => {
    console.error('own fault', error)
    process.exit(7)
  },
})
const threads = alone.map((tool) =>
  isolated(tool, { module: tool.module ?? '', maxOutputBytes: MAX_OUTPUT_BYTES }),
)
const writer = `hostile-${process.pid}`
const journal = await sqliteJournal({ dir, writer })
const w = await world({ registry, tools: [...inProcess, ...threads], journal, writer })
const { open } = await w.engine.recover()
const ended: Record<string, string> = {}
if (journal.position() < 10) {
  const left = [...names]
  const lane = async (): Promise<void> => {
    for (let profile = left.shift(); profile !== undefined; profile = left.shift()) {
      const asked = { profile, goal: profile, context: {}, planner: 'rules', tenant: 'team', limits: {} }
      const request = { ...asked, idempotencyKey: null, traceparent: null }
      const { runId } = await w.engine.start(request, { id: 'operator', roles: ['operator'] })
      const state = await w.engine.settled(runId, 300_000, new AbortController().signal)
      ended[profile] = state.steps['s1']?.error?.mode ?? state.finished?.message ?? state.status
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}
await w.engine.stop(1000)
await journal.close()
process.stdout.write(JSON.stringify({ open, ended, failures: w.failures.length }))
