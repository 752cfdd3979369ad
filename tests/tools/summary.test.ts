// What tools say of their own results, in words and figures.
import { expect, test } from 'vitest'
import { tool as winLoss } from '../../src/tools/governance/analyze-win-loss-patterns.ts'
import { tool as personas } from '../../src/tools/governance/extract-buyer-personas.ts'
import { tool as dealRisk } from '../../src/tools/qualification/assess-deal-risk.ts'
import { summaryOf } from '../../src/tools/summary.ts'
import { tool as coverage } from '../../src/tools/territory/assess-capacity-coverage.ts'
import { outputOf } from './properties.ts'

test('coverage is told with its gaps and what it assumes', async () => {
  const territories = [
    { territory_id: 'north', account_count: 130, rep_count: 1 },
    { territory_id: 'south', account_count: 10, rep_count: 0 },
    { territory_id: 'east', account_count: 'n/a', rep_count: 1 },
  ]
  expect(await summaryOf(coverage, await outputOf(coverage, { territories }))).toEqual([
    '2 territories with 1 reps and 140 accounts are at 140.0% of their capacity; gaps: 2.',
    '  gap: high: north is at 130.0% of its capacity: hire, or split it.',
    '  gap: high: Assign a rep to south: nobody looks after it.',
    '  unknown: east',
    '  assumed: A rep is assumed to handle 100 accounts.',
  ])
})

test('a risk is told with its mitigation and what is unknown, and an unknown one without a figure', async () => {
  const input = {
    opportunity: { opportunity_id: 'o1', stage: 'proposal' },
    risk_factors: { no_champion: true, no_budget_confirmed: false, competition: false, no_timeline: false },
    days_in_stage: 3,
  }
  expect(await summaryOf(dealRisk, await outputOf(dealRisk, input))).toEqual([
    'deal risk: low, 0.25; chance to close 0.75',
    '  risk: no champion (high): Find somebody inside who speaks for us.',
    '  next: Low risk: keep to the plan and its dates.',
    '  unknown: how many people decide',
    '  unknown: whether the sales cycle is long',
  ])
  const nothing = await outputOf(dealRisk, { opportunity: {} })
  expect((await summaryOf(dealRisk, nothing))[0]).toBe('deal risk: unknown')
})

const DEALS = [1, 2, 3].map((n) => ({
  deal_id: `d${n}`,
  outcome: 'won',
  account: { name: `Firm ${n}`, industry: 'Retail', revenue: 20_000_000 },
  contacts: [{ title: 'VP of Sales', department: 'Sales', seniority: 'vp', role: 'decision_maker' }],
}))
const LOST = {
  deal_id: 'd4',
  outcome: 'lost',
  account: { industry: 'Retail', revenue: 5 },
  loss_reason: 'no_budget',
}

test('patterns are told with the deals that they rest on', async () => {
  expect(await summaryOf(winLoss, await outputOf(winLoss, { deals: [...DEALS, LOST] }))).toEqual([
    'won and lost deals: sufficient data, 3 of 4 won (75 %), 0 active',
    '  won: Retail: 75 % of 4 deals (30 % to 95 %). Strong fit: look for more of Retail.',
    '  won: 10-50M: 100 % of 3 deals (44 % to 100 %). Strong fit: look for more of buyers with a revenue of 10-50M.',
    '  lost: no budget: 1 (100 %). Ask who releases the budget before a proposal is written.',
    '  look for: Retail. These industries are won more often than lost: Retail 75 % of 4 deals.',
    '  look for: 10-50M. Buyers of this revenue are won more often than lost: 10-50M 100 % of 3 deals.',
  ])
})

test('personas are told with how often they come', async () => {
  expect(await summaryOf(personas, await outputOf(personas, { deals: DEALS }))).toEqual([
    'buyer personas: 1, from 3 people in won deals',
    '  persona: VP of Sales (department Sales, seniority vp), 3 times. Go to VPs of Sales first: they decide.',
    '  decides: Reach VPs of Sales (vp) for the final approval.',
  ])
})
