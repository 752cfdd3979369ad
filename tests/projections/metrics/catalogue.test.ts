import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  METRIC_NAMES,
  specOf,
  type LabelsOf,
  type MetricName,
} from '../../../src/projections/metrics/catalogue.ts'
import { checkCardinality, worstCaseSeries } from '../../../src/projections/metrics/cardinality.ts'
import type { RunOutcome } from '../../../src/projections/outcome.ts'
import { registry } from '../world.ts'

describe('the catalogue of metrics', () => {
  test('a metric takes exactly its labels, with the values of closed sets as types', () => {
    expectTypeOf<LabelsOf<'cugar_runs_total'>>().toEqualTypeOf<{
      readonly profile: string
      readonly outcome: RunOutcome
    }>()
    expectTypeOf<'cugar_runs'>().not.toExtend<MetricName>()
  })

  test('every name says application, unit and kind', () => {
    for (const name of METRIC_NAMES) {
      expect(name).toMatch(/^cugar_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(specOf(name).type === 'counter')
      expect(specOf(name).help).toMatch(/\.$/)
    }
  })

  test('the shipped registry stays within its series budget', () => {
    expect(worstCaseSeries(registry)).toBeLessThanOrEqual(registry.max_series)
    expect(() => checkCardinality(registry)).not.toThrow()
  })

  test('a registry above its series budget is refused with its biggest metrics', () => {
    const tight = { ...registry, max_series: 100 }
    expect(() => checkCardinality(tight)).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_INVALID',
        problems: [
          {
            path: 'labels.max_series',
            message: expect.stringContaining('cugar_tool_call_duration_seconds'),
          },
        ],
      }),
    )
  })
})
