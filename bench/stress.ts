// Everything at once: runs that succeed, fail, wait, are denied, expire, are cancelled and run out of budget, from
// many callers, with refused requests between them. The figures count only if every law of the journal holds.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { sqliteJournal } from '../src/journal/sqlite/sqlite.ts'
import { createRuntime, type Runtime } from '../src/runtime.ts'
import { figure, setting, type Bench, type Curve, type Figure, type Measured } from './bench.ts'
import { BenchError } from './failure.ts'
import { crowd } from './crowd.ts'
import { inFolder } from './folder.ts'
import { latency, type Latency } from './latency.ts'
import { REQUESTER } from './load.ts'
import { inspectAndClose } from './stress-laws.ts'
import {
  ENDS,
  KINDS,
  TENANTS,
  TOOLS,
  decideAll,
  mixedRequest,
  refused,
  stressRegistry,
  type Kind,
  type Refusals,
} from './stress-mix.ts'

const LONGEST_MS = 120_000
const PROGRESS_RUNS = 100
const ALWAYS = new AbortController().signal
/** Of the calls that tight tenants would need, they may make so many. */
const SHARE_OF_CALLS = 0.5
const TROUBLES = ['tool_call_error', 'step_skipped', 'budget_exceeded', 'approval_timeout'] as const

type Stress = {
  readonly runtime: Runtime
  readonly times: Latency
  /** By run: how it ended, as its caller was told. */
  readonly answers: Map<string, string>
  readonly refusals: Refusals
  readonly wrongEnds: Set<string>
}

/** Twice at once under one key is one run; under the same key another goal is refused. */
async function startRepeated({ runtime, refusals }: Stress, number: number): Promise<string> {
  const request = mixedRequest('repeated', number)
  const { engine } = runtime
  const [one, other] = await Promise.all([engine.start(request, REQUESTER), engine.start(request, REQUESTER)])
  if (one.runId !== other.runId || one.created === other.created)
    throw new Error('one idempotency key made two runs')
  const another = { ...request, goal: `${request.goal} and another` }
  await engine.start(another, REQUESTER).then(
    () => Promise.reject(new Error('another request was accepted under a used idempotency key')),
    (error: unknown) => refused(refusals, error),
  )
  return one.runId
}

/** Requests that must be refused before anything is written. */
async function startWrong({ runtime, refusals }: Stress, number: number): Promise<void> {
  const request = mixedRequest('overplan', number)
  const wrongs = [
    { ...request, limits: { calls: 1e9 } },
    { ...request, profile: 'nobody' },
  ]
  for (const wrong of wrongs) {
    await runtime.engine.start(wrong, REQUESTER).then(
      () => Promise.reject(new Error('a wrong request was accepted')),
      (error: unknown) => refused(refusals, error),
    )
  }
}

async function startOf(stress: Stress, kind: Kind, number: number): Promise<string> {
  if (kind === 'repeated') return startRepeated(stress, number)
  if (kind === 'overplan') await startWrong(stress, number)
  const { runId } = await stress.runtime.engine.start(mixedRequest(kind, number), REQUESTER)
  return runId
}

async function cancelSoon({ runtime, refusals }: Stress, runId: string, number: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, number % 7))
  await runtime.engine
    .cancel(runId, { by: REQUESTER, reason: null })
    .catch((error: unknown) => refused(refusals, error))
}

async function oneRun(stress: Stress, kind: Kind, number: number): Promise<void> {
  const begun = performance.now()
  const runId = await startOf(stress, kind, number)
  if (kind === 'cancelled') await cancelSoon(stress, runId, number)
  const { finished, status } = await stress.runtime.engine.settled(runId, LONGEST_MS, ALWAYS)
  stress.times.record(performance.now() - begun)
  stress.answers.set(runId, status)
  const expected: readonly string[] = ENDS[kind]
  if (finished === null || !expected.includes(status))
    stress.wrongEnds.add(`a run of kind ${kind} ended as ${status} (${finished?.cause ?? 'no cause'})`)
}

type Size = {
  readonly runs: number
  readonly clients: number
  readonly progress: (done: number) => void
}

async function drive(stress: Stress, { runs, clients, progress }: Size): Promise<number> {
  const begun = performance.now()
  await crowd(clients, runs, async (number) => {
    await oneRun(stress, KINDS[number % KINDS.length] ?? 'plain', number)
    if (number % PROGRESS_RUNS === 0) progress((0.9 * number) / runs)
  })
  return (performance.now() - begun) / 1000
}

const counted = (values: Iterable<string>): [string, number][] => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const delayCurve = (delay: { percentile: (at: number) => number }): Curve => ({
  plot: 'Event-loop delay',
  name: 'mixed runs',
  kind: 'distribution',
  x: 'percentile',
  y: 'ms',
  points: [50, 75, 90, 95, 99, 99.9, 100].map((at) => [at, delay.percentile(at) / 1e6] as const),
})

type Driven = { readonly figures: Figure[]; readonly curves: Curve[]; readonly stress: Stress }

async function measure(dir: string, registry: string, size: Size): Promise<Driven> {
  const runtime = await createRuntime({ registry, dataDir: dir, tools: TOOLS })
  const refusals: Refusals = new Map()
  const stress: Stress = {
    runtime,
    times: latency(),
    answers: new Map(),
    refusals,
    wrongEnds: new Set(),
  }
  const done = new AbortController()
  const deciding = decideAll(runtime, refusals, done.signal)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const seconds = await Promise.race([drive(stress, size), deciding])
  delay.disable()
  done.abort()
  await deciding
  const events = runtime.journal.position()
  await runtime.stop()
  if (typeof seconds !== 'number') throw new Error('nobody decides any more')
  const figures = [
    figure('runs', size.runs / seconds, '/s'),
    figure('events', events / seconds, '/s'),
    ...counted(stress.answers.values()).map(([status, count]) => figure(`runs: ${status}`, count, '')),
    ...[...refusals].map(([code, count]) => figure(`refused: ${code}`, count, '')),
    ...stress.times.figures('a run'),
    figure('event-loop delay: P50', delay.percentile(50) / 1e6, 'ms'),
    figure('event-loop delay: P99', delay.percentile(99) / 1e6, 'ms'),
    figure('event-loop delay: longest', delay.max / 1e6, 'ms'),
  ]
  const curves = [stress.times.curve('How long a run takes', 'mixed runs'), delayCurve(delay)]
  return { figures, curves, stress }
}

/** What the journal has of each kind of trouble. Errors, one a line, when anything is not as it must be. */
async function check(dir: string, registry: string, { answers, wrongEnds }: Stress): Promise<Figure[]> {
  const journal = await sqliteJournal({ dir, writer: 'bench-check' })
  const { broken, events } = await inspectAndClose(journal, registry, answers)
  const wrong = [...wrongEnds, ...broken]
  if (wrong.length > 0) throw new BenchError(1, `laws are broken:\n${wrong.slice(0, 20).join('\n')}`)
  const troubles = TROUBLES.map((type) => figure(`events: ${type}`, events.get(type) ?? 0, ''))
  return [...troubles, figure('laws broken', 0, '')]
}

/** Half of the calls that the runs of a tight tenant would make, four each. */
const tightCalls = (runs: number): number => Math.ceil((runs / KINDS.length / TENANTS) * 4 * SHARE_OF_CALLS)

async function stressed(size: Size): Promise<Measured> {
  const registry = await stressRegistry(tightCalls(size.runs))
  return inFolder(async (dir) => {
    const { figures, curves, stress } = await measure(dir, registry, size)
    return { figures: [...figures, ...(await check(dir, registry, stress))], curves }
  })
}

export const bench: Bench = {
  name: 'stress',
  question: 'Do all promises hold when runs succeed, fail, wait, expire and run out of budget all at once?',
  settings: { runs: 30_000, clients: 256 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const [runs, clients] = [setting(settings, 'runs'), setting(settings, 'clients')]
    const measured = await stressed({ runs, clients, progress })
    progress(1)
    return measured
  },
}
