// Runs asked for at a constant rate, whether or not the server keeps up: how long each waits for its durable 202,
// counted from the time at which it was due, and the highest rate that the server holds. What it accepted it works
// on at the same time: a rate at which runs pile up is not held either.
import { figure, setting, type Bench, type Curve, type Figure, type Measured } from './bench.ts'
import { allFinished, client, postRun, runCounts, type Client } from './client.ts'
import { BenchError, wrongWords } from './failure.ts'
import { inFolder } from './folder.ts'
import { roomyRegistry } from './roomy.ts'
import { openLoop, type Answers } from './open-loop.ts'
import { serving, type Served } from './serving.ts'

/** Runs a second. */
const LADDER = [125, 250, 375, 500, 625, 750, 1000, 1250, 1500, 2000, 3000, 4000]

/** Of what is offered: both the answers and the runs must keep up with it. */
const KEEPS_UP = 0.95
/** A machine has its moods: a rate is given up only when it fails as often. */
const TRIES = 2
/** Beyond it a call waits in the client, from its due time on. */
const SOCKETS = 1024

type Step = Answers & {
  readonly rate: number
  /** Answers 503: too many runs wait already. */
  readonly refused: number
  /** Runs a second that ended while the rate lasted. */
  readonly finished: number
  /** Microseconds of CPU a run, of the thread that answers and runs. */
  readonly cpu: number
}

type Settings = Readonly<Record<string, number>>
type Target = { readonly served: Served; readonly calls: Client; readonly goal: () => number }

/** One rate for so long, then quiet until every run is over. Errors: an answer that is neither 202 nor 503. */
async function step({ served, calls, goal }: Target, rate: number, seconds: number): Promise<Step> {
  let refused = 0
  const send = async (): Promise<void> => {
    const { status, text } = await calls.call(postRun(false, goal()))
    if (status === 503) refused += 1
    else if (status !== 202) throw new BenchError(1, `POST /v1/runs answered ${status}: ${text}`)
  }
  const before = { ...(await runCounts(calls)), usage: await served.usage() }
  const begun = performance.now()
  const answers = await openLoop({ rate, calls: Math.ceil(rate * seconds), send })
  const counts = await runCounts(calls)
  const finished = ((counts.finished - before.finished) * 1000) / (performance.now() - begun)
  await allFinished(calls, 0)
  const cpu = ((await served.usage()).main - before.usage.main) / (counts.started - before.started)
  return { ...answers, rate, refused, finished, cpu }
}

const holds = ({ rate, achieved, refused, finished, times }: Step, p99: number): boolean =>
  refused === 0 && achieved >= rate * KEEPS_UP && finished >= rate * KEEPS_UP && times.at(99) <= p99

type Climb = { readonly rates: readonly number[]; readonly seconds: number; readonly p99: number }

/** Up the ladder to the first rate that is not held. */
async function climb(target: Target, { rates, seconds, p99 }: Climb, progress: (done: number) => void) {
  const steps: Step[] = []
  for (const rate of rates) {
    let taken = await step(target, rate, seconds)
    for (let tries = 1; tries < TRIES && !holds(taken, p99); tries += 1)
      taken = await step(target, rate, seconds)
    steps.push(taken)
    progress(steps.length / rates.length)
    if (!holds(taken, p99)) break
  }
  return steps
}

function figuresOf(taken: Step): Figure[] {
  const name = `${taken.rate}/s`
  return [
    ...taken.times.figures(name),
    figure(`${name}: answered`, taken.achieved, '/s'),
    figure(`${name}: refused`, taken.refused, ''),
    figure(`${name}: runs finished`, taken.finished, '/s'),
    figure(`${name}: the client itself was late, P99`, taken.lateness.at(99), 'ms'),
    figure(`${name}: CPU of the server's thread a run`, taken.cpu, 'µs'),
  ]
}

const line = (steps: readonly Step[], name: string, value: (taken: Step) => number): Curve => ({
  plot: 'Time to accept a run, by rate',
  name,
  kind: 'line',
  x: 'runs offered a second',
  y: 'ms',
  points: steps.map((taken) => [taken.rate, value(taken)] as const),
})

const curvesOf = (steps: readonly Step[]): Curve[] => [
  line(steps, 'P50', ({ times }) => times.at(50)),
  line(steps, 'P99', ({ times }) => times.at(99)),
  ...steps.map(({ rate, times }) => times.curve('How long accepting a run takes', `${rate}/s`)),
]

/** Before the measured rates: a rate that is easy, or the one that is asked for. */
const WARM_RATE = 250

async function measure(
  target: Target,
  settings: Settings,
  progress: (done: number) => void,
): Promise<Measured> {
  const [rate, p99] = [setting(settings, 'rate'), setting(settings, 'p99')]
  const warm = setting(settings, 'warmup')
  if (warm > 0) await step(target, rate || WARM_RATE, warm)
  const rates = rate === 0 ? LADDER : [rate]
  const steps = await climb(target, { rates, seconds: setting(settings, 'seconds'), p99 }, progress)
  const knee = steps.findLast((taken) => holds(taken, p99))?.rate ?? 0
  return {
    figures: [figure(`highest rate held with P99 under ${p99} ms`, knee, '/s'), ...steps.flatMap(figuresOf)],
    curves: curvesOf(steps),
  }
}

export const bench: Bench = {
  name: 'rate',
  question:
    'How long does it take to accept a run when runs come at a constant rate, and which rate is held?',
  settings: { rate: 0, seconds: 10, warmup: 10, p99: 50 },
  durability: 'fsync',
  run: (settings, progress) => {
    if (setting(settings, 'seconds') <= 0) throw wrongWords('--seconds must be more than 0')
    return inFolder(async (dir) => {
      const served = await serving(dir, await roomyRegistry())
      const calls = client(served.url, SOCKETS)
      let number = 0
      try {
        return await measure({ served, calls, goal: () => (number += 1) }, settings, progress)
      } finally {
        calls.close()
        await served.stop()
      }
    })
  },
}
