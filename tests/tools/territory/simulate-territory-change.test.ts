import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/territory/simulate-territory-change.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  prose: ['output.recommendations', 'output.approval_reason'],
  added: { 'output.assumptions': 'C8' },
  differs: {
    same_from_and_to: { by: 'C8', refusedAt: ['to_territory'] },
    empty_territory_names_accepted: { by: 'C1', refusedAt: ['from_territory', 'to_territory'] },
  },
})

const WEST = { territory_id: 'west', account_count: 90, rep_count: 2, capacity_per_rep: 50 }
const EAST = { territory_id: 'east', account_count: 40, rep_count: 1, capacity_per_rep: 45 }
const MOVE = { from_territory: 'west', to_territory: 'east', account_ids: ['A1', 'A2', 'A3'] }

describe('simulate_territory_change', () => {
  test('C8 works on the territories that are given', async () => {
    expect(await outputOf(tool, { ...MOVE, territories: [EAST, WEST] }, { trace_id: 't-9' })).toEqual({
      simulation_id: 'sim_t-9',
      impact_summary: {
        from_territory: { current_accounts: 90, projected_accounts: 87, capacity_utilization: 0.87 },
        to_territory: { current_accounts: 40, projected_accounts: 43, capacity_utilization: 43 / 45 },
      },
      recommendations: ['WARNING: east would be at 95.6% of its capacity. Consider hiring or a split.'],
      requires_approval: true,
      approval_reason: expect.any(String),
      assumptions: [],
    })
  })

  test('C8 without territories it tells what it assumes', async () => {
    const { assumptions } = await outputOf(tool, MOVE)
    expect(assumptions).toHaveLength(4)
    const partly = await outputOf(tool, {
      ...MOVE,
      territories: [WEST, { ...EAST, capacity_per_rep: undefined }],
    })
    expect(partly.assumptions).toEqual(['A rep of east is assumed to handle 100 accounts.'])
  })

  test('C8 a territory without reps has no utilisation, and that is said', async () => {
    const result = await outputOf(tool, { ...MOVE, territories: [WEST, { ...EAST, rep_count: 0 }] })
    expect(result).toMatchObject({
      impact_summary: { to_territory: { capacity_utilization: null } },
      recommendations: ['WARNING: east has no rep. Assign one before the accounts move.'],
    })
  })

  test('C8 refuses unknown territories, duplicates and moving more than there are', async () => {
    expect(await problemPaths(tool, { ...MOVE, territories: [] })).toEqual(
      expect.arrayContaining(['from_territory', 'to_territory']),
    )
    expect(await problemPaths(tool, { ...MOVE, territories: [WEST] })).toEqual(['to_territory'])
    expect(await problemPaths(tool, { ...MOVE, territories: [WEST, EAST, WEST] })).toEqual([
      'territories.2.territory_id',
    ])
    expect(await problemPaths(tool, { ...MOVE, account_ids: ['A1', 'A2', 'A1', 'A1'] })).toEqual([
      'account_ids.2',
      'account_ids.3',
    ])
    const few = { ...WEST, account_count: 2 }
    expect(await problemPaths(tool, { ...MOVE, territories: [few, EAST] })).toEqual(['account_ids'])
    const many = Array.from({ length: 101 }, (_, index) => `A${index}`)
    expect(await problemPaths(tool, { ...MOVE, account_ids: many })).toEqual(['account_ids'])
  })

  test('C1 tells every problem at once, each at its path', async () => {
    const territories = [{ ...WEST, rep_count: -1, capacity_per_rep: 0 }]
    const input = {
      from_territory: 'west',
      to_territory: 'west',
      account_ids: [],
      effective_date: 'soon',
      territories,
    }
    expect(new Set(await problemPaths(tool, input))).toEqual(
      new Set([
        'to_territory',
        'account_ids',
        'effective_date',
        'territories.0.rep_count',
        'territories.0.capacity_per_rep',
      ]),
    )
    expect(await problemPaths(tool, {})).toEqual(['from_territory', 'to_territory', 'account_ids'])
  })

  test('a date is a date, with a zone where it has a time', async () => {
    for (const effective_date of ['2026-02-01', '2026-02-01T09:00:00Z', '2026-02-01T09:00:00+01:00'])
      expect(await outputOf(tool, { ...MOVE, effective_date })).toMatchObject({ requires_approval: true })
    expect(await problemPaths(tool, { ...MOVE, effective_date: '2026-02-30' })).toEqual(['effective_date'])
  })
})

const id = fc.constantFrom('west', 'east', 'north')
const territory = fc.record(
  { territory_id: id, account_count: fc.nat(50), rep_count: fc.nat(3), capacity_per_rep: fc.nat(60) },
  { requiredKeys: ['territory_id', 'account_count', 'rep_count'] },
)

describeProperties(
  tool,
  fc.record(
    {
      from_territory: id,
      to_territory: id,
      account_ids: fc.uniqueArray(fc.oneof(fc.string(), fc.integer()), { maxLength: 5 }),
      territories: fc.uniqueArray(territory, { selector: (item) => item.territory_id }),
    },
    { requiredKeys: ['from_territory', 'to_territory', 'account_ids'] },
  ),
)
