// What telemetry costs a run: two warm processes, one with metrics and traces, one without, that carry out a few hundred
// runs by turns (on off off on), so that whatever the machine is doing meets both. The lists of runs and approvals, and
// the log, are there on both sides.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { median } from './compare/ratios.ts'
import { wrongWords } from './failure.ts'
import { withDriven, type Drive, type DrivenResult } from './driven.ts'

/** A collector in a process of its own, so that its work is not counted as ours. */
async function collector(): Promise<{ endpoint: string; stop: () => void }> {
  const program = `require('node:http').createServer((req, res) => { req.resume(); req.on('end', () => { res.end() }) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { endpoint: `http://127.0.0.1:${port.toString().trim()}`, stop: () => child.kill() }
}

type Pair = { readonly on: DrivenResult[]; readonly off: DrivenResult[] }

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
/** Blocks are of one size. */
const cpuOf = (blocks: readonly DrivenResult[]): number =>
  sum(blocks.map(({ allCpu }) => allCpu)) / blocks.length
const rateOf = (blocks: readonly DrivenResult[]): number =>
  sum(blocks.map(({ runs }) => runs)) / sum(blocks.map(({ seconds }) => seconds))

type Turns = { readonly blocks: number; readonly runs: number; readonly progress: (done: number) => void }

async function byTurns(sides: { on: Drive; off: Drive }, { blocks, runs, progress }: Turns): Promise<Pair> {
  const pair: Pair = { on: [], off: [] }
  for (let block = 0; block < blocks; block += 1) {
    const order = block % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)
    for (const side of order) pair[side].push(await sides[side](runs))
    progress((block + 1) / blocks)
  }
  return pair
}

function figuresOf(pairs: readonly Pair[]): Figure[] {
  const [on, off] = [pairs.map((pair) => pair.on), pairs.map((pair) => pair.off)]
  const ratios = pairs.map((pair) => cpuOf(pair.on) / cpuOf(pair.off))
  return [
    figure('on: runs, median', median(on.map(rateOf)), '/s'),
    figure('off: runs, median', median(off.map(rateOf)), '/s'),
    figure('on: CPU of all threads a run, median', median(on.map(cpuOf)), 'µs'),
    figure('off: CPU of all threads a run, median', median(off.map(cpuOf)), 'µs'),
    figure('CPU, on against off, median of the rounds', median(ratios), 'ratio'),
    figure('CPU, on against off, lowest', Math.min(...ratios), 'ratio'),
    figure('CPU, on against off, highest', Math.max(...ratios), 'ratio'),
    figure(
      'time, on against off, median of the rounds',
      median(pairs.map((pair) => rateOf(pair.off) / rateOf(pair.on))),
      'ratio',
    ),
  ]
}

/** After 6,000 runs some fifty functions were still compiled in each further thousand, more of them with telemetry. */
const WARM_UP = 20_000

export const bench: Bench = {
  name: 'telemetry',
  question: 'What do metrics and traces cost a run?',
  settings: { runs: 6000, block: 400, warmup: WARM_UP, concurrency: 32, rounds: 8 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const load = {
      warmUp: setting(settings, 'warmup'),
      concurrency: setting(settings, 'concurrency'),
      approval: false,
    } as const
    const block = setting(settings, 'block')
    if (block < 1) throw wrongWords('--block needs a number from 1')
    const rounds = setting(settings, 'rounds')
    const sink = await collector()
    const told = { ...load, telemetry: { otelEndpoint: sink.endpoint, logs: true } }
    const pairs: Pair[] = []
    try {
      for (let round = 0; round < rounds; round += 1) {
        const turns: Turns = {
          blocks: Math.ceil(setting(settings, 'runs') / block),
          runs: block,
          progress: (done) => progress((round + done) / rounds),
        }
        const pair = await withDriven(told, (on) =>
          withDriven({ ...load, telemetry: null }, (off) => byTurns({ on, off }, turns)),
        )
        pairs.push(pair)
      }
    } finally {
      sink.stop()
    }
    return { curves: [], figures: figuresOf(pairs) }
  },
}
