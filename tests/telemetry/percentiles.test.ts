// A percentile on a dashboard against the same percentile of the events themselves: a real Prometheus answers the
// panel's own expression, and its answer must lie in the bucket that holds the exact value.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draftsOf } from '../../bench/run-events.ts'
import { registryText } from '../../bench/load.ts'
import { drive } from '../../bench/drive.ts'
import type { Draft, StoredEvent } from '../../src/events/event.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { createRuntime } from '../../src/runtime.ts'
import { load, targetsOf } from '../dashboards/shipped.ts'
import { record, run, start, step } from '../projections/world.ts'
import { askedBy, bucketOfPercentile, durationsOf, groupOf } from './exact.ts'
import { filled, prometheusOf, type Scrape } from './past.ts'
import type { Prometheus } from '../../bench/chaos/programs.ts'

const PANELS = [
  'Active run latency',
  'Wall-clock latency',
  'P95 duration of successful calls',
  'Tool league table',
]
const expressions = load()
  .boards.flatMap(targetsOf)
  .filter(({ panel, target }) => PANELS.includes(panel.title) && target.expr.startsWith('histogram_quantile'))
  .map(({ target }) => target.expr)

/** Two hours ago, on the minute: Prometheus makes blocks of what is past. */
const SINCE = Math.floor(Date.now() / 60_000) * 60 - 7200
const ASKED_AT = SINCE + 61
const WINDOWS = { __rate_interval: '5m', __range: '5m' }

/** Runs in one process: what the events say, and what was scraped before and after them. */
type Recorded = {
  readonly job: string
  readonly events: readonly StoredEvent[]
  readonly scrapes: readonly Scrape[]
}

const scrapesOf = (job: string, before: string, after: string): Scrape[] => [
  { body: before, at: SINCE, labels: { job, instance: 'one' } },
  { body: after, at: SINCE + 60, labels: { job, instance: 'one' } },
]

/** Every answer of Prometheus that is not in its bucket, and every group that it does not answer for. */
async function wrongOf(prometheus: Prometheus, { job, events }: Recorded): Promise<string[]> {
  const wrong: string[] = []
  for (const expr of expressions) {
    const asked = askedBy(expr)
    const samples = await prometheus.instant(filled(expr, { ...WINDOWS, job }), ASKED_AT)
    for (const [group, sorted] of durationsOf(events, asked)) {
      const { lower, upper } = bucketOfPercentile(sorted, asked)
      const value = samples.find(({ metric }) => groupOf(metric, asked.by) === group)?.value
      const isInside = value !== undefined && value >= lower && value <= upper
      if (!isInside) wrong.push(`${expr} ${group}: ${value} is not from ${lower} to ${upper}`)
    }
  }
  return wrong
}

const milliseconds = fc.oneof(
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: 20_000 }),
  fc.integer({ min: 0, max: 4_000_000 }),
  fc.constantFrom(10, 20, 40, 80, 160, 250, 500, 1000, 2500, 81_920, 1_800_000),
)
const tool = fc.constantFrom(
  { tool: 'score_account_fit', domain: 'intelligence' } as const,
  { tool: 'normalize_account_record', domain: 'intelligence' } as const,
  { tool: 'qualify_opportunity', domain: 'qualification' } as const,
)
const ended = fc.record({
  wall: milliseconds,
  active: milliseconds,
  call: milliseconds,
  tool,
  isFailed: fc.boolean(),
})
type Ended = typeof ended extends fc.Arbitrary<infer T> ? T : never

/** A run whose events say exactly these durations. */
function factsOf({ wall, active, call, isFailed, ...shape }: Ended, runId: string): Draft[] {
  const only = step({ ...shape.tool, ms: call, end: isFailed ? 'system_timeout' : 'complete' })
  const status = isFailed ? 'failed' : 'succeeded'
  const made = run({ runId, steps: [only], status, cause: isFailed ? 'system_timeout' : null })
  return draftsOf(made).map((draft) =>
    draft.type === 'run_finished'
      ? { ...draft, data: { ...draft.data, duration_ms: wall, active_ms: active } }
      : draft,
  )
}

async function recordAll(all: readonly Ended[], job: string): Promise<Recorded> {
  const journal = memoryJournal()
  const { views } = await start(journal)
  const { body: before } = await views.metrics('text')
  for (const [index, each] of all.entries()) {
    const runId = `run_${index}`
    await record(journal, { ...run(), runId }, factsOf(each, runId))
  }
  const { body: after } = await views.metrics('text')
  await views.stop()
  const events = await journal.readAll(0, 100_000)
  return { job, events, scrapes: scrapesOf(job, before, after) }
}

describe('a percentile on a dashboard lies in the bucket of the exact one', () => {
  test('the panels of runs and tool calls are asked for P50, P95 and P99', () => {
    const asked = expressions.map(askedBy).map(({ q, metric }) => `${metric} ${q}`)
    expect(asked.toSorted()).toEqual([
      'cugar_run_active_duration_seconds 0.5',
      'cugar_run_active_duration_seconds 0.95',
      'cugar_run_active_duration_seconds 0.99',
      'cugar_run_duration_seconds 0.5',
      'cugar_run_duration_seconds 0.95',
      'cugar_run_duration_seconds 0.99',
      'cugar_tool_call_duration_seconds 0.5',
      'cugar_tool_call_duration_seconds 0.95',
      'cugar_tool_call_duration_seconds 0.95',
    ])
  })

  test('whatever the durations are', async () => {
    const many = fc.array(fc.array(ended, { minLength: 1, maxLength: 60 }), { minLength: 8, maxLength: 8 })
    const holds = fc.asyncProperty(many, async (distributions) => {
      const all = await Promise.all(distributions.map((each, index) => recordAll(each, `job${index}`)))
      const prometheus = await prometheusOf(all.flatMap(({ scrapes }) => scrapes))
      const wrong: string[] = []
      for (const each of all) wrong.push(...(await wrongOf(prometheus, each)))
      expect(wrong).toEqual([])
    })
    await fc.assert(holds, { numRuns: 3, endOnFailure: true })
  })

  test('of runs that the engine really made', async () => {
    const runtime = await createRuntime({ registry: await registryText(), dataDir: null })
    const { body: before } = await runtime.views.metrics('text')
    await drive(runtime, { runs: 101, concurrency: 8, approval: false })
    const { body: after } = await runtime.views.metrics('text')
    const events = await runtime.journal.readAll(0, 100_000)
    await runtime.stop()
    const recorded = { job: 'real', events, scrapes: scrapesOf('real', before, after) }
    expect(events.filter(({ type }) => type === 'run_finished')).toHaveLength(101)
    expect(await wrongOf(await prometheusOf(recorded.scrapes), recorded)).toEqual([])
  })
})
