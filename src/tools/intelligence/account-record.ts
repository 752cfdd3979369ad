// Reads an account under whatever headings it came: figures, texts, and what could not be read. Used by the tools that
// take accounts; what they make of it is theirs.
import { isRecord } from '../../events/json.ts'
import { decimalMarkOf, decimalMarkOfLocale, readNumber, type NumberHints } from '../reading-number.ts'
import { findCurrency } from '../reading-units.ts'
import {
  isPlaceholder,
  kindOf,
  readText,
  takeFirst,
  type Candidate,
  type Interpretation,
  type Reading,
  type ReadingProblem,
  type Taken,
} from '../reading.ts'
import { foldText } from '../text.ts'
import { findAccountFields, headingOf, type AccountField } from './account-headings.ts'

export type Range = { readonly min: number | null; readonly max: number | null }

/** A number, or the range in which it lies. */
export type Figure = {
  readonly value: number | null
  readonly range: Range | null
  /** ISO 4217, null where nothing names one. */
  readonly currency: string | null
}

const TEXTS = [
  'industry',
  'region',
  'website',
  'phone',
  'email',
  'linkedin',
  'registration_id',
  'street',
  'city',
  'postal_code',
] as const
type TextField = (typeof TEXTS)[number]

export type AccountReading = Readonly<Record<TextField, string | null>> & {
  readonly account_id: string | null
  readonly name: string | null
  readonly status: string | null
  readonly employee_count: Figure | null
  readonly revenue: Figure | null
  readonly currency: string | null
  /** By figure the keys whose texts cannot be read as one. */
  readonly unreadable: ReadonlyMap<AccountField, readonly string[]>
  /** What was passed over, could not be read, or can be read in two ways. */
  readonly codes: ReadonlyMap<AccountField, readonly string[]>
  readonly problems: readonly (ReadingProblem & { readonly field: AccountField })[]
  readonly interpreted: readonly Interpretation[]
  readonly ignored: readonly string[]
}

type RawRecord = Readonly<Record<string, unknown>>

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

function readFigure(value: unknown, hints: NumberHints): Reading<Figure | null> {
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
function readCount(value: unknown, hints: NumberHints): Reading<Figure | null> {
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

function readId(value: unknown): Reading<string | null> {
  const read = readText(value, 200)
  return 'problem' in read
    ? { problem: `must be a text of at most 200 characters or a whole number; it is ${kindOf(value)}` }
    : read
}

const NAMELESS = new Set(['unknown account', 'unknown company', 'no name', 'unnamed', 'unnamed account'])

function readName(value: unknown): Reading<string | null> {
  const isNameless = typeof value === 'string' && NAMELESS.has(foldText(value))
  return isNameless ? { value: null, rule: 'placeholder' } : readText(value)
}

/** Of Dynamics a code: 0 is active, 1 is not. */
function readStatus(value: unknown, key: string): Reading<string | null> {
  if (typeof value !== 'number') return readText(value, 200)
  const isCode = headingOf(key).name === 'statecode' && (value === 0 || value === 1)
  if (isCode) return { value: value === 0 ? 'active' : 'inactive', rule: 'code' }
  return { problem: 'must be a text of at most 200 characters; it is a number' }
}

/** Without protocol, www and a slash at the end: the same site is written in many ways. */
function readWebsite(value: unknown): Reading<string | null> {
  const read = readText(value)
  if ('problem' in read || read.value === null) return read
  const site = foldText(read.value)
    .replace(/^[a-z]+:\/+/, '')
    .replace(/^www\d?\./, '')
    .replace(/\/+$/, '')
  return { value: site === '' ? null : site, rule: site === value ? read.rule : 'website' }
}

function readCurrency(value: unknown): Reading<string | null> {
  const read = readText(value)
  if ('problem' in read || read.value === null) return read
  const code = findCurrency(foldText(read.value))?.code ?? read.value
  return { value: code, rule: code === value ? read.rule : 'currency' }
}

const READERS: Partial<Record<AccountField, (value: unknown, key: string) => Reading<string | null>>> = {
  account_id: readId,
  name: readName,
  status: readStatus,
  website: readWebsite,
  currency: readCurrency,
}

/** What was done to one field, in codes: what was passed over for another key, and what nobody can read. */
function codesOf(field: AccountField, taken: Taken<unknown>): string[] {
  const rules = new Set(taken.interpreted.map(({ rule }) => rule))
  return [
    ...(taken.value === null ? [] : taken.passedOver.map((key) => `passed_over_${key}`)),
    ...(rules.has('unreadable') ? [`failed_to_parse_${field}`] : []),
    ...(rules.has('ambiguous') ? [`ambiguous_${field}`] : []),
    ...(rules.has('range') ? [`range_${field}`] : []),
  ]
}

const shownFigure = (figure: Figure): Interpretation['as'] => figure.range ?? figure.value

/** No number of a record is longer. */
const LONGEST_NUMBER = 60

/** Texts that may show which decimal mark a record's people use: not those of names, places and ids. */
const numbersIn = (record: RawRecord, ignored: readonly string[], figures: readonly Candidate[]): string[] =>
  [...ignored.map((key) => record[key]), ...figures.map(({ value }) => value)]
    .filter((value) => typeof value === 'string')
    .filter((text) => text.length <= LONGEST_NUMBER)

export function readAccount(record: RawRecord, at: string, locale: string | null = null): AccountReading {
  const { found, ignored } = findAccountFields(record)
  const taken = new Map<AccountField, Taken<unknown>>()
  const take = <T>(
    field: AccountField,
    read: (value: unknown, key: string) => Reading<T | null>,
    shown?: (value: T) => Interpretation['as'],
  ): T | null => {
    const how = { field, at: [at], read, ...(shown ? { shown } : {}) }
    const one = takeFirst<T>(found.get(field), how)
    taken.set(field, one)
    return one.value
  }
  const text = (field: AccountField): string | null =>
    take(field, READERS[field] ?? ((value) => readText(value)))

  const currency = text('currency')
  const named = locale ?? text('locale')
  const hints: NumberHints = {
    locale: named === null ? null : decimalMarkOfLocale(named),
    others: decimalMarkOf(
      numbersIn(record, ignored, [...(found.get('revenue') ?? []), ...(found.get('employee_count') ?? [])]),
    ),
  }
  const ofColumn = currency === null ? null : findCurrency(foldText(currency))
  const hintsOf = (key: string): NumberHints => {
    const { units } = headingOf(key)
    return { ...hints, units: { scale: units?.scale ?? null, currency: units?.currency ?? ofColumn } }
  }
  const figure = (field: 'revenue' | 'employee_count', read: typeof readFigure): Figure | null =>
    take(field, (came, key) => read(came, hintsOf(key)), shownFigure)
  const reading = {
    account_id: text('account_id'),
    name: text('name'),
    status: text('status'),
    employee_count: figure('employee_count', readCount),
    revenue: figure('revenue', readFigure),
    ...(Object.fromEntries(TEXTS.map((field) => [field, text(field)])) as Record<TextField, string | null>),
  }
  const all = [...taken]
  return {
    ...reading,
    currency: reading.revenue?.currency ?? currency,
    unreadable: new Map(all.map(([field, one]) => [field, one.unreadable])),
    codes: new Map(all.map(([field, one]) => [field, codesOf(field, one)])),
    problems: all.flatMap(([field, one]) => one.problems.map((problem) => ({ ...problem, field }))),
    interpreted: all.flatMap(([, one]) => one.interpreted),
    ignored,
  }
}
