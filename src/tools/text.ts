// How tools read text: cleaned of what nobody sees, case-folded for matching, words between whitespace for lengths and
// runs of letters and digits for phrases.

/** Controls and marks without width: byte order, joiners, direction, soft hyphens. Between emoji a joiner is part of it. */
const UNSEEN =
  /(?![\s\u0085])\p{Cc}|[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d/gu

/** Any sign but ASCII's, the letters of Western Europe (without ß), and what typesetters put between words. */
const NOT_PLAIN =
  /[^\t-\r -~\u00a1-\u00a7\u00a9\u00ab\u00ac\u00ae\u00b0\u00b1\u00b6\u00b7\u00bb\u00bf-\u00de\u00e0-\u00ff\u2010\u2012-\u2016\u2018-\u2023\u20ac]/
/**
 * Most texts: nothing in them is unseen, has two forms, or folds into anything but its small letter, and their blanks are
 * those of \s.
 */
const isPlain = (text: string): boolean => !NOT_PLAIN.test(text)
/** What is in the words of a plain text, in small letters. */
const PLAIN_WORD = /[a-z0-9\u00e0-\u00f6\u00f8-\u00ff]+/g
const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** Text as people see it: NFC, no zero-width characters, nothing around it. */
export const cleanText = (text: string): string =>
  isPlain(text) ? text.trim() : text.replaceAll(UNSEEN, '').normalize('NFC').trim()

/**
 * For comparing, whatever the case: upper case brings ß to SS and the dotless i to I, lower case brings all back. A
 * final sigma is a sigma, and the dot that lower case leaves of a Turkish capital I goes.
 */
export const foldText = (text: string): string =>
  isPlain(text)
    ? text.trim().toLowerCase()
    : cleanText(text.normalize('NFKC'))
        .toUpperCase()
        .toLowerCase()
        .replaceAll('ς', 'σ')
        .replaceAll('i\u0307', 'i')
        .normalize('NFC')

/** Pieces between runs of Unicode whitespace. */
export const words = (text: string): string[] =>
  isPlain(text) ? (text.match(/\S+/g) ?? []) : text.split(/\p{White_Space}+/u).filter(Boolean)

/** Of a plain text no other signs than its blanks come before the exclamation mark. */
const LAST_BLANK = 32

/** How many `words` there are; of a plain text, counted without making them. */
export function countWords(text: string): number {
  if (!isPlain(text)) return words(text).length
  let count = 0
  let isBetween = true
  for (let at = 0; at < text.length; at += 1) {
    const isBlank = text.charCodeAt(at) <= LAST_BLANK
    if (isBetween && !isBlank) count += 1
    isBetween = isBlank
  }
  return count
}

/** Runs of letters and digits, case folded: "North-West" is north, west. */
export const tokens = (text: string): string[] =>
  (isPlain(text) ? text.toLowerCase().match(PLAIN_WORD) : foldText(text).match(WORD)) ?? []

/** Whether there is a letter or a digit in it. */
export const hasTokens = (text: string): boolean => foldText(text).search(WORD) !== -1

/** Between two tokens, behind the last one, and before the first one. */
const GAP = /[^\p{L}\p{M}\p{N}]+/uy
const END = /(?![\p{L}\p{M}\p{N}])/uy
const BEGINNING = /(?<![\p{L}\p{M}\p{N}])/uy
const REST_OF_TOKEN = /[\p{L}\p{M}\p{N}]*/uy

/** Where what `pattern` says of the text ends, if it says it of the text from there on; -1: it does not. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : -1
}

function standsAt(folded: string, phrase: readonly string[], start: number): boolean {
  let at = start
  for (const [index, token] of phrase.entries()) {
    if (index > 0) at = endOf(GAP, folded, at)
    if (at === -1 || !folded.startsWith(token, at)) return false
    at += token.length
  }
  return endOf(END, folded, at) !== -1
}

/** Whether a folded text has these tokens, one after the other: it is searched without making all of its tokens. */
function hasTokensOf(folded: string, phrase: readonly string[]): boolean {
  const [first] = phrase
  if (first === undefined) return false
  let at = folded.indexOf(first)
  while (at !== -1) {
    if (endOf(BEGINNING, folded, at) !== -1 && standsAt(folded, phrase, at)) return true
    at = folded.indexOf(first, Math.max(at + 1, endOf(REST_OF_TOKEN, folded, at)))
  }
  return false
}

/** Scripts that put no blanks between words, so that words cannot be counted. */
export const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u

/** What a text is searched for: its tokens, and whether it is in a script without blanks. */
export type Phrase = { readonly tokens: readonly string[]; readonly isUnspaced: boolean }

export const phraseOf = (text: string): Phrase => ({ tokens: tokens(text), isUnspaced: UNSPACED.test(text) })

/**
 * Whether a text, folded, says it, whatever the punctuation: as whole words in this order, or in a script without blanks
 * anywhere in it.
 */
export function saysPhrase(folded: string, phrase: Phrase): boolean {
  if (!phrase.isUnspaced) return hasTokensOf(folded, phrase.tokens)
  return phrase.tokens.length > 0 && (folded.match(WORD) ?? []).join('').includes(phrase.tokens.join(''))
}

/** The same of a text that is asked about once. */
export const mentions = (text: string, phrase: string): boolean =>
  saysPhrase(foldText(text), phraseOf(phrase))
