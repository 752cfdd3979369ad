import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { toolIndex } from '../../src/planner/tool-index.ts'
import { stemOf, wordsOf } from '../../src/planner/words.ts'
import { parseRegistry } from '../../src/registry/parse.ts'

const parsed = parseRegistry(readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8'))
if (!parsed.ok) throw new Error('the shipped registry is valid')
const { registry } = parsed

const vocabulary = Object.values(registry.tools).flatMap(({ description }) =>
  wordsOf(description).map(stemOf),
)
const queries = fc.array(fc.oneof(fc.constantFrom(...vocabulary), fc.stringMatching(/^[a-z]{1,9}$/)), {
  maxLength: 8,
})

test('what was searched before does not change what is found', () => {
  const used = toolIndex(registry)
  fc.assert(
    fc.property(queries, (words) => {
      const stems = [...new Set(words)]
      expect(used.search(stems)).toEqual(toolIndex(registry).search(stems))
    }),
    { numRuns: 100 },
  )
})

test('a word that resembles none of the registry leaves the result as it is', () => {
  const index = toolIndex(registry)
  const known = ['qualifi', 'opportun'].filter((stem) => vocabulary.includes(stem))
  expect(known.length).toBeGreaterThan(0)
  const found = index.search(known)
  expect(found.length).toBeGreaterThan(0)
  expect(index.search([...known, 'zzyzxq', '4711'])).toEqual(found)
})

test('a misspelt word still finds its tool beside words that are known', () => {
  const index = toolIndex(registry)
  const alone = index.search(['qualifi'])[0]?.tool
  expect(index.search(['qualifu'])[0]?.tool).toBe(alone)
})
