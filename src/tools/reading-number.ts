// Numbers as people write them: currencies, thousands, magnitudes, ranges, digits of every script. Where a text can be
// read in two ways, the currency, the magnitude, the locale and the record's other numbers decide, or nothing does:
// then it is ambiguous, and never the wrong one of the two.
import { asciiDigits, readDigits, settled, type Digits } from './reading-digits.ts'
import { minorDigits, unitsOf, type Currency, type DecimalMark, type Units } from './reading-units.ts'
import { cleanText } from './text.ts'

export type NumberReading =
  | {
      readonly kind: 'value'
      readonly value: number
      readonly currency: string | null
      readonly rule: string
    }
  /** null: open at that end. */
  | {
      readonly kind: 'range'
      readonly min: number | null
      readonly max: number | null
      readonly currency: string | null
    }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'unreadable' }

/** What is known beside the text itself. */
export type NumberHints = {
  /** Whole things are counted: three digits behind a mark are thousands. */
  readonly isCount?: boolean
  /** The decimal mark of the locale that the caller names. */
  readonly locale?: DecimalMark | null
  /** The decimal mark that the other numbers of the same record show. */
  readonly others?: DecimalMark | null
  /** What the heading says of every number below it, "Revenue (EUR m)". */
  readonly units?: Units | null
}

type Single = {
  readonly sign: 1 | -1
  readonly digits: Digits
  readonly exponent: number | null
  readonly units: Units
}

const SINGLE =
  /^(?<before>\D*?)(?<number>[.,]?\d(?:[\d.,']*\d)?)\.?(?:e(?<exponent>[+-]?\d{1,3}))?(?<after>\D*)$/u
const COUNTED =
  /\s*\b(?:employees?|people|persons?|staff|ftes?|heads?|headcount|workers|mitarbeiter(?:innen)?|empleados|accounts?|reps?|days?|tage|d)\.?$|\s*[人名명]$/u

/** Digits, marks, a letter or a sign of money: most numbers, and nothing in them has another form. */
const BARE = /^[0-9a-zA-Z.,$%+]*$/

/** Lower case, ASCII digits and signs; blanks, apostrophes and underscores between digits as one kind of mark. */
function plain(text: string): string {
  if (BARE.test(text)) return text.toLowerCase()
  return (
    asciiDigits(cleanText(text.normalize('NFKC')).toLowerCase())
      .replaceAll(/[‐‑‒–—―−﹣]/gu, '-')
      .replaceAll(/\p{White_Space}+/gu, ' ')
      .replaceAll(/(?<=\d)[ '’‘´`_٬](?=\d{2,3}(?!\d))/gu, "'")
      .replaceAll(/(?<=\d)[.,]-+(?=\D*$)/gu, '')
      .replace(/\bu\.?s\.? dollars?\b/u, 'usd')
      // "2 millions d'euros", and the sign with which a spreadsheet keeps a number as a text.
      .replace(/(?<=\p{L} )(?:d[’']|de |di )(?=\p{L})/u, '')
      .replace(/^['’=](?=[\d.,]+$)/u, '')
      .trim()
  )
}

const SIGNED = /[()+-]/

/** One sign, or parentheses as accountants write a negative; null where they contradict each other. */
function signOf(before: string, after: string): 1 | -1 | null {
  if (!SIGNED.test(before) && !SIGNED.test(after)) return 1
  const signs = before.match(/[+-]/g) ?? []
  const opens = (before.match(/\(/g) ?? []).length
  const closes = (after.match(/\)/g) ?? []).length
  if (opens !== closes || signs.length + opens > 1 || /[+-]/.test(after)) return null
  return opens === 1 || signs[0] === '-' ? -1 : 1
}

function singleOf(text: string): Single | null {
  const parts = SINGLE.exec(text)?.groups
  if (!parts) return null
  let [before = '', number = '', after = ''] = [parts['before'], parts['number'], parts['after']]
  // "Rs.500": the dot ends the word before it.
  if (/\p{L}$/u.test(before) && /^[.,]/.test(number)) number = number.slice(1)
  const sign = signOf(before, after)
  const beside = (side: string): string => (SIGNED.test(side) ? side.replaceAll(/[()+-]/g, '') : side).trim()
  ;[before, after] = [beside(before), beside(after)]
  const units = unitsOf(`${before} ${separated(after)}`)
  const digits = readDigits(number)
  if (sign === null || !units || !digits || (before !== '' && unitsOf(before)?.scale)) return null
  return { sign, digits, units, exponent: parts['exponent'] === undefined ? null : Number(parts['exponent']) }
}

/** "5m$" is m and $; "m€" stays one word, as the T of "t€" is a thousand; "us$" and "r$" are one. */
const separated = (after: string): string =>
  after.length < 2 ? after : after.replace(/^(k|m|mm|mn|b|bn|t|tn)(\$|£|¥|₹)$/u, '$1 $2')

const habitOf = ({ mark }: Currency): DecimalMark | null => {
  if (mark === 'mostly,') return ','
  return mark === 'either' ? null : mark
}

/** The decimal mark that currency and magnitude go with; null where they say nothing or contradict each other. */
function markOfUnits(digits: Digits, { scale, currency }: Units): DecimalMark | null {
  const mark = digits.mark
  if (mark === null) return null
  const group: DecimalMark = mark === '.' ? ',' : '.'
  const ofCurrency = currency ? habitOf(currency) : null
  if (scale) {
    const said = new Set([scale.mark, ofCurrency].filter((one) => one !== null))
    return said.size === 1 ? ([...said][0] ?? null) : null
  }
  if (!currency) return null
  const digitsOfCurrency = currency.code === null ? 2 : minorDigits(currency.code)
  if (digitsOfCurrency > 2) return ofCurrency
  // Nobody writes a third decimal of such money, so it is thousands, unless the currency's own habit says otherwise.
  const isThousands = digitsOfCurrency === 0 || currency.mark !== mark
  return isThousands ? group : null
}

function markOf(single: Single, units: Units, hints: NumberHints): DecimalMark | null {
  const { digits } = single
  if (digits.kind === 'plain') return '.'
  if (single.exponent !== null) return digits.mark
  if (hints.locale) return hints.locale
  if (hints.isCount && !units.scale) return digits.mark === '.' ? ',' : '.'
  return markOfUnits(digits, units) ?? hints.others ?? null
}

const withHints = (units: Units, hints: NumberHints): Units => ({
  scale: units.scale ?? hints.units?.scale ?? null,
  currency: units.currency ?? hints.units?.currency ?? null,
})

/** Applied in decimal, so that 2.3M is 2300000. */
function valueOf(single: Single, hints: NumberHints): NumberReading {
  const units = withHints(single.units, hints)
  const mark = markOf(single, units, hints)
  if (mark === null) return { kind: 'ambiguous' }
  const power = (single.exponent ?? 0) + (units.scale?.power ?? 0)
  const value = single.sign * Number(`${settled(single.digits, mark)}e${power}`) + 0
  if (!Number.isFinite(value)) return { kind: 'unreadable' }
  return { kind: 'value', value, currency: units.currency?.code ?? null, rule: 'number' }
}

const FROM =
  /^(?:>=?|≥|over|more than|above|at least|from|min\.?|ab|über|mehr als|mindestens)(?!\p{L})\s*(?=\S)/u
const UP_TO =
  /^(?:<=?|≤|under|less than|below|up to|at most|max\.?|bis zu|bis|unter|weniger als|höchstens)(?!\p{L})\s*(?=\S)/u
const ABOUT =
  /^(?:~|≈|ca\.?|circa|about|approx\.?|approximately|around|roughly|est\.?|estimated|rund|etwa|geschätzt|env\.?|environ|aprox\.?)(?![\p{L}$])\s*(?=\S)/u
const OPEN = /(?<=\d[^\d+]{0,12})(?:\+| (?:or|and) (?:more|above|over))(?=\D*$)/u
/** What people add behind an amount and changes nothing of it. A monthly amount is another one, and stays unreadable. */
const ADDED =
  /\s*(?:\((?:est|estimated|approx|fy ?\d{2,4}|(?:19|20)\d{2})\.?\)|\*+|\bp\.? ?a\.?|\bper (?:year|annum)|\/ ?(?:yr|year|a)|\bannually|\b(?:est|approx)\.?|\barr)$/u
const BETWEEN = /^(?:between|from|zwischen|von|entre|de)\s+/u
const SEPARATOR = /\s*(?:-|~|…|\.{2,3}|\bto\b|\bbis\b|\band\b|\bund\b|(?<=\s)(?:et|y|a|à)(?=\s))\s*/u

/** One end of a range alone: "200+", "> 5M", "up to 50". */
function openRange(text: string, hints: NumberHints): NumberReading | null {
  const isUpper = UP_TO.test(text)
  const rest = isUpper ? text.replace(UP_TO, '') : text.replace(FROM, '').replace(OPEN, '')
  const single = rest === text ? null : singleOf(rest)
  if (!single) return null
  const bound = valueOf(single, hints)
  if (bound.kind !== 'value') return bound
  const ends = isUpper ? { min: null, max: bound.value } : { min: bound.value, max: null }
  return { kind: 'range', ...ends, currency: bound.currency }
}

/** Both ends: what only the upper one says of magnitude and currency holds for the lower too, "10-50M". */
function closedRange(text: string, hints: NumberHints): NumberReading | null {
  const [low, high, ...more] = text.replace(BETWEEN, '').split(SEPARATOR).map(singleOf)
  if (!low || !high || more.length > 0) return null
  const [lower, upper] = [
    valueOf(
      {
        ...low,
        units: {
          scale: low.units.scale ?? high.units.scale,
          currency: low.units.currency ?? high.units.currency,
        },
      },
      hints,
    ),
    valueOf(
      { ...high, units: { scale: high.units.scale, currency: high.units.currency ?? low.units.currency } },
      hints,
    ),
  ]
  if (lower.kind !== 'value') return lower
  if (upper.kind !== 'value') return upper
  if (lower.value > upper.value || lower.currency !== upper.currency) return null
  return { kind: 'range', min: lower.value, max: upper.value, currency: lower.currency }
}

/** Reads a text; one that is empty or a placeholder is for `isPlaceholder` to find first. */
export function readNumber(text: string, hints: NumberHints = {}): NumberReading {
  const known: NumberHints = text.includes('٫') ? { ...hints, locale: '.', isCount: false } : hints
  const whole = plain(text.replaceAll('٫', '.'))
  const number = whole.replace(ADDED, '').replace(hints.isCount ? COUNTED : '', '')
  const about = number.replace(ABOUT, '')
  const single = singleOf(about)
  if (single) {
    const reading = valueOf(single, known)
    return reading.kind === 'value' && about !== number ? { ...reading, rule: 'approximate' } : reading
  }
  return openRange(about, known) ?? closedRange(about, known) ?? { kind: 'unreadable' }
}

/** The decimal mark that all of these numbers show together, null where they show none or both. */
export function decimalMarkOf(texts: readonly string[]): DecimalMark | null {
  const shown = texts.map((text) => (/\d/.test(text) ? singleOf(plain(text)) : null))
  const marks = new Set(
    shown.flatMap((single) => (single?.digits.kind === 'plain' ? [single.digits.mark] : [])),
  )
  marks.delete(null)
  return marks.size === 1 ? ([...marks][0] ?? null) : null
}

/** The decimal mark of a BCP 47 locale, null where there is none of that name. */
export function decimalMarkOfLocale(locale: string): DecimalMark | null {
  try {
    const [known] = Intl.NumberFormat.supportedLocalesOf(locale.replaceAll('_', '-'))
    if (known === undefined) return null
    const parts = new Intl.NumberFormat(known).formatToParts(1.5)
    return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.'
  } catch {
    return null
  }
}
