import { expect, test } from 'vitest'
import { filledLength, fillTemplate, variablesOf } from '../../src/tools/template.ts'
import { hasPhrase, tokens, words } from '../../src/tools/text.ts'

test('words are pieces between runs of Unicode whitespace', () => {
  expect(words('  one\u00a0two\u2003three\n\nfour-five ')).toEqual(['one', 'two', 'three', 'four-five'])
  expect(words(' \n')).toEqual([])
  expect(words(' one\ttwo\v\fthree\r\nfour, ')).toEqual(['one', 'two', 'three', 'four,'])
  expect(words('')).toEqual([])
})

test('a phrase is found as whole words in its order, whatever the case and punctuation', () => {
  const text = tokens('North-West Industrial Software')
  expect(hasPhrase(text, tokens('west'))).toBe(true)
  expect(hasPhrase(text, tokens('industrial  SOFTWARE'))).toBe(true)
  expect(hasPhrase(text, tokens('software industrial'))).toBe(false)
  expect(hasPhrase(text, tokens('soft'))).toBe(false)
  expect(hasPhrase(text, tokens('—'))).toBe(false)
})

test('a variable with spaces is the same variable, and each is named once in first-appearance order', () => {
  expect(variablesOf('{{b}} {{ a }} {{b }} {{first-name}} {{prénom}} {{}}')).toEqual(['b', 'a', 'prénom'])
})

test('what a value brings in is never expanded, and what has no value stays as written', () => {
  const values = new Map([
    ['a', '{{b}} $& $1'],
    ['b', 'X'],
  ])
  const template = '{{a}} {{ b }} {{ c }}'
  expect(fillTemplate(template, values)).toBe('{{b}} $& $1 X {{ c }}')
  expect(filledLength(template, values)).toBe(fillTemplate(template, values).length)
})
