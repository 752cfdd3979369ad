// A journal, and a checkpoint of its metrics, as version 0.1.0 left them.
import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { recompute, verifyMetrics, METRICS } from '../../../src/projections/metrics/recompute.ts'
import { restore } from '../../../src/projections/metrics/metrics-text.ts'
import { recordRun, registry, run, start, step, valueOf } from '../world.ts'

type Epochs = { position: number; values: Record<string, string[]> }[]
type Text = { version: number; cells: Record<string, Record<string, unknown>>; epochs: Epochs }

/** The text with what 0.1.0 had besides, and without what it did not know. */
function asOf010(text: string): string {
  const saved = JSON.parse(text) as Text
  saved.version = 1
  // Its buckets began at 10 milliseconds.
  for (const cells of Object.values(saved.cells['cugar_tool_call_duration_seconds'] ?? {}) as {
    c: number[]
  }[])
    cells.c.splice(
      0,
      4,
      cells.c.slice(0, 4).reduce((sum, count) => sum + count, 0),
    )
  saved.cells['cugar_route_confidence_ratio'] = {
    builtin: { s: 4, c: [0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0], e: [] },
  }
  Object.assign(saved.cells['cugar_retries_exhausted_total'] ?? {}, { llm: 3 })
  Object.assign(saved.cells['cugar_budget_events_total'] ?? {}, { 'demo\ttime\twarning': 2 })
  Object.assign(saved.cells['cugar_runs_total'] ?? {}, { 'demo\tsuccess\teurope': 2 })
  for (const { values } of saved.epochs)
    for (const set of ['domain', 'planner', 'operation']) delete values[set]
  return JSON.stringify(saved)
}

async function upgraded(): Promise<Journal> {
  const journal = memoryJournal()
  const before = await start(journal)
  await recordRun(journal, run({ planner: 'llm', steps: [step({ fails: ['system_timeout'] })] }))
  await before.views.stop()
  const saved = await journal.loadCheckpoint(METRICS)
  if (saved?.state == null) throw new Error('a stop saves a checkpoint')
  await journal.saveCheckpoint({ name: METRICS, ...saved, state: asOf010(saved.state), rows: [] })
  return journal
}

test('metrics of 0.1.0 equal its journal, without what the catalogue no longer has', async () => {
  const journal = await upgraded()
  expect(await verifyMetrics(journal, registry)).toEqual([])
  const saved = await journal.loadCheckpoint(METRICS)
  const { state, isCurrent } = restore(saved?.state ?? '')
  expect(isCurrent).toBe(false)
  const { series } = state
  const keys = [...series.families.values()].flatMap(({ name, cells }) =>
    [...cells.keys()].map((key) => `${name} ${key}`),
  )
  expect(keys.filter((key) => /confidence|\bllm$|\ttime\t|europe/.test(key))).toEqual([])
  expect(keys).toContain('cugar_route_decisions_total intelligence\tbuiltin')
})

test('a process of today goes on with them: nothing is counted twice, and its metrics equal the journal', async () => {
  const journal = await upgraded()
  const { views, failures } = await start(journal)
  await recordRun(journal, run({ runId: 'run_2', planner: 'llm' }))
  const { body } = await views.metrics('text')
  await views.stop()
  const plans = 'cugar_plans_created_total{profile="demo",kind="initial",planner="llm",fallback="none"}'
  expect(valueOf(body, plans)).toBe(2)
  expect(valueOf(body, 'cugar_tool_calls_in_flight{domain="intelligence"}')).toBe(0)
  expect(failures).toEqual([])
  const calls = { domain: step().domain, tool: step().tool }
  const counted = `cugar_tool_call_duration_seconds_count{domain="${calls.domain}",tool="${calls.tool}",status="success"}`
  expect(valueOf(body, counted)).toBe(2)
  const saved = await journal.loadCheckpoint(METRICS)
  expect(restore(saved?.state ?? '').isCurrent).toBe(true)
  expect(await verifyMetrics(journal, registry)).toEqual([])
  expect((await recompute(journal, registry)).series.overflow.size).toBe(0)
})
