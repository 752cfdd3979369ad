// Reads an account under whatever headings it came: figures, texts, and what could not be read. Used by the tools that
// take accounts; what they make of it is theirs.
import { decimalMarkOf, decimalMarkOfLocale, type NumberHints } from '../reading-number.ts'
import { findCurrency } from '../reading-units.ts'
import {
  readText,
  takeFirst,
  type Fields,
  type Interpretation,
  type Reading,
  type ReadingProblem,
  type Taken,
} from '../reading.ts'
import { foldText } from '../text.ts'
import { findAccountFields, headingOf, type AccountField } from './account-headings.ts'
import {
  readCount,
  readCurrency,
  readFigure,
  readId,
  readName,
  readStatus,
  readWebsite,
  type Figure,
} from './account-values.ts'

type TextField =
  | 'industry'
  | 'region'
  | 'website'
  | 'phone'
  | 'email'
  | 'linkedin'
  | 'registration_id'
  | 'street'
  | 'city'
  | 'postal_code'

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

/** An account as it came, under whatever headings. */
export type RawRecord = Readonly<Record<string, unknown>>

const READERS: Partial<Record<AccountField, (value: unknown, key: string) => Reading<string | null>>> = {
  account_id: readId,
  name: readName,
  status: readStatus,
  website: readWebsite,
  currency: readCurrency,
}

const readAnyText = (value: unknown): Reading<string | null> => readText(value)

/** Of a field that is taken as it came: most of them. */
const NO_CODES: readonly string[] = []

/** What was done to one field, in codes: what was passed over for another key, and what nobody can read. */
function codesOf(field: AccountField, taken: Taken<unknown>): readonly string[] {
  if (taken.interpreted.length === 0 && taken.passedOver.length === 0) return NO_CODES
  const has = (rule: string): boolean => taken.interpreted.some((one) => one.rule === rule)
  return [
    ...(taken.value === null ? [] : taken.passedOver.map((key) => `passed_over_${key}`)),
    ...(has('unreadable') ? [`failed_to_parse_${field}`] : []),
    ...(has('ambiguous') ? [`ambiguous_${field}`] : []),
    // Many columns name a place, each in its own words.
    ...(has('passed_over') && field !== 'region' ? [`conflicting_${field}`] : []),
    ...(has('range') ? [`range_${field}`] : []),
  ]
}

const shownText = (text: string): string => text
const shownFigure = (figure: Figure): Interpretation['as'] => figure.range ?? figure.value

/** No number of a record is longer. */
const LONGEST_NUMBER = 60

/** Digits that stand together with no mark between them: they show none. */
const MARKLESS = /^[A-Za-z0-9$€£%+-]*$/

/** The decimal mark that figures and unknown columns show; names, places and ids say nothing of it. */
function markShown(record: RawRecord, { found, ignored }: Fields<AccountField>) {
  const texts: string[] = []
  const look = (value: unknown): void => {
    if (typeof value === 'string' && value.length <= LONGEST_NUMBER && !MARKLESS.test(value))
      texts.push(value)
  }
  for (const key of ignored) look(record[key])
  for (const { value } of found.get('revenue') ?? []) look(value)
  for (const { value } of found.get('employee_count') ?? []) look(value)
  return texts.length === 0 ? null : decimalMarkOf(texts)
}

/** What a figure's heading says of its units, and the record's currency where the heading names none. */
function unitsBelow(key: string, currency: string | null): NonNullable<NumberHints['units']> {
  const { units } = headingOf(key)
  const ofRecord = currency === null ? null : findCurrency(foldText(currency))
  return { scale: units?.scale ?? null, currency: units?.currency ?? ofRecord }
}

type Told = readonly [AccountField, Taken<unknown>]

const hasNotes = ({ interpreted, passedOver, unreadable, problems }: Taken<unknown>): boolean =>
  interpreted.length > 0 || passedOver.length > 0 || unreadable.length > 0 || problems.length > 0

type Notes = Pick<AccountReading, 'unreadable' | 'codes' | 'problems' | 'interpreted'>

/** Of the fields that have something to tell, which are few. */
function notesOf(told: readonly Told[]): Notes {
  const unreadable = new Map<AccountField, readonly string[]>()
  const codes = new Map<AccountField, readonly string[]>()
  const problems: Notes['problems'][number][] = []
  const interpreted: Interpretation[] = []
  for (const [field, one] of told) {
    if (one.unreadable.length > 0) unreadable.set(field, one.unreadable)
    const ofField = codesOf(field, one)
    if (ofField.length > 0) codes.set(field, ofField)
    for (const { path, message } of one.problems) problems.push({ path, message, field })
    interpreted.push(...one.interpreted)
  }
  return { unreadable, codes, problems, interpreted }
}
const NO_NOTES = notesOf([])

/** `at` is the path to the record; `locale` is the caller's and wins over one that the record names. */
export function readAccount(record: RawRecord, at: string, locale: string | null = null): AccountReading {
  const fields = findAccountFields(record)
  const told: Told[] = []
  const path = [at]
  const take = <T>(
    field: AccountField,
    read: (value: unknown, key: string) => Reading<T | null>,
    shown: (value: T) => Interpretation['as'],
  ): T | null => {
    const candidates = fields.found.get(field)
    if (candidates === undefined) return null
    const one = takeFirst<T>(candidates, { field, at: path, read, shown })
    if (hasNotes(one)) told.push([field, one])
    return one.value
  }
  const text = (field: AccountField): string | null => take(field, READERS[field] ?? readAnyText, shownText)
  const currency = text('currency')
  const named = locale ?? text('locale')
  const hints = {
    locale: named === null ? null : decimalMarkOfLocale(named),
    others: markShown(record, fields),
  }
  const figure = (field: 'revenue' | 'employee_count', read: typeof readFigure): Figure | null =>
    take(field, (came, key) => read(came, { ...hints, units: unitsBelow(key, currency) }), shownFigure)
  const account_id = text('account_id')
  const [name, status] = [text('name'), text('status')]
  const employee_count = figure('employee_count', readCount)
  const revenue = figure('revenue', readFigure)
  // Named one by one: an object put together from others took as long as all of the reading.
  const texts = {
    industry: text('industry'),
    region: text('region'),
    website: text('website'),
    phone: text('phone'),
    email: text('email'),
    linkedin: text('linkedin'),
    registration_id: text('registration_id'),
    street: text('street'),
    city: text('city'),
    postal_code: text('postal_code'),
  }
  const identity = { account_id, name, status, employee_count, revenue }
  const notes = told.length === 0 ? NO_NOTES : notesOf(told)
  return { ...texts, ...identity, currency: revenue?.currency ?? currency, ...notes, ignored: fields.ignored }
}
