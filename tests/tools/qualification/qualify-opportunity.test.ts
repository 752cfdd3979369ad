import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/qualification/qualify-opportunity.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'
import { ANSWERS, KEYS, NO_ANSWERS, VERDICTS } from './answer-table.ts'

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
  added: {
    'output.unknowns': 'C6',
    'output.notes': 'C6',
    'output.interpreted': 'C13',
    'output.ignored': 'C13',
    'output.verdict': 'C17',
    'output.questions': 'C17',
  },
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

  test('C15 an id is what people see of it', async () => {
    expect(await outputOf(tool, { opportunity_id: '\ufeff006-1 ', criteria: {} })).toMatchObject({
      opportunity_id: '006-1',
      interpreted: [{ path: 'opportunity_id', as: '006-1', rule: 'cleaned_text' }],
    })
    expect(await problemPaths(tool, { opportunity_id: '\u200b', criteria: {} })).toEqual(['opportunity_id'])
  })

  test('C6 carries the notes through', async () => {
    const input = { opportunity_id: 7, criteria: {}, notes: 'Asked for a security review.' }
    expect(await outputOf(tool, input)).toMatchObject({
      opportunity_id: 7,
      notes: 'Asked for a security review.',
    })
    expect(await qualified({})).toMatchObject({ notes: null })
  })

  test('C1 what is no answer is a problem at its path, and every problem is told at once', async () => {
    const criteria = { budget: 5, need: 'maybe', timing: null, Champion: {}, timeline: [true], colour: 'red' }
    expect(new Set(await problemPaths(tool, { opportunity_id: ' ', criteria, notes: 5 }))).toEqual(
      new Set([
        'opportunity_id',
        'criteria.budget',
        'criteria.need',
        'criteria.Champion',
        'criteria.timeline',
        'notes',
      ]),
    )
    expect(await problemPaths(tool, {})).toEqual(['opportunity_id', 'criteria'])
    expect(await problemPaths(tool, { opportunity_id: 1, criteria: null })).toEqual(['criteria'])
  })

  test.each(ANSWERS)('C13 budget: %j is %j', async (came, answer) => {
    const output = await qualified({ budget: came, authority: true })
    const bySign = { yes: output.strengths, no: output.gaps, unknown: output.unknowns }
    expect(bySign[answer]).toEqual(expect.arrayContaining([expect.stringMatching(/budget/i)]))
  })

  test.each(NO_ANSWERS)('C13 need: %j is refused', async (came) => {
    expect(await problemPaths(tool, { opportunity_id: 1, criteria: { need: came } })).toEqual([
      'criteria.need',
    ])
  })

  test.each(KEYS)('C13 the key %s is %s', async (key, criterion) => {
    const output = await qualified({ [key]: 'yes' })
    expect(output.unknowns).not.toContain(criterion)
    expect(output.unknowns).toHaveLength(10)
    expect(output).toMatchObject({
      ignored: [],
      interpreted: expect.arrayContaining([{ path: `criteria.${key}`, as: true, rule: 'answer' }]),
    })
  })

  test.each(VERDICTS)('C17 %j is %s', async (criteria, verdict, asked) => {
    const output = await qualified(criteria)
    expect(output).toMatchObject({ verdict })
    expect(output.questions).toHaveLength(asked)
    expect(/disqualify/.test(JSON.stringify(output.recommendations))).toBe(verdict === 'disqualify')
  })

  test('C13 says what it read differently and which keys it does not know', async () => {
    const criteria = { budget: true, Timeline: 'Yes', need: 'n/a', Money: 'no', 'next step': 'call' }
    expect(await qualified(criteria)).toMatchObject({
      interpreted: [
        { path: 'criteria.Money', as: null, rule: 'passed_over' },
        { path: 'criteria.need', as: null, rule: 'placeholder' },
        { path: 'criteria.Timeline', as: 'timing', rule: 'key' },
        { path: 'criteria.Timeline', as: true, rule: 'answer' },
      ],
      ignored: ['next step'],
    })
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
      fc.oneof(fc.boolean(), fc.constantFrom('yes', 'n/a', null, 'no', 1)),
    ),
  }),
)
