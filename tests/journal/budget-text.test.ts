import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountChangeSchema } from '../../src/events/budget.ts'
import { budgetTexts, dataOfStored } from '../../src/journal/budget-text.ts'
import { limitOwnerSchema, SCOPES, UNITS, windowSchema } from '../../src/events/policy.ts'

const WINDOWS = windowSchema.options
const LIMIT_OWNERS = limitOwnerSchema.options
const RUN = 'run_01a22944392de7a81151270b'

const whole = fc.maxSafeNat()
const name = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant(RUN))
const limitName = fc.constantFrom(
  {},
  ...WINDOWS.flatMap((window) => [{ window }, ...LIMIT_OWNERS.map((limit_of) => ({ window, limit_of }))]),
)
const account = fc
  .tuple(
    fc.record({
      scope: fc.constantFrom(...SCOPES),
      key: name,
      unit: fc.constantFrom(...UNITS),
      delta: fc.maxSafeInteger(),
      spent: whole,
      reserved: whole,
      limit: whole,
      window_end: fc.option(whole),
    }),
    limitName,
  )
  .map(([values, ofTenant]) => ({ ...values, ...ofTenant }))
const booking = fc.record({
  call_id: name,
  step_id: fc.option(name),
  profile: name,
  kind: fc.constantFrom('reserved' as const, 'settled' as const, 'released' as const),
  accounts: fc.array(account, { minLength: 1, maxLength: 8 }),
})

test('the text of a budget event is its JSON, and its row gives the text back', () => {
  fc.assert(
    fc.property(booking, (data) => {
      const { text, row } = budgetTexts(data, RUN)
      expect(text).toBe(JSON.stringify(data))
      expect(row).not.toContain('\n')
      expect(dataOfStored(row, RUN)).toBe(text)
    }),
  )
})

test('a row that nobody made stays as it is, so that its hash is not the one of its event', () => {
  fc.assert(
    fc.property(booking, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (data, place, other) => {
      const { row } = budgetTexts(data, RUN)
      const at = 1 + (place % (row.length - 1))
      const changed = row.slice(0, at) + other + row.slice(at + other.length)
      fc.pre(changed !== row)
      const read = dataOfStored(changed, RUN)
      expect(read === changed || budgetTexts(JSON.parse(read) as typeof data, RUN).row === changed).toBe(true)
      expect(read).not.toBe(budgetTexts(data, RUN).text)
    }),
  )
})

test('the values that stand in it without quotes of their own are words of the schema', () => {
  for (const words of [SCOPES, UNITS, WINDOWS, LIMIT_OWNERS])
    for (const word of words) expect(JSON.stringify(word)).toBe(`"${word}"`)
  // A field that the schema has and the row has not would be lost.
  expect(Object.keys(accountChangeSchema.shape).toSorted()).toEqual(
    'delta key limit limit_of reserved scope spent unit window window_end'.split(' '),
  )
})
