// How long somebody waits who starts a program that uses the library: from the start of a fresh process to the end of
// its first run, on disk. From the checkout's tree with code that is kept compiled and without, and from the bundle of
// the package, by turns.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { bundle } from '../deploy/bundle.ts'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { inFolder } from './folder.ts'

/** Milliseconds since the process began. */
export type ColdStart = {
  readonly loadedMs: number
  readonly finishedMs: number
  /** Files that were loaded besides Node's own; 0 where they were not counted. */
  readonly modules: number
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROGRAM = fileURLToPath(new URL('cold-process.ts', import.meta.url))
const run = promisify(execFile)

const TREE = new URL('../src/runtime.ts', import.meta.url).href

type Start = {
  readonly library: string
  readonly program?: string
  readonly compiled?: string
  readonly count?: boolean
}

async function coldStart({
  library,
  program = PROGRAM,
  compiled = '',
  count = false,
}: Start): Promise<ColdStart> {
  const data = await inFolder(async (fresh) => {
    const { stdout } = await run(process.execPath, [program, fresh, compiled, count ? 'count' : '', library])
    return stdout
  })
  return JSON.parse(data) as ColdStart
}

/**
 * The package as it is installed: its folder, with the dependencies of the checkout beside it, and a program in
 * JavaScript that uses it, so that nobody's types are taken out at its start.
 */
async function bundled(dir: string): Promise<Required<Pick<Start, 'library' | 'program'>>> {
  await bundle(ROOT, dir)
  for (const name of ['package.json', 'node_modules', 'registry.yaml'])
    symlinkSync(join(ROOT, name), join(dir, name))
  mkdirSync(join(dir, 'bench'))
  const program = join(dir, 'bench', 'cold-process.js')
  writeFileSync(program, stripTypeScriptTypes(readFileSync(PROGRAM, 'utf8')))
  return { library: pathToFileURL(join(dir, 'src', 'runtime.js')).href, program }
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

export const bench: Bench = {
  name: 'cold',
  question: 'How long does a fresh process take to the end of its first run, and how much does it load?',
  settings: { starts: 15 },
  durability: 'fsync',
  run: (settings, progress) =>
    inFolder(async (dir) => {
      const starts = setting(settings, 'starts')
      const installed = await bundled(dir)
      const ways: readonly (readonly [string, Start])[] = [
        ['as it is', { library: TREE }],
        ['compiled code kept', { library: TREE, compiled: join(dir, 'compiled') }],
        // The package keeps its code compiled by itself.
        ['bundle', installed],
      ]
      const taken = ways.map((): ColdStart[] => [])
      // The first one of each is thrown away: files come from the disk, and compiled code is not there yet.
      for (const [, start] of ways) await coldStart(start)
      for (let turn = 1; turn <= starts; turn += 1) {
        for (const [index, [, start]] of ways.entries()) taken[index]?.push(await coldStart(start))
        progress(turn / starts)
      }
      const loaded = async (from: Start): Promise<number> =>
        (await coldStart({ ...from, count: true })).modules
      return {
        figures: [
          ...ways.flatMap(([name], index) => figuresOf(name, taken[index] ?? [])),
          figure('files loaded', await loaded({ library: TREE }), ''),
          figure('files loaded of the bundle', await loaded(installed), ''),
        ],
        curves: [],
      }
    }),
}
