import { describe, expect, test } from 'vitest'
import { fieldFinder, isPlaceholder, keyOf, kindOf, readAnswer, readText } from '../../src/tools/reading.ts'
import { cleanText, foldText, mentions } from '../../src/tools/text.ts'

const YES = [true, 'true', 'TRUE', ' True ', 'yes', 'YES', 'y', 'Y', 1, '1', '\ufeffyes', 'ｙｅｓ']
const NO = [false, 'false', 'False', 'no', 'NO ', 'n', 'N', 0, '0']
const NOBODY_KNOWS = [
  null,
  undefined,
  '',
  '  ',
  '-',
  '--',
  '—',
  '?',
  '??',
  'n/a',
  'N/A',
  'na',
  'NA',
  'none',
  'None',
  'nil',
  'nan',
  'NaN',
  'tbd',
  'TBD',
  'unknown',
  'Unknown ',
  'not sure',
  'Not sure',
  '\u200b',
  '#N/A',
  '#REF!',
  '#DIV/0!',
  '###',
  '\0',
  '...',
  'null',
]
const NO_ANSWER = ['maybe', 'probably', 'yes, but', 'yesno', 'ok', 2, -1, 0.5, {}, [], [true], 'true false']

describe('C13 answers', () => {
  test.each(YES)('%j is a yes', (value) => {
    expect(readAnswer(value)).toEqual({ value: true, rule: value === true ? null : 'answer' })
  })
  test.each(NO)('%j is a no', (value) => {
    expect(readAnswer(value)).toEqual({ value: false, rule: value === false ? null : 'answer' })
  })
  test.each(NOBODY_KNOWS)('%j is unknown', (value) => {
    expect(readAnswer(value)).toEqual({ value: null, rule: typeof value === 'string' ? 'placeholder' : null })
  })
  test.each(NO_ANSWER)('%j is no answer', (value) => {
    expect(readAnswer(value)).toEqual({ problem: expect.stringContaining(`it is ${kindOf(value)}`) })
  })
})

test('a problem does not repeat the text', () => {
  expect(JSON.stringify([readAnswer('secret'), readText('secret', 5)])).not.toContain('secret')
})

test('false and 0 are values, and a word inside a sentence is no placeholder', () => {
  expect([false, 0, 'none of them', 'Nathan', '-5', 'a?'].map(isPlaceholder)).toEqual(Array(6).fill(false))
})

test('C15 a text is NFC, trimmed, and without what nobody sees', () => {
  expect(readText('\ufeff Cafe\u0301\u200b\u00a0')).toEqual({ value: 'Café', rule: 'cleaned_text' })
  expect(readText('Café')).toEqual({ value: 'Café', rule: null })
  expect(readText('n/a')).toEqual({ value: null, rule: 'placeholder' })
  expect(readText(1984)).toEqual({ value: '1984', rule: 'text' })
  expect(readText({})).toEqual({ problem: 'must be a text of at most 1000 characters; it is an object' })
  expect(readText('secret', 5)).toEqual({
    problem: 'must be a text of at most 5 characters; it is a longer text',
  })
  expect(cleanText('a\0b\x1b')).toBe('ab')
  expect(cleanText('👩\u200d💻 a\u200db')).toBe('👩\u200d💻 ab')
})

test.each([
  ['Straße', 'STRASSE'],
  ['straße', 'strasse'],
  ['ısı', 'ISI'],
  ['İstanbul', 'istanbul'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['Cafe\u0301', 'CAFÉ'],
  ['ＡＣＭＥ', 'acme'],
])('C15 %s and %s are the same, whatever the case', (one, other) => {
  expect(foldText(one)).toBe(foldText(other))
})

test.each([
  ['Information Technology', 'technology', true],
  ['Biotechnology', 'tech', false],
  ['Großhandel Lebensmittel', 'GROSSHANDEL', true],
  ['株式会社東京製造', '製造', true],
  ['ソフトウェア開発', 'ソフトウェア', true],
  ['ซอฟต์แวร์องค์กร', 'ซอฟต์แวร์', true],
  ['製造', 'manufacturing', false],
  ['Technology', '—', false],
])('C15 %s says %s: %s', (text, phrase, said) => {
  expect(mentions(text, phrase)).toBe(said)
})

test.each([
  ['Annual_Revenue__c', 'annualrevenue'],
  ['# Employees', 'employees'],
  ['  Account NAME ', 'accountname'],
  ['decision-maker', 'decisionmaker'],
  ['\ufeffName', 'name'],
  ['#', '#'],
])('a key %s is %s', (key, expected) => {
  expect(keyOf(key)).toBe(expected)
})

test('C13 fields are found under any of their names, best first, and the rest is ignored', () => {
  const find = fieldFinder({ timing: ['timeline', 'time frame'], budget: ['money'] })
  const { found, ignored } = find({ Time_Frame: 1, TIMELINE: 2, Timing: 3, Money: 4, colour: 5 })
  expect(found.get('timing')?.map(({ value }) => value)).toEqual([3, 2, 1])
  expect(found.get('budget')).toEqual([{ key: 'Money', value: 4, rank: 1 }])
  expect(ignored).toEqual(['colour'])
})

test('the short way of plain texts reads them as the long one does', () => {
  const plain = Array.from({ length: 128 }, (_, code) => ` A${String.fromCharCode(code)}i I `)
  for (const text of plain) {
    // What nobody sees goes, and is read the long way.
    const long = `${text.slice(0, 2)}\u200b${text.slice(2)}`
    expect(cleanText(text)).toBe(cleanText(long))
    expect(foldText(text)).toBe(foldText(long))
  }
})
