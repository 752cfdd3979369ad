// The language a text is written in, as far as a text of its length tells. Guessed by eld, which took none of the
// short English messages of its trial for another language. Its tables take a fifth of a second to load, so that it is
// not asked about texts that are plainly English.
import type { eld } from 'eld/extrasmall'
import { countWords } from '../text.ts'

/** Enough to tell a language by. */
const LONGEST = 4000
/** Addresses and placeholders have words of no language. */
const ANY_NO_PROSE = /[@{[]|https?:|www\./
const NO_PROSE = /\bhttps?:\/\/\S+|\bwww\.\S+|\S+@\S+|\{\{?[^{}]*\}\}?|\[\[?[^[\]]*\]\]?/gu
const LATIN = /\p{sc=Latin}/gu
const LETTER = /\p{L}/gu
const BEYOND_ASCII = /[\u0080-\uffff]/
const OTHER_LETTER = /(?!\p{sc=Latin})\p{L}/u

/** As close to English as this is English, or too short to tell. */
const MARGIN = 0.1

/** Words that no other language with Latin letters writes so. */
const ENGLISH =
  'the|you|your|and|our|would|could|that|this|with|are|they|their|from|what|how|who|when|will|about|which|there'
/** One of them between blanks, whatever signs stand behind it. */
const ENGLISH_WORD = new RegExp(
  String.raw`(?<!\P{White_Space})(?:${ENGLISH})(?=[^\p{L}\p{White_Space}]*(?:\p{White_Space}|$))`,
  'gu',
)

/** Three of these words, and one in six of all words. */
function isPlainEnglish(prose: string, wordCount: number): boolean {
  const english = prose.toLowerCase().match(ENGLISH_WORD)
  return english !== null && english.length * 6 >= wordCount && new Set(english).size > 2
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** Most texts have no letter of another script, and need not be counted. */
const isMostlyOtherScript = (prose: string): boolean =>
  BEYOND_ASCII.test(prose) && OTHER_LETTER.test(prose) && count(prose, LATIN) * 2 < count(prose, LETTER)

const proseOf = (text: string): string => (ANY_NO_PROSE.test(text) ? text.replaceAll(NO_PROSE, ' ') : text)

/** Kept here: to import it once more takes half as long as to ask it. */
let detector: typeof eld | undefined

/**
 * ISO 639-1; `und` where only the script tells that it is not English; null where it is English, or too short to tell.
 * `wordCount` is the text's, which whoever asks has counted.
 */
export async function foreignLanguageOf(text: string, wordCount: number): Promise<string | null> {
  const prose = proseOf(text.slice(0, LONGEST))
  if (!/\p{L}/u.test(prose)) return null
  if (isPlainEnglish(prose, prose === text ? wordCount : countWords(prose))) return null
  detector ??= (await import('eld/extrasmall')).eld
  const guess = detector.detect(prose)
  const { language } = guess
  if (isMostlyOtherScript(prose)) return language === '' || language === 'en' ? 'und' : language
  // To say how sure it is, it puts all of its languages in order.
  if (language === '' || language === 'en' || !guess.isReliable()) return null
  const { en = 0, [language]: best = 0 } = guess.getScores()
  return best - en < MARGIN ? null : language
}
