import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  METRIC_NAMES,
  specOf,
  type LabelsOf,
  type MetricName,
} from '../../../src/projections/metrics/catalogue.ts'
import {
  checkCardinality,
  COLLAPSE,
  labelValues,
  worstCaseSeries,
} from '../../../src/projections/metrics/cardinality.ts'
import { knownValues } from '../../../src/projections/labels.ts'
import {
  createMetricsState,
  learn,
  type MetricsState,
} from '../../../src/projections/metrics/metrics-state.ts'
import { restore, serialise } from '../../../src/projections/metrics/metrics-text.ts'
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

describe('a registry with more names than its series budget', () => {
  const profiles = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => {
      const [profile] = Object.values(registry.profiles)
      if (!profile) throw new Error('there is a profile')
      return [`p${index}`, { ...profile, name: `p${index}` }]
    }),
  )
  const tools = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => {
      const [tool] = Object.values(registry.tools)
      if (!tool) throw new Error('there is a tool')
      return [`t${index}`, { ...tool, name: `t${index}` }]
    }),
  )
  const big = { ...registry, profiles, tools }
  const call = { domain: 'intelligence', tool: 't7' } as const
  const cellsOf = (state: MetricsState, name: MetricName) => [
    ...(state.series.families.get(name)?.cells.keys() ?? []),
  ]

  test('of 20 profiles and 60 tools starts, and stays within it', () => {
    expect(() => checkCardinality(big)).not.toThrow()
    expect(worstCaseSeries(big)).toBeLessThanOrEqual(big.max_series)
    expect(labelValues(registry).collapsed).toEqual([])
    const order = COLLAPSE.map(([name, label]) => `${name}\t${label}`)
    const { collapsed } = labelValues(big)
    expect(collapsed.length).toBeGreaterThan(0)
    expect(collapsed).toEqual(order.slice(0, collapsed.length))
  })

  test('counts every value of a collapsed label as other, and as no overflow; unknown ones still overflow', () => {
    const state = createMetricsState()
    learn(state, 0, labelValues(big))
    const fails = (tool: string) =>
      state.series.add('cugar_tool_call_errors_total', { ...call, tool, error_type: 'agent_bug' })
    fails('t7')
    fails('t7')
    fails('t8')
    state.series.add('cugar_tool_calls_total', { ...call, status: 'error' })
    const errors = state.series.families.get('cugar_tool_call_errors_total')?.cells
    expect(errors?.get('intelligence\tother\tagent_bug')?.value).toBe(3)
    expect(cellsOf(state, 'cugar_tool_call_errors_total').some((key) => key.includes('t7'))).toBe(false)
    expect(cellsOf(state, 'cugar_tool_calls_total')).toContain('intelligence\tt7\terror')
    expect(state.series.overflow.size).toBe(0)
    fails('unheard_of')
    expect([...state.series.overflow]).toEqual([['cugar_tool_call_errors_total\ttool', 1]])
  })

  test('has its values again with a higher budget, and a restart remembers both', () => {
    const state = createMetricsState()
    learn(state, 0, labelValues(big))
    const fails = () => state.series.add('cugar_tool_call_errors_total', { ...call, error_type: 'agent_bug' })
    fails()
    learn(state, 5, labelValues({ ...big, max_series: 100_000 }))
    fails()
    const { state: restored } = restore(serialise(state))
    for (const { series, epochs } of [state, restored]) {
      const errors = series.families.get('cugar_tool_call_errors_total')?.cells
      expect(errors?.get('intelligence\tother\tagent_bug')?.value).toBe(1)
      expect(errors?.get('intelligence\tt7\tagent_bug')?.value).toBe(1)
      expect(epochs.map(({ position }) => position)).toEqual([0, 5])
    }
  })
})

describe('the domains, planners and operations of a registry', () => {
  const own = {
    ...registry,
    domains: ['triage', 'governance'],
    planners: ['rules', 'nurse'],
    operations: ['ask'],
    models: { m: { provider: 'ward', input: 1, output: 1 } },
    tools: {},
  }

  test('are the values of their labels, and start at 0', () => {
    const state = createMetricsState()
    learn(state, 0, knownValues(own))
    const keys = (name: MetricName) => [...(state.series.families.get(name)?.cells.keys() ?? [])]
    expect(keys('cugar_tool_calls_in_flight')).toEqual(['triage', 'governance'])
    expect(keys('cugar_llm_call_duration_seconds')).toEqual(['ward\tm\task'])
    const planners = keys('cugar_plans_created_total').map((key) => key.split('\t')[2])
    expect(new Set(planners)).toEqual(new Set(['rules', 'nurse', 'caller', 'playbook']))
  })

  test('are known from a reload on; any other value counts as other, and as an overflow', () => {
    const state = createMetricsState()
    learn(state, 0, knownValues(registry))
    const start = () => state.series.add('cugar_tool_calls_in_flight', { domain: 'triage' })
    start()
    expect(state.series.overflow).toEqual(new Map([['cugar_tool_calls_in_flight\tdomain', 1]]))
    learn(state, 1, knownValues(own))
    start()
    const cells = state.series.families.get('cugar_tool_calls_in_flight')?.cells
    expect([cells?.get('other')?.value, cells?.get('triage')?.value]).toEqual([1, 1])
    expect(state.series.overflow.size).toBe(1)
    expect(state.epochs).toHaveLength(2)
  })

  test('count in the worst case, so that too many of them are refused at start and at a reload', () => {
    const many = { ...registry, domains: Array.from({ length: 100 }, (_, number) => `d${number}`) }
    expect(worstCaseSeries(many)).toBeGreaterThan(worstCaseSeries(registry))
    expect(() => checkCardinality(many)).toThrow(expect.objectContaining({ code: 'REGISTRY_INVALID' }))
  })
})
