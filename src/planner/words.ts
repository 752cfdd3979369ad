// Words of a text as the ranking compares them: one form for prioritise, prioritize and prioritising.
import { stemmer } from 'stemmer'

const BEYOND_ASCII = /[\u0080-\uffff]/

/** Most goals are written in nothing else, and need no look at kinds of letters. */
export const hasOnlyAscii = (text: string): boolean => !BEYOND_ASCII.test(text)

/** A text with its words in lower case, each once; whatever is no letter of English parts them. */
export type GoalText = { readonly text: string; readonly words: ReadonlySet<string> }

export const withWords = (text: string): GoalText => ({
  text,
  words: new Set(text.toLowerCase().match(/[a-z]+/g)),
})

/** Words that carry no intent: grammar, politeness and counting. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about all also an and any are as at be been being both but by can could did do does done each every few for ' +
    'from get give given go goes going gone had has have having he help her here him his how i if in into is it its itself just ' +
    'kindly last let lets like made make many may me might more most much must my need needs no next nor not now of off on ' +
    'one only or other our out over own per please put same shall she should so some such take than thank thanks ' +
    'that the their them then there these they this those nothing anything everything something three through to too two under until up us use using ' +
    'very want wants was we were what when where whether which while who whom whose why will with would you your yours'
  ).split(' '),
)

/** Addresses name people and places, never what is to be done. */
export const withoutAddresses = (text: string): string =>
  !text.includes('@') && !text.includes('://')
    ? text
    : text.replaceAll(/\S+/g, (piece) => (piece.includes('@') || piece.includes('://') ? ' ' : piece))

const BREAK = /[,;:.!?&\n]+|\b(?:and|then|also|plus)\b/i

/** A text at its commas, stops and conjunctions. */
export const partsOf = (text: string): string[] => withoutAddresses(text).split(BREAK)

/** Lower-case words in order, without addresses, single letters and words that carry no intent. */
export function wordsOf(text: string): string[] {
  const plain = withoutAddresses(text).toLowerCase().replaceAll('e-mail', 'email')
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1 && !STOP_WORDS.has(word))
}

const IRREGULAR = /s(?:e|es|ed|er|ers|ing|ations?)$|ifications?$/

/** What Porter's rules leave apart: British endings, and qualification beside qualify. */
const regular = (word: string): string =>
  !IRREGULAR.test(word)
    ? word
    : word
        .replace(/is(e|es|ed|er|ers|ing|ation|ations)$/, 'iz$1')
        .replace(/ys(e|es|ed|er|ing)$/, 'yz$1')
        .replace(/ifications?$/, 'ify')

/** The form in which a word is compared: Porter stem of its regular form; a number is its own. */
export const stemOf = (word: string): string => (/^\d+$/.test(word) ? word : stemmer(regular(word)))

/** Whether a word carries no intent. */
export const isStopWord = (word: string): boolean => STOP_WORDS.has(word)
