// The values of an account one by one: figures and ranges, whole people, names, sites, currencies, ids.
import { isRecord } from '../../events/json.ts'
import { readNumber, type NumberHints } from '../reading-number.ts'
import { findCurrency } from '../reading-units.ts'
import { isPlaceholder, kindOf, readText, type Reading } from '../reading.ts'
import { foldText } from '../text.ts'
import { headingOf } from './account-headings.ts'

export type Range = { readonly min: number | null; readonly max: number | null }

/** A number, or the range in which it lies. */
export type Figure = {
  readonly value: number | null
  readonly range: Range | null
  /** ISO 4217, null where nothing names one. */
  readonly currency: string | null
}

const FIGURE = 'must be a number, or a text with one of at most 200 characters'

const isEnd = (end: unknown): end is number | null =>
  end === null || (typeof end === 'number' && Number.isFinite(end))

/** A range as a normalised record has it, null where it is none. */
function rangeOf(value: unknown): Range | null {
  if (!isRecord(value)) return null
  const { min = null, max = null } = value
  return isEnd(min) && isEnd(max) && (min !== null || max !== null) ? { min, max } : null
}

/** In decimal, so that 2.3 million is 2300000. */
const scaledBy = (value: number, power: number): number =>
  String(value).includes('e') ? value * 10 ** power : Number(`${value}e${power}`)

export function readFigure(value: unknown, hints: NumberHints): Reading<Figure | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  const currency = hints.units?.currency?.code ?? null
  if (typeof value === 'number' && Number.isFinite(value)) {
    const scaled = scaledBy(value, hints.units?.scale?.power ?? 0)
    return { value: { value: scaled, range: null, currency }, rule: scaled === value ? null : 'heading' }
  }
  const range = rangeOf(value)
  if (range) return { value: { value: null, range, currency }, rule: 'range' }
  if (typeof value !== 'string' || value.length > 200) return { problem: `${FIGURE}; it is ${kindOf(value)}` }
  const read = readNumber(value, hints)
  if (read.kind === 'value')
    return { value: { value: read.value, range: null, currency: read.currency }, rule: read.rule }
  if (read.kind === 'range')
    return {
      value: { value: null, range: { min: read.min, max: read.max }, currency: read.currency },
      rule: 'range',
    }
  return { value: null, rule: read.kind }
}

const isCount = (value: number | null): boolean =>
  value === null || (value >= 0 && Number.isSafeInteger(Math.trunc(value)))

const whole = (value: number | null): number | null => (value === null ? null : Math.trunc(value))

/** Whole people: fractions are cut off, and there are no fewer than none. */
export function readCount(value: unknown, hints: NumberHints): Reading<Figure | null> {
  const read = readFigure(value, { ...hints, isCount: true })
  if ('problem' in read || read.value === null) return read
  const { value: count, range } = read.value
  if (![count, range?.min ?? null, range?.max ?? null].every(isCount))
    return { value: null, rule: 'unreadable' }
  const cut = whole(count)
  const figure = {
    value: cut,
    range: range && { min: whole(range.min), max: whole(range.max) },
    currency: null,
  }
  return { value: figure, rule: cut === count ? read.rule : 'fraction_cut_off' }
}

export function readId(value: unknown): Reading<string | null> {
  const read = readText(value, 200)
  return 'problem' in read
    ? { problem: `must be a text of at most 200 characters or a whole number; it is ${kindOf(value)}` }
    : read
}

const NAMELESS = new Set(['unknown account', 'unknown company', 'no name', 'unnamed', 'unnamed account'])

export function readName(value: unknown): Reading<string | null> {
  const isNameless = typeof value === 'string' && NAMELESS.has(foldText(value))
  return isNameless ? { value: null, rule: 'placeholder' } : readText(value)
}

/** Of Dynamics a code: 0 is active, 1 is not. */
export function readStatus(value: unknown, key: string): Reading<string | null> {
  if (typeof value !== 'number') return readText(value, 200)
  const isCode = headingOf(key).name === 'statecode' && (value === 0 || value === 1)
  if (isCode) return { value: value === 0 ? 'active' : 'inactive', rule: 'code' }
  return { problem: 'must be a text of at most 200 characters; it is a number' }
}

/** Without protocol, www and a slash at the end: the same site is written in many ways. */
export function readWebsite(value: unknown): Reading<string | null> {
  const read = readText(value)
  if ('problem' in read || read.value === null) return read
  const site = foldText(read.value)
    .replace(/^[a-z]+:\/+/, '')
    .replace(/^www\d?\./, '')
    .replace(/\/+$/, '')
  return { value: site === '' ? null : site, rule: site === value ? read.rule : 'website' }
}

export function readCurrency(value: unknown): Reading<string | null> {
  const read = readText(value)
  if ('problem' in read || read.value === null) return read
  const code = findCurrency(foldText(read.value))?.code ?? read.value
  return { value: code, rule: code === value ? read.rule : 'currency' }
}
