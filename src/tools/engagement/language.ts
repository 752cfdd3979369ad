// The language a text is written in, as far as a text of its length tells. Guessed by eld, which took none of the
// short English messages of its trial for another language. Its tables take a fifth of a second to load, so that it is
// not asked about texts that are plainly English.
import { words } from '../text.ts'

/** Enough to tell a language by. */
const LONGEST = 4000
/** Addresses and placeholders have words of no language. */
const NO_PROSE = /\bhttps?:\/\/\S+|\bwww\.\S+|\S+@\S+|\{\{?[^{}]*\}\}?|\[\[?[^[\]]*\]\]?/gu
const LATIN = /\p{sc=Latin}/gu
const LETTER = /\p{L}/gu

/** As close to English as this is English, or too short to tell. */
const MARGIN = 0.1

/** Words that no other language with Latin letters writes so. */
const ENGLISH = new Set(
  'the you your and our would could that this with are they their from what how who when will about which there'.split(
    ' ',
  ),
)

/** Three of these words, and one in six of all words. */
function isPlainEnglish(prose: string): boolean {
  const all = words(prose.toLowerCase()).map((word) =>
    /[a-z]$/.test(word) ? word : word.replace(/[^\p{L}]+$/u, ''),
  )
  const english = all.filter((word) => ENGLISH.has(word))
  return new Set(english).size > 2 && english.length * 6 >= all.length
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** ISO 639-1; `und` where only the script tells that it is not English; null where the text is too short to tell. */
export async function languageOf(text: string): Promise<string | null> {
  const prose = text.slice(0, LONGEST).replaceAll(NO_PROSE, ' ')
  if (!/\p{L}/u.test(prose)) return null
  if (isPlainEnglish(prose)) return 'en'
  const { eld } = await import('eld/extrasmall')
  const guess = eld.detect(prose)
  const { language } = guess
  if (count(prose, LATIN) * 2 < count(prose, LETTER))
    return language === '' || language === 'en' ? 'und' : language
  if (language === '' || !guess.isReliable()) return null
  const { en = 0, [language]: best = 0 } = guess.getScores()
  return language !== 'en' && best - en < MARGIN ? null : language
}
