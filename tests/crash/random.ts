// Kill -9 at random moments of a process under load, again and again in one folder: what is left each time, and
// at the end. Used by the test with few kills and by `npm run kills` with many.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { draw } from '../../src/run/calls/retry.ts'
import { examine } from './examine.ts'
import { numbersOf, wentBack, type Numbers } from './exposed.ts'
import { metricsIn } from './product.ts'
import { startLife, type End } from './processes.ts'
import { seen } from './witness.ts'
import { untilMore } from './work.ts'

/** How many steps a process is let make happen once it has recovered, and for how long it goes on after them, at most. */
const MOST_STEPS = 12
const AFTER_MS = 200
/** One in so many is killed after its store is open, while it starts and recovers, in the first so many milliseconds. */
const STARTING_MS = 400
const STARTING = 4

export type RandomReport = {
  /** Every broken promise; empty: none. */
  readonly broken: readonly string[]
  readonly kills: number
  /** Processes that started after a kill and compared /metrics with the journal. */
  readonly compared: number
  /** Those that found runs under way. */
  readonly recovered: number
  readonly runs: number
  readonly events: number
  /** Calls whose outcome nobody knew, settled by a person. */
  readonly unknown: number
}

type Started = { readonly unequal: readonly string[]; readonly shown: Numbers }

const saidOf = ({ said }: End, word: string): unknown =>
  said.find((sentence) => sentence.word === word)?.about

/** Steps that have happened at least once. */
const stepsIn = (dir: string): number =>
  new Set(seen(dir, 'execution').map(({ run, step }) => `${run}/${step}`)).size

/** One process under load, killed at a moment that nobody chose. */
async function killOnce(dir: string, number: number): Promise<End> {
  const life = startLife('load', dir)
  const isEarly = number % STARTING === 0
  await life.until(isEarly ? 'open' : 'recovered')
  if (!isEarly) await untilMore(() => stepsIn(dir), Math.floor(draw(`steps ${number}`) * (MOST_STEPS + 1)))
  await pause(draw(`kill ${number}`) * (isEarly ? STARTING_MS : AFTER_MS))
  life.kill()
  return life.ended
}

type Tally = { broken: string[]; compared: number; recovered: number; highest: Numbers }

/** Against what anybody was shown before: no number is lower than it was. */
function compareWith(tally: Tally, shown: Numbers, when: string): void {
  tally.broken.push(...wentBack(tally.highest, shown).map((line) => `${when}: ${line}`))
  tally.highest = shown
}

/** What the process showed when it started, before it did anything, and what its load was shown last. */
function judge(tally: Tally, life: { readonly end: End; readonly dir: string; readonly when: string }): void {
  const { end, dir, when } = life
  const started = saidOf(end, 'started') as Started | undefined
  if (started === undefined) return
  tally.compared += 1
  if (Number(saidOf(end, 'recovered') ?? 0) > 0) tally.recovered += 1
  tally.broken.push(...started.unequal.map((line) => `${when}: ${line}`))
  compareWith(tally, started.shown, when)
  const file = metricsIn(dir)
  if (existsSync(file)) compareWith(tally, numbersOf(readFileSync(file, 'utf8')), `${when}, under load`)
}

async function report(dir: string, kills: number): Promise<RandomReport> {
  const tally: Tally = { broken: [], compared: 0, recovered: 0, highest: {} }
  for (let number = 1; number <= kills; number += 1) {
    rmSync(metricsIn(dir), { force: true })
    const end = await killOnce(dir, number)
    if (end.signal !== 'SIGKILL') throw new Error(`ended by itself before kill ${number}: ${end.code}`)
    judge(tally, { end, dir, when: `after kill ${number - 1}` })
  }
  const last = await startLife('drain', dir).ended
  if (last.code !== 0) throw new Error(`the last process ended with ${last.code ?? last.signal}`)
  judge(tally, { end: last, dir, when: `after kill ${kills}` })
  const { broken, endings, events } = await examine(dir)
  const unfinished = Object.entries(endings).filter(
    ([, { status, isGivenUp }]) => status !== 'succeeded' && !(isGivenUp && status !== null),
  )
  const unsettled = unfinished.map(([name, { status }]) => `${name} ended as ${status}`)
  const unknown = events.filter(
    ({ type, data }) => type === 'tool_call_error' && data.mode === 'system_unknown_outcome',
  )
  return {
    broken: [...tally.broken, ...broken, ...unsettled],
    kills,
    compared: tally.compared,
    recovered: tally.recovered,
    runs: Object.keys(endings).length,
    events: events.length,
    unknown: unknown.length,
  }
}

/** Kills a process under load so many times and lets the last one end. About 0.8 s a kill. */
export async function killAtRandom(kills: number): Promise<RandomReport> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-random-'))
  try {
    return await report(dir, kills)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
