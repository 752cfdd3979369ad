import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/knowledge/retrieve-product-knowledge.ts'
import { summaryOf } from '../../../src/tools/summary.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'

const TEXT = `# Flow

Routes are planned in a minute.

## Integrations

- SAP orders are read.
- Orders come as CSV, too.

## Prices of 2026

Routes cost little.

### Small fleets

Routes are free of charge.

## Reach

<!-- legal -->
Routes are promised everywhere.

## Plans

A plan of routes is 40 EUR. 計画は一分でできます。
`
const documents = [{ source: 'flow.md', text: TEXT }]

describe('retrieve_product_knowledge', () => {
  test('gives a passage with its file, its headings, its line and its own words', async () => {
    expect(await outputOf(tool, { query: 'does it read order from SAP?', documents })).toMatchObject({
      verdict: 'found',
      passages: [
        { source: 'flow.md', heading: 'Flow > Integrations', line: 7, text: 'SAP orders are read.' },
        { source: 'flow.md', heading: 'Flow > Integrations', line: 8, text: 'Orders come as CSV, too.' },
      ],
      withheld: [],
      searched: 7,
      assumptions: [],
    })
  })

  test.each([
    [
      '$5',
      '5 EUR',
      'EUR 5',
      'EUR 1.500',
      'CHF 20',
      '€ 3',
      '3 €',
      '500 k€',
      '5 Mio. EUR',
      '2 million dollars',
    ],
    ['20 euros', '1,200 USD', 'USD1200', 'a discount of a third', 'Discounted for a year', 'rebates'],
  ])('withholds a claim about a price however it is written: %s, %s and so on', async (...claims) => {
    const priced = claims.map((claim) => ({ source: 'a.md', text: `Routes are ${claim} here.` }))
    const found = await outputOf(tool, { query: 'routes', documents: priced })
    expect(found).toMatchObject({ verdict: 'only_withheld', passages: [] })
    expect(found['withheld']).toHaveLength(claims.length)
  })

  test.each(['5 pallets', '12 franchises', 'TOP 5', '3 million parcels', '$name', '20 % faster', '2 points'])(
    'does not take %s for a price',
    async (words) => {
      const plain = [{ source: 'a.md', text: `Routes: ${words}.` }]
      expect(await outputOf(tool, { query: 'routes', documents: plain })).toMatchObject({ verdict: 'found' })
    },
  )

  test('withholds what is headed, marked or priced, and says so', async () => {
    const { passages, withheld } = await outputOf(tool, { query: 'routes', documents })
    expect(passages).toEqual([expect.objectContaining({ line: 3 })])
    expect(withheld).toEqual(
      expect.arrayContaining([
        { source: 'flow.md', heading: 'Flow > Prices of 2026', line: 12, reason: 'pricing' },
        { source: 'flow.md', heading: 'Flow > Prices of 2026 > Small fleets', line: 16, reason: 'pricing' },
        { source: 'flow.md', heading: 'Flow > Reach', line: 21, reason: 'legal' },
        { source: 'flow.md', heading: 'Flow > Plans', line: 25, reason: 'pricing' },
      ]),
    )
    expect(withheld).toHaveLength(4)
  })

  test('says when only withheld passages are about it, and when nothing is', async () => {
    expect(await outputOf(tool, { query: 'fleets', documents })).toMatchObject({
      verdict: 'only_withheld',
      passages: [],
    })
    expect(await outputOf(tool, { query: 'what is the?', documents })).toMatchObject({
      verdict: 'nothing_found',
    })
  })

  test('without documents the sample is searched, each line of it where it is said to be', async () => {
    const output = await outputOf(tool, { query: 'Routely SAP driver photo plan', limit: 50 })
    expect(output).toMatchObject({
      verdict: 'found',
      assumptions: ['No documents were given: the passages are of the sample in examples/knowledge.'],
    })
    const { passages } = tool.output.parse(output)
    expect(passages.length).toBeGreaterThan(5)
    for (const { source, line, text } of passages) {
      const written = readFileSync(`examples/knowledge/${source}`, 'utf8').split('\n')[line - 1]
      expect(written?.replace(/^- /, '')).toBe(text)
      expect(text).not.toMatch(/[$€]|liable|discount/)
    }
  })

  test('tells its passages with their places, and refuses wrong input with every path', async () => {
    expect(await summaryOf(tool, await outputOf(tool, { query: 'CSV', documents }))).toEqual([
      'product knowledge: found, 1 of 7 passages',
      '  passage: Orders come as CSV, too. [flow.md:8 Flow > Integrations]',
    ])
    expect(await problemPaths(tool, { query: ' ', documents: [{ source: '' }], limit: 0 })).toEqual(
      expect.arrayContaining(['query', 'documents.0.source', 'documents.0.text', 'limit']),
    )
  })
})

describeProperties(
  tool,
  fc.record(
    {
      query: fc.constantFrom('routes', 'plan', 'SAP', '計画'),
      documents: fc.array(fc.record({ source: fc.constantFrom('a.md', 'b.md'), text: fc.string() }), {
        minLength: 1,
        maxLength: 3,
      }),
      limit: fc.integer({ min: 1, max: 5 }),
    },
    { requiredKeys: ['query', 'documents'] },
  ),
)
