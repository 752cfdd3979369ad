// The server that an incident happens to, in a process of its own: the real one, with the tools of the incidents.
// Started by server.ts with one argument, the JSON of ServerProgram.
import { parseSettings } from '../../src/config.ts'
import { chaosTools } from './tools.ts'
import type { ServerProgram } from './server.ts'

const given = JSON.parse(process.argv[2] ?? '') as ServerProgram
if (given.clockMs !== 0) {
  const real = Date.now
  Date.now = () => real() + given.clockMs
}
const { createLogger, serve } = await import('../../src/main.ts')
const { port, dataDir, registryFile, otelEndpoint, environment } = given
const own = parseSettings({ ...environment, LOG_LEVEL: 'error' })
const settings = { ...own, port, dataDir, registryFile, otelEndpoint }
const serving = await serve(settings, createLogger(settings), {
  tools: chaosTools(),
  limits: { requestsPerSecond: 1_000_000 },
  engine: given.engine,
  tracing: given.tracing,
})
const end = (): void => {
  void serving.stop().then(() => process.exit(0))
}
// Also when who started it is gone without a word.
process.once('disconnect', end)
process.once('SIGTERM', end)
process.send?.('serves')
