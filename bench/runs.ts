// How many whole runs a second: four steps each, durable (fsync at every commit), budgets reserved and settled,
// metrics and views followed. The clock of a run starts when it is asked for and stops when its end is durable.
import { readFile } from 'node:fs/promises'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { inFolder } from './folder.ts'
import { journalCeiling } from './journal.ts'
import { createHistogram } from 'node:perf_hooks'
import type { RunRequest } from '../src/engine/engine.ts'
import { createRuntime, type Runtime } from '../src/runtime.ts'

export type RunsOptions = {
  readonly dir: string
  readonly runs: number
  readonly concurrency: number
  /** One of the four steps waits for a person, who approves at once. */
  readonly approval: boolean
}

/** Rates a second, times in milliseconds. */
export type RunsResult = {
  readonly runsPerSecond: number
  readonly eventsPerRun: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  /** Microseconds of CPU a run: of the thread that runs the engine, and of all threads. */
  readonly mainCpu: number
  readonly allCpu: number
}

/** What is measured: an engine over its journal. */
export type Driven = Pick<Runtime, 'engine' | 'journal'>

const REQUESTER = { id: 'bench', roles: ['operator'] }
const REVIEWER = { id: 'bench-reviewer', roles: ['approver'] }

const CONTEXT = {
  account: {
    account_id: 'a-1',
    revenue: 48_000_000,
    industry: 'Manufacturing',
    employee_count: 320,
    region: 'West',
  },
  account_data: {
    id: 'a-1',
    name: 'Example Works',
    revenue: '48M',
    industry: 'Manufacturing',
    employees: 320,
  },
  icp_criteria: { min_revenue: 10_000_000, industries: ['manufacturing'] },
  template:
    'Subject: Hello {{company}}\n\nDear team at {{company}}, can we talk about your plans for next year?',
  message: 'Dear team, I noticed your new plant. Would you be open to a short call about planning next week?',
  prospect: { company: 'Example Works' },
  opportunity: {
    opportunity_id: 'o-1',
    criteria: { budget: true, authority: true, need: true, timing: false },
  },
}

const GOALS = {
  plain:
    'normalise the account record, score the account fit, assess the quality of the message and qualify the opportunity',
  approved:
    'score the account fit, draft the outreach message, assess its quality and qualify the opportunity',
}

/** Every goal is another text, as goals are: a word in it is not the registry's. */
const requestOf = (approval: boolean, number: number): RunRequest => ({
  goal: `${approval ? GOALS.approved : GOALS.plain} of prospect-${number}`,
  profile: 'technical',
  context: CONTEXT,
  planner: 'rules',
  tenant: 'bench',
  limits: {},
  idempotencyKey: null,
  traceparent: null,
})

/** One reviewer for all: sees each request when it is committed, and approves it at once. */
async function review(runtime: Driven, until: AbortSignal): Promise<void> {
  const { journal, engine } = runtime
  for (let position = journal.position(); !until.aborted;) {
    const events = await journal.readAll(position, 1000)
    position = events.at(-1)?.position ?? position
    const requests = events.filter((event) => event.type === 'approval_requested')
    const decision = { decision: 'approve', reason: null, changes: null } as const
    await Promise.all(requests.map(({ data }) => engine.decide(data.approval_id, decision, REVIEWER)))
    if (events.length === 0) await journal.changed(position, until)
  }
}

async function oneRun(runtime: Driven, request: RunRequest): Promise<void> {
  const { runId } = await runtime.engine.start(request, REQUESTER)
  const state = await runtime.engine.settled(runId, 60_000, new AbortController().signal)
  if (state.finished?.status !== 'succeeded') throw new Error(`a run ended as ${state.status}`)
  if (state.finished.completed.length !== 4) throw new Error('a run had not four steps')
}

export async function drive(runtime: Driven, options: Omit<RunsOptions, 'dir'>): Promise<RunsResult> {
  const histogram = createHistogram({ lowest: 1, highest: 600_000_000, figures: 3 })
  let left = options.runs
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const begun = performance.now()
      await oneRun(runtime, requestOf(options.approval, left))
      histogram.record(Math.max(1, Math.round((performance.now() - begun) * 1000)))
    }
  }
  const before = runtime.journal.position()
  const main = process.threadCpuUsage()
  const all = process.cpuUsage()
  const begun = performance.now()
  await Promise.all(Array.from({ length: options.concurrency }, client))
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.threadCpuUsage(main)
  const whole = process.cpuUsage(all)
  const at = (percentile: number): number => histogram.percentile(percentile) / 1000
  return {
    runsPerSecond: Math.round(options.runs / seconds),
    eventsPerRun: Math.round((runtime.journal.position() - before) / options.runs),
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: histogram.max / 1000,
    mainCpu: (user + system) / options.runs,
    allCpu: (whole.user + whole.system) / options.runs,
  }
}

/** Warms up, then measures. */
export async function runRate(options: RunsOptions): Promise<RunsResult> {
  const registry = await readFile(new URL('../registry.yaml', import.meta.url), 'utf8')
  const runtime = await createRuntime({ registry, dataDir: options.dir })
  const done = new AbortController()
  const reviewing = options.approval ? review(runtime, done.signal) : Promise.resolve()
  await drive(runtime, { ...options, runs: Math.ceil(options.runs / 4) })
  const result = await drive(runtime, options)
  done.abort()
  await reviewing
  await runtime.stop()
  return result
}

const figuresOf = (name: string, result: RunsResult): Figure[] => [
  figure(`${name}: runs`, result.runsPerSecond, '/s'),
  figure(`${name}: events a run`, result.eventsPerRun, ''),
  figure(`${name}: P50`, result.p50, 'ms'),
  figure(`${name}: P95`, result.p95, 'ms'),
  figure(`${name}: P99`, result.p99, 'ms'),
  figure(`${name}: longest`, result.max, 'ms'),
  figure(`${name}: CPU of the engine's thread a run`, result.mainCpu, 'µs'),
  figure(`${name}: CPU of all threads a run`, result.allCpu, 'µs'),
]

/** The raw journal in the same minutes: the ratio shows what everything above it adds. */
const ceiling = (concurrency: number) =>
  inFolder((dir) => journalCeiling({ dir, appends: 20_000, eventsPerAppend: 10, concurrency }))

export const bench: Bench = {
  name: 'runs',
  question: 'How many durable four-step runs a second, and how long does each take?',
  settings: { runs: 8000, concurrency: 32 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const runs = setting(settings, 'runs')
    const concurrency = setting(settings, 'concurrency')
    const before = await ceiling(concurrency)
    progress(0.15)
    const plain = await inFolder((dir) => runRate({ dir, runs, concurrency, approval: false }))
    progress(0.5)
    const approved = await inFolder((dir) =>
      runRate({ dir, runs: Math.ceil(runs / 2), concurrency, approval: true }),
    )
    progress(0.85)
    const after = await ceiling(concurrency)
    progress(1)
    const raw = (before.eventsPerSecond + after.eventsPerSecond) / 2
    return [
      ...figuresOf('no approval', plain),
      ...figuresOf('one approval each', approved),
      figure('journal alone, 10 events an append: events', raw, '/s'),
      figure('events of the runs, share of that', (plain.runsPerSecond * plain.eventsPerRun) / raw, 'ratio'),
    ]
  },
}
