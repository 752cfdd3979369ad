// What the door answers, and how fast: the real server in a process of its own, its journal on disk, driven over
// loopback. Closed loops: so many connections, each of which waits for its answer; `rate` is the open one.
import { figure, setting, type Bench, type Curve, type Figure } from './bench.ts'
import { figuresOf, volley, warmUp, warmVolley, type Hits } from './cannon.ts'
import {
  allFinished,
  client,
  decision,
  eventually,
  expectJson,
  postRun,
  scrape,
  type Call,
  type Client,
} from './client.ts'
import { countSeries } from '../src/projections/metrics/exposition/exposition.ts'
import { fanOut, fanOutCurve, fanOutFigures, runsOfWave, type Approval } from './fan-out.ts'
import { wrongWords } from './failure.ts'
import { inFolder } from './folder.ts'
import { roomyRegistry } from './roomy.ts'
import { grownText, serving, type Served } from './serving.ts'

type Settings = Readonly<Record<string, number>>
type Target = { readonly served: Served; readonly calls: Client }
type Part = { readonly figures: readonly Figure[]; readonly curves: readonly Curve[] }

const SOCKETS = 256
const PAGE = 200
const SHOWN_RUNS = 1000
const OK = 200

const get = (path: string): Call => ({ method: 'GET', path })

/** Gives each value once. */
function each<T>(values: readonly T[]): () => T {
  let next = 0
  return () => {
    const value = values[next]
    if (value === undefined) throw new Error(`only ${values.length} were prepared`)
    next += 1
    return value
  }
}

/** Goes round. */
function rotating<T>(values: readonly T[]): () => T {
  let next = 0
  return () => {
    const value = values[next % values.length]
    if (value === undefined) throw new Error('none was prepared')
    next += 1
    return value
  }
}

const partOf = (hits: Hits): Part => ({
  figures: figuresOf(hits),
  curves: [hits.times.curve('How long an answer takes', hits.name)],
})

type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }

async function listed<T>(calls: Client, path: string, atMost: number): Promise<T[]> {
  const found: T[] = []
  let cursor: string | null = ''
  while (cursor !== null && found.length < atMost) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page<T> = await expectJson(calls, get(`${path}limit=${PAGE}${after}`), OK)
    found.push(...page.items)
    cursor = page.next_cursor
  }
  return found.slice(0, atMost)
}

/** Acceptance is timed; the server works on what it has accepted at the same time. */
async function startRuns({ served, calls }: Target, settings: Settings): Promise<Part> {
  let number = 0
  const hits = await warmVolley(served, {
    name: 'POST /v1/runs',
    connections: setting(settings, 'connections'),
    calls: setting(settings, 'requests'),
    status: 202,
    next: () => postRun(false, (number += 1)),
    settled: () => allFinished(calls, 0),
  })
  return partOf(hits)
}

async function readRuns({ served, calls }: Target, settings: Settings): Promise<Part> {
  const runs = await listed<{ run_id: string }>(calls, '/v1/runs?', SHOWN_RUNS)
  const path = rotating(runs.map(({ run_id }) => `/v1/runs/${run_id}`))
  return partOf(
    await warmVolley(served, {
      name: 'GET /v1/runs/{id}',
      connections: setting(settings, 'connections'),
      calls: setting(settings, 'requests'),
      status: OK,
      next: () => get(path()),
    }),
  )
}

/** So many runs that wait for a person. */
async function waitingRuns(
  { served, calls }: Target,
  settings: Settings,
  count: number,
): Promise<Approval[]> {
  let number = 0
  await volley(served, {
    name: 'POST /v1/runs with an approval',
    connections: setting(settings, 'connections'),
    calls: count,
    status: 202,
    next: () => postRun(true, (number += 1)),
  })
  let pending: Approval[] = []
  await eventually(async () => {
    pending = await listed<Approval>(calls, '/v1/approvals?status=pending&', count)
    return pending.length === count
  })
  return pending
}

const readApprovals = async ({ served }: Target, settings: Settings): Promise<Part> =>
  partOf(
    await warmVolley(served, {
      name: 'GET /v1/approvals, a page of 50',
      connections: setting(settings, 'connections'),
      calls: setting(settings, 'requests'),
      status: OK,
      next: () => get('/v1/approvals?status=pending'),
    }),
  )

/** Every decision is the one on its approval, and the run goes on at once. */
async function decide(
  { served, calls }: Target,
  settings: Settings,
  approvals: readonly Approval[],
): Promise<Part> {
  const next = each(approvals)
  let waiting = approvals.length
  const hits = await warmVolley(served, {
    name: 'POST /v1/approvals/{id}/decision',
    connections: setting(settings, 'connections'),
    calls: setting(settings, 'decisions'),
    status: OK,
    next: () => {
      waiting -= 1
      return decision(next().approval_id)
    },
    settled: () => allFinished(calls, waiting),
  })
  return partOf(hits)
}

/** One connection, as a Prometheus server has one. */
async function scrapes({ served, calls }: Target, settings: Settings, name: string): Promise<Part> {
  const series = countSeries(await scrape(calls))
  const hits = await warmVolley(served, {
    name,
    connections: 1,
    calls: setting(settings, 'scrapes'),
    status: OK,
    next: () => get('/metrics'),
  })
  const { figures, curves } = partOf(hits)
  return { figures: [figure(`${name}: series`, series, ''), ...figures], curves }
}

const fanOuts = (settings: Settings) => {
  const streams = { clients: setting(settings, 'clients'), followers: setting(settings, 'followers') }
  return [
    { ...streams, pace: setting(settings, 'pace') },
    { ...streams, pace: null },
  ]
}

async function streams(target: Target, settings: Settings, approvals: readonly Approval[]): Promise<Part[]> {
  const kinds = fanOuts(settings)
  const parts: Part[] = []
  for (const [index, options] of kinds.entries()) {
    const share = approvals.length / kinds.length
    const delivered = await fanOut(target.calls, approvals.slice(index * share, (index + 1) * share), options)
    parts.push({ figures: fanOutFigures(options, delivered), curves: [fanOutCurve(options, delivered)] })
  }
  return parts
}

async function onServer<T>(registry: string, use: (target: Target) => Promise<T>): Promise<T> {
  return inFolder(async (dir) => {
    const served = await serving(dir, registry)
    const calls = client(served.url, SOCKETS)
    try {
      return await use({ served, calls })
    } finally {
      calls.close()
      await served.stop()
    }
  })
}

async function shipped(
  target: Target,
  settings: Settings,
  progress: (done: number) => void,
): Promise<Part[]> {
  const runs = await startRuns(target, settings)
  progress(0.25)
  const read = await readRuns(target, settings)
  const metrics = await scrapes(target, settings, 'GET /metrics, shipped registry')
  progress(0.4)
  const decisions = setting(settings, 'decisions')
  const decided = decisions + warmUp(decisions)
  const perWave = fanOuts(settings).reduce((sum, options) => sum + runsOfWave(options), 0)
  const approvals = await waitingRuns(target, settings, decided + perWave * setting(settings, 'waves'))
  const pages = await readApprovals(target, settings)
  progress(0.6)
  const followed = await streams(target, settings, approvals.slice(decided))
  progress(0.8)
  const decidedPart = await decide(target, settings, approvals.slice(0, decided))
  return [runs, read, pages, decidedPart, metrics, ...followed]
}

/** Errors: a setting of which there cannot be so many. */
function checkWhole(settings: Settings): void {
  for (const [name, value] of Object.entries(settings))
    if (!Number.isInteger(value) || value < 1) throw wrongWords(`--${name} must be a whole number from 1`)
}

export const bench: Bench = {
  name: 'http',
  question: 'How fast are the calls of the API, and how soon does an event reach those who follow it?',
  settings: {
    requests: 5000,
    decisions: 2000,
    scrapes: 300,
    connections: 32,
    profiles: 46,
    clients: 200,
    followers: 5,
    waves: 10,
    pace: 50,
  },
  durability: 'fsync',
  run: async (settings, progress) => {
    checkWhole(settings)
    const registry = await roomyRegistry()
    const parts = await onServer(registry, (target) => shipped(target, settings, progress))
    progress(0.9)
    const grown = grownText(registry, setting(settings, 'profiles'))
    parts.push(await onServer(grown, (target) => scrapes(target, settings, 'GET /metrics, many profiles')))
    progress(1)
    return {
      figures: parts.flatMap(({ figures }) => figures),
      curves: parts.flatMap(({ curves }) => curves),
    }
  },
}
