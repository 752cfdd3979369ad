// A list of accounts as people work through it, with `cugar batch` over a CSV file, and the same accounts one by one.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual, promisify } from 'node:util'
import { z } from 'zod'
import { client, expectJson, type Client } from '../client.ts'
import { BenchError } from '../failure.ts'
import { ROOMY_PROFILE } from '../roomy.ts'

const CUGAR = new URL('../../src/cli/cugar.ts', import.meta.url).pathname
const MAP = 'account.name:Company,account.revenue:Revenue,account.employee_count:Staff:number'
const COMMON = { icp_criteria: { min_revenue: 5_000_000, max_revenue: 100_000_000, min_employees: 50 } }
const PLAN = { steps: [{ id: 'score', tool: 'score_account_fit' }] }
/** Every fiftieth row says `many` where a number belongs. */
export const BAD_EVERY = 50
/** Runs asked for at once, as many as a list works on. */
const AT_ONCE = 16
const LOOK_MS = 100

const lineOf = (index: number): string => {
  const staff = index % BAD_EVERY === BAD_EVERY - 1 ? 'many' : 50 + (index % 300)
  return `"Company ${index}; Inc";${5 + (index % 50)}000000;${staff}`
}

/** So many rows, and what all of them have in common. */
export async function writeFiles(dir: string, name: string, rows: number): Promise<void> {
  const lines = ['Company;Revenue;Staff', ...Array.from({ length: rows }, (_none, index) => lineOf(index))]
  await writeFile(join(dir, name), lines.join('\r\n'))
  // Every JSON text is YAML.
  await writeFile(join(dir, 'plan.yaml'), JSON.stringify(PLAN))
  await writeFile(join(dir, 'common.yaml'), JSON.stringify(COMMON))
}

async function cugar(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    CUGAR,
    ...words,
  ])
  return stdout
}

const acceptedSchema = z.object({ batch_id: z.string() })
const batchSchema = z.object({
  status: z.string(),
  cost: z.number(),
  counts: z.record(z.string(), z.number()),
})
export type BatchSeen = z.infer<typeof batchSchema>

/** The id of the list. */
export async function beginList(url: string, dir: string, name: string): Promise<string> {
  const file = (other: string): string => join(dir, other)
  const words = [
    '--profile',
    ROOMY_PROFILE,
    '--plan',
    file('plan.yaml'),
    '--context',
    file('common.yaml'),
    '--map',
    MAP,
    '--url',
    url,
  ]
  const said = await cugar(['batch', file(name), ...words, '--no-wait', '--json'])
  return acceptedSchema.parse(JSON.parse(said)).batch_id
}

/** Looks at the list until it is as asked. */
export async function until(
  url: string,
  id: string,
  isEnough: (batch: BatchSeen) => boolean,
): Promise<BatchSeen> {
  const calls = client(url, 1)
  try {
    for (;;) {
      const seen = batchSchema.parse(
        await expectJson(calls, { method: 'GET', path: `/v1/batches/${id}` }, 200),
      )
      if (isEnough(seen)) return seen
      await pause(LOOK_MS)
    }
  } finally {
    calls.close()
  }
}

export const isOver = ({ status }: BatchSeen): boolean => status !== 'running'

const rowSchema = z.object({
  line: z.number(),
  status: z.string(),
  context: z.record(z.string(), z.unknown()).nullable(),
  outputs: z.record(z.string(), z.unknown()),
  problem: z.string().nullable(),
})
export type ResultRow = z.infer<typeof rowSchema>

/** As `cugar batches` saves them. */
export async function resultsOf(url: string, dir: string, id: string): Promise<ResultRow[]> {
  const file = join(dir, `${id}.ndjson`)
  await cugar(['batches', id, '--out', file, '--url', url])
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => rowSchema.parse(JSON.parse(line)))
}

const runSchema = z.object({
  status: z.string(),
  steps: z.array(z.object({ step_id: z.string(), output: z.unknown() })),
  cost: z.number(),
})
type Run = z.infer<typeof runSchema>

async function runOne(calls: Client, { context }: ResultRow): Promise<Run> {
  const body = JSON.stringify({ plan: PLAN, profile: ROOMY_PROFILE, context: { ...COMMON, ...context } })
  const path = '/v1/runs?wait=60'
  return runSchema.parse(await expectJson(calls, { method: 'POST', path, body }, 200))
}

export type Singles = {
  /** Lines whose item became another thing than its run; empty: all are equal, field by field. */
  readonly unequal: readonly number[]
  readonly runs: number
  /** Cost units of all of them. */
  readonly cost: number
}

/** Carries out each account by a run of its own, and compares it with what the list has made of it. */
export async function singlesOf(url: string, rows: readonly ResultRow[]): Promise<Singles> {
  const calls = client(url, AT_ONCE)
  const unequal: number[] = []
  let cost = 0
  const left = [...rows]
  const lane = async (): Promise<void> => {
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      const run = await runOne(calls, row)
      const outputs = Object.fromEntries(run.steps.map(({ step_id, output }) => [step_id, output]))
      if (run.status !== row.status || !isDeepStrictEqual(outputs, row.outputs)) unequal.push(row.line)
      cost += run.cost
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
  } finally {
    calls.close()
  }
  return { unequal, runs: rows.length, cost }
}

/** Errors: a row has no result, or a bad one is not told with its line. */
export function checkRows(rows: readonly ResultRow[], count: number): ResultRow[] {
  const bad = rows.filter(({ status }) => status === 'rejected').map(({ line }) => line)
  // The headings are line 1.
  const wanted = Array.from({ length: count }, (_none, index) => index + 2).filter(
    (line) => (line - 1) % BAD_EVERY === 0,
  )
  if (!isDeepStrictEqual(bad, wanted)) throw new BenchError(1, `told as bad: lines ${bad.join()}`)
  const good = rows.filter(({ status }) => status === 'succeeded')
  if (good.length + bad.length !== count)
    throw new BenchError(1, `${count - good.length - bad.length} rows have no result`)
  return good
}
