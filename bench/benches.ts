// The benchmarks that there are, with all that they measure: what lists and runs them.
import { bench as cold } from './cold.ts'
import { bench as console_ } from './console.ts'
import { bench as fold } from './fold.ts'
import { bench as http } from './http.ts'
import { bench as journal } from './journal.ts'
import { bench as lists } from './lists.ts'
import { bench as memory } from './memory.ts'
import { bench as plan } from './plan.ts'
import { bench as planning } from './planning.ts'
import { bench as rate } from './rate.ts'
import { bench as recover } from './recover.ts'
import { bench as render } from './render.ts'
import { bench as scrape } from './scrape.ts'
import { bench as runs } from './runs.ts'
import { bench as scale } from './scale.ts'
import { bench as stress } from './stress.ts'
import { bench as telemetry } from './telemetry.ts'
import { annotateOn, type Annotate } from './annotate.ts'
import type { Bench } from './bench.ts'
import { COMPARE_USAGE } from './compare/compare.ts'
import { wrongWords } from './failure.ts'
import { isBusy, thisMachine } from './machine.ts'
import { progressOn } from './progress.ts'
import { REPORT_USAGE } from './report/report.ts'
import { keepIn, type Keep, type Result } from './result.ts'
import { figureTable, settingsText } from './table.ts'
import { readWords } from './words.ts'

const BENCHES: readonly Bench[] = [
  runs,
  journal,
  fold,
  render,
  scrape,
  telemetry,
  scale,
  http,
  rate,
  plan,
  planning,
  recover,
  stress,
  lists,
  memory,
  cold,
  console_,
]

const lines = ({ name, question, settings }: Bench): string =>
  `  ${name.padEnd(10)} ${question}\n${' '.repeat(13)}${settingsText(settings)}`

export function listBenches(): void {
  console.log(`Benchmarks: npm run bench -- NAME [--setting value] [--json] [--out FILE] [--annotate URL]
${BENCHES.map(lines).join('\n')}
  all        every one of them
Tools:
    ${COMPARE_USAGE}
    ${REPORT_USAGE}`)
}

type Wanted = {
  readonly benches: readonly Bench[]
  readonly settings: Readonly<Record<string, number>>
  readonly isJson: boolean
  readonly keep: Keep
  readonly annotate: Annotate
}

/** Errors: BenchError with what is wrong with the words. */
async function wanted(args: readonly string[]): Promise<Wanted> {
  const { names, flags, options, settings } = readWords(args, {
    flags: ['json'],
    options: ['out', 'annotate'],
    settings: true,
  })
  const [name = '', more] = names
  if (more !== undefined) throw wrongWords(`one benchmark at a time, or all: nothing takes ${more}`)
  const benches = name === 'all' ? BENCHES : BENCHES.filter((bench) => bench.name === name)
  if (benches.length === 0)
    throw wrongWords(`no benchmark ${name}; known are ${BENCHES.map((bench) => bench.name).join(', ')}, all`)
  for (const key of Object.keys(settings)) {
    if (!benches.some((bench) => key in bench.settings)) throw wrongWords(`no setting --${key}`)
  }
  const annotate = annotateOn(options.get('annotate'), {
    env: process.env,
    warn: (text) => console.error(text),
  })
  return { benches, settings, isJson: flags.has('json'), keep: await keepIn(options.get('out')), annotate }
}

/** Its own settings, with those of the words that it has. */
const settingsOf = (bench: Bench, given: Wanted['settings']): Record<string, number> =>
  Object.fromEntries(Object.entries(bench.settings).map(([name, value]) => [name, given[name] ?? value]))

async function measured(bench: Bench, settings: Record<string, number>): Promise<Result> {
  const machine = thisMachine()
  if (isBusy(machine))
    console.error(`the machine is busy (load ${machine.load.toFixed(2)}): read the figures with care`)
  const progress = progressOn(process.stderr, bench.name)
  progress.at(0)
  const { figures, curves } = await bench.run(settings, progress.at).finally(progress.end)
  return {
    bench: bench.name,
    at: new Date().toISOString(),
    ...machine,
    durability: bench.durability,
    settings,
    figures: [...figures],
    curves: curves.map((curve) => ({ ...curve, points: curve.points.map(([x, y]) => [x, y]) })),
  }
}

/** Runs one, or all. Errors: BenchError with what is wrong with the words, or what went wrong. */
export async function runBenches(args: readonly string[]): Promise<void> {
  const { benches, settings, isJson, keep, annotate } = await wanted(args)
  for (const bench of benches) {
    const begun = Date.now()
    const result = await measured(bench, settingsOf(bench, settings))
    const line = JSON.stringify(result)
    if (!isJson) console.log(`\n## ${bench.name}: ${bench.question}\n${figureTable(result.figures)}\n`)
    console.log(line)
    await keep(line)
    await annotate(result, begun)
  }
}
