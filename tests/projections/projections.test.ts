import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draftsOf } from '../../bench/run-events.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { worstCaseSeries } from '../../src/projections/metrics/cardinality.ts'
import { countSeries } from '../../src/projections/metrics/exposition/exposition.ts'
import { compare, recompute, savedMetrics, verifyMetrics } from '../../src/projections/metrics/recompute.ts'
import {
  journalLines,
  NOON,
  record,
  recordRun,
  registry,
  run,
  runShapes,
  start,
  type Started,
  step,
  valueOf,
} from './world.ts'

const bodyOf = async (journal: Journal): Promise<string> => {
  const { views } = await start(journal)
  const { body } = await views.metrics('openmetrics')
  await views.stop()
  return body
}

describe('metrics of a journal', () => {
  test('a scrape covers every event that was committed before it', async () => {
    const journal = memoryJournal()
    const { views } = await start(journal)
    for (let number = 1; number <= 20; number += 1) {
      await recordRun(journal, run({ runId: `run_${number}` }))
      const { body } = await views.metrics('text')
      expect(valueOf(body, 'cugar_runs_total{profile="demo",outcome="success"}')).toBe(number)
    }
    await views.stop()
  })

  test('metrics equal the journal for any runs, and a restart changes no metric, list or signal', async () => {
    await fc.assert(
      fc.asyncProperty(runShapes, fc.nat(5), async (shapes, stopAfter) => {
        const straight = memoryJournal()
        const restarted = memoryJournal()
        let current = await start(restarted)
        for (const [index, shape] of shapes.entries()) {
          await recordRun(straight, shape)
          await recordRun(restarted, shape)
          if (index !== stopAfter) continue
          await current.views.stop()
          current = await start(restarted)
        }
        const whole = await start(straight)
        const pages = async ({ views }: Started) => ({
          runs: await views.runs({ limit: 100 }),
          approvals: await views.approvals({ limit: 100 }),
          signals: await views.signals(3600),
          metrics: journalLines((await views.metrics('openmetrics')).body).sort(),
        })
        expect(await pages(current)).toEqual(await pages(whole))
        await current.views.stop()
        await whole.views.stop()
        expect(await verifyMetrics(restarted, registry)).toEqual([])
        expect(current.failures).toEqual([])
      }),
      { numRuns: 15 },
    )
  })

  test('a process that is killed between checkpoints counts nothing twice and loses nothing', async () => {
    const journal = memoryJournal()
    const first = await start(journal)
    await recordRun(journal, run())
    await first.views.stop()
    // Folded, but never saved: this one is left as a kill would leave it.
    const killed = await start(journal, { checkpointMs: 3_600_000 })
    await recordRun(journal, run({ runId: 'run_2' }))
    const seen = await killed.views.metrics('openmetrics')
    const third = await start(journal)
    const after = await third.views.metrics('openmetrics')
    expect(valueOf(after.body, 'cugar_runs_total{profile="demo",outcome="success"}')).toBe(2)
    expect(journalLines(after.body)).toEqual(journalLines(seen.body))
    await third.views.stop()
    expect(await verifyMetrics(journal, registry)).toEqual([])
  })

  test('a comparison names every series that differs', async () => {
    const journal = memoryJournal()
    await recordRun(journal, run())
    await bodyOf(journal)
    const saved = await savedMetrics(journal)
    if (!saved) throw new Error('a stop saves a checkpoint')
    saved.state.series.add('cugar_runs_started_total', { profile: 'demo' })
    const found = compare(saved.state, await recompute(journal, registry))
    expect(found).toEqual(['cugar_runs_started_total{profile="demo"}: 2 and 1'])
  })

  test('a tool that a reload brings is known from then on, in a recomputation too', async () => {
    const journal = memoryJournal()
    const projections = await start(journal)
    const shape = run({ steps: [step({ tool: 'new_tool' })] })
    await recordRun(journal, shape)
    await projections.views.metrics('text')
    const [known] = Object.values(registry.tools)
    if (!known) throw new Error('the registry has tools')
    const tool = { ...known, name: 'new_tool', domain: 'intelligence' as const }
    projections.adoptRegistry({ ...registry, tools: { ...registry.tools, new_tool: tool } })
    await recordRun(journal, { ...shape, runId: 'run_2' })
    const { body } = await projections.views.metrics('text')
    const calls = (name: string) =>
      `cugar_tool_calls_total{domain="intelligence",tool="${name}",status="success"}`
    expect(valueOf(body, calls('other'))).toBe(1)
    expect(valueOf(body, calls('new_tool'))).toBe(1)
    await projections.views.stop()
    expect(await verifyMetrics(journal, registry)).toEqual([])
  })

  test('hostile label values never reach more series than were computed', async () => {
    const journal = memoryJournal()
    const { views, http } = await start(journal)
    for (let batch = 0; batch < 100; batch += 1) {
      const drafts = Array.from({ length: 1000 }, (_, number) => {
        const name = `x${batch}_${number}`
        const [first] = draftsOf(run({ profile: name }))
        http.request({ method: name, route: `/${name}`, code: 200 + number, seconds: 0.01 })
        if (!first) throw new Error('a run has events')
        return first
      })
      await record(journal, { runId: `run_${batch}`, tenant: 'acme', at: NOON }, drafts)
    }
    const steps = Array.from({ length: 100 }, (_, number) => step({ tool: `tool_${number}` }))
    await recordRun(journal, run({ runId: 'run_x', steps }))
    await views.metrics('text')
    const { body } = await views.metrics('text')
    expect(countSeries(body)).toBeLessThanOrEqual(worstCaseSeries(registry))
    expect(valueOf(body, 'cugar_runs_started_total{profile="other"}')).toBe(100_000)
    expect(
      valueOf(body, 'cugar_metrics_label_overflow_total{metric="cugar_runs_started_total",label="profile"}'),
    ).toBe(100_000)
    await views.stop()
  })

  test('the text passes the linter of Prometheus', async () => {
    const journal = memoryJournal()
    await recordRun(journal, run({ planner: 'llm', steps: [step({ fails: ['system_timeout'] })] }))
    const { views, http } = await start(journal)
    http.request({ method: 'GET', route: '/v1/runs', code: 200, seconds: 0.01 })
    const { body, contentType } = await views.metrics('text')
    await views.stop()
    expect(contentType).toContain('text/plain')
    expect(execFileSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })).toBe('')
  })

  test('both formats show the same numbers, however often and in whatever order they are asked for', async () => {
    const journal = memoryJournal()
    await recordRun(journal, run())
    const { views } = await start(journal)
    const lines = async (format: 'text' | 'openmetrics') => {
      const { body } = await views.metrics(format)
      return journalLines(body).map((line) => line.replace(/ # \{.*$/, ''))
    }
    const [open, text, again] = [await lines('openmetrics'), await lines('text'), await lines('openmetrics')]
    expect(text).toEqual(open)
    expect(again).toEqual(open)
    await views.stop()
  })
})
