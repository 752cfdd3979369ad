// How tools read text: cleaned of what nobody sees, case-folded for matching, words between whitespace for lengths and
// runs of letters and digits for phrases.

/** Controls and marks without width: byte order, joiners, direction, soft hyphens. Between emoji a joiner is part of it. */
const UNSEEN =
  /(?![\s\u0085])\p{Cc}|[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d/gu

/**
 * Most texts, of ASCII, the letters of Western Europe (without ß) and what typesetters put between words: nothing in them
 * is unseen, has two forms, or folds into anything but its small letter, and their blanks are those of \s.
 */
const PLAIN =
  /^[\t-\r -~\u00a1-\u00a7\u00a9\u00ab\u00ac\u00ae\u00b0\u00b1\u00b6\u00b7\u00bb\u00bf-\u00de\u00e0-\u00ff\u2010\u2012-\u2016\u2018-\u2023\u20ac]*$/
/** What is in the words of a plain text, in small letters. */
const PLAIN_WORD = /[a-z0-9\u00e0-\u00f6\u00f8-\u00ff]+/g
const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** Text as people see it: NFC, no zero-width characters, nothing around it. */
export const cleanText = (text: string): string =>
  PLAIN.test(text) ? text.trim() : text.replaceAll(UNSEEN, '').normalize('NFC').trim()

/**
 * For comparing, whatever the case: upper case brings ß to SS and the dotless i to I, lower case brings all back. A
 * final sigma is a sigma, and the dot that lower case leaves of a Turkish capital I goes.
 */
export const foldText = (text: string): string =>
  PLAIN.test(text)
    ? text.trim().toLowerCase()
    : cleanText(text.normalize('NFKC'))
        .toUpperCase()
        .toLowerCase()
        .replaceAll('ς', 'σ')
        .replaceAll('i\u0307', 'i')
        .normalize('NFC')

/** Pieces between runs of Unicode whitespace. */
export const words = (text: string): string[] =>
  PLAIN.test(text) ? (text.match(/\S+/g) ?? []) : text.split(/\p{White_Space}+/u).filter(Boolean)

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

/** How many `words` there are; of a plain text, counted without making them. */
export function countWords(text: string): number {
  if (!PLAIN.test(text)) return words(text).length
  let count = 0
  let isBetween = true
  for (let at = 0; at < text.length; at += 1) {
    const isGap = isBlank(text.charCodeAt(at))
    if (isBetween && !isGap) count += 1
    isBetween = isGap
  }
  return count
}

/** Runs of letters and digits, case folded: "North-West" is north, west. */
export const tokens = (text: string): string[] =>
  (PLAIN.test(text) ? text.toLowerCase().match(PLAIN_WORD) : foldText(text).match(WORD)) ?? []

/** Whether there is a letter or a digit in it. */
export const hasTokens = (text: string): boolean => foldText(text).search(WORD) !== -1

/** Whether `phrase` is in `text` as whole words in this order, whatever the case and punctuation. */
export function hasPhrase(text: readonly string[], phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false
  return text.some((_, start) => phrase.every((token, offset) => text[start + offset] === token))
}

/** Scripts that put no blanks between words, so that words cannot be counted. */
export const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u

/** What a text is searched for: its tokens, and whether it is in a script without blanks. */
export type Phrase = { readonly tokens: readonly string[]; readonly isUnspaced: boolean }

export const phraseOf = (text: string): Phrase => ({ tokens: tokens(text), isUnspaced: UNSPACED.test(text) })

/** Whether a text, as its tokens, says it: as whole words, or in a script without blanks anywhere in it. */
export function saysPhrase(said: readonly string[], phrase: Phrase): boolean {
  if (!phrase.isUnspaced) return hasPhrase(said, phrase.tokens)
  return phrase.tokens.length > 0 && said.join('').includes(phrase.tokens.join(''))
}

/** The same of a text that is asked about once. */
export const mentions = (text: string, phrase: string): boolean => saysPhrase(tokens(text), phraseOf(phrase))
