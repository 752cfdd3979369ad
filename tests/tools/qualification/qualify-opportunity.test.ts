import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/qualification/qualify-opportunity.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

const EXTRAS = [
  'metrics',
  'economic_buyer',
  'decision_criteria',
  'decision_process',
  'identify_pain',
  'champion',
  'competition',
]

describeVectors({
  tool,
  prose: ['output.strengths', 'output.gaps', 'output.recommendations'],
  added: { 'output.unknowns': 'C6', 'output.notes': 'C6' },
  differs: {
    numeric_truthy_values_inflate_score: { by: 'C1', refusedAt: ['criteria.budget'] },
    opportunity_id_null_accepted: { by: 'C1', refusedAt: ['opportunity_id'] },
  },
})

const qualified = (criteria: object) => outputOf(tool, { opportunity_id: 'o1', criteria })

describe('qualify_opportunity', () => {
  test('C6 lists every criterion that nobody answered', async () => {
    expect(await qualified({ budget: true, authority: false })).toMatchObject({
      unknowns: ['need', 'timing', ...EXTRAS],
    })
    expect(await qualified({})).toMatchObject({
      unknowns: ['budget', 'authority', 'need', 'timing', ...EXTRAS],
    })
  })

  test('C6 carries the notes through', async () => {
    const input = { opportunity_id: 7, criteria: {}, notes: 'Asked for a security review.' }
    expect(await outputOf(tool, input)).toMatchObject({
      opportunity_id: 7,
      notes: 'Asked for a security review.',
    })
    expect(await qualified({})).toMatchObject({ notes: null })
  })

  test('C1 criteria are true, false or absent, and every problem is told at once', async () => {
    const criteria = { budget: 1, need: 'yes', timing: null, champion: {}, timeline: true }
    expect(new Set(await problemPaths(tool, { opportunity_id: ' ', criteria, notes: 5 }))).toEqual(
      new Set([
        'opportunity_id',
        'criteria.budget',
        'criteria.need',
        'criteria.timing',
        'criteria.champion',
        'criteria',
        'notes',
      ]),
    )
    expect(await problemPaths(tool, {})).toEqual(['opportunity_id', 'criteria'])
  })

  test('a plain BANT deal reaches 0.7, MEDDICC lifts it to 1', async () => {
    const bant = { budget: true, authority: true, need: true, timing: true }
    expect(await qualified(bant)).toMatchObject({
      qualification_score: 0.7,
      framework: 'BANT',
      requires_review: false,
    })
    expect(await qualified({ ...bant, champion: true })).toMatchObject({
      qualification_score: 0.74,
      framework: 'MEDDICC',
    })
  })
})

describeProperties(
  tool,
  fc.record({
    opportunity_id: fc.oneof(fc.string(), fc.integer()),
    criteria: fc.dictionary(
      fc.constantFrom('budget', 'authority', 'need', 'timing', ...EXTRAS),
      fc.boolean(),
    ),
  }),
)
