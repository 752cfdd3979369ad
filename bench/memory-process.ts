// The process whose memory is measured: runs in stretches; between two of them nothing is under way, what is no
// longer needed is collected, and what is left is counted. Run by memory.ts only, with --expose-gc.
import { statSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRuntime, type Runtime } from '../src/runtime.ts'
import { crowd } from './crowd.ts'
import { oneRun, REQUESTER, requestOf } from './load.ts'
import { roomyRegistry } from './roomy.ts'

/** What is left after so many runs, and what the runs since the sample before it cost. */
export type Sample = {
  readonly runs: number
  readonly heapMb: number
  readonly externalMb: number
  readonly rssMb: number
  readonly diskMb: number
  readonly runsPerSecond: number
  /** Microseconds of all threads a run. */
  readonly cpuPerRun: number
}

export type Work = {
  readonly runs: number
  readonly samples: number
  readonly concurrency: number
  /** 4, or 1: a run of a single step. */
  readonly steps: number
}

const LONGEST_MS = 60_000
const TENANTS = 20
const ALWAYS = new AbortController().signal

async function shortRun(runtime: Runtime, number: number): Promise<void> {
  const request = {
    ...requestOf(false, number),
    goal: `is the deal of prospect-${number} qualified?`,
    tenant: `bench-${number % TENANTS}`,
  }
  const { runId } = await runtime.engine.start(request, REQUESTER)
  const { finished } = await runtime.engine.settled(runId, LONGEST_MS, ALWAYS)
  if (finished?.status !== 'succeeded' || finished.completed.length !== 1)
    throw new Error('a run did not succeed with one step')
}

const longRun = (runtime: Runtime, number: number): Promise<void> =>
  oneRun(runtime, { ...requestOf(false, number), tenant: `bench-${number % TENANTS}` })

/** The runs from one number up to, without, another. */
type Stretch = { readonly from: number; readonly to: number; readonly work: Work }

const runAll = (runtime: Runtime, { from, to, work }: Stretch): Promise<void> =>
  crowd(work.concurrency, to - from, (number) =>
    work.steps === 1 ? shortRun(runtime, from + number) : longRun(runtime, from + number),
  )

function collect(): void {
  if (globalThis.gc === undefined) throw new Error('start with --expose-gc')
  globalThis.gc()
  globalThis.gc()
}

const diskBytes = (dir: string): number =>
  readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)

function left(dir: string): Pick<Sample, 'heapMb' | 'externalMb' | 'rssMb' | 'diskMb'> {
  const { heapUsed, external, rss } = process.memoryUsage()
  return {
    heapMb: heapUsed / 1e6,
    externalMb: external / 1e6,
    rssMb: rss / 1e6,
    diskMb: diskBytes(dir) / 1e6,
  }
}

async function sample(runtime: Runtime, dir: string, stretch: Stretch): Promise<Sample> {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await runAll(runtime, stretch)
  // A scrape and a list cover every event before them: what follows from the runs is part of their cost.
  await runtime.views.metrics('text')
  await runtime.views.runs({ limit: 1 })
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpu)
  collect()
  const runs = stretch.to - stretch.from
  return {
    runs: stretch.to,
    ...left(dir),
    runsPerSecond: runs / seconds,
    cpuPerRun: (user + system) / runs,
  }
}

async function main(dir: string, work: Work): Promise<void> {
  const runtime = await createRuntime({ registry: await roomyRegistry(), dataDir: dir })
  const each = Math.ceil(work.runs / work.samples)
  for (let from = 0; from < work.runs; from += each) {
    process.send?.(await sample(runtime, dir, { from, to: Math.min(work.runs, from + each), work }))
  }
  await runtime.stop()
  process.disconnect()
}

const [dir = '', ...numbers] = process.argv.slice(2)
const [runs = 0, samples = 1, concurrency = 1, steps = 4] = numbers.map(Number)
await main(dir, { runs, samples, concurrency, steps })
