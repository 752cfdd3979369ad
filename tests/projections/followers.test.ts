import { describe, expect, test } from 'vitest'
import { memoryJournal } from '../../src/journal/memory.ts'
import type { Followed } from '../../src/projections/follow.ts'
import { recordRun, run, start, valueOf } from './world.ts'

/** A projection that cannot go on before it is told to, or closed: as spans are that wait for a collector. */
function slow(name: string) {
  const gate = Promise.withResolvers<void>()
  const state = { folded: 0, isClosed: false }
  const followed: Followed = {
    projection: {
      name,
      prepare: () => gate.promise,
      fold: () => {
        state.folded += 1
      },
      drain: () => ({ state: JSON.stringify(state), rows: [] }),
      close: async () => {
        state.isClosed = true
        gate.resolve()
      },
    },
    from: 0,
    checkpointMs: 3_600_000,
  }
  return { followed, state, goOn: gate.resolve }
}

describe('a projection that is handed in', () => {
  test('is shown on the metrics, and neither answers nor readiness wait for it', async () => {
    const journal = memoryJournal()
    const { followed, goOn } = slow('spans')
    const spanCounts = { exported: 3, dropped: 2, failed: 1 }
    const { views } = await start(journal, { others: [followed], spanCounts: () => spanCounts })
    const metrics = async (): Promise<string> => (await views.metrics('text')).body
    const position = 'cugar_projection_position{projection="spans"}'
    await recordRun(journal, run())
    expect((await views.runs({ limit: 10 })).items).toHaveLength(1)
    const before = await metrics()
    expect(views.lag()).toBe(0)
    expect(valueOf(before, position)).toBe(0)
    expect(valueOf(before, 'cugar_projection_lag_seconds_count{projection="spans"}')).toBe(0)
    for (const [status, count] of Object.entries(spanCounts)) {
      expect(valueOf(before, `cugar_trace_spans_total{status="${status}"}`)).toBe(count)
    }
    goOn()
    await expect.poll(async () => valueOf(await metrics(), position)).toBe(journal.position())
    expect(valueOf(await metrics(), 'cugar_projection_lag_seconds_count{projection="spans"}')).toBe(1)
    await views.stop()
  })

  test('catches up when it ends, and is saved as closing it has left it', async () => {
    const journal = memoryJournal()
    const { followed, state, goOn } = slow('spans')
    const { views } = await start(journal, { others: [followed] })
    await recordRun(journal, run())
    goOn()
    await views.stop()
    expect(state.folded).toBe(journal.position())
    const saved = { position: journal.position(), state: JSON.stringify({ ...state, isClosed: true }) }
    expect(await journal.loadCheckpoint('spans')).toEqual(saved)
  })

  test('that cannot catch up delays the end for a moment, and is not lost', async () => {
    const journal = memoryJournal()
    const { followed } = slow('spans')
    const { views } = await start(journal, { others: [followed] })
    await recordRun(journal, run())
    await views.runs({ limit: 1 })
    // It never goes on: whoever waited for it would not come back.
    await views.stop()
    expect((await journal.loadCheckpoint('spans'))?.state).toContain('"isClosed":true')
    expect((await journal.loadCheckpoint('views'))?.position).toBe(journal.position())
  })

  test('without a place among the labels is followed, and not shown', async () => {
    const journal = memoryJournal()
    const { followed, goOn } = slow('log')
    goOn()
    const { views } = await start(journal, { others: [followed] })
    await recordRun(journal, run())
    const { body } = await views.metrics('text')
    expect(body).not.toContain('projection="log"')
    await views.stop()
  })
})
