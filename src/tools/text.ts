// How tools read text: cleaned of what nobody sees, case-folded for matching, words between whitespace for lengths and
// runs of letters and digits for phrases.

/** Controls and marks without width: byte order, joiners, direction, soft hyphens. Between emoji a joiner is part of it. */
const UNSEEN =
  /(?![\s\u0085])\p{Cc}|[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d/gu

/** Most texts: nothing in them is unseen, has two forms, or folds into anything but its small letter. */
const PLAIN = /^[\t-\r -~]*$/

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

/** Runs of letters and digits, case folded: "North-West" is north, west. */
export const tokens = (text: string): string[] => foldText(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

/** Whether `phrase` is in `text` as whole words in this order, whatever the case and punctuation. */
export function hasPhrase(text: readonly string[], phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false
  return text.some((_, start) => phrase.every((token, offset) => text[start + offset] === token))
}

/** Scripts that put no blanks between words, so that words cannot be counted. */
export const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u

/** Whether a text, as its tokens, says `phrase`: as whole words, or in a script without blanks anywhere in it. */
export function saysPhrase(said: readonly string[], phrase: string): boolean {
  const wanted = tokens(phrase)
  if (!UNSPACED.test(phrase)) return hasPhrase(said, wanted)
  return wanted.length > 0 && said.join('').includes(wanted.join(''))
}

/** The same of a text that is asked about once. */
export const mentions = (text: string, phrase: string): boolean => saysPhrase(tokens(text), phrase)
