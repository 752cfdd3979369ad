// A program that has runtimes inside it and listens for errors by itself. Says what it was told, and of what; then it
// ends as a program ends whose own error nobody catches.
import { AsyncResource } from 'node:async_hooks'
import { z } from 'zod'
import { createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'

const told: string[] = []
const heard = (where: string) => (error: unknown) =>
  void told.push(`${where}: ${error instanceof Error ? error.message : ''}`)

const oops = (message: string) => (): never => {
  throw new Error(message)
}
/** In the name of the tool that left it. */
let late = (): void => undefined
const behaviours: Readonly<Record<string, () => unknown>> = {
  throws: () => setTimeout(oops('of a tool'), 1),
  rejects: () => void Promise.reject(new Error('of a tool')),
  exits: () => setTimeout(() => process.exit(3), 1),
  throws_late: () => (late = AsyncResource.bind(() => void setTimeout(oops('of a tool, late'), 1))),
}
const tools = Object.entries(behaviours).map(([name, behave]) =>
  defineTool({
    name,
    input: z.unknown(),
    output: z.object({}),
    run: () => {
      behave()
      return name === 'throws_late' ? {} : new Promise<never>(() => undefined)
    },
  }),
)
const names = tools.map(({ name }) => name)
const registry = `
version: v1
metadata: { name: host, version: "1" }
tools:
${names.map((name) => `  ${name}: { domain: intelligence, description: x, outputs: {}, cost: 1, retry: none, timeout_ms: 60000 }`).join('\n')}
profiles:
  demo: { allowed_tools: [${names.join(', ')}], approval_required: [execute], timeout_seconds: 600 }
`

const modeOf = async (runtime: Runtime, tool: string): Promise<string> => {
  const plan = { steps: [{ id: 'a', tool }] }
  const { steps, status } = await runtime.run({ plan })
  return steps[0]?.error?.mode ?? status
}
/** Timers of one length come in their order. */
const afterOthers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))
const ownError = async (message: string): Promise<void> => {
  setTimeout(oops(message), 1)
  await afterOthers()
}

for (const event of ['uncaughtException', 'unhandledRejection', 'uncaughtExceptionMonitor'])
  process.on(event, heard(event))
const first = await createRuntime({ registry, tools, dataDir: null })
const modes: string[] = []
for (const name of names) modes.push(await modeOf(first, name))
await ownError('of the host')
await first.stop()
// What a tool has left is nobody else's news when its runtime has stopped, either.
late()
await afterOthers()
for (const event of ['uncaughtException', 'unhandledRejection', 'uncaughtExceptionMonitor'])
  process.removeAllListeners(event)

const left = process.eventNames().filter((name) => /uncaught|unhandled/.test(String(name)))
const second = await createRuntime({ registry, tools, dataDir: null, onFailure: heard('onFailure') })
modes.push(await modeOf(second, 'throws'))
await ownError('of the host again')
await second.stop()
process.stdout.write(JSON.stringify({ modes, told, left }), oops('of a host without a runtime'))
