import { expect, test } from 'vitest'
import { filledLength, fillTemplate, variablesOf } from '../../src/tools/template.ts'
import { cleanText, countWords, foldText, hasTokens, mentions, tokens, words } from '../../src/tools/text.ts'

test('words are pieces between runs of Unicode whitespace', () => {
  expect(words('  one\u00a0two\u2003three\n\nfour-five ')).toEqual(['one', 'two', 'three', 'four-five'])
  expect(words(' \n')).toEqual([])
  expect(words(' one\ttwo\v\fthree\r\nfour, ')).toEqual(['one', 'two', 'three', 'four,'])
  expect(words('')).toEqual([])
})

test('a sign is read the same whatever stands in the same text', () => {
  const different = []
  for (let code = 0; code < 0x2100; code += 1) {
    const text = `One${String.fromCharCode(code)}Two`
    // A digit in a circle has another form: nobody takes a text with one for a plain one.
    const other = `${text} ①`
    const isSame =
      `${cleanText(text)} ①` === cleanText(other) &&
      `${foldText(text)} 1` === foldText(other) &&
      words(text).length + 1 === words(other).length &&
      words(text).length === countWords(text) &&
      [...tokens(text), '1'].join() === tokens(other).join() &&
      hasTokens(String.fromCharCode(code)) === tokens(String.fromCharCode(code)).length > 0
    if (!isSame) different.push(code.toString(16))
  }
  expect(different).toEqual([])
})

test('a phrase is found as whole words in its order, whatever the case and punctuation', () => {
  const text = 'North-West Industrial Software'
  expect(mentions(text, 'west')).toBe(true)
  expect(mentions(text, 'industrial  SOFTWARE')).toBe(true)
  expect(mentions(text, 'software industrial')).toBe(false)
  expect(mentions(text, 'soft')).toBe(false)
  expect(mentions(text, 'ware')).toBe(false)
  expect(mentions(text, '—')).toBe(false)
  expect(mentions('softwaresoftware, soft-soft ware', 'soft WARE')).toBe(true)
  expect(mentions('𝕏𝕐 e\u0301 x', 'y')).toBe(false)
  expect(mentions('𝕏𝕐 e\u0301 x', 'xy É')).toBe(true)
  expect(mentions('来週の会議です', '会議')).toBe(true)
})

test('a phrase is looked for in the time that the text is long', () => {
  const text = 'ab'.repeat(50_000)
  expect(mentions(text, `${'ab'.repeat(490)} b`)).toBe(false)
  expect(mentions(`${text} ${text}`, `${text} ${text}`)).toBe(true)
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
