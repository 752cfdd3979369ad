// A process that asks everything of every tool that is hostile beside its call. Says what came of each.
import { containCalls } from '../../src/containment.ts'
import { AppError } from '../../src/errors.ts'
import { loadModule } from '../../src/modules.ts'
import { isolated } from '../../src/tools/isolation/isolated.ts'
import { change, pendingOf, registryFrom, reviewer, world } from '../engine/world.ts'
import { alone, inProcess, type Beside } from './beside.ts'

const all = [...inProcess, ...alone]
const MAX_OUTPUT_BYTES = 1024 * 1024

/** Only the rules that never end need a short time, for their threads. */
const timeLimitOf = ({ kind, says }: Beside): number =>
  kind === 'rules' && says === 'goes_round_for_ever' ? 2000 : 60_000
const toolEntry = (beside: Beside): string =>
  `  ${beside.tool.name}: { domain: intelligence, description: amber, outputs: {}, cost: 1, retry: none,
     timeout_ms: ${timeLimitOf(beside)}${beside.kind === 'revised' ? ', side_effects: propose, approval: { required: true, review: output }' : ''} }`
const profileEntry = ({ tool: { name } }: Beside): string =>
  `  ${name}: { allowed_tools: [${name}], approval_required: [execute], timeout_seconds: 600 }`

const registry = registryFrom(`
version: v1
metadata: { name: hostile, version: "1" }
tools:
${all.map(toolEntry).join('\n')}
profiles:
${all.map(profileEntry).join('\n')}
`)

const left = new Set<string>()
containCalls({
  onOwnFault: (error) => {
    console.error('own fault', error)
    process.exit(7)
  },
  onLeft: ({ tool, module = 'nobody' }) => left.add(tool ?? module),
})
const threads = alone.map(({ tool }) =>
  isolated(tool, { module: tool.module ?? '', maxOutputBytes: MAX_OUTPUT_BYTES }),
)
const w = await world({ registry, tools: [...inProcess.map(({ tool }) => tool), ...threads] })

const refused = (error: unknown): string => (error instanceof AppError ? error.code : 'not ours')

async function edited(runId: string): Promise<string> {
  const id = pendingOf(await w.pause(runId))
  const asked = w.engine.decide(id, change({ output: { value: 'other' } }), reviewer)
  return asked.then(() => 'taken', refused)
}

async function outcomeOf({ kind, tool: { name } }: Beside): Promise<string> {
  if (kind === 'words') return (await w.engine.words(name, { value: 'made' })).join('/').slice(0, 100)
  const runId = await w.run({ profile: name, goal: name })
  if (kind === 'revised') return edited(runId)
  const state = await w.engine.settled(runId, 300_000, new AbortController().signal)
  return state.steps['s1']?.error?.mode ?? state.status
}

const told: Record<string, string> = {}
const file = new URL('./exits-when-loaded.ts', import.meta.url)
told['a_file'] = await loadModule({ url: file, file: 'exits-when-loaded.ts', path: 'tools' }).then(
  () => 'loaded',
  refused,
)
const waiting = [...all]
const lane = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
    told[next.tool.name] = await outcomeOf(next).catch(refused)
}
await Promise.all(Array.from({ length: 8 }, lane))
await w.engine.stop(1000)
process.stdout.write(JSON.stringify({ told, left: [...left], failures: w.failures.length }))
