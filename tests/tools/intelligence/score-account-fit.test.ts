import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/intelligence/score-account-fit.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

const ATTRIBUTES = ['revenue', 'industry', 'employee_count', 'region']

describeVectors({
  tool,
  prose: ['output.reasoning'],
  added: { 'output.unknown': 'C5', 'output.confidence': 'C5' },
  differs: {
    empty_account_all_unknown: {
      by: 'C5',
      output: { fit_score: 0.5, recommendation: 'insufficient_data', unknown: ATTRIBUTES, confidence: 0 },
    },
    exactly_half_unknowns: {
      by: 'C5',
      output: { account_id: 'h', recommendation: 'insufficient_data', unknown: ATTRIBUTES, confidence: 0 },
    },
    region_mismatch: {
      by: 'C5',
      output: { fit_score: 0.85, reasoning: [expect.any(String), 'The region is not among the targets.'] },
    },
    medium_boundary_region_and_employees_off: {
      by: 'C5',
      output: { fit_score: 0.7, reasoning: [expect.any(String), expect.any(String), expect.any(String)] },
    },
    min_zero_treated_as_no_min: {
      by: 'C5',
      output: {
        fit_score: 0.65,
        fit_breakdown: { revenue_fit: 0, industry_fit: 1, employee_fit: 1, region_fit: 1 },
        recommendation: 'medium_priority',
      },
    },
  },
})

const industryFit = async (industry: string, target: string): Promise<unknown> => {
  const input = { account: { industry }, icp_criteria: { industries: [target] } }
  return (await outputOf(tool, input)).fit_breakdown
}

describe('score_account_fit', () => {
  test('C5 matches whole words and phrases', async () => {
    const fits = { industry_fit: 1 }
    const misses = { industry_fit: 0 }
    expect(await industryFit('Biotechnology', 'tech')).toMatchObject(misses)
    expect(await industryFit('Technology', 'technology')).toMatchObject(fits)
    expect(await industryFit('Information Technology', 'technology')).toMatchObject(fits)
    expect(await industryFit('Financial-services software', 'financial services')).toMatchObject(fits)
    expect(await industryFit('Services, financial', 'financial services')).toMatchObject(misses)
  })

  test('C5 a bound of 0 is a bound', async () => {
    const input = {
      account: { revenue: 1, employee_count: 1 },
      icp_criteria: { max_revenue: 0, max_employees: 0 },
    }
    expect(await outputOf(tool, input)).toMatchObject({ fit_breakdown: { revenue_fit: 0, employee_fit: 0 } })
  })

  test('C5 tells what is not known and how much rests on data', async () => {
    const input = { account: { revenue: 10, region: ' ' }, icp_criteria: {} }
    expect(await outputOf(tool, input)).toMatchObject({
      account_id: null,
      fit_score: 0.67,
      recommendation: 'medium_priority',
      unknown: ['industry', 'employee_count', 'region'],
      confidence: 0.35,
    })
  })

  test('C1 tells every problem at once, each at its path', async () => {
    const account = { revenue: '5', employee_count: 1.5 }
    const criteria = { min_revenue: 2, max_revenue: 1, industries: ['-', ''], regions: 'West', budget: 1 }
    expect(new Set(await problemPaths(tool, { account, icp_criteria: criteria }))).toEqual(
      new Set([
        'account.revenue',
        'account.employee_count',
        'icp_criteria',
        'icp_criteria.industries.0',
        'icp_criteria.industries.1',
        'icp_criteria.regions',
        'icp_criteria.max_revenue',
      ]),
    )
    expect(
      await problemPaths(tool, { account: {}, icp_criteria: { min_employees: 5, max_employees: 4 } }),
    ).toEqual(['icp_criteria.max_employees'])
    expect(await problemPaths(tool, {})).toEqual(['account', 'icp_criteria'])
  })

  test('takes a normalised account as it is', async () => {
    const account = { account_id: 7, name: 'Acme', status: 'active', revenue: null, metadata: {} }
    expect(await outputOf(tool, { account, icp_criteria: {} })).toMatchObject({ account_id: 7 })
  })
})

const text = fc.oneof(fc.constantFrom('Technology', 'West', 'tech'), fc.string())
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

describeProperties(
  tool,
  fc.record({
    account: fc.record(
      {
        account_id: fc.oneof(fc.string(), fc.integer()),
        revenue: optional(fc.double({ noNaN: true })),
        industry: optional(text),
        employee_count: optional(fc.integer()),
        region: optional(text),
      },
      { requiredKeys: [] },
    ),
    icp_criteria: fc.record(
      {
        min_revenue: optional(fc.integer()),
        max_revenue: optional(fc.integer()),
        industries: fc.array(text),
        min_employees: optional(fc.nat()),
        regions: fc.array(text),
      },
      { requiredKeys: [] },
    ),
  }),
)
