// Does memory grow with the number of runs, and does a run cost at the end what it cost at the beginning. A process
// of its own makes the runs; its memory is taken after everything that is no longer needed was collected.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { statfs } from 'node:fs/promises'
import { figure, setting, type Bench, type Curve, type Figure } from './bench.ts'
import { BenchError, wrongWords } from './failure.ts'
import { inFolder } from './folder.ts'
import type { Sample, Work } from './memory-process.ts'

const PROCESS = new URL('./memory-process.ts', import.meta.url)
/** What a run leaves on disk, and what may be there besides for a while; kB by number of steps. */
const DISK_KB: Readonly<Record<number, number>> = { 1: 12, 4: 26 }
const SPARE_KB = 500_000

async function checkDisk(dir: string, { runs, steps }: Work): Promise<void> {
  const { bavail, bsize } = await statfs(dir)
  const perRun = DISK_KB[steps]
  if (perRun === undefined) throw wrongWords('--steps must be 1 or 4')
  const needed = (runs * perRun + SPARE_KB) / 1e6
  const free = (bavail * bsize) / 1e9
  if (needed > free)
    throw new BenchError(
      1,
      `${runs} runs need about ${needed.toFixed(0)} GB of disk, ${free.toFixed(0)} GB are free: ask for fewer, or --steps 1`,
    )
}

async function measure(dir: string, work: Work, sampled: (sample: Sample) => void): Promise<Sample[]> {
  const { runs, samples, concurrency, steps } = work
  const child = fork(PROCESS, [dir, ...[runs, samples, concurrency, steps].map(String)], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  const taken: Sample[] = []
  child.on('message', (message) => {
    const sample = message as Sample
    taken.push(sample)
    sampled(sample)
  })
  const ended: unknown[] = await once(child, 'exit')
  if (ended[0] !== 0 || taken.at(-1)?.runs !== runs)
    throw new BenchError(1, 'the process did not make all its runs')
  return taken
}

/** Rise of a line through the points, by least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [middleX, middleY] = [mean(([x]) => x), mean(([, y]) => y)]
  const along = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0)
  return along / points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0)
}

const mean = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length

function figuresOf(samples: readonly Sample[]): Figure[] {
  const share = (part: number): number => Math.max(1, Math.floor(samples.length * part))
  const firstQuarter = samples[share(1 / 4) - 1]
  const last = samples.at(-1)
  if (firstQuarter === undefined || last === undefined) throw new BenchError(1, 'there are no samples')
  const settled = samples.slice(share(1 / 4))
  // Nothing is compared with the warm-up: the first stretch of all is left out where there are others.
  const firstTenth = samples.slice(1, 1 + share(1 / 10))
  const lastTenth = samples.slice(-share(1 / 10))
  const rise = (of: (sample: Sample) => number): number =>
    slope(settled.map((sample) => [sample.runs, of(sample)] as const)) * 1e6
  return [
    figure('runs', last.runs, ''),
    figure(
      'heap: rise a run, last three quarters',
      rise(({ heapMb }) => heapMb),
      'bytes',
    ),
    figure(
      'resident memory: rise a run, last three quarters',
      rise(({ rssMb }) => rssMb),
      'bytes',
    ),
    figure('heap at the first quarter', firstQuarter.heapMb, 'MB'),
    figure('heap at the end', last.heapMb, 'MB'),
    figure('resident memory at the first quarter', firstQuarter.rssMb, 'MB'),
    figure('resident memory at the end', last.rssMb, 'MB'),
    figure(
      'first tenth: runs',
      mean(firstTenth, ({ runsPerSecond }) => runsPerSecond),
      '/s',
    ),
    figure(
      'last tenth: runs',
      mean(lastTenth, ({ runsPerSecond }) => runsPerSecond),
      '/s',
    ),
    figure(
      'first tenth: CPU of all threads a run',
      mean(firstTenth, ({ cpuPerRun }) => cpuPerRun),
      'µs',
    ),
    figure(
      'last tenth: CPU of all threads a run',
      mean(lastTenth, ({ cpuPerRun }) => cpuPerRun),
      'µs',
    ),
    figure('disk a run', (last.diskMb * 1000) / last.runs, 'kB'),
  ]
}

function curvesOf(samples: readonly Sample[]): Curve[] {
  const line = (plot: string, name: string, of: (sample: Sample) => number): Curve => ({
    plot,
    name,
    kind: 'line',
    x: 'runs',
    y: UNITS[plot] ?? '',
    points: samples.map((sample) => [sample.runs, of(sample)] as const),
  })
  return [
    line('Memory by runs made', 'heap', ({ heapMb }) => heapMb),
    line('Memory by runs made', 'resident', ({ rssMb }) => rssMb),
    line('Memory by runs made', 'external', ({ externalMb }) => externalMb),
    line('CPU a run by runs made', 'all threads', ({ cpuPerRun }) => cpuPerRun),
    line('Runs a second by runs made', 'runs', ({ runsPerSecond }) => runsPerSecond),
  ]
}
const UNITS: Readonly<Record<string, string>> = {
  'Memory by runs made': 'MB',
  'CPU a run by runs made': 'µs',
  'Runs a second by runs made': 'runs/s',
}

export const bench: Bench = {
  name: 'memory',
  question: 'Does memory, or the cost of a run, grow over two hundred thousand runs?',
  settings: { runs: 200_000, samples: 40, concurrency: 64, steps: 4 },
  durability: 'fsync',
  run: (settings, progress) =>
    inFolder(async (dir) => {
      const work: Work = {
        runs: setting(settings, 'runs'),
        samples: setting(settings, 'samples'),
        concurrency: setting(settings, 'concurrency'),
        steps: setting(settings, 'steps'),
      }
      if (work.samples < 8) throw wrongWords('--samples must be at least 8')
      await checkDisk(dir, work)
      const samples = await measure(dir, work, ({ runs }) => progress(runs / work.runs))
      return { figures: figuresOf(samples), curves: curvesOf(samples) }
    }),
}
