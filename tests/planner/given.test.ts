import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isGiven } from '../../src/planner/chain.ts'
import { givenReader } from '../../src/planner/given.ts'

const NAMES = ['a', 'b', 'c', 'toString', '__proto__', 'constructor', '']
const name = fc.constantFrom(...NAMES)
const paths = fc.uniqueArray(
  fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.')),
  { maxLength: 12 },
)
const { context } = fc.letrec<{ value: unknown; context: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, 0, '', false, undefined), tie('context')),
  context: fc.dictionary(fc.constantFrom('a', 'b', 'c', ''), tie('value'), { maxKeys: 4 }),
}))

test('what is given at many paths is what is given at each of them', () => {
  fc.assert(
    fc.property(paths, context, (asked, given) => {
      const said = givenReader(asked)(given)
      const ones = asked.filter((path) => isGiven(given, path)).length
      expect(said.replaceAll('0', '')).toHaveLength(ones)
    }),
  )
})

test('two contexts read the same where the same paths are given, and only there', () => {
  fc.assert(
    fc.property(paths, context, context, (asked, one, other) => {
      const read = givenReader(asked)
      const isSame = asked.every((path) => isGiven(one, path) === isGiven(other, path))
      expect(read(one) === read(other)).toBe(isSame)
    }),
  )
})
