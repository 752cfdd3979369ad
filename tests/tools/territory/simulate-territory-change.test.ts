import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/territory/simulate-territory-change.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'
import { NO_TERRITORIES, TERRITORIES } from './territory-table.ts'

describeVectors({
  tool,
  prose: ['output.recommendations', 'output.approval_reason'],
  added: {
    'output.assumptions': 'C8',
    'output.interpreted': 'C13',
    'output.ignored': 'C13',
    'output.verdict': 'C17',
  },
  differs: {
    same_from_and_to: { by: 'C8', refusedAt: ['to_territory'] },
    fifty_accounts_from_exactly_50pct_no_info: {
      by: 'C17',
      output: { recommendations: [], verdict: 'insufficient_data' },
    },
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
      verdict: 'sufficient_data',
      interpreted: [],
      ignored: [],
    })
  })

  test('C17 without data it recommends nothing and says so', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `A${index}`)
    for (const territories of [undefined, null])
      expect(await outputOf(tool, { ...MOVE, account_ids: many, territories })).toMatchObject({
        recommendations: [],
        verdict: 'insufficient_data',
        assumptions: [
          'west is assumed to have 100 accounts and 1 rep.',
          'A rep of west is assumed to handle 100 accounts.',
          'east is assumed to have 80 accounts and 1 rep.',
          'A rep of east is assumed to handle 100 accounts.',
          'Nothing is recommended for west and east: that load rests on assumptions.',
        ],
      })
  })

  test('C17 a load that rests on an assumed capacity is no advice either', async () => {
    const east = { ...EAST, account_count: 98, capacity_per_rep: 'tbd' }
    expect(
      await outputOf(tool, { ...MOVE, territories: [{ ...WEST, account_count: 20 }, east] }),
    ).toMatchObject({
      recommendations: ['INFO: west would be at 17.0% of its capacity. It could take more accounts.'],
      verdict: 'insufficient_data',
      assumptions: [
        'A rep of east is assumed to handle 100 accounts.',
        'Nothing is recommended for east: that load rests on assumptions.',
      ],
    })
  })

  test.each(TERRITORIES)('C13 C14 west as %j has %j', async (west, [accounts, load]) => {
    const { impact_summary } = await outputOf(tool, { ...MOVE, territories: [west, EAST] })
    expect(impact_summary).toMatchObject({
      from_territory: { current_accounts: accounts, capacity_utilization: load },
    })
  })

  test.each(NO_TERRITORIES)('C14 %j is refused at %s', async (change, path) => {
    expect(await problemPaths(tool, { ...MOVE, territories: [{ ...WEST, ...change }, EAST] })).toEqual([
      `territories.0.${path}`,
    ])
  })

  test('C15 territories are the same whatever the case, and NA is one', async () => {
    const input = { from_territory: ' NA ', to_territory: 'STRASSE', account_ids: ['A1'] }
    const territories = [
      { ...WEST, territory_id: 'na' },
      { ...EAST, territory_id: 'Straße' },
    ]
    expect(await outputOf(tool, { ...input, territories })).toMatchObject({ verdict: 'sufficient_data' })
    expect(await problemPaths(tool, { ...input, from_territory: 'straße' })).toEqual(['to_territory'])
    const twice = [...territories, { ...WEST, territory_id: 'Na' }]
    expect(await problemPaths(tool, { ...input, territories: twice })).toEqual(['territories.2.territory_id'])
  })

  test('C13 says what it read differently and what it does not know', async () => {
    const west = { Territory: 'west', Accounts: '1,250', Reps: '2', capacity: '', colour: 'red' }
    expect(await outputOf(tool, { ...MOVE, territories: [west, EAST] })).toMatchObject({
      interpreted: [
        { path: 'territories.0.Territory', as: 'territory_id', rule: 'key' },
        { path: 'territories.0.Accounts', as: 'account_count', rule: 'key' },
        { path: 'territories.0.Accounts', as: 1250, rule: 'number' },
        { path: 'territories.0.Reps', as: 'rep_count', rule: 'key' },
        { path: 'territories.0.Reps', as: 2, rule: 'number' },
        { path: 'territories.0.capacity', as: null, rule: 'placeholder' },
      ],
      ignored: ['territories.0.colour'],
    })
  })

  test('C16 territories that have no name but a region are named by it', async () => {
    const [west, east] = [WEST, EAST].map(({ territory_id: region, ...rest }) => ({ ...rest, region }))
    expect(await outputOf(tool, { ...MOVE, territories: [west, east] })).toMatchObject({
      verdict: 'sufficient_data',
      ignored: [],
    })
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
    for (const effective_date of [
      null,
      '',
      'tbd',
      ' 2026-02-01 ',
      '2026-02-01',
      '2026-02-01T09:00:00Z',
      '2026-02-01T09:00:00+01:00',
    ])
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
