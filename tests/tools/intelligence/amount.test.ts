import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { currencyOf, parseAmount } from '../../../src/tools/intelligence/amount.ts'

test.each([
  ['5M', 5_000_000, null],
  ['2.5K', 2500, null],
  ['1.2B', 1_200_000_000, null],
  ['2.3m', 2_300_000, null],
  ['1.1 bn', 1_100_000_000, null],
  ['5 million USD', 5_000_000, 'USD'],
  ['$5M', 5_000_000, 'USD'],
  ['5M$', 5_000_000, 'USD'],
  ['€ 1,250,000.50', 1_250_000.5, 'EUR'],
  ['EUR 3k', 3000, 'EUR'],
  ['12.5 chf', 12.5, 'CHF'],
  ['US$ 7', 7, 'USD'],
  ['1,00,000', 100_000, null],
  ["1'000'000", 1_000_000, null],
  ['5 000 000', 5_000_000, null],
  ['-250000', -250_000, null],
  ['−5', -5, null],
  ['-$5M', -5_000_000, 'USD'],
  ['$-5M', -5_000_000, 'USD'],
  ['(250,000)', -250_000, null],
  ['($2.5K)', -2500, 'USD'],
  ['+7', 7, null],
  ['1.5e6', 1_500_000, null],
  ['1.5E-1', 0.15, null],
  ['1e3K', 1_000_000, null],
  ['.5M', 500_000, null],
  ['0', 0, null],
  ['-0', 0, null],
])('C4 %s is %d', (text, value, currency) => {
  expect(parseAmount(text)).toEqual({ value, currency })
})

test.each([
  '1.500.000',
  '1,5M',
  '10-50M',
  '5M+',
  '~5M',
  '5KM',
  '5 K M',
  '$5 EUR',
  '(-5)',
  '(5',
  '--5',
  '1e999',
  '5 ARR',
  '5e',
  'n/a',
  '',
])('%s is no single amount', (text) => {
  expect(parseAmount(text)).toBeNull()
})

test('currencies are known by code and by symbol', () => {
  expect([' eur ', '£', 'xyz', 'US Dollar'].map(currencyOf)).toEqual(['EUR', 'GBP', null, null])
})

test('every finite number is read back from its own text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parseAmount(String(value))?.value).toBe(value + 0)
    }),
  )
})

test('hostile text takes no time', () => {
  const started = performance.now()
  for (const piece of [' ', 'a', '1,23', '(', '+ ', 'a ', '1 ']) parseAmount(`(${piece.repeat(200)}!`)
  expect(performance.now() - started).toBeLessThan(500)
})
