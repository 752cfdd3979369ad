import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/intelligence/score-account-fit.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'
import { ACCOUNTS, CRITERIA, FULL, PROFILES, REFUSED_ACCOUNTS, REFUSED_PROFILES } from './fit-table.ts'

const ATTRIBUTES = ['revenue', 'industry', 'employee_count', 'region']

describeVectors({
  tool,
  replaced: { 'output.reasoning': 'C17' },
  added: {
    'output.unknown': 'C5',
    'output.confidence': 'C5',
    'output.interpreted': 'C13',
    'output.ignored': 'C13',
  },
  differs: {
    empty_account_all_unknown: {
      by: 'C5',
      output: { fit_score: 0.5, recommendation: 'insufficient_data', unknown: ATTRIBUTES, confidence: 0 },
    },
    exactly_half_unknowns: {
      by: 'C5',
      output: { account_id: 'h', recommendation: 'insufficient_data', unknown: ATTRIBUTES, confidence: 0 },
    },
    no_criteria_everything_fits: {
      by: 'C17',
      output: { fit_score: 0.5, recommendation: 'insufficient_data', confidence: 1, unknown: [] },
    },
    string_revenue_type_error: { by: 'C14', output: { fit_score: 1, recommendation: 'high_priority' } },
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

const fitsIn = (output: Record<string, unknown>): unknown[] =>
  Object.values(output['fit_breakdown'] as object)

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
    const input = { account: { revenue: 10, region: ' ' }, icp_criteria: { min_revenue: 5 } }
    expect(await outputOf(tool, input)).toMatchObject({
      account_id: null,
      fit_score: 0.67,
      recommendation: 'insufficient_data',
      unknown: ['industry', 'employee_count', 'region'],
      confidence: 0.35,
    })
  })

  test('C17 says which value met which limit, and which did not', async () => {
    const account = { 'Annual Revenue': '€42M', Industry: 'Retail', '# Employees': '51-200', country: 'n/a' }
    const icp_criteria = {
      min_revenue: '€5M',
      max_revenue: '€100M',
      industries: 'software, retail',
      max_employees: 40,
      regions: ['West', 'East'],
    }
    expect(await outputOf(tool, { account, icp_criteria })).toMatchObject({
      fit_score: 0.77,
      recommendation: 'high_priority',
      reasoning: [
        'The account fits the ideal customer profile well.',
        'Revenue 42,000,000 EUR fits: the profile asks for 5,000,000 EUR to 100,000,000 EUR.',
        'Industry Retail fits: the profile asks for retail.',
        'Number of employees 51 to 200 does not fit: the profile asks for at most 40.',
        'Region is not known; the profile asks for West, East.',
      ],
      unknown: ['region'],
      confidence: 0.85,
    })
  })

  test('C17 says why a figure is not compared', async () => {
    const input = (revenue: string) => ({ account: { revenue }, icp_criteria: { min_revenue: '$5M' } })
    expect((await outputOf(tool, input('1.250'))).reasoning).toContain(
      'Revenue can be read in two ways; the profile asks for at least 5,000,000 USD.',
    )
    expect((await outputOf(tool, input('€42M'))).reasoning).toContain(
      'Revenue 42,000,000 EUR is in another currency; the profile asks for at least 5,000,000 USD.',
    )
    expect((await outputOf(tool, input('1-10M'))).reasoning).toContain(
      'Revenue 1,000,000 to 10,000,000 may or may not fit: the profile asks for at least 5,000,000 USD.',
    )
  })

  test('C17 a profile without criteria says nothing of any account', async () => {
    for (const icp_criteria of [
      {},
      { industries: [], min_revenue: null },
      { industries: 'n/a', regions: [''] },
    ])
      expect(await outputOf(tool, { account: FULL, icp_criteria })).toMatchObject({
        fit_score: 0.5,
        recommendation: 'insufficient_data',
        reasoning: expect.arrayContaining([expect.stringContaining('sets no criteria')]),
      })
  })

  test('C14 a list of which something was left out is told, whatever that was', async () => {
    const lists = [['West'], ['West', null], ['West', ''], [' West'], 'West', [null]]
    const rules = lists.map(async (regions) => {
      const { interpreted } = await outputOf(tool, { account: FULL, icp_criteria: { regions } })
      return interpreted
    })
    const list = (as: string | null) => [{ path: 'icp_criteria.regions', as, rule: 'list' }]
    expect(await Promise.all(rules)).toEqual([
      [],
      list('West'),
      list('West'),
      list('West'),
      list('West'),
      list(null),
    ])
  })

  test.each(ACCOUNTS)('C14 C15 %j fits as %j', async (account, fits) => {
    expect(fitsIn(await outputOf(tool, { account, icp_criteria: CRITERIA }))).toEqual(fits)
  })

  test.each(PROFILES)('C14 C15 with %j it fits as %j', async (icp_criteria, fits) => {
    expect(fitsIn(await outputOf(tool, { account: FULL, icp_criteria }))).toEqual(fits)
  })

  test.each(REFUSED_ACCOUNTS)('C14 account %j is refused at %s', async (account, path) => {
    expect(await problemPaths(tool, { account, icp_criteria: CRITERIA })).toEqual([`account.${path}`])
  })

  test.each(REFUSED_PROFILES)('C14 profile %j is refused at %s', async (icp_criteria, path) => {
    expect(await problemPaths(tool, { account: FULL, icp_criteria })).toEqual([`icp_criteria.${path}`])
  })

  test('C1 tells every problem at once, each at its path', async () => {
    const account = { revenue: {}, employee_count: 'many', status: 5, account_id: [] }
    const criteria = { min_revenue: 2, max_revenue: 1, industries: [{}, '—!'], regions: 7, budget: 1 }
    expect(new Set(await problemPaths(tool, { account, icp_criteria: criteria }))).toEqual(
      new Set([
        'account.revenue',
        'account.employee_count',
        'account.account_id',
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

  test('C13 lists what it does not understand', async () => {
    const input = { account: { colour: 'red', revenue: 5 }, icp_criteria: { budget: 1, Industries: ['a'] } }
    expect(await outputOf(tool, input)).toMatchObject({ ignored: ['colour', 'budget'] })
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
        revenue: optional(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom('€42M', '', '1.250', 'n/a'))),
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
