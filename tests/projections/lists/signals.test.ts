import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { addTo, mergeInto, percentile, type Sketch } from '../../../src/projections/lists/sketch.ts'
import { NOON, recordRun, run, start, step } from '../world.ts'

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch: Sketch = {}
  for (const value of values) addTo(sketch, value)
  return sketch
}

const seconds = fc.double({ min: 0.001, max: 100_000, noNaN: true })

describe('percentiles', () => {
  test('a percentile is within 1 % of the exact one, of merged sketches too', () => {
    fc.assert(
      fc.property(
        fc.array(seconds, { minLength: 1, maxLength: 200 }),
        fc.array(seconds, { maxLength: 50 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (some, more, share) => {
          const sketch = sketchOf(some)
          mergeInto(sketch, sketchOf(more))
          const sorted = [...some, ...more].sort((a, b) => a - b)
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
          const found = percentile(sketch, share) ?? Number.NaN
          expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(0.01)
        },
      ),
    )
  })

  test('nothing has no percentile, and a value however long has a bucket', () => {
    expect(percentile({}, 0.5)).toBeNull()
    expect(percentile(sketchOf([0]), 0.5)).toBe(0)
    expect(Object.keys(sketchOf(Array.from({ length: 5000 }, (_, i) => 1.01 ** i))).length).toBeLessThan(1500)
  })
})

describe('golden signals', () => {
  test('a window counts what lies in its minutes, by profile and in all', async () => {
    const journal = memoryJournal()
    const { views } = await start(journal)
    const failed = { status: 'failed', cause: 'system_timeout' } as const
    await recordRun(journal, run({ runId: 'run_1', at: NOON - 3_600_000 }))
    await recordRun(journal, run({ runId: 'run_2', steps: [step({ ms: 980, approval: 'approved' })] }))
    await recordRun(journal, run({ ...failed, runId: 'run_3', steps: [step({ end: 'system_timeout' })] }))
    await recordRun(journal, run({ runId: 'run_4', profile: 'technical', steps: [step(), step()] }))
    const { all, by_profile, window_seconds } = await views.signals(900)
    expect(window_seconds).toBe(900)
    expect(all).toMatchObject({ runs: 3, success_rate: 2 / 3, tool_error_rate: 1 / 4, mean_steps: 4 / 3 })
    expect(all.approval_wait).toMatchObject({ count: 1, mean: 98 })
    expect(by_profile['demo']).toMatchObject({ runs: 2, success_rate: 0.5 })
    expect(Math.abs((by_profile['demo']?.latency.p95 ?? 0) - 1)).toBeLessThanOrEqual(0.01)
    expect(by_profile['technical']).toMatchObject({ runs: 1, tool_error_rate: 0 })
    expect(by_profile['smb']).toMatchObject({ runs: 0, success_rate: null, mean_steps: null })
    expect((await views.signals(900)).by_domain).toEqual({
      intelligence: { calls: 4, tool_error_rate: 1 / 4 },
    })
    expect((await views.signals(7200)).all.runs).toBe(4)
    await views.stop()
  })

  test('signals survive a restart, and a day later they are gone', async () => {
    const journal = memoryJournal()
    const first = await start(journal)
    await recordRun(journal, run())
    const before = await first.views.signals(3600)
    await first.views.stop()
    let now = NOON
    const { views } = await start(journal, { now: () => now })
    expect(await views.signals(3600)).toEqual(before)
    now += 86_400_000
    expect((await views.signals(86_400)).all.runs).toBe(0)
    await views.stop()
  })

  test('a week is kept in hours, when its minutes are long forgotten', async () => {
    const journal = memoryJournal()
    let now = NOON
    const first = await start(journal, { now: () => now })
    await recordRun(journal, run({ runId: 'run_1', at: NOON }))
    now += 3 * 86_400_000
    await recordRun(journal, run({ runId: 'run_2', at: now }))
    await first.views.stop()
    const { views } = await start(journal, { now: () => now })
    expect((await views.signals(86_400)).all.runs).toBe(1)
    expect((await views.signals(7 * 86_400)).all.runs).toBe(2)
    const { points, stepSeconds } = await views.series({ window: 7 * 86_400, step: 10_000 })
    expect(stepSeconds).toBe(10_800)
    expect(points.filter(({ runs }) => runs > 0)).toHaveLength(2)
    expect(points.length).toBeGreaterThanOrEqual(56)
    now += 5 * 86_400_000
    expect((await views.signals(7 * 86_400)).all.runs).toBe(1)
    await views.stop()
  })

  test('an event from a clock that runs far ahead takes no later minute’s place', async () => {
    const journal = memoryJournal()
    const { views } = await start(journal)
    await recordRun(journal, run({ runId: 'run_1', at: NOON + 30 * 86_400_000 }))
    await recordRun(journal, run({ runId: 'run_2' }))
    expect((await views.signals(60)).all.runs).toBe(1)
    await views.stop()
  })

  test.each([59, 604_801, Number.NaN])('a window of %s seconds is refused', async (window) => {
    const { views } = await start(memoryJournal())
    await expect(views.signals(window)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await views.stop()
  })
})
