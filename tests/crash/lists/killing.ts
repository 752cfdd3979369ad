// Kill -9 around the appends of lists: one process after the other in one folder, each ends the lists that the one before
// it has left, and dies in lists of its own. A list stands still at its boundary, so that one kill is a kill at many: most
// of what a kill costs is the start of a process.
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
async function live(dir: string, points: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [...NODE, dir, ...points], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal === null && code !== 0) throw new Error(`${points.join()}: the process ended with ${code}`)
  return signal === 'SIGKILL'
}

export type ListReport = FoundLists & {
  /** Processes that were killed. */
  readonly kills: number
}

/** The lists of one process. */
export const IN_ONE_PROCESS = 16

/** Kills a process at each group of boundaries, and lets the last one end. */
export async function killLists(
  boundaries: readonly Boundary[],
  atOnce = IN_ONE_PROCESS,
): Promise<ListReport> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-lists-'))
  try {
    let kills = 0
    for (let at = 0; at < boundaries.length; at += atOnce) {
      const points = boundaries.slice(at, at + atOnce).map(({ nth, moment }) => `${nth}:${moment}`)
      if (await live(dir, points)) kills += 1
    }
    await live(dir, [])
    return { kills, ...(await examineLists(dir)) }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Acceptance and end, and two for each run. */
const APPENDS = 2 + 2 * ITEMS
/** Boundaries in one folder: what is examined at the end grows with them. */
const IN_ONE_FOLDER = 2 * IN_ONE_PROCESS
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
  const sum = { kills: 0, boundaries: 0, lists: 0, runs: 0, cut: 0 }
  const broken: string[] = []
  const lane = async (): Promise<void> => {
    for (let some = left.splice(0, IN_ONE_FOLDER); some.length > 0; some = left.splice(0, IN_ONE_FOLDER)) {
      const report = await killLists(some)
      for (const name of ['kills', 'boundaries', 'lists', 'runs', 'cut'] as const) sum[name] += report[name]
      broken.push(...report.broken)
      tell(`  ${sum.boundaries} boundaries, ${left.length} to go, ${broken.length} broken promises`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return { ...sum, broken }
}
