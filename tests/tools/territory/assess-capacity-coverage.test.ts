import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/territory/assess-capacity-coverage.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  prose: ['output.summary', 'output.coverage_gaps.*.recommendation'],
  added: {
    'output.unknown': 'C13',
    'output.assumptions': 'C8',
    'output.interpreted': 'C13',
    'output.ignored': 'C13',
  },
  differs: {
    negative_rep_count: { by: 'C1', refusedAt: ['territories.0.rep_count'] },
    string_counts_type_error: { by: 'C14', output: { overall_capacity: 0.5, coverage_gaps: [] } },
    no_trace_id: { by: 'C1', output: { overall_capacity: 0.7 } },
  },
})

const WEST = { territory_id: 'west', rep_count: 2, account_count: 150 }

describe('assess_capacity_coverage', () => {
  test.each([
    [{ rep_count: '2', account_count: '150 accounts' }, 0.75],
    [{ 'Territory Name': 'West', '# Accounts': '1,500', Reps: '20.0' }, 0.75],
    [{ rep_count: 0.5, account_count: 60 }, 1.2],
    [{ rep_count: '٢', account_count: '١٥٠' }, 0.75],
  ])('C13 C14 reads %j as a load of %d', async (record, overall) => {
    const { overall_capacity, unknown } = await outputOf(tool, { territories: [record] })
    expect({ overall_capacity, unknown }).toEqual({ overall_capacity: overall, unknown: [] })
  })

  test.each([{ rep_count: 'n/a' }, { rep_count: null }, { account_count: '?' }])(
    'C17 what nobody knows is no gap: %j',
    async (unknown) => {
      const territories = [WEST, { ...WEST, territory_id: 'east', ...unknown }]
      expect(await outputOf(tool, { territories })).toMatchObject({
        coverage_gaps: [],
        overall_capacity: 0.75,
        unknown: ['east'],
      })
    },
  )

  test.each([
    { account_count: 'many' },
    { rep_count: 'yes' },
    { rep_count: 'two' },
    { rep_count: '1-2' },
    { Reps: 'some' },
  ])('C13 %j cannot be read, and is told before anything is judged', async (bad) => {
    const [field = ''] = Object.keys(bad)
    const { rep_count: _, ...rest } = WEST
    const territories = [WEST, { ...(field === 'Reps' ? rest : WEST), ...bad }]
    expect(await problemPaths(tool, { territories })).toEqual([`territories.1.${field}`])
  })

  test('a threshold is a share, and a capacity that no figure rests on is said to be ignored', async () => {
    expect(await problemPaths(tool, { territories: [WEST], capacity_threshold: 90 })).toEqual([
      'capacity_threshold',
    ])
    expect(await outputOf(tool, { territories: [{ ...WEST, capacity: 60 }] })).toMatchObject({
      ignored: ['territories.0.capacity'],
    })
  })

  test('the region of a territory is not its name', async () => {
    const territories = [{ rep_count: 0, account_count: 5, region: 'north' }]
    expect(await outputOf(tool, { territories })).toMatchObject({
      coverage_gaps: [{ territory_id: 'unknown', gap_type: 'no_rep' }],
      ignored: [],
    })
  })

  test('C1 tells every problem at once', async () => {
    const territories = [
      { ...WEST, rep_count: {} },
      { ...WEST, account_count: -1 },
    ]
    expect(await problemPaths(tool, { territories, capacity_threshold: -1 })).toEqual(
      expect.arrayContaining([
        'territories.0.rep_count',
        'territories.1.account_count',
        'capacity_threshold',
      ]),
    )
  })
})

const cell = fc.oneof(
  fc.double({ min: 0, max: 500, noNaN: true }),
  fc.constantFrom(null, 'n/a', '12', 'x', -1),
)

describeProperties(
  tool,
  fc.record(
    {
      territories: fc.array(
        fc.record({ territory_id: fc.string(), rep_count: cell, account_count: cell }, { requiredKeys: [] }),
        { maxLength: 5 },
      ),
      capacity_threshold: fc.double({ min: 0, max: 2, noNaN: true }),
    },
    { requiredKeys: ['territories'] },
  ),
)
