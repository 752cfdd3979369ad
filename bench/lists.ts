// Lists as people work through them, against a server in a process of its own: rows a second, what the server's memory
// does meanwhile, that each bad row is told with its line, that a list whose server is killed in the middle and the runs
// of the same accounts one by one say the same, and what an item costs against a run.
import { setTimeout as pause } from 'node:timers/promises'
import { figure, setting, type Bench, type Curve, type Measured } from './bench.ts'
import { BenchError } from './failure.ts'
import { inFolder } from './folder.ts'
import { beginList, checkRows, isOver, resultsOf, singlesOf, until, writeFiles } from './lists/work.ts'
import type { ResultRow } from './lists/work.ts'
import { roomyRegistry } from './roomy.ts'
import { serving, type Served } from './serving.ts'

const MANY = 'accounts.csv'
const FEW = 'few.csv'
/** Of a turn in which an item and a run are compared. */
const MOST_OF_A_TURN = 500
const TURNS = 5

/** Between two looks: each collects what is garbage. */
const LOOK_MS = 2000

type Watch = { readonly sizes: readonly number[]; readonly stop: () => Promise<void> }

/** What the server holds, MB, until it is stopped. */
function watchMemory({ liveHeap }: Served): Watch {
  const sizes: number[] = []
  const stopping = new AbortController()
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      sizes.push((await liveHeap()) / 1e6)
      await pause(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const watched = watch()
  return {
    sizes,
    stop: async () => {
      stopping.abort()
      await watched
      sizes.push((await liveHeap()) / 1e6)
    },
  }
}

type Whole = {
  readonly seconds: number
  readonly good: readonly ResultRow[]
  readonly sizes: readonly number[]
}

/** A list that nobody disturbs. */
async function whole(dir: string, server: Served, rows: number): Promise<Whole> {
  const { url } = server
  const memory = watchMemory(server)
  const begun = performance.now()
  const id = await beginList(url, dir, MANY)
  await until(url, id, isOver)
  const seconds = (performance.now() - begun) / 1000
  await memory.stop()
  return { seconds, good: checkRows(await resultsOf(url, dir, id), rows), sizes: memory.sizes }
}

type Killed = { readonly server: Served; readonly id: string; readonly ended: number }

/** A list whose server is killed when half of it has ended, and gone on with by another one. */
async function killed(dir: string, first: Served, rows: number): Promise<Killed> {
  const id = await beginList(first.url, dir, MANY)
  const { counts } = await until(first.url, id, ({ counts: { succeeded = 0 } }) => succeeded >= rows / 2)
  await first.kill()
  const server = await serving(dir, await roomyRegistry())
  await until(server.url, id, isOver)
  return { server, id, ended: counts['succeeded'] ?? 0 }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** CPU of the server's process for an item, as a share of what it takes for a run of the same account; by turns. */
async function shares(dir: string, { url, usage }: Served): Promise<number[]> {
  const found: number[] = []
  for (let turn = 0; turn < TURNS; turn += 1) {
    const before = await usage()
    const id = await beginList(url, dir, FEW)
    await until(url, id, isOver)
    const between = await usage()
    const rows = (await resultsOf(url, dir, id)).filter(({ status }) => status === 'succeeded')
    const then = await usage()
    await singlesOf(url, rows)
    const after = await usage()
    found.push((between.all - before.all) / (after.all - then.all))
  }
  return found
}

const sameLines = (one: readonly ResultRow[], other: readonly ResultRow[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const memoryOf = (rows: number, sizes: readonly number[]): Curve => ({
  plot: 'Memory of the server while it works through a list',
  name: `${rows} rows`,
  kind: 'line',
  x: 's',
  y: 'MB',
  points: sizes.map((size, index) => [(index * LOOK_MS) / 1000, size] as const),
})

async function measure(dir: string, rows: number, progress: (done: number) => void): Promise<Measured> {
  await writeFiles(dir, MANY, rows)
  await writeFiles(dir, FEW, Math.min(rows, MOST_OF_A_TURN))
  let server = await serving(dir, await roomyRegistry())
  try {
    const { seconds, good, sizes } = await whole(dir, server, rows)
    progress(0.2)
    const costs = await shares(dir, server)
    progress(0.5)
    const other = await killed(dir, server, rows)
    server = other.server
    progress(0.7)
    const again = checkRows(await resultsOf(server.url, dir, other.id), rows)
    if (!sameLines(good, again)) throw new BenchError(1, 'a list that was killed says something else')
    const { unequal, runs, cost } = await singlesOf(server.url, good)
    if (unequal.length > 0) throw new BenchError(1, `a run of its own says else: lines ${unequal.join()}`)
    const list = await until(server.url, other.id, isOver)
    const half = sizes.slice(0, Math.ceil(sizes.length / 2))
    return {
      figures: [
        figure('rows', rows / seconds, '/s'),
        figure('rows that were told as bad, with their lines', rows - good.length, ''),
        figure('items that had ended when the server was killed', other.ended, ''),
        figure('results that equal those of a run of their own', runs, ''),
        figure('cost of the killed list against those runs', list.cost / cost, 'ratio'),
        figure(`CPU of an item against a run, median of ${TURNS} turns`, median(costs), 'ratio'),
        figure('the least of them', Math.min(...costs), 'ratio'),
        figure('the greatest of them', Math.max(...costs), 'ratio'),
        figure('most that the server held in the first half', Math.max(...half), 'MB'),
        figure('most that it held in the second half', Math.max(...sizes.slice(half.length)), 'MB'),
      ],
      curves: [memoryOf(rows, sizes)],
    }
  } finally {
    await server.stop()
  }
}

export const bench: Bench = {
  name: 'lists',
  question:
    'How many rows of a file a second, does memory stay flat, and is an item what its run is: in results, after a kill, in cost?',
  settings: { rows: 5000 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const measured = await inFolder((dir) => measure(dir, setting(settings, 'rows'), progress))
    progress(1)
    return measured
  },
}
