// The language a text is written in, as far as a text of its length tells. Guessed by eld, which took none of the
// short English messages of its trial for another language. Its tables take a fifth of a second to load, so that it is
// not asked about texts that are plainly English.
import { countWords } from '../text.ts'

/** Enough to tell a language by. */
const LONGEST = 4000
/** Addresses and placeholders have words of no language. */
const ANY_NO_PROSE = /[@{[]|https?:|www\./
const NO_PROSE = /\bhttps?:\/\/\S+|\bwww\.\S+|\S+@\S+|\{\{?[^{}]*\}\}?|\[\[?[^[\]]*\]\]?/gu
const LATIN = /\p{sc=Latin}/gu
const LETTER = /\p{L}/gu

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

const proseOf = (text: string): string => (ANY_NO_PROSE.test(text) ? text.replaceAll(NO_PROSE, ' ') : text)

/**
 * ISO 639-1; `und` where only the script tells that it is not English; null where the text is too short to tell.
 * `wordCount` is the text's, which whoever asks has counted.
 */
export async function languageOf(text: string, wordCount: number): Promise<string | null> {
  const prose = proseOf(text.slice(0, LONGEST))
  if (!/\p{L}/u.test(prose)) return null
  if (isPlainEnglish(prose, prose === text ? wordCount : countWords(prose))) return 'en'
  const { eld } = await import('eld/extrasmall')
  const guess = eld.detect(prose)
  const { language } = guess
  if (count(prose, LATIN) * 2 < count(prose, LETTER))
    return language === '' || language === 'en' ? 'und' : language
  if (language === '' || !guess.isReliable()) return null
  const { en = 0, [language]: best = 0 } = guess.getScores()
  return language !== 'en' && best - en < MARGIN ? null : language
}
