// Kill -9 around the appends of lists: one process after the other in one folder, each ends the list that the one before
// it has left, and dies in a list of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Moment } from '../mortal.ts'
import { examineLists, type FoundLists } from './examine.ts'
import { ITEMS } from './scene.ts'

const SCRIPT = fileURLToPath(new URL('./life.ts', import.meta.url))
const NODE = ['--disable-warning=ExperimentalWarning', SCRIPT]

/** Around the append of a list and its runs, counted from 1. */
export type Boundary = { readonly nth: number; readonly moment: Moment }

/** `true`: it was killed. */
async function live(dir: string, name: string, point: string): Promise<boolean> {
  const child = spawn(process.execPath, [...NODE, dir, name, point], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal === null && code !== 0) throw new Error(`${name} at ${point}: the process ended with ${code}`)
  return signal === 'SIGKILL'
}

export type ListReport = FoundLists & {
  readonly kills: number
  /** Boundaries that no process came to, because its list was over before. */
  readonly unreached: number
}

/** Kills a process at each boundary, and lets the last one end. */
export async function killLists(boundaries: readonly Boundary[]): Promise<ListReport> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-lists-'))
  try {
    let kills = 0
    for (const { nth, moment } of boundaries)
      if (await live(dir, `${nth}-${moment}`, `${nth}:${moment}`)) kills += 1
    await live(dir, 'none', 'none')
    return { kills, unreached: boundaries.length - kills, ...(await examineLists(dir)) }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Acceptance and end, and two for each run. */
const APPENDS = 2 + 2 * ITEMS
/** Kills in one folder: what is examined at the end grows with them. */
const IN_ONE_FOLDER = 16
const AT_ONCE = 2

const EVERY: readonly Boundary[] = Array.from({ length: APPENDS }, (_none, at) => at + 1).flatMap((nth) => [
  { nth, moment: 'before' },
  { nth, moment: 'after' },
])

/** As many as that, evenly over all. */
const spread = (count: number): Boundary[] =>
  EVERY.filter(
    (_one, at) => Math.floor(((at + 1) * count) / EVERY.length) > Math.floor((at * count) / EVERY.length),
  )

/** Kills at so many boundaries, at all of them with 804, a few processes at once; `tell` is told how far it is. */
export async function killManyLists(count: number, tell: (line: string) => void): Promise<ListReport> {
  const left = count < EVERY.length ? spread(count) : [...EVERY]
  const sum = { kills: 0, unreached: 0, lists: 0, runs: 0, cut: 0 }
  const broken: string[] = []
  const lane = async (): Promise<void> => {
    for (let some = left.splice(0, IN_ONE_FOLDER); some.length > 0; some = left.splice(0, IN_ONE_FOLDER)) {
      const report = await killLists(some)
      for (const name of ['kills', 'unreached', 'lists', 'runs', 'cut'] as const) sum[name] += report[name]
      broken.push(...report.broken)
      tell(`  ${sum.kills} kills, ${left.length} to go, ${broken.length} broken promises`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return { ...sum, broken }
}
