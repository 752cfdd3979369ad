import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sideOf } from '../../../src/tools/knowledge/battlecard-headings.ts'
import { tool } from '../../../src/tools/knowledge/generate-battlecard.ts'
import { readPassages } from '../../../src/tools/knowledge/passages.ts'
import { summaryOf } from '../../../src/tools/summary.ts'
import type { TextFile } from '../../../src/tools/text-file.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'

const TEXT = `# Rivals

## Globex

Globex comes from parcels.

### Strengths

- Globex is known in retail.

### Our strengths

- We plan within a minute.

### Objections

- "Globex is everywhere." We are where the fleets are.
- Objection: We know Globex. Answer: Knowing is not measuring.
- Nobody was fired for Globex.

#### It would take too long

Four weeks, beside the old system.

### Prices

- Globex costs less in the first year.

## Initech

### Strengths

- Initech is quicker than Globex.
`
const documents = [{ source: 'rivals.md', text: TEXT }]

type Card = ReturnType<typeof tool.output.parse>
type Cited = Pick<Card['facts'][number], 'source' | 'heading' | 'line'>

/** Texts that stand on a card, each with its place. */
const quotes = (card: Card): { text: string; place: Cited }[] => [
  ...[...card.strengths, ...card.weaknesses, ...card.facts].map((line) => ({ text: line.text, place: line })),
  ...card.objections.flatMap((line) =>
    [line.objection, line.answer].flatMap((text) => (text === null ? [] : [{ text, place: line }])),
  ),
]

/** Whether the passage at the place, or its heading, says the text. */
function isSaid({ text, place }: ReturnType<typeof quotes>[number], texts: readonly TextFile[]): boolean {
  const passage = readPassages(texts).find(
    ({ source, line, heading }) =>
      source === place.source && line === place.line && heading === place.heading,
  )
  if (passage === undefined || passage.withheld !== null) return false
  return passage.text.includes(text) || passage.titles.includes(text)
}

const cardOf = async (input: Record<string, unknown>, context = {}): Promise<Card> =>
  tool.output.parse(await outputOf(tool, input, context))

describe('generate_battlecard', () => {
  test('sorts what the documents say by their headings, each line with its place', async () => {
    expect(await cardOf({ competitor: 'GLOBEX', documents })).toEqual({
      competitor: 'GLOBEX',
      strengths: [
        {
          text: 'Globex is known in retail.',
          source: 'rivals.md',
          heading: 'Rivals > Globex > Strengths',
          line: 9,
        },
      ],
      weaknesses: [
        {
          text: 'We plan within a minute.',
          source: 'rivals.md',
          heading: 'Rivals > Globex > Our strengths',
          line: 13,
        },
      ],
      objections: [
        expect.objectContaining({
          objection: 'Globex is everywhere.',
          answer: 'We are where the fleets are.',
        }),
        expect.objectContaining({ objection: 'We know Globex.', answer: 'Knowing is not measuring.' }),
        expect.objectContaining({ objection: 'Nobody was fired for Globex.', answer: null }),
        expect.objectContaining({
          objection: 'It would take too long',
          answer: 'Four weeks, beside the old system.',
          line: 23,
        }),
      ],
      facts: [
        expect.objectContaining({ text: 'Globex comes from parcels.', line: 5 }),
        // A strength of another company, which only names this one.
        expect.objectContaining({ text: 'Initech is quicker than Globex.' }),
      ],
      left_out: 0,
      missing: [],
      withheld: [{ source: 'rivals.md', heading: 'Rivals > Globex > Prices', line: 27, reason: 'pricing' }],
      verdict: 'found',
      searched: 9,
      assumptions: [],
    })
  })

  test('says when nothing is written down, when nothing may be quoted, and which sections are empty', async () => {
    expect(await cardOf({ competitor: 'Hooli', documents })).toMatchObject({
      verdict: 'nothing_found',
      missing: ['strengths', 'weaknesses', 'objections'],
      withheld: [],
    })
    const priced = [{ source: 'p.md', text: '# Hooli\n\n## Pricing\n\nHooli is free.' }]
    expect(await cardOf({ competitor: 'Hooli', documents: priced })).toMatchObject({
      verdict: 'only_withheld',
      facts: [],
      withheld: [{ line: 5, reason: 'pricing' }],
    })
    expect(await cardOf({ competitor: 'Initech', documents })).toMatchObject({
      missing: ['weaknesses', 'objections'],
    })
  })

  test('a name is matched as a whole word, whatever its case, and in scripts without blanks', async () => {
    const text = '# Competitors\n\n- Globexia is small.\n- GLOBEX is large.\n- 競合グローブは速い。'
    const found = async (competitor: string) =>
      (await cardOf({ competitor, documents: [{ source: 'c.md', text }] })).facts.map((line) => line.text)
    expect(await found('globex')).toEqual(['GLOBEX is large.'])
    expect(await found('グローブ')).toEqual(['競合グローブは速い。'])
  })

  test.each([
    ['Strengths', 'strengths'],
    ['Routely strengths', 'strengths'],
    ['Their weaknesses', 'weaknesses'],
    ['Strengths of Harbour Flow', 'weaknesses'],
    ['Harbour Flow weaknesses', 'strengths'],
    ['Our advantages', 'weaknesses'],
    ['Advantages over Routely', 'weaknesses'],
    ['Where we win', 'weaknesses'],
    ['Why they win', 'strengths'],
    ['Strengths in logistics', 'strengths'],
    ['Key strengths', 'strengths'],
    ['Objection handling', 'objections'],
    ['History', null],
  ])('the heading "%s" says %s of Routely', (title, side) => {
    expect(sideOf(['Competitors', title], 'Routely').side).toBe(side)
  })

  test("an operator's own folder stands in place of the sample, and what is given in place of both", async () => {
    const texts = { knowledge: [{ source: 'own.md', text: '# Routely\n\nOwn words.' }], templates: null }
    expect(await cardOf({ competitor: 'Routely' }, { texts })).toMatchObject({
      facts: [{ text: 'Own words.', source: 'own.md' }],
      assumptions: [],
    })
    expect(await cardOf({ competitor: 'Routely', documents }, { texts })).toMatchObject({
      verdict: 'nothing_found',
    })
  })

  test('every line of the sample is cited with the passage that says it', async () => {
    const sample = ['competitors.md', 'drivers.md', 'platform.md'].map((source) => ({
      source,
      text: readFileSync(`examples/knowledge/${source}`, 'utf8'),
    }))
    for (const competitor of ['Routely', 'Depotix']) {
      const card = await cardOf({ competitor })
      expect(card).toMatchObject({ missing: [], verdict: 'found' })
      expect(quotes(card).length).toBeGreaterThan(4)
      for (const quote of quotes(card)) expect([quote, isSaid(quote, sample)]).toEqual([quote, true])
      expect(card.withheld.length).toBeGreaterThan(0)
      expect(JSON.stringify(card)).not.toMatch(/[$€]|discounts of|three years/)
    }
  })

  test('a passage that is changed, or goes, takes its line with it and no other one', async () => {
    const source = 'competitors.md'
    const text = readFileSync(`examples/knowledge/${source}`, 'utf8')
    const of = async (changed: string): Promise<string[]> =>
      quotes(await cardOf({ competitor: 'Routely', documents: [{ source, text: changed }], limit: 100 })).map(
        (quote) => quote.text,
      )
    const passages = readPassages([{ source, text }])
    const before = await of(text)
    const lines = text.split('\n')
    const card = await cardOf({ competitor: 'Routely', documents: [{ source, text }], limit: 100 })
    const cited = new Set(quotes(card).map(({ place }) => place.line))
    expect(cited.size).toBeGreaterThan(8)
    for (const line of cited) {
      const passage = passages.find((one) => one.line === line)?.text ?? ''
      const others = before.filter((said) => !passage.includes(said))
      const put = (words: string): string => lines.with(line - 1, words).join('\n')
      const mark = (lines[line - 1] ?? '').startsWith('- ') ? '- ' : ''
      expect((await of(put(''))).toSorted()).toEqual(others.toSorted())
      const changed = await of(put(`${mark}Routely is now of another kind.`))
      expect(changed.filter((said) => passage.includes(said))).toEqual([])
      expect(changed).toContain('Routely is now of another kind.')
      // What may not be quoted any more is reported in its place.
      const priced = put(`${mark}${passage} It is 5 EUR.`)
      expect((await of(priced)).toSorted()).toEqual(others.toSorted())
      const { withheld } = await cardOf({ competitor: 'Routely', documents: [{ source, text: priced }] })
      expect(withheld).toContainEqual(expect.objectContaining({ source, line, reason: 'pricing' }))
    }
  })

  test('of any document every line is one that the passage says, and none is withheld', async () => {
    const block = fc.constantFrom(
      '# Globex',
      '## Strengths',
      '## Our strengths',
      '## Objections',
      '### "Too slow"',
      '- "No." Yes.',
      '- Globex is 5 EUR.',
      '<!-- legal -->',
      'Globex is fine.',
      '- Initech, too.\n  - Globex below.',
      '> Globex, quoted.',
    )
    const texts = fc.array(block, { maxLength: 12 }).map((blocks) => blocks.join('\n\n'))
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const given = [{ source: 'a.md', text }]
        const card = await cardOf({ competitor: 'Globex', documents: given, limit: 100 })
        for (const quote of quotes(card)) expect(isSaid(quote, given)).toBe(true)
      }),
    )
  })

  test('tells its lines with their places, and refuses wrong input with every path', async () => {
    expect(await summaryOf(tool, await cardOf({ competitor: 'Globex', documents, limit: 1 }))).toEqual([
      'battlecard for Globex: found in 9 passages',
      '  strength: Globex is known in retail. [rivals.md:9 Rivals > Globex > Strengths]',
      '  weakness: We plan within a minute. [rivals.md:13 Rivals > Globex > Our strengths]',
      '  objection: Globex is everywhere. - We are where the fleets are. [rivals.md:17 Rivals > Globex > Objections]',
      '  fact: Globex comes from parcels. [rivals.md:5 Rivals > Globex]',
      '  4 more lines are left out',
      '  withheld: pricing [rivals.md:27 Rivals > Globex > Prices]',
    ])
    expect(await problemPaths(tool, { competitor: 'n/a', documents: [], limit: 0 })).toEqual([
      'competitor',
      'documents',
      'limit',
    ])
    expect(await problemPaths(tool, { competitor: '/etc/passwd', documents: '/etc' })).toEqual(['documents'])
  })
})

describeProperties(
  tool,
  fc.record(
    {
      competitor: fc.constantFrom('Globex', 'a', '競合', 'n/a'),
      documents: fc.array(fc.record({ source: fc.constantFrom('a.md', 'globex.md'), text: fc.string() }), {
        minLength: 1,
        maxLength: 3,
      }),
      limit: fc.integer({ min: 1, max: 5 }),
    },
    { requiredKeys: ['competitor', 'documents'] },
  ),
)
