// How many whole runs a second: four steps each, durable (fsync at every commit), budgets reserved and settled,
// metrics and views followed. The clock of a run starts when it is asked for and stops when its end is durable.
import { figure, setting, type Bench, type Curve, type Figure } from './bench.ts'
import { inFolder } from './folder.ts'
import { journalCeiling } from './journal.ts'
import { latency, type Latency } from './latency.ts'
import { oneRun, registryText, requestOf, review, type Driven } from './load.ts'
import { createRuntime } from '../src/runtime.ts'

export type RunsOptions = {
  readonly dir: string
  readonly runs: number
  readonly concurrency: number
  /** One of the four steps waits for a person, who approves at once. */
  readonly approval: boolean
}

export type RunsResult = {
  readonly runsPerSecond: number
  readonly eventsPerRun: number
  readonly times: Latency
  /** Microseconds of CPU a run: of the thread that runs the engine, and of all threads. */
  readonly mainCpu: number
  readonly allCpu: number
}

export async function drive(runtime: Driven, options: Omit<RunsOptions, 'dir'>): Promise<RunsResult> {
  const times = latency()
  let left = options.runs
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const begun = performance.now()
      await oneRun(runtime, requestOf(options.approval, left))
      times.record(performance.now() - begun)
    }
  }
  const before = runtime.journal.position()
  const main = process.threadCpuUsage()
  const all = process.cpuUsage()
  const begun = performance.now()
  await Promise.all(Array.from({ length: options.concurrency }, client))
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.threadCpuUsage(main)
  const whole = process.cpuUsage(all)
  return {
    runsPerSecond: Math.round(options.runs / seconds),
    eventsPerRun: Math.round((runtime.journal.position() - before) / options.runs),
    times,
    mainCpu: (user + system) / options.runs,
    allCpu: (whole.user + whole.system) / options.runs,
  }
}

/** Warms up, then measures. */
export async function runRate(options: RunsOptions): Promise<RunsResult> {
  const runtime = await createRuntime({ registry: await registryText(), dataDir: options.dir })
  const done = new AbortController()
  const reviewing = options.approval ? review(runtime, done.signal) : Promise.resolve()
  await drive(runtime, { ...options, runs: Math.ceil(options.runs / 4) })
  const result = await drive(runtime, options)
  done.abort()
  await reviewing
  await runtime.stop()
  return result
}

const figuresOf = (name: string, result: RunsResult): Figure[] => [
  figure(`${name}: runs`, result.runsPerSecond, '/s'),
  figure(`${name}: events a run`, result.eventsPerRun, ''),
  ...result.times.figures(name),
  figure(`${name}: CPU of the engine's thread a run`, result.mainCpu, 'µs'),
  figure(`${name}: CPU of all threads a run`, result.allCpu, 'µs'),
]

/** The raw journal in the same minutes: the ratio shows what everything above it adds. */
const ceiling = (concurrency: number) =>
  inFolder((dir) => journalCeiling({ dir, appends: 20_000, eventsPerAppend: 10, concurrency }))

/** The concurrencies beside the one of the settings: a single run's latency, and where more no longer helps. */
const LADDER = [1, 8, 32, 128]

type Step = { readonly concurrency: number; readonly result: RunsResult }

async function ladder(options: { runs: number; concurrency: number }, progress: (done: number) => void) {
  const steps = [...new Set([...LADDER, options.concurrency])].toSorted((a, b) => a - b)
  const results: Step[] = []
  for (const concurrency of steps) {
    // One at a time there is no group commit: a tenth of the runs takes as long.
    const runs = Math.ceil(concurrency === 1 ? options.runs / 10 : options.runs)
    const result = await inFolder((dir) => runRate({ dir, runs, concurrency, approval: false }))
    results.push({ concurrency, result })
    progress(results.length / steps.length)
  }
  return results
}

const throughput = (steps: readonly Step[]): Curve => ({
  plot: 'Runs a second by concurrency',
  name: 'no approval',
  kind: 'line',
  x: 'concurrency',
  y: 'runs/s',
  points: steps.map(({ concurrency, result }) => [concurrency, result.runsPerSecond] as const),
})

export const bench: Bench = {
  name: 'runs',
  question: 'How many durable four-step runs a second, by concurrency, and how long does each take?',
  settings: { runs: 8000, concurrency: 32 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const runs = setting(settings, 'runs')
    const concurrency = setting(settings, 'concurrency')
    const before = await ceiling(concurrency)
    progress(0.1)
    const steps = await ladder({ runs, concurrency }, (done) => progress(0.1 + 0.6 * done))
    const approved = await inFolder((dir) =>
      runRate({ dir, runs: Math.ceil(runs / 2), concurrency, approval: true }),
    )
    progress(0.9)
    const after = await ceiling(concurrency)
    progress(1)
    const raw = (before.eventsPerSecond + after.eventsPerSecond) / 2
    const named = steps.find((step) => step.concurrency === concurrency)?.result ?? approved
    return {
      figures: [
        ...steps.flatMap((step) => figuresOf(`concurrency ${step.concurrency}`, step.result)),
        ...figuresOf(`one approval each, concurrency ${concurrency}`, approved),
        figure('journal alone, 10 events an append: events', raw, '/s'),
        figure(
          'events of the runs, share of that',
          (named.runsPerSecond * named.eventsPerRun) / raw,
          'ratio',
        ),
      ],
      curves: [
        throughput(steps),
        ...steps.map((step) =>
          step.result.times.curve('How long a run takes', `concurrency ${step.concurrency}`),
        ),
        approved.times.curve('How long a run takes', `one approval each, ${concurrency}`),
      ],
    }
  },
}
