// How many whole runs a second: four steps each, durable (fsync at every commit), budgets reserved and settled,
// metrics and views followed. The clock of a run starts when it is asked for and stops when its end is durable.
import { figure, setting, type Bench, type Curve, type Figure } from './bench.ts'
import { driven, type DrivenResult } from './driven.ts'
import { inFolder } from './folder.ts'
import { journalCeiling } from './journal.ts'

/** The runtime without a collector, and without anybody who reads its log. */
const WARM = { warmUp: 6000, telemetry: { otelEndpoint: null, logs: false } }

const figuresOf = (name: string, result: DrivenResult): Figure[] => [
  figure(`${name}: runs`, result.runsPerSecond, '/s'),
  figure(`${name}: events a run`, result.eventsPerRun, ''),
  ...result.latencies.map((latency) => ({ ...latency, name: `${name}${latency.name}` })),
  figure(`${name}: CPU of the engine's thread a run`, result.mainCpu, 'µs'),
  figure(`${name}: CPU of all threads a run`, result.allCpu, 'µs'),
]

const curveOf = (name: string, { points }: DrivenResult): Curve => ({
  plot: 'How long a run takes',
  name,
  kind: 'distribution',
  x: 'percentile',
  y: 'ms',
  points,
})

/** The raw journal in the same minutes: the ratio shows what everything above it adds. */
const ceiling = (concurrency: number) =>
  inFolder((dir) => journalCeiling({ dir, appends: 20_000, eventsPerAppend: 10, concurrency }))

/** The concurrencies beside the one of the settings: a single run's latency, and where more no longer helps. */
const LADDER = [1, 8, 32, 128]

type Step = { readonly concurrency: number; readonly result: DrivenResult }

async function ladder(options: { runs: number; concurrency: number }, progress: (done: number) => void) {
  const steps = [...new Set([...LADDER, options.concurrency])].toSorted((a, b) => a - b)
  const results: Step[] = []
  for (const concurrency of steps) {
    // One at a time there is no group commit: a tenth of the runs takes as long.
    const runs = Math.ceil(concurrency === 1 ? options.runs / 10 : options.runs)
    const result = await driven({ ...WARM, runs, concurrency, approval: false })
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
    const approved = await driven({ ...WARM, runs: Math.ceil(runs / 2), concurrency, approval: true })
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
        ...steps.map((step) => curveOf(`concurrency ${step.concurrency}`, step.result)),
        curveOf(`one approval each, ${concurrency}`, approved),
      ],
    }
  },
}
