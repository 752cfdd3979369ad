// How long somebody waits who starts a program that uses the library: from the start of a fresh process to the end of
// its first run, on disk. With code that is kept compiled and without, by turns.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { inFolder } from './folder.ts'

/** Milliseconds since the process began. */
export type ColdStart = {
  readonly loadedMs: number
  readonly finishedMs: number
  /** Files that were loaded besides Node's own; 0 where they were not counted. */
  readonly modules: number
}

const PROGRAM = fileURLToPath(new URL('cold-process.ts', import.meta.url))
const run = promisify(execFile)

async function coldStart(dir: string, compiled: string, count = ''): Promise<ColdStart> {
  const data = await inFolder(async (fresh) => {
    const { stdout } = await run(process.execPath, [PROGRAM, fresh, compiled && join(dir, compiled), count])
    return stdout
  })
  return JSON.parse(data) as ColdStart
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

function figuresOf(name: string, starts: readonly ColdStart[]): Figure[] {
  const finished = starts.map(({ finishedMs }) => finishedMs)
  return [
    figure(`${name}: first run finished, median`, median(finished), 'ms'),
    figure(`${name}: first run finished, best`, Math.min(...finished), 'ms'),
    figure(`${name}: library loaded, median`, median(starts.map(({ loadedMs }) => loadedMs)), 'ms'),
  ]
}

const PLAIN = 'as it is'
const KEPT = 'compiled code kept'

export const bench: Bench = {
  name: 'cold',
  question: 'How long does a fresh process take to the end of its first run, and how much does it load?',
  settings: { starts: 15 },
  durability: 'fsync',
  run: (settings, progress) =>
    inFolder(async (dir) => {
      const starts = setting(settings, 'starts')
      const plain: ColdStart[] = []
      const kept: ColdStart[] = []
      // The first one of each is thrown away: files come from the disk, and compiled code is not there yet.
      await coldStart(dir, '')
      await coldStart(dir, 'compiled')
      while (plain.length < starts) {
        plain.push(await coldStart(dir, ''))
        kept.push(await coldStart(dir, 'compiled'))
        progress(plain.length / starts)
      }
      const { modules } = await coldStart(dir, '', 'count')
      return {
        figures: [...figuresOf(PLAIN, plain), ...figuresOf(KEPT, kept), figure('files loaded', modules, '')],
        curves: [],
      }
    }),
}
