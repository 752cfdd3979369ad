// The ideal customer profile as people write it: limits with currencies and magnitudes, lists in one text. A limit that
// cannot be read is a problem, as a profile without it would score everybody differently.
import { readNumber } from '../reading-number.ts'
import {
  fieldFinder,
  isPlaceholder,
  kindOf,
  readText,
  takeFirst,
  type Interpretation,
  type Reading,
  type ReadingProblem,
} from '../reading.ts'
import { hasTokens } from '../text.ts'

const NAMES = {
  min_revenue: [
    'minimum revenue',
    'revenue min',
    'min annual revenue',
    'revenue from',
    'minimum annual revenue',
  ],
  max_revenue: [
    'maximum revenue',
    'revenue max',
    'max annual revenue',
    'revenue to',
    'maximum annual revenue',
  ],
  industries: ['industry', 'target industries', 'sectors', 'sector', 'verticals', 'vertical'],
  min_employees: [
    'minimum employees',
    'employees min',
    'min employee count',
    'min headcount',
    'employees from',
  ],
  max_employees: [
    'maximum employees',
    'employees max',
    'max employee count',
    'max headcount',
    'employees to',
  ],
  regions: ['region', 'target regions', 'territories', 'territory', 'countries', 'country', 'geographies'],
}
type CriterionField = keyof typeof NAMES
const findCriteria = fieldFinder<CriterionField>(NAMES)
type Found = ReturnType<typeof findCriteria>['found']
/** The path to the record. */
const AT = ['icp_criteria'] as const

/** `currency` is ISO 4217, null where the limit names none. */
export type Limit = { readonly value: number; readonly currency: string | null }

export type FitCriteria = {
  readonly min_revenue: Limit | null
  readonly max_revenue: Limit | null
  readonly industries: readonly string[]
  readonly min_employees: Limit | null
  readonly max_employees: Limit | null
  readonly regions: readonly string[]
}

export type CriteriaReading = {
  readonly criteria: FitCriteria
  readonly problems: readonly ReadingProblem[]
  readonly interpreted: readonly Interpretation[]
  readonly ignored: readonly string[]
}

const LIMIT = 'must be one number, or a text that can be read as one in only one way'

function readLimit(value: unknown, isCount: boolean): Reading<Limit | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (typeof value === 'number' && Number.isFinite(value))
    return { value: { value, currency: null }, rule: null }
  if (typeof value !== 'string' || value.length > 200) return { problem: `${LIMIT}; it is ${kindOf(value)}` }
  const read = readNumber(value, { isCount })
  if (read.kind === 'value') return { value: { value: read.value, currency: read.currency }, rule: read.rule }
  const why = {
    range: 'a range',
    ambiguous: 'a text with two readings',
    unreadable: 'a text without a number',
  }
  return { problem: `${LIMIT}; it is ${why[read.kind]}` }
}

function readCount(value: unknown): Reading<Limit | null> {
  const read = readLimit(value, true)
  if ('problem' in read || read.value === null || read.value.value >= 0) return read
  return { problem: 'must not be less than 0' }
}

/** Is told of every item of a list that is no text. */
type TellItem = (index: number, message: string) => void

/** null: a placeholder, or no text at all. */
function readItem(item: unknown, index: number, tell: TellItem): string | null {
  const read = readText(item)
  if ('problem' in read) tell(index, read.problem)
  else if (read.value !== null && hasTokens(read.value)) return read.value
  else if (read.value !== null) tell(index, 'must contain a letter or a digit')
  return null
}

const tellNobody: TellItem = () => undefined

/** A list of texts, or one text with commas or semicolons; placeholders in it say nothing. */
function readList(value: unknown, tellItem: TellItem): Reading<readonly string[] | null> {
  if (value === null || value === undefined) return { value: null, rule: null }
  const isText = typeof value === 'string'
  const items: unknown = isText ? value.split(/[,;|、\n]/u) : value
  if (!Array.isArray(items))
    return {
      problem: `must be a list of texts, or one text with commas between them; it is ${kindOf(value)}`,
    }
  const texts: string[] = []
  let isChanged = isText
  for (const [index, item] of items.entries()) {
    const text = readItem(item, index, isText ? tellNobody : tellItem)
    if (text !== null) texts.push(text)
    if (text === null || text !== item) isChanged = true
  }
  return { value: texts.length === 0 ? null : texts, rule: isChanged ? 'list' : null }
}

const readAmount = (value: unknown): Reading<Limit | null> => readLimit(value, false)
const shownLimit = ({ value }: Limit): number => value
const shownList = (items: readonly string[]): string => items.join(', ')

const inOrder = (min: Limit | null, max: Limit | null): boolean =>
  min === null || max === null || differInCurrency(min, max) || min.value <= max.value

/** Whether both name a currency, and not the same one. */
export const differInCurrency = (
  one: { readonly currency: string | null },
  other: { readonly currency: string | null },
): boolean => one.currency !== null && other.currency !== null && one.currency !== other.currency

/** A later limit that is below the earlier one. */
function crossedLimits(criteria: FitCriteria, found: Found): ReadingProblem[] {
  const crossed = (field: CriterionField, message: string) => ({
    path: ['icp_criteria', found.get(field)?.[0]?.key ?? field],
    message,
  })
  return [
    ...(inOrder(criteria.min_revenue, criteria.max_revenue)
      ? []
      : [crossed('max_revenue', 'must not be less than min_revenue')]),
    ...(inOrder(criteria.min_employees, criteria.max_employees)
      ? []
      : [crossed('max_employees', 'must not be less than min_employees')]),
  ]
}

export function readCriteria(record: Readonly<Record<string, unknown>>): CriteriaReading {
  const { found, ignored } = findCriteria(record)
  const ofItems: ReadingProblem[] = []
  const problems: ReadingProblem[] = []
  const interpreted: Interpretation[] = []
  const take = <T>(
    field: CriterionField,
    read: (value: unknown, key: string) => Reading<T | null>,
    shown: (value: T) => Interpretation['as'],
  ): T | null => {
    const candidates = found.get(field)
    if (candidates === undefined) return null
    const taken = takeFirst<T>(candidates, { field, at: AT, read, shown })
    problems.push(...taken.problems)
    interpreted.push(...taken.interpreted)
    return taken.value
  }
  const readItems = (value: unknown, key: string) =>
    readList(value, (index, message) => ofItems.push({ path: [...AT, key, index], message }))
  const criteria = {
    min_revenue: take('min_revenue', readAmount, shownLimit),
    max_revenue: take('max_revenue', readAmount, shownLimit),
    industries: take('industries', readItems, shownList) ?? [],
    min_employees: take('min_employees', readCount, shownLimit),
    max_employees: take('max_employees', readCount, shownLimit),
    regions: take('regions', readItems, shownList) ?? [],
  }
  const all = [...ofItems, ...problems, ...crossedLimits(criteria, found)]
  return { criteria, problems: all, interpreted, ignored }
}
