// A list as people work through it: `cugar batch` over a CSV file against a server in a process of its own. Rows a
// second, what the server's memory does meanwhile, and that each bad row is told.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { figure, setting, type Bench, type Measured } from './bench.ts'
import { BenchError } from './failure.ts'
import { inFolder } from './folder.ts'
import { serving } from './serving.ts'

const CUGAR = new URL('../src/cli/cugar.ts', import.meta.url).pathname
const REGISTRY = new URL('../registry.yaml', import.meta.url)
const MAP = 'account.name:Company,account.revenue:Revenue,account.employee_count:Staff:number'
const PLAN = 'steps: [{ id: score, tool: score_account_fit }]\n'
const COMMON = 'icp_criteria: { min_revenue: 5000000, max_revenue: 100000000, min_employees: 50 }\n'
/** Every fiftieth row says `many` where a number belongs. */
const BAD_EVERY = 50

const rowOf = (index: number): string => {
  const staff = index % BAD_EVERY === BAD_EVERY - 1 ? 'many' : 50 + (index % 300)
  return `"Company ${index}; Inc";${5 + (index % 50)}000000;${staff}`
}

/** The heap: the least of several looks is what is left after a collection. */
const sizeIn = (metrics: string): number => {
  const bytes = /^nodejs_heap_size_used_bytes (?<bytes>\S+)/m.exec(metrics)?.groups?.['bytes']
  return Number(bytes ?? 0) / 1e6
}

type Watch = { readonly sizes: readonly number[]; readonly stop: () => Promise<void> }

/** The server's heap, twice a second, MB. */
function watchMemory(url: string): Watch {
  const sizes: number[] = []
  const looks = setInterval(() => {
    void fetch(`${url}/metrics`)
      .then((answer) => answer.text())
      .then((text) => sizes.push(sizeIn(text)))
  }, 500)
  return {
    sizes,
    stop: async () => {
      clearInterval(looks)
      sizes.push(sizeIn(await (await fetch(`${url}/metrics`)).text()))
    },
  }
}

async function work(dir: string, url: string): Promise<{ seconds: number; results: string }> {
  const file = (name: string): string => join(dir, name)
  const words = ['--plan', file('plan.yaml'), '--context', file('common.yaml'), '--map', MAP, '--url', url]
  words.push('--out', file('results.csv'), '--outputs', 'score.fit_score')
  const begun = performance.now()
  await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    CUGAR,
    'batch',
    file('accounts.csv'),
    ...words,
  ])
  const seconds = (performance.now() - begun) / 1000
  return { seconds, results: await readFile(file('results.csv'), 'utf8') }
}

async function measure(dir: string, rows: number): Promise<Measured> {
  const lines = ['Company;Revenue;Staff', ...Array.from({ length: rows }, (_none, index) => rowOf(index))]
  await writeFile(join(dir, 'accounts.csv'), lines.join('\r\n'))
  await writeFile(join(dir, 'plan.yaml'), PLAN)
  await writeFile(join(dir, 'common.yaml'), COMMON)
  const server = await serving(dir, await readFile(REGISTRY, 'utf8'))
  try {
    const memory = watchMemory(server.url)
    const { seconds, results } = await work(dir, server.url)
    await memory.stop()
    const told = results.split('\n').filter((line) => line.includes(',rejected,')).length
    const done = results.split('\n').filter((line) => line.includes(',succeeded,')).length
    if (told + done !== rows) throw new BenchError(1, `${rows - told - done} rows have no result`)
    const quarter = Math.ceil(memory.sizes.length / 4)
    const least = (from: number): number => Math.min(...memory.sizes.slice(from, from + quarter))
    return {
      figures: [
        figure('rows', rows / seconds, '/s'),
        figure('rows that were told as bad', told, ''),
        figure('least heap of the server, second quarter', least(quarter), 'MB'),
        figure('least heap of the server, last quarter', least(memory.sizes.length - quarter), 'MB'),
      ],
      curves: [
        {
          plot: 'Memory of the server while it works through a list',
          name: `${rows} rows`,
          kind: 'line',
          x: 's',
          y: 'MB',
          points: memory.sizes.map((size, index) => [index / 2, size] as const),
        },
      ],
    }
  } finally {
    await server.stop()
  }
}

export const bench: Bench = {
  name: 'lists',
  question: 'How many rows of a file a second through `cugar batch`, and does memory stay flat?',
  settings: { rows: 5000 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const measured = await inFolder((dir) => measure(dir, setting(settings, 'rows')))
    progress(1)
    return measured
  },
}
