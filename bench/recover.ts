// How long a start takes when the process before it was killed with many runs unfinished: until the server is ready,
// until it accepts a new run, and until nothing is left to do but for people.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { figure, setting, type Bench, type Curve, type Figure } from './bench.ts'
import { BenchError } from './failure.ts'
import { inFolder } from './folder.ts'
import type { Told, Unfinished } from './recover-process.ts'

const PROCESS = new URL('./recover-process.ts', import.meta.url)

const run = (words: readonly string[]): ChildProcess =>
  fork(PROCESS, words, { execArgv: ['--disable-warning=ExperimentalWarning'] })

type ToldOf<K extends Told['kind']> = Extract<Told, { kind: K }>

/** The messages of a process by kind; rejects when it ends before it told them all. */
async function heard(child: ChildProcess, last: Told['kind']): Promise<ReadonlyMap<Told['kind'], Told>> {
  const told = new Map<Told['kind'], Told>()
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      const one = message as Told
      told.set(one.kind, one)
      if (one.kind === last) resolve()
    })
    child.once('exit', (code) => reject(new BenchError(1, `the process ended early (${code})`)))
  })
  return told
}

function toldBy<K extends Told['kind']>(told: ReadonlyMap<Told['kind'], Told>, kind: K): ToldOf<K> {
  const one = told.get(kind)
  if (one?.kind !== kind) throw new BenchError(1, `the process did not tell that it is ${kind}`)
  return one as ToldOf<K>
}

/** Leaves so many runs unfinished in `dir`, as a process does that is killed. */
async function leaveUnfinished(dir: string, { waiting, accepted, called }: Unfinished): Promise<void> {
  const child = run(['prepare', dir, ...[waiting, accepted, called].map(String)])
  const ended = once(child, 'exit')
  try {
    await heard(child, 'prepared')
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

type Recovery = {
  readonly runs: number
  /** Milliseconds from the start of the process. */
  readonly readyMs: number
  readonly acceptingMs: number
  readonly quietMs: number
  readonly readyRssMb: number
  readonly quietRssMb: number
  /** Events. */
  readonly mostBehind: number
}

async function recoverIn(dir: string, unfinished: Unfinished): Promise<Recovery> {
  const runs = unfinished.waiting + unfinished.accepted + unfinished.called
  const begun = performance.timeOrigin + performance.now()
  const child = run(['start', dir])
  const ended = once(child, 'exit')
  const told = await heard(child, 'quiet')
  await ended
  const [ready, accepting, quiet] = [toldBy(told, 'ready'), toldBy(told, 'accepting'), toldBy(told, 'quiet')]
  if (ready.recovered !== runs) throw new BenchError(1, `${ready.recovered} of ${runs} runs were taken up`)
  if (quiet.open !== unfinished.waiting)
    throw new BenchError(1, `${quiet.open} runs are open, ${unfinished.waiting} wait for a person`)
  return {
    runs,
    readyMs: ready.at - begun,
    acceptingMs: accepting.at - begun,
    quietMs: quiet.at - begun,
    readyRssMb: ready.rssMb,
    quietRssMb: quiet.rssMb,
    mostBehind: quiet.mostBehind,
  }
}

const KINDS: readonly { readonly name: string; readonly of: (runs: number) => Unfinished }[] = [
  { name: 'waiting for people', of: (runs) => ({ waiting: runs, accepted: 0, called: 0 }) },
  {
    name: 'cut in the middle',
    of: (runs) => ({ waiting: 0, accepted: Math.floor(runs / 2), called: Math.ceil(runs / 2) }),
  },
]

const figuresOf = (name: string, one: Recovery): Figure[] => [
  figure(`${one.runs} ${name}: process start to ready`, one.readyMs, 'ms'),
  figure(`${one.runs} ${name}: process start to the first new run accepted`, one.acceptingMs, 'ms'),
  figure(`${one.runs} ${name}: process start until only people can move a run`, one.quietMs, 'ms'),
  figure(`${one.runs} ${name}: events that the views are behind, at most`, one.mostBehind, ''),
  figure(`${one.runs} ${name}: resident memory when ready`, one.readyRssMb, 'MB'),
  figure(`${one.runs} ${name}: resident memory at the end`, one.quietRssMb, 'MB'),
]

function curvesOf(name: string, recoveries: readonly Recovery[]): Curve[] {
  const line = (plot: string, what: string, y: (one: Recovery) => number): Curve => ({
    plot,
    name: `${name}${what}`,
    kind: 'line',
    x: 'unfinished runs',
    y: plot === TIME ? 'ms' : 'MB',
    points: recoveries.map((one) => [one.runs, y(one)] as const),
  })
  return [
    line(TIME, ', ready', ({ readyMs }) => readyMs),
    line(TIME, ', only people can move a run', ({ quietMs }) => quietMs),
    line('Memory after a start', '', ({ readyRssMb }) => readyRssMb),
  ]
}
const TIME = 'Start after a kill'

export const bench: Bench = {
  name: 'recover',
  question: 'How long does a start take with a hundred thousand unfinished runs after a kill?',
  settings: { runs: 100_000 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const most = setting(settings, 'runs')
    const sizes = [0, most / 100, most / 10, most].map(Math.floor)
    const figures: Figure[] = []
    const curves: Curve[] = []
    for (const { name, of } of KINDS) {
      const recoveries: Recovery[] = []
      for (const size of sizes) {
        const recovery = await inFolder(async (dir) => {
          await leaveUnfinished(dir, of(size))
          return recoverIn(dir, of(size))
        })
        recoveries.push(recovery)
        figures.push(...figuresOf(name, recovery))
        progress((KINDS.findIndex((kind) => kind.name === name) + recoveries.length / sizes.length) / 2)
      }
      curves.push(...curvesOf(name, recoveries))
    }
    return { figures, curves }
  },
}
