import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/governance/analyze-win-loss-patterns.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  prose: [
    'output.win_patterns.*.recommendation',
    'output.loss_patterns.*.recommendation',
    'output.icp_recommendations.*.rationale',
  ],
  added: {
    'output.summary.active_count': 'C9',
    'output.win_patterns.*.win_rate_interval': 'C9',
    'output.loss_patterns.*.percentage_interval': 'C9',
    'output.qualification_insights.scored_count': 'C9',
    'output.verdict': 'C17',
    'output.assumptions': 'C9',
    'output.interpreted': 'C13',
  },
  differs: {
    empty_deals: { by: 'C1', refusedAt: ['deals'] },
    only_active: { by: 'C1', refusedAt: ['deals'] },
    time_filter_utc_z_date_crashes: { by: 'C9', output: { summary: { total_deals: 1, win_rate: 1 } } },
    null_revenue_crashes: { by: 'C9', output: { summary: { total_deals: 1 }, win_patterns: [] } },
  },
})

const AT = Date.parse('2026-06-30T12:00:00Z')
const deal = (over: object) => ({
  deal_id: 'd',
  outcome: 'won',
  account: { name: 'Co', industry: 'Technology', revenue: 20_000_000 },
  deal_value: 100,
  sales_cycle_days: 40,
  ...over,
})

describe('analyze_win_loss_patterns', () => {
  test('C9 each pattern has its sample size and a Wilson interval', async () => {
    const deals = [
      ...Array.from({ length: 7 }, () => deal({})),
      ...Array.from({ length: 3 }, () => deal({ outcome: 'lost' })),
    ]
    const { win_patterns } = await outputOf(tool, { deals })
    expect(win_patterns).toMatchObject([
      { deal_count: 10, win_rate: 0.7, win_rate_interval: { low: 0.4, high: 0.89 } },
      { deal_count: 10, win_rate: 0.7, win_rate_interval: { low: 0.4, high: 0.89 } },
    ])
  })

  test('C9 active deals are counted and told', async () => {
    const { summary } = await outputOf(tool, {
      deals: [deal({}), deal({ outcome: 'active' }), deal({ outcome: 'Open' })],
    })
    expect(summary).toMatchObject({ total_deals: 1, active_count: 2 })
  })

  test.each([
    ['2026-06-01', 1],
    ['2026-05-31T12:00:00Z', 1],
    ['2026-05-31T13:59:59+02:00', 0],
    ['2026-05-31T11:59:59.999Z', 0],
    ['2026-06-29 23:00', 1],
    ['29/06/2026', 1],
    ['29.06.2026', 1],
    ['June 29th, 2026', 1],
    ['05/31/2026', 0],
    [null, 0],
  ])('C9 of the last 30 days, one that closed %j counts %d', async (close_date, count) => {
    const deals = [deal({ close_date }), deal({ close_date: '2026-06-30' })]
    const { summary } = await outputOf(tool, { deals, time_period_days: 30 }, { at: AT })
    expect(summary).toMatchObject({ total_deals: 1 + count })
  })

  test.each([
    ['close_date', 'soon'],
    ['close_date', '06/07/2026'],
    ['close_date', '31.02.2026'],
    ['close_date', 46_000],
    ['deal_value', 'free'],
    ['deal_value', '10-20k'],
    ['sales_cycle_days', '3 months'],
    ['qualification_score', 'high'],
    ['qualification_score', 80],
  ])('C13 %s %j cannot be read, and is told before anything is learnt from it', async (field, value) => {
    const deals = [deal({}), deal({ [field]: value })]
    expect(await problemPaths(tool, { deals })).toEqual([`deals.1.${field}`])
  })

  test('C15 what cannot be read is no problem where another column says it', async () => {
    const deals = [deal({ deal_value: 'free', Amount: 50 })]
    expect(await outputOf(tool, { deals })).toMatchObject({ summary: { avg_deal_value_won: 50 } })
  })

  test('C17 a period without a decided deal says so, and is no error', async () => {
    const deals = [deal({ close_date: '2020-01-01' })]
    expect(await outputOf(tool, { deals, time_period_days: 30 }, { at: AT })).toMatchObject({
      verdict: 'insufficient_data',
      summary: { total_deals: 0, win_rate: 0 },
      win_patterns: [],
    })
  })

  test.each([
    [{ account: { industry: 'Technology', revenue: '€42M' } }, '10-50M'],
    [{ account: { industry: 'Technology', 'Annual Revenue': '10,000,000' } }, '10-50M'],
    [{ account: { industry: 'Technology', revenue: 9_999_999.99 } }, '0-10M'],
    [{ account: { industry: 'Technology', revenue: '100M' } }, '100M+'],
    [{ account: { industry: 'Technology', revenue: null } }, undefined],
    [{ account: { industry: 'Technology', revenue: 'n/a' } }, undefined],
    [{ account: 'Acme', Industry: 'Technology', 'Annual Revenue': '$ 60m' }, '50-100M'],
  ])('C9 C14 %j is in the range %s', async (over, range) => {
    const { win_patterns } = await outputOf(tool, { deals: [deal(over)], min_deals_for_pattern: 1 })
    const patterns = win_patterns as { pattern_type: string; pattern_value: string }[]
    expect(patterns.map(({ pattern_value }) => pattern_value)).toEqual(['Technology', range].filter(Boolean))
  })

  test.each([
    [{ outcome: 'Closed Won' }, { won_count: 1 }],
    [{ outcome: undefined, Stage: 'Closed Lost' }, { lost_count: 1 }],
    [{ outcome: undefined, 'Is Won': 'yes' }, { won_count: 1 }],
    [{ outcome: undefined, won: 0 }, { lost_count: 1 }],
    [{ deal_value: undefined, Amount: '1.250,50 €' }, { avg_deal_value_won: 1250.5 }],
    [{ sales_cycle_days: '45 days' }, { avg_sales_cycle_won: 45 }],
  ])('C13 C16 reads %j as %j', async (over, summary) => {
    const record = JSON.parse(JSON.stringify(deal(over))) as object
    expect(await outputOf(tool, { deals: [record] })).toMatchObject({ summary })
  })

  test('reasons of losses are compared by their words', async () => {
    const deals = ['No budget', 'no_budget', 'NO-BUDGET', 'Price!'].map((loss_reason) =>
      deal({ outcome: 'lost', loss_reason }),
    )
    const { loss_patterns } = await outputOf(tool, { deals })
    expect(loss_patterns).toMatchObject([
      { loss_reason: 'no_budget', count: 3, percentage: 0.75 },
      { loss_reason: 'price', count: 1 },
    ])
  })

  test('C1 tells every problem with its path', async () => {
    const deals = [
      { outcome: 'maybe' },
      {},
      deal({ deal_value: {} }),
      deal({ qualification_score: 7 }),
      deal({}),
    ]
    expect(await problemPaths(tool, { deals, min_deals_for_pattern: 0 })).toEqual([
      'deals.0.outcome',
      'deals.1.outcome',
      'deals.2.deal_value',
      'deals.3.qualification_score',
      'min_deals_for_pattern',
    ])
  })

  test('C9 what was assumed is told', async () => {
    const { assumptions } = await outputOf(tool, {
      deals: [deal({ account: {} }), deal({ account: { revenue: '?' } })],
    })
    expect(assumptions).toEqual([
      '1 deal without a revenue counted as 0.',
      '1 deal of unknown revenue in no revenue range.',
      '2 deals without an industry counted as Unknown.',
    ])
  })
})

const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(null, '5k', 'x', '', '2026-01-01'))

describeProperties(
  tool,
  fc.record(
    {
      deals: fc.array(
        fc.record(
          {
            outcome: fc.constantFrom('won', 'lost', 'active', 'Closed Won'),
            account: fc.oneof(fc.record({ industry: fc.string(), revenue: value }), fc.constant(null)),
            deal_value: value,
            close_date: value,
            qualification_score: fc.double({ min: 0, max: 1, noNaN: true }),
          },
          { requiredKeys: ['outcome'] },
        ),
        { maxLength: 6 },
      ),
      time_period_days: fc.nat(50),
    },
    { requiredKeys: ['deals'] },
  ),
)
