// The exposition as protocol buffers: the samples of the text, and what text cannot say.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { nativeIndex } from '../../../src/projections/metrics/native.ts'
import { NOON, recordRun, run, runShapes, start, step } from '../world.ts'
import { familiesOf, linesOfFamilies, nativeCounts } from './metric-families.ts'

/** What differs from one scrape to the next: the scrape before, and Node's own. */
const isSteady = (line: string): boolean => /^cugar_(?!metrics_(series|render))/.test(line)

const nameOf = ({ label }: { readonly label: readonly { readonly value: string }[] }): string =>
  label.map(({ value }) => value).join(' ')

test('has every sample of the text, whatever happened', async () => {
  const holds = fc.asyncProperty(runShapes, async (shapes) => {
    const journal = memoryJournal()
    for (const shape of shapes) await recordRun(journal, shape)
    const { views } = await start(journal)
    const { body: text } = await views.metrics('text')
    const families = familiesOf((await views.nativeMetrics()).body)
    await views.stop()
    const lines = text.split('\n').filter(isSteady)
    expect(linesOfFamilies(families).filter(isSteady).toSorted()).toEqual(lines.toSorted())
    for (const { metric } of families.filter(({ name }) => name.startsWith('cugar_')))
      for (const { histogram } of metric) {
        if (histogram === null) continue
        const above = [...nativeCounts(histogram).values()].reduce((sum, count) => sum + count, 0)
        expect(histogram.zeroCount + above).toBe(histogram.sampleCount)
        expect(histogram.positiveSpan.length).toBeGreaterThan(0)
      }
  })
  await fc.assert(holds, { numRuns: 15, endOnFailure: true })
})

test('has native buckets, exemplars, and since when each count counts; a restart changes none of them', async () => {
  const journal = memoryJournal()
  const shape = run({
    at: NOON - 5000,
    steps: [step({ ms: 0 }), step({ ms: 0.2 }), step({ ms: 5 }), step({ ms: 2000 })],
  })
  await recordRun(journal, shape)
  const seen = []
  for (let process = 0; process < 2; process += 1) {
    const { views } = await start(journal, { checkpointMs: 0 })
    const families = familiesOf((await views.nativeMetrics()).body)
    await views.stop()
    const calls = families
      .find(({ name }) => name === 'cugar_tool_call_duration_seconds')
      ?.metric.find((metric) => nameOf(metric) === 'intelligence score_account_fit success')?.histogram
    const runs = families
      .find(({ name }) => name === 'cugar_runs_total')
      ?.metric.find((metric) => nameOf(metric) === 'demo success')?.counter
    expect(runs).toMatchObject({ value: 1, createdTimestamp: { seconds: (NOON - 5000) / 1000, nanos: 0 } })
    if (!calls) throw new Error('no calls are shown')
    expect(calls).toMatchObject({ schema: 3, zeroCount: 1, sampleCount: 4 })
    expect(calls.createdTimestamp?.seconds).toBe((NOON - 5000) / 1000)
    expect([...nativeCounts(calls)]).toEqual([0.0002, 0.005, 2].map((seconds) => [nativeIndex(seconds), 1]))
    const exemplars = calls.bucket.flatMap(({ exemplar }) => exemplar ?? [])
    expect(exemplars.map(({ value }) => value)).toEqual([0.0002, 0.005, 2])
    expect(exemplars[0]?.label).toEqual([
      { name: 'trace_id', value: '0af7651916cd43dd8448eb211c80319c' },
      { name: 'span_id', value: 'b7ad6b7169203331' },
    ])
    seen.push(calls)
  }
  expect(seen[1]).toEqual(seen[0])
})

test("has Node's own metrics too, its histogram with its buckets", async () => {
  const { views } = await start(memoryJournal())
  await views.nativeMetrics()
  const families = familiesOf((await views.nativeMetrics()).body)
  const { body: text } = await views.metrics('text')
  await views.stop()
  const typed = text.split('\n').filter((line) => line.startsWith('# TYPE '))
  const words = { 0: 'counter', 1: 'gauge', 4: 'histogram' } as const
  expect(
    families.map(({ name, type }) => `# TYPE ${name} ${words[type as keyof typeof words]}`).toSorted(),
  ).toEqual(typed.toSorted())
  expect(
    families.find(({ name }) => name === 'process_resident_memory_bytes')?.metric[0]?.gauge?.value,
  ).toBeGreaterThan(1e6)
})
