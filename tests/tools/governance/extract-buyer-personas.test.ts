import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/governance/extract-buyer-personas.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  prose: ['output.personas.*.recommendation', 'output.decision_maker_patterns.recommendation'],
  added: { 'output.contact_count': 'C10', 'output.interpreted': 'C13' },
  differs: {
    empty: { by: 'C1', refusedAt: ['deals'] },
    three_occurrences_champion: {
      by: 'C10',
      output: {
        personas: [{ title_pattern: 'VP Sales', department: 'Sales', seniority: 'VP', occurrence_count: 3 }],
      },
    },
    influencer_only: { by: 'C10', output: { personas: [{ department: 'Ops', seniority: 'IC' }] } },
    decision_maker_tie_first_seen: {
      by: 'C10',
      output: {
        personas: [
          { title_pattern: 'VP', department: 'S' },
          { title_pattern: 'CFO', department: 'F' },
        ],
      },
    },
    no_decision_makers_unknown: { by: 'C10', output: { personas: [{ department: 'S', seniority: 'VP' }] } },
    department_and_seniority_never_filled: {
      by: 'C10',
      output: { personas: [{ department: 'Engineering', seniority: 'C-level' }] },
    },
  },
})

const won = (...contacts: object[]) => ({ outcome: 'won', contacts })
const vp = { title: 'VP Sales', department: 'Sales', seniority: 'VP', role: 'champion' }

describe('extract_buyer_personas', () => {
  test('C10 titles are grouped whatever their case and blanks', async () => {
    const deals = [
      won(vp, { ...vp, title: ' vp  sales' }),
      won({ ...vp, title: 'VP Sales', department: 'Revenue' }),
    ]
    expect(await outputOf(tool, { deals })).toMatchObject({
      personas: [{ title_pattern: 'VP Sales', department: 'Sales', occurrence_count: 3 }],
      contact_count: 3,
    })
  })

  test.each([
    ['Secretary', 'Secretaries'],
    ['Attorney', 'Attorneys'],
    ['Coach', 'Coaches'],
    ['VP of Sales', 'VPs of Sales'],
    ['Director, IT', 'Directors, IT'],
    ['Boss', 'Bosses'],
    ['CFO', 'CFOs'],
    ['VP Operations', 'VPs Operations'],
    ['Director Sales', 'Directors Sales'],
  ])('C10 several of %s are %s', async (title, several) => {
    const { personas } = await outputOf(tool, {
      deals: [won({ ...vp, title, role: 'Decision Maker' })],
      min_occurrences: 1,
    })
    expect((personas as { recommendation: string }[])[0]?.recommendation).toContain(`${several} `)
  })

  test('only deals that were won count', async () => {
    const lost = { outcome: 'lost', contacts: [vp, vp, vp] }
    expect(await outputOf(tool, { deals: [lost, won(vp)] })).toMatchObject({ personas: [], contact_count: 1 })
    expect(await problemPaths(tool, { deals: [lost] })).toEqual(['deals'])
  })

  test('C13 people under the headings of a CRM', async () => {
    const person = { 'Job Title': 'CIO', Dept: 'IT', Level: 'C-level', 'Buying Role': 'DECISION_MAKER' }
    expect(
      await outputOf(tool, { deals: [{ Stage: 'Closed Won', people: [person] }], min_occurrences: 1 }),
    ).toMatchObject({
      personas: [
        { title_pattern: 'CIO', department: 'IT', seniority: 'C-level', typical_roles: ['decision_maker'] },
      ],
      decision_maker_patterns: { most_common_title: 'CIO', most_common_seniority: 'C-level' },
    })
  })

  test('C1 tells every problem with its path', async () => {
    const deals = [won('Bob' as never), { outcome: 'won', contacts: {} }, won({ title: [] })]
    expect(await problemPaths(tool, { deals })).toEqual([
      'deals.0.contacts.0',
      'deals.1.contacts',
      'deals.2.contacts.0.title',
    ])
  })
})

const text = fc.oneof(fc.string(), fc.constantFrom('VP', 'vp', null, 'n/a'))

describeProperties(
  tool,
  fc.record(
    {
      deals: fc.array(
        fc.record({
          outcome: fc.constantFrom('won', 'lost'),
          contacts: fc.array(fc.record({ title: text, role: text }, { requiredKeys: [] }), { maxLength: 4 }),
        }),
        { maxLength: 4 },
      ),
      min_occurrences: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ['deals'] },
  ),
)
