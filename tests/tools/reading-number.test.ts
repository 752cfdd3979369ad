import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decimalMarkOf,
  decimalMarkOfLocale,
  readNumber,
  type NumberHints,
} from '../../src/tools/reading-number.ts'
import { growthOf } from './growth.ts'
import { AMBIGUOUS, AMOUNTS, COUNTS, UNREADABLE } from './number-table.ts'

/** A value, a range with its two ends, or the kind of what could not be read. */
function said(text: string, hints: NumberHints = {}): unknown {
  const reading = readNumber(text, hints)
  if (reading.kind === 'value') return reading.value
  return reading.kind === 'range' ? [reading.min, reading.max] : reading.kind
}

describe('C14 numbers', () => {
  test.each(AMOUNTS)('%s is %j %s', (text, value, currency) => {
    expect(said(text)).toEqual(value)
    expect(readNumber(text)).toMatchObject({ currency })
  })
  test.each(AMBIGUOUS)('%s can be read in two ways', (text) => expect(said(text)).toBe('ambiguous'))
  test.each(UNREADABLE)('%s is no single number', (text) => expect(said(text)).toBe('unreadable'))
  test.each(COUNTS)('%s counts %j', (text, value) => expect(said(text, { isCount: true })).toEqual(value))
})

test.each([
  ['1.250', { locale: 'de-DE' }, 1250],
  ['1.250', { locale: 'en-US' }, 1.25],
  ['12,500', { locale: 'en' }, 12_500],
  ['12,500', { locale: 'fr' }, 12.5],
  ['12.500', { locale: 'de_CH' }, 12.5],
  ['12,500', { locale: 'es-MX' }, 12_500],
  ['12,500', { locale: 'nowhere at all' }, 'ambiguous'],
  ['12,500', { locale: 'xx' }, 'ambiguous'],
] as const)('C14 %s with %j is %s', (text, { locale }, value) => {
  expect(said(text, { locale: decimalMarkOfLocale(locale) })).toBe(value)
})

test.each([
  [['1.234.567'], ',', 1250],
  [['1.234,50'], ',', 1250],
  [['12,5 %', '99,90'], ',', 1250],
  [['1,234,567', 'Acme'], '.', 1.25],
  [['$99.90'], '.', 1.25],
  [['99.90', '12,5'], null, 'ambiguous'],
  [['1.250', '12,500', '42', 'tel. 5'], null, 'ambiguous'],
] as const)('C14 the other numbers %j decide', (texts, mark, value) => {
  expect(decimalMarkOf(texts)).toBe(mark)
  expect(said('1.250', { others: decimalMarkOf(texts) })).toBe(value)
})

test('every finite number is read back from its own text, or can be read in two ways', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const isAmbiguous = /^-?[1-9]\d{0,2}\.\d{3}$/.test(String(value))
      expect(said(String(value))).toBe(isAmbiguous ? 'ambiguous' : value + 0)
    }),
  )
})

test('no text breaks it, and hostile text takes no more time than its length', async () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void readNumber(text)))
  const read = (size: number): void => {
    for (const piece of [' ', 'a', '1,23', '(', '+ ', 'a ', '1 ', '1-', "1'", '1.', 'to '])
      readNumber(`(${piece.repeat(size)}!`)
  }
  expect(await growthOf(1000, read)).toBeLessThan(40)
})
