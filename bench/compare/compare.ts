// `npm run bench -- compare BASE HEAD`: is one build of the product faster than another? Both are measured by turns
// (base head base head), each time in a process of its own.
import { BenchError, wrongWords } from '../failure.ts'
import { isBusy, thisMachine } from '../machine.ts'
import { progressOn } from '../progress.ts'
import { keepIn, type Comparison } from '../result.ts'
import { comparisonText } from '../table.ts'
import { countOf, readWords, type Words } from '../words.ts'
import { commitOf, haveSameBenches, withBuilds, type Builds } from './builds.ts'
import { benchesOf, measure } from './child.ts'
import { compareRounds, mergeRounds, type Round } from './ratios.ts'

export const COMPARE_USAGE = `compare BASE HEAD [--bench runs] [--rounds 5] [--setting value] [--bench.rounds 1] [--json] [--out FILE]`
const ROUNDS = 5

type Asked = {
  readonly bench: string
  readonly rounds: number
  readonly settings: Words['settings']
  readonly signal: AbortSignal
}

/** Errors: BenchError when a side does not have the benchmark. */
export async function checkBench(
  builds: Builds,
  { bench, signal }: Pick<Asked, 'bench' | 'signal'>,
): Promise<void> {
  const [base, head] = [await benchesOf(builds.base, signal), await benchesOf(builds.head, signal)]
  const known = new Set([...base, ...head])
  if (!known.has(bench))
    throw wrongWords(`no benchmark ${bench}; known are ${[...known].toSorted().join(', ')}`)
  for (const [names, { name, commit }] of [
    [base, builds.base],
    [head, builds.head],
  ] as const) {
    if (!names.includes(bench))
      throw new BenchError(1, `${name} (${commit}) does not have the benchmark ${bench}`)
  }
}

async function rounds(builds: Builds, { bench, rounds, settings, signal }: Asked): Promise<Round[]> {
  const words = [bench, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])]
  const progress = progressOn(process.stderr, `compare ${bench}`)
  const made: Round[] = []
  try {
    progress.at(0)
    while (made.length < rounds) {
      const base = await measure(builds.base, words, signal)
      progress.at((made.length + 0.5) / rounds)
      const head = await measure(builds.head, words, signal)
      made.push({ base, head })
      progress.at(made.length / rounds)
    }
  } finally {
    progress.end()
  }
  return made
}

async function comparisonOf(builds: Builds, asked: Asked): Promise<Comparison> {
  await checkBench(builds, asked)
  const { commit: _, ...machine } = thisMachine()
  if (isBusy(machine))
    console.error(`the machine is busy (load ${machine.load.toFixed(2)}): read the ratios with care`)
  if (!(await haveSameBenches(builds)))
    console.error('bench/ is not the same in both: a difference may be in the benchmark itself')
  const made = await rounds(builds, asked)
  const { base, head } = builds
  return {
    compare: asked.bench,
    at: new Date().toISOString(),
    ...machine,
    rounds: asked.rounds,
    settings: asked.settings,
    base: { name: base.name, commit: base.commit },
    head: { name: head.name, commit: head.commit },
    ...compareRounds(made),
    results: [...mergeRounds(made, 'base', base.commit), ...mergeRounds(made, 'head', head.commit)],
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The signal that a person's Ctrl-C aborts, so that everything is removed first. */
async function interruptible<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController()
  const interrupt = (): void => stopping.abort(new BenchError(1, 'interrupted; the work trees are removed'))
  for (const name of SIGNALS) process.on(name, interrupt)
  try {
    return await act(stopping.signal)
  } catch (error) {
    // What an interrupted program says of itself is not the reason.
    stopping.signal.throwIfAborted()
    throw error
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt)
  }
}

/** Prints the comparison. Errors: BenchError. */
export async function compare(args: readonly string[]): Promise<void> {
  const words = readWords(args, { flags: ['json'], options: ['bench', 'rounds', 'out'], settings: true })
  const [base, head, more] = words.names
  if (base === undefined || head === undefined || more !== undefined)
    throw wrongWords(`it is: ${COMPARE_USAGE}`)
  const count = countOf(words, 'rounds', ROUNDS)
  const named = { base: await commitOf(base), head: await commitOf(head) }
  const keep = await keepIn(words.options.get('out'))
  const bench = words.options.get('bench') ?? 'runs'
  const compared = await interruptible((signal) =>
    withBuilds(named, signal, (builds) =>
      comparisonOf(builds, { bench, rounds: count, settings: words.settings, signal }),
    ),
  )
  const line = JSON.stringify(compared)
  await keep(line)
  if (!words.flags.has('json')) console.log(`\n${comparisonText(compared)}\n`)
  console.log(line)
}
