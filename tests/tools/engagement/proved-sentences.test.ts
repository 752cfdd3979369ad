// A sentence of a rewritten text says what one sentence of the template says: known words put together anew are another fact.
import { describe, expect, test } from 'vitest'
import { unprovedSentences } from '../../../src/tools/engagement/proved-sentences.ts'

const TEMPLATE = [
  'A question about {{topic}}',
  'Hi {{first_name|there}},',
  'Acme cut onboarding from 12 days to 3. Globex took 20 minutes. We do not share data with Initech.',
  'You get 20 % off if you sign by Friday. Their sites may need up to 5 licences.',
  'Are you open to a call about pricing?',
].join('\n')
const said = (sentence: string): string => TEMPLATE.replace('Are you open', `${sentence}\nAre you open`)
const instead = (of: string, sentence: string): string => TEMPLATE.replace(of, sentence)
const ACME = 'Acme cut onboarding from 12 days to 3.'
const DATA = 'We do not share data with Initech.'
const DEAL = 'You get 20 % off if you sign by Friday.'

describe('of known words alone a sentence is made that', () => {
  test.each([
    ['gives the deed to another', instead(ACME, 'Globex cut onboarding from 12 days to 3.')],
    ['turns who did what to whom', instead(ACME, 'Onboarding cut Acme from 12 days to 3.')],
    ['gives the deed to the reader', said('You cut onboarding.')],
    ['gives the deed to the writer', instead(ACME, 'We helped Acme cut onboarding from 12 days to 3.')],
    ['mixes two sentences', said('Acme took 20 minutes.')],
    ['joins two that were apart', instead(`${ACME} Globex`, 'Acme cut onboarding from 12 days to 3, Globex')],
    ['compares in the other order', instead(ACME, 'Acme cut onboarding to 3 from 12 days.')],
    ['swaps the figures', instead(ACME, 'Acme cut onboarding from 3 days to 12.')],
    ['changes how it was', instead(ACME, 'Acme cut onboarding by 12 days to 3.')],
    ['only wants it', instead(ACME, 'Acme would like to cut onboarding from 12 days to 3.')],
    ['has it still to come', instead(ACME, 'Acme will cut onboarding from 12 days to 3.')],
    ['needs it', instead(ACME, 'Acme needs to cut onboarding from 12 days to 3.')],
    ['only hopes it', instead(ACME, 'I hope Acme cut onboarding from 12 days to 3.')],
    ['wonders', instead(ACME, 'I wonder if Acme cut onboarding from 12 days to 3.')],
    ['would like to see it', instead(ACME, 'I would like to see Acme cut onboarding from 12 days to 3.')],
    ['asks what was told', instead(ACME, 'Did Acme cut onboarding from 12 days to 3?')],
    ['adds with whom', instead(ACME, 'Acme cut onboarding from 12 days to 3 with us.')],
    ['adds for whom', instead(ACME, 'Acme cut your onboarding from 12 days to 3.')],
    ['takes it back', instead(ACME, 'Acme cut onboarding from 12 days to 3, or so they say.')],
    ['says it was again', instead(ACME, 'Acme cut onboarding from 12 days to 3 again.')],
    ['drops a denial', instead(DATA, 'We share data with Initech.')],
    ['denies another', instead(ACME, 'Acme do not cut onboarding from 12 days to 3.')],
    ['moves the denial', instead(DATA, 'Not we do share data with Initech.')],
    ['says who shares', instead(DATA, 'They do not share data with Initech.')],
    ['drops a condition', instead(DEAL, 'You get 20 % off by Friday.')],
    ['drops a limit', instead('may need up to 5', 'may need 5')],
    ['makes sure what was possible', instead('may need up to', 'need up to')],
    ['gives it to others', instead('Their sites may', 'Your sites may')],
    ['leaves a word of it out', instead(DEAL, 'You get 20 % off.')],
    [
      'claims what was asked',
      instead('Are you open to a call about pricing?', 'You are open to a call about pricing.'),
    ],
    ['names a customer', said('We work with Acme and Globex.')],
    ['says that it works', said('It works.')],
    ['says what the reader needs', said('You need this.')],
    ['says what the reader did', said('You reached out to us.')],
    ['says what everybody wants', said('People like this.')],
    ['tells another order', instead(`${ACME} Globex took 20 minutes.`, `Globex took 20 minutes. ${ACME}`)],
    ['speaks of a variable', said('{{topic}} cut pricing.')],
    ['says it of the name', instead('Hi {{first_name|there}},', '{{first_name|there}} took 20 minutes,')],
  ])('%s, and is found', (_, text) => {
    expect(unprovedSentences(text, TEMPLATE)).not.toEqual([])
  })
})

test.each([
  TEMPLATE,
  instead('A question', 'A quick question'),
  instead('Hi {{', 'Hello {{'),
  instead('Hi {{', 'Dear {{'),
  instead(ACME, 'I would like to share how Acme cut its onboarding from 12 days to 3.'),
  instead(ACME, 'And Acme cut the onboarding from 12 to 3 days.'),
  instead('Globex took 20 minutes.', 'Globex just took 20 minutes for it.'),
  instead('Are you open to a call about pricing?', 'Would you like to talk about pricing?'),
  instead('Are you open to a call about pricing?', "I'd be happy to hear what you think."),
  instead('Are you open to a call about pricing?', "I'd like to talk with you about pricing."),
  instead(` ${DATA}`, ''),
  instead('. Globex', '.\n\nGlobex'),
  said('Thank you for your time.'),
  said('Looking forward to hearing from you.'),
  said('I hope that this is helpful.'),
  said('What do you think?'),
])('better words that say the same are proved: %s', (text) => {
  expect(unprovedSentences(text, TEMPLATE)).toEqual([])
})

test('a text of a hundred thousand signs is read in its own length', () => {
  const long = `${'cut onboarding '.repeat(7000)}.`
  expect(unprovedSentences(long, long)).toEqual([])
  expect(unprovedSentences('cut.\n'.repeat(50_000), TEMPLATE)).toEqual([1001])
  expect(unprovedSentences('('.repeat(100_000), TEMPLATE)).toEqual([])
})
