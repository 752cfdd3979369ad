// The menu of benchmarks: `npm run bench` lists them, `npm run bench -- NAME [--setting value]` runs one (or `all`).
import { bench as fold } from './fold.ts'
import { bench as journal } from './journal.ts'
import { bench as render } from './render.ts'
import { bench as runs } from './runs.ts'
import { bench as scale } from './scale.ts'
import { bench as telemetry } from './telemetry.ts'
import type { Bench, Figure, Measured } from './bench.ts'
import { thisMachine, type Machine } from './machine.ts'

const BENCHES: readonly Bench[] = [runs, journal, fold, render, telemetry, scale]

const BUSY = 0.7

const lines = (bench: Bench): string =>
  `  ${bench.name.padEnd(10)} ${bench.question}\n${' '.repeat(13)}${Object.entries(bench.settings)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')}`

function list(): number {
  console.log(
    `Benchmarks: npm run bench -- NAME [--setting value] [--json]\n${BENCHES.map(lines).join('\n')}\n  all        every one of them`,
  )
  return 0
}

type Wanted = {
  readonly benches: readonly Bench[]
  readonly settings: Record<string, number>
  readonly json: boolean
}

/** The words of the command line, or what is wrong with them. */
function wanted(args: readonly string[]): Wanted | string {
  const [name = '', ...rest] = args
  const benches = name === 'all' ? BENCHES : BENCHES.filter((bench) => bench.name === name)
  if (benches.length === 0)
    return `no benchmark ${name}; known are ${BENCHES.map((bench) => bench.name).join(', ')}, all`
  const settings: Record<string, number> = {}
  const words = rest.filter((word) => word !== '--json')
  for (let at = 0; at < words.length; at += 2) {
    const key = words[at]?.replace(/^--/, '') ?? ''
    const value = Number(words[at + 1])
    if (!benches.some((bench) => key in bench.settings)) return `no setting --${key}`
    if (!Number.isFinite(value) || value < 0) return `--${key} needs a number`
    settings[key] = value
  }
  return { benches, settings, json: words.length !== rest.length }
}

const progressBar = (name: string) => {
  if (!process.stderr.isTTY) return () => undefined
  return (done: number): void => {
    const full = Math.round(done * 30)
    process.stderr.write(`\r${name} [${'#'.repeat(full)}${' '.repeat(30 - full)}]${done >= 1 ? '\n' : ''}`)
  }
}

const table = (figures: readonly Figure[]): string =>
  [
    '| figure | value |',
    '| --- | ---: |',
    ...figures.map(({ name, value, unit }) => `| ${name} | ${value.toLocaleString('en')} ${unit} |`),
  ].join('\n')

function print(
  bench: Bench,
  result: { machine: Machine; settings: object; measured: Measured; json: boolean },
): void {
  const { machine, settings, measured } = result
  const { figures, curves } = measured
  const { name, durability } = bench
  if (!result.json) console.log(`\n## ${name}: ${bench.question}\n${table(figures)}\n`)
  console.log(
    JSON.stringify({
      bench: name,
      at: new Date().toISOString(),
      ...machine,
      durability,
      settings,
      figures,
      curves,
    }),
  )
}

/** Runs what the words name; 0 done, 2 wrong words. */
export async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0) return list()
  const asked = wanted(args)
  if (typeof asked === 'string') {
    console.error(asked)
    return 2
  }
  for (const bench of asked.benches) {
    const machine = thisMachine()
    if (machine.load > BUSY)
      console.error(`the machine is busy (load ${machine.load.toFixed(2)}): read the figures with care`)
    const settings = { ...bench.settings, ...asked.settings }
    const measured = await bench.run(settings, progressBar(bench.name))
    print(bench, { machine, settings, measured, json: asked.json })
  }
  return 0
}
