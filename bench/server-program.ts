// The server that benchmarks drive, in a process of its own: the real one, with a real log line for each request;
// only its limits on callers are raised. Started by serving.ts with the data's folder and the registry's file.
import { parseSettings } from '../src/config.ts'
import { createLogger, serve } from '../src/main.ts'

const [dataDir = '', registryFile = ''] = process.argv.slice(2)
const settings = { ...parseSettings({}), port: 0, dataDir, registryFile }

const serving = await serve(settings, createLogger(settings), {
  limits: { requestsPerSecond: 1_000_000, streamClients: 10_000 },
  // Where somebody sees it: the log goes nowhere.
  onFailure: (error) => {
    console.error(error)
    process.exit(1)
  },
})

const sum = ({ user, system }: NodeJS.CpuUsage): number => user + system

/** What is left after a collection; what was not collected yet says nothing. */
function liveHeap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

process.on('message', (asked) => {
  if (asked === 'heap') process.send?.(liveHeap())
  else process.send?.({ main: sum(process.threadCpuUsage()), all: sum(process.cpuUsage()) })
})
// Also when the benchmark ended without a word.
process.once('disconnect', () => void serving.stop())
process.send?.({ url: serving.url })
