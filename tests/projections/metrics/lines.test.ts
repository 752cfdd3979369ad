import * as fc from 'fast-check'
import { Registry, type Metric, type OpenMetricsContentType } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { emptyTrie } from '../../../src/cache.ts'
import type { Cell, Family } from '../../../src/projections/metrics/families.ts'
import { linesOf } from '../../../src/projections/metrics/exposition/lines.ts'

const BOUNDS = [0.005, 1, 2.5, 1e6]

/** The samples as prom-client takes them from a metric. */
function samplesOf({ name, buckets }: Family, cell: Cell): object[] {
  const sharedLabels = cell.labels
  if (!buckets) return [{ labels: {}, sharedLabels, value: cell.value }]
  let count = 0
  const samples = cell.counts.map((inBucket, index): object => {
    count += inBucket
    const seen = cell.exemplars[index]
    const exemplar = seen && {
      labelSet: { trace_id: seen.traceId, span_id: seen.spanId },
      value: seen.value,
      timestamp: seen.at,
    }
    const labels = { le: buckets[index] ?? '+Inf' }
    return { metricName: `${name}_bucket`, labels, sharedLabels, value: count, ...(exemplar && { exemplar }) }
  })
  return [
    ...samples,
    { metricName: `${name}_sum`, labels: {}, sharedLabels, value: cell.value },
    { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
  ]
}

function openMetrics(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}

async function byPromClient(family: Family, withExemplars: boolean): Promise<string> {
  const values = [...family.cells.values()].flatMap((cell) => samplesOf(family, cell))
  const type = family.buckets ? 'histogram' : 'gauge'
  const metric: unknown = {
    name: family.name,
    get: async () => ({ name: family.name, help: '', type, values }),
  }
  const registry = withExemplars ? openMetrics() : new Registry()
  registry.registerMetric(metric as Metric)
  return registry.metrics()
}

const number = fc.oneof(fc.nat(), fc.double({ noNaN: true }))
const exemplar = fc.record({
  traceId: fc.constant('a'.repeat(32)),
  spanId: fc.constant('b'.repeat(16)),
  value: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  at: fc.nat(),
})
const cellOf = (size: number): fc.Arbitrary<Cell> =>
  fc.record({
    labels: fc.dictionary(fc.constantFrom('profile', 'tool', 'status'), fc.string({ unit: 'binary' })),
    value: number,
    counts: fc.array(fc.nat(), { minLength: size, maxLength: size }),
    exemplars: fc.array(fc.option(exemplar, { nil: undefined }), { maxLength: size }),
    native: fc.constant(new Map()),
  })

const family = fc.boolean().chain((isHistogram) =>
  fc.array(cellOf(isHistogram ? BOUNDS.length + 1 : 0), { maxLength: 4 }).map((cells): Family => ({
    name: isHistogram ? 'cugar_run_duration_seconds' : 'cugar_workers',
    buckets: isHistogram ? BOUNDS : undefined,
    cap: undefined,
    guards: [],
    cells: new Map(cells.map((cell, index) => [String(index), cell])),
    seen: emptyTrie(),
  })),
)

describe('samples as lines', () => {
  test('read as prom-client writes them, the second time too', async () => {
    await fc.assert(
      fc.asyncProperty(family, fc.boolean(), async (shown, withExemplars) => {
        const [, , ...lines] = (await byPromClient(shown, withExemplars)).trimEnd().split('\n')
        const theirs = lines.filter((line) => line !== '# EOF').join('\n')
        expect(linesOf(shown, withExemplars).slice(1)).toBe(theirs)
        for (const cell of shown.cells.values()) cell.value += 1
        const again = await byPromClient(shown, withExemplars)
        expect(again).toContain(linesOf(shown, withExemplars))
      }),
    )
  })
})
