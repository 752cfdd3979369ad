import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/qualification/assess-deal-risk.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  prose: ['output.recommendations', 'output.risk_factors.*.mitigation'],
  added: { 'output.unknowns': 'C7', 'output.interpreted': 'C13', 'output.ignored': 'C13' },
  differs: {
    no_risks: { by: 'C7', output: { risk_level: 'unknown', risk_score: null, close_probability: null } },
    unknown_stage_skips_stall_check: { by: 'C7', refusedAt: ['opportunity.stage'] },
  },
})

const DEAL = { opportunity_id: 'o1', stage: 'proposal' }
const ALL = [
  'no_champion',
  'no_budget_confirmed',
  'multiple_stakeholders',
  'competitive_pressure',
  'long_sales_cycle',
  'unclear_timeline',
]

describe('assess_deal_risk', () => {
  test('C7 lists every factor that nobody stated', async () => {
    const risk_factors = { no_champion: 'yes', 'Budget not confirmed': 'no', long_sales_cycle: 'tbd' }
    expect(await outputOf(tool, { opportunity: DEAL, risk_factors, days_in_stage: 3 })).toMatchObject({
      risk_score: 0.25,
      risk_level: 'low',
      unknowns: ['multiple_stakeholders', 'competitive_pressure', 'long_sales_cycle', 'unclear_timeline'],
    })
  })

  test('C7 no information at all is an unknown risk, and no is information', async () => {
    for (const risk_factors of [undefined, null, {}, { no_champion: 'n/a' }])
      expect(await outputOf(tool, { opportunity: DEAL, risk_factors })).toMatchObject({
        risk_level: 'unknown',
        risk_score: null,
        unknowns: [...ALL, 'days_in_stage'],
      })
    expect(await outputOf(tool, { opportunity: DEAL, risk_factors: { no_champion: false } })).toMatchObject({
      risk_level: 'low',
      risk_score: 0,
    })
  })

  test.each([
    ['Closed Won', 400, 0],
    ['closed_lost', 400, 0],
    ['Negotiation/Review', '8 days', 0.2],
    ['Proposal/Price Quote', '14', 0],
    [' DISCOVERY ', 31, 0.2],
    [null, 31, 0.2],
  ])('C7 C13 stage %j for %j days gives a risk of %d', async (stage, days_in_stage, risk) => {
    const risk_factors = { no_champion: false }
    const input = { opportunity: { opportunity_id: 1, stage }, risk_factors, days_in_stage }
    expect(await outputOf(tool, input)).toMatchObject({ risk_score: risk })
  })

  test('C1 tells every problem at once', async () => {
    const input = {
      opportunity: { stage: 'Legal' },
      risk_factors: { no_champion: 'maybe' },
      days_in_stage: -2,
    }
    expect(await problemPaths(tool, input)).toEqual([
      'opportunity.stage',
      'risk_factors.no_champion',
      'days_in_stage',
    ])
    expect(await problemPaths(tool, { opportunity: DEAL, days_in_stage: 'ages' })).toEqual(['days_in_stage'])
  })
})

const said = fc.constantFrom(true, false, 'yes', 'no', null, '', 'maybe', 1)

describeProperties(
  tool,
  fc.record(
    {
      opportunity: fc.record(
        {
          opportunity_id: fc.oneof(fc.string(), fc.nat()),
          stage: fc.constantFrom('proposal', 'Won', 'x', null),
        },
        { requiredKeys: [] },
      ),
      risk_factors: fc.dictionary(fc.constantFrom(...ALL, 'other'), said),
      days_in_stage: fc.oneof(fc.nat(100), fc.constantFrom('5 days', 'x', -1, null)),
    },
    { requiredKeys: ['opportunity'] },
  ),
)
