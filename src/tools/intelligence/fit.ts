// Compares what is known of an account with the limits of a profile: fits, does not, or nobody can say; and why, with
// value and limit in words.
import { foldText, phraseOf, saysPhrase } from '../text.ts'
import type { Figure } from './account-values.ts'
import { differInCurrency, type Limit } from './fit-criteria.ts'

/** null: not known. `isLimited`: the profile asks for it. */
export type Fit = { readonly fits: 0 | 1 | null; readonly isLimited: boolean; readonly reason: string }

const NUMERALS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
/** "1,250,000" of a positive whole number. */
function wholeText(value: number): string {
  const digits = String(value)
  let text = digits.slice(-3)
  for (let end = digits.length - 3; end > 0; end -= 3)
    text = `${digits.slice(Math.max(0, end - 3), end)},${text}`
  return text
}

/** Most are whole, and the formatter takes ten times as long. */
const numberText = (value: number): string =>
  Number.isSafeInteger(value) && value > 0 ? wholeText(value) : NUMERALS.format(value)
const amountText = (value: number, currency: string | null): string =>
  currency === null ? numberText(value) : `${numberText(value)} ${currency}`
const limitText = ({ value, currency }: Limit): string => amountText(value, currency)

function rangeText(min: Limit | null, max: Limit | null): string {
  if (min && max) return `${limitText(min)} to ${limitText(max)}`
  if (min) return `at least ${limitText(min)}`
  return max ? `at most ${limitText(max)}` : 'no limit'
}

function figureText({ value, range, currency }: Figure): string {
  if (value !== null) return amountText(value, currency)
  const { min = null, max = null } = range ?? {}
  const limit = (end: number | null): Limit | null => (end === null ? null : { value: end, currency })
  return rangeText(limit(min), limit(max))
}

/** A range fits where all of it does, and misses where none of it does. */
function compared(figure: Figure, min: number, max: number): 0 | 1 | null {
  const low = figure.value ?? figure.range?.min ?? Number.NEGATIVE_INFINITY
  const high = figure.value ?? figure.range?.max ?? Number.POSITIVE_INFINITY
  if (low >= min && high <= max) return 1
  return high < min || low > max ? 0 : null
}

const VERDICTS = { 1: 'fits', 0: 'does not fit' } as const

export function fitOfFigure(
  name: string,
  figure: Figure | null,
  { min, max, isAmbiguous }: { min: Limit | null; max: Limit | null; isAmbiguous: boolean },
): Fit {
  const isLimited = min !== null || max !== null
  const wanted = isLimited ? `the profile asks for ${rangeText(min, max)}` : 'the profile sets no limit'
  const why = isAmbiguous ? 'can be read in two ways' : 'is not known'
  if (figure === null) return { fits: null, isLimited, reason: `${name} ${why}; ${wanted}.` }
  const value = figureText(figure)
  if ((min && differInCurrency(figure, min)) || (max && differInCurrency(figure, max)))
    return { fits: null, isLimited, reason: `${name} ${value} is in another currency; ${wanted}.` }
  const fits = compared(
    figure,
    min?.value ?? Number.NEGATIVE_INFINITY,
    max?.value ?? Number.POSITIVE_INFINITY,
  )
  if (!isLimited) return { fits: 1, isLimited, reason: `${name} ${value}: ${wanted}.` }
  const verdict = fits === null ? 'may or may not fit' : VERDICTS[fits]
  return { fits, isLimited, reason: `${name} ${value} ${verdict}: ${wanted}.` }
}

const SHOWN = 5
const listText = (items: readonly string[]): string =>
  items.length <= SHOWN
    ? items.join(', ')
    : `${items.slice(0, SHOWN).join(', ')} and ${items.length - SHOWN} more`

export function fitOfText(name: string, text: string | null, wanted: readonly string[]): Fit {
  const isLimited = wanted.length > 0
  const asked = (): string =>
    isLimited ? `the profile asks for ${listText(wanted)}` : 'the profile sets no limit'
  if (text === null) return { fits: null, isLimited, reason: `${name} is not known; ${asked()}.` }
  if (!isLimited) return { fits: 1, isLimited, reason: `${name} ${text}: ${asked()}.` }
  const folded = foldText(text)
  const met = wanted.find((phrase) => saysPhrase(folded, phraseOf(phrase)))
  if (met === undefined) return { fits: 0, isLimited, reason: `${name} ${text} does not fit: ${asked()}.` }
  return { fits: 1, isLimited, reason: `${name} ${text} fits: the profile asks for ${met}.` }
}
