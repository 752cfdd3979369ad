import { describe, expect, expectTypeOf, test } from 'vitest'
import * as q from '../../dashboards/promql.ts'
import type { CounterName, GaugeName, HistogramName } from '../../src/projections/metrics/catalogue.ts'

const { counter, gauge, buckets, outside } = q.within('job="a"')
const runs = counter('cugar_runs_total')

describe('PromQL as typed values', () => {
  test('a selector carries the scope and its own matchers', () => {
    expect(runs.text).toBe('cugar_runs_total{job="a"}')
    expect(counter('cugar_runs_total', { outcome: q.oneOf('error', 'timeout'), profile: 'demo' }).text).toBe(
      'cugar_runs_total{job="a",outcome=~"error|timeout",profile="demo"}',
    )
    expect(
      counter('cugar_llm_calls_total', { status: q.not('success'), model: q.variable('model') }).text,
    ).toBe('cugar_llm_calls_total{job="a",status!="success",model=~"$model"}')
    expect(q.within('').outside('up').text).toBe('up')
  })

  test('operands keep their meaning: parentheses stand where precedence needs them', () => {
    const up = outside('up')
    expect(q.calc(q.calc(up, '+', 1), '*', 2).text).toBe('(up{job="a"} + 1) * 2')
    expect(q.calc(q.calc(up, '*', 2), '+', 1).text).toBe('up{job="a"} * 2 + 1')
    expect(q.calc(up, '-', q.calc(up, '-', 1)).text).toBe('up{job="a"} - (up{job="a"} - 1)')
    expect(q.calc(q.calc(up, 'or', up), '>', 1).text).toBe('(up{job="a"} or up{job="a"}) > 1')
    expect(q.minus(q.time, q.calc(up, '>', 0)).text).toBe('time() - (up{job="a"} > 0)')
    expect(q.ratio(up, up).text).toBe('up{job="a"} / (up{job="a"} > 0)')
  })

  test('a percentile comes from summed buckets', () => {
    expect(q.percentile(0.95, ['le'], q.rate(buckets('cugar_run_steps'), '5m')).text).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(cugar_run_steps_bucket{job="a"}[5m])))',
    )
  })

  test('names, labels and values that the catalogue lacks are type errors', () => {
    expectTypeOf<'cugar_run_total'>().not.toExtend<CounterName>()
    expectTypeOf<'cugar_runs_total'>().not.toExtend<GaugeName | HistogramName>()
    expectTypeOf(runs).toExtend<q.Expr<'profile' | 'outcome' | 'job' | 'instance'>>()
    expectTypeOf(runs).not.toExtend<q.Expr<'profile'>>()
    expectTypeOf(q.sum(['outcome'], runs)).toEqualTypeOf<q.Expr<'outcome'>>()
    type Matchers = NonNullable<Parameters<typeof counter<'cugar_runs_total'>>[1]>
    expectTypeOf<{ outcome: 'success' }>().toExtend<Matchers>()
    expectTypeOf<{ outcome: 'succeeded' }>().not.toExtend<Matchers>()
    expectTypeOf<keyof Matchers>().toEqualTypeOf<'profile' | 'outcome'>()
  })

  test('rate takes counters and deriv takes gauges, nothing else', () => {
    expectTypeOf(runs).toExtend<Parameters<typeof q.rate<'job'>>[0] | q.Selector<string, 'counter'>>()
    expectTypeOf(gauge('cugar_approvals_pending')).not.toExtend<q.Selector<string, 'counter'>>()
    expectTypeOf(q.sum([], runs)).not.toExtend<q.Selector<string, 'counter'>>()
    expect(q.deriv(gauge('cugar_approvals_pending'), '15m').text).toBe(
      'deriv(cugar_approvals_pending{job="a"}[15m])',
    )
  })
})
