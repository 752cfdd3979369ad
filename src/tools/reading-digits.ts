// The digits of a number as people group them: "1,250.50", "1.250,50", "1'250", "12,34,567". Says what the marks mean,
// or that they can mean two things. Used by reading-number.ts alone.
import type { DecimalMark } from './reading-units.ts'

/** `mark` is the decimal mark that the text shows, null where it shows none. */
export type Digits =
  | { readonly kind: 'plain'; readonly text: string; readonly mark: DecimalMark | null }
  /** One mark with three digits behind it: a decimal mark, or thousands. */
  | { readonly kind: 'ambiguous'; readonly text: string; readonly mark: DecimalMark }

const DIGIT = /\p{Nd}/u

/** Digits of a script stand in tens, so a digit's value is how many stand before it. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0
  let before = 0
  while (before < code && DIGIT.test(String.fromCodePoint(code - before - 1))) before++
  return before % 10
}

/** Digits of every script as those of ASCII. */
export const asciiDigits = (text: string): string =>
  text.replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit)))

const other = (mark: DecimalMark): DecimalMark => (mark === '.' ? ',' : '.')

const isGrouped = (whole: string, mark: string): boolean =>
  new RegExp(`^\\d{1,3}(?:\\${mark}\\d{3})+$`).test(whole) ||
  (mark === ',' && /^\d{1,2}(?:,\d{2})*,\d{3}$/.test(whole))

const onlyDigits = (text: string): string => text.replaceAll(/\D/g, '')

/** `text` in groups, and a fraction behind `mark`. */
function grouped(text: string, mark: DecimalMark, group: string): Digits | null {
  const parts = text.split(mark)
  const [whole = '', fraction = ''] = parts
  if (parts.length > 2 || !isGrouped(whole, group) || /\D/.test(fraction)) return null
  return { kind: 'plain', text: `${onlyDigits(whole)}.${fraction}`, mark }
}

/** One kind of mark: a single one may be either, several are thousands. */
function marked(text: string, mark: DecimalMark): Digits | null {
  const parts = text.split(mark)
  const [whole = '', behind = ''] = parts
  if (parts.length > 2)
    return isGrouped(text, mark) ? { kind: 'plain', text: onlyDigits(text), mark: other(mark) } : null
  const couldGroup = behind.length === 3 && /^[1-9]\d{0,2}$/.test(whole)
  return couldGroup ? { kind: 'ambiguous', text, mark } : { kind: 'plain', text: `${whole}.${behind}`, mark }
}

/** Null: these are no digits of one number. Apostrophes, blanks and underscores have become `'`. */
export function readDigits(text: string): Digits | null {
  const marks = (['.', ','] as const).filter((mark) => text.includes(mark))
  const [mark] = marks
  if (text.includes("'")) {
    if (marks.length > 1) return null
    if (mark) return grouped(text, mark, "'")
    return isGrouped(text, "'") ? { kind: 'plain', text: onlyDigits(text), mark: null } : null
  }
  if (!mark) return { kind: 'plain', text, mark: null }
  if (marks.length === 1) return marked(text, mark)
  const decimal = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ','
  return grouped(text, decimal, other(decimal))
}

/** An ambiguous one, once it is known what its mark means. */
export const settled = (digits: Digits, decimal: DecimalMark): string => {
  if (digits.kind === 'plain') return digits.text
  return digits.mark === decimal ? digits.text.replace(decimal, '.') : onlyDigits(digits.text)
}
