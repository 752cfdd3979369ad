// What a rewritten text may say: nothing that its inputs do not, and all of what they state.
import { expect, test } from 'vitest'
import { checkWords } from '../../../src/tools/engagement/proved-words.ts'

const TEXT =
  'A question about onboarding\nHi Zoraida,\n\nAcme cut onboarding from 12 days to 3. Globex took 20 minutes. Are you open to a call?'
const proved = (text: string) => checkWords(text, { inputs: TEXT, kept: TEXT })
const isProved = (text: string): boolean => {
  const { added, lost, isReordered } = proved(text)
  return added.length + lost.length === 0 && !isReordered
}
const said = (sentence: string): string => TEXT.replace('Are you open', `${sentence} Are you open`)

const FACTS: Readonly<Record<string, readonly string[]>> = {
  'a number in words':
    'one,two,ten,twenty,a hundred,thousands,a million,a dozen,half,a third,a quarter,double,twice,triple,zero,none,both,several,most,all,every,first,second,last,once'.split(
      ',',
    ),
  'a number in other signs': ['２１', '½', '²', '٣', 'IV', '1st', '12.5', '1,200', '#1'],
  'a share': ['20 %', '20%', '20 percent', 'twenty per cent', 'a fifth', '3‰'],
  'an amount': ['€5', '5 euros', 'USD 5', '$3', '3 dollars', 'for 3 €'],
  'a date': [
    'Monday',
    'on 3 May',
    'In spring',
    'in May',
    'May 3rd',
    'tomorrow',
    'today',
    'next week',
    'last year',
    'by Friday',
    'Q3',
    '2026-03-01',
    'this month',
    'tonight',
    '10:30',
  ],
  'a name': ['Dr Smith', 'and SAP', 'Müller', "O'Neil", 'globex2', 'with Will', 'and Hope', 'Initech'],
  'another figure of the same figures': [
    'over 12 days',
    'under 12 days',
    'about 3',
    'up 20 minutes',
    '12 minutes',
    '20 days',
    '12 weeks',
    '3 times',
  ],
  'a claim': [
    'best',
    'free',
    'guaranteed',
    'cheaper',
    'faster',
    'more',
    'less',
    'better',
    'increase',
    'reduce',
    'doubled',
    'discount',
    'save',
    'failed',
    'we promise',
    'customers',
    'exactly',
  ],
  'a denial': ['never', 'not', 'no', 'without', 'nobody', 'nothing', 'unlike', "didn't", "can't"],
}

test.each(Object.entries(FACTS))('%s that no input says is found', (_, sentences) => {
  for (const sentence of sentences)
    expect([sentence, isProved(said(`So ${sentence}.`))]).toEqual([sentence, false])
})

test.each([
  [
    'names that have changed places',
    TEXT.replace('Acme', 'X').replace('Globex', 'Acme').replace('X', 'Globex'),
  ],
  ['figures that have changed places', TEXT.replace('from 12 days to 3', 'from 3 to 12 days')],
  [
    'a figure that went to another sentence',
    TEXT.replace('from 12 days to 3', 'to 3').replace('Globex took 20', 'Globex took 12 days and 20'),
  ],
])('%s make another fact', (_, text) => {
  expect(isProved(text)).toBe(false)
})

test.each([
  ['12', TEXT.replace('from 12 days to 3', 'to 3')],
  ['globex', TEXT.replace('Globex took', 'It took')],
])('%s may not be lost', (fact, text) => {
  expect(proved(text).lost).toContain(fact)
})

test.each([
  TEXT,
  TEXT.replace('Are you open to a call?', 'Would you like to talk about it?'),
  TEXT.replace('A question', 'A quick question'),
  TEXT.replace('Acme cut onboarding', "I'd like to share how Acme cut its onboarding"),
  TEXT.replace('to 3.', 'to 3 days.'),
  TEXT.replace('Globex took 20 minutes.', 'And Globex took 20 minutes for it.'),
  said('I hope that this is helpful.'),
])('better words that state nothing are proved: %s', (text) => {
  expect(proved(text)).toEqual({ added: [], lost: [], isReordered: false })
})
