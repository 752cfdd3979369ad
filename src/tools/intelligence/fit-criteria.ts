// The ideal customer profile as people write it: limits with currencies and magnitudes, lists in one text. A limit that
// cannot be read is a problem, as a profile without it would score everybody differently.
import { memoize } from '../../cache.ts'
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
import { tokens } from '../text.ts'

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

/** Every item of a list that is no text, at its index. */
function itemProblems(path: readonly (string | number)[], value: unknown): ReadingProblem[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item, index) => {
    const read = readText(item)
    const isWordless = !('problem' in read) && read.value !== null && tokens(read.value).length === 0
    const message = isWordless ? 'must contain a letter or a digit' : 'problem' in read ? read.problem : null
    return message === null ? [] : [{ path: [...path, index], message }]
  })
}

/** A list of texts, or one text with commas or semicolons; placeholders in it say nothing. */
function readList(value: unknown): Reading<readonly string[] | null> {
  if (value === null || value === undefined) return { value: null, rule: null }
  const isText = typeof value === 'string'
  const items: unknown = isText ? value.split(/[,;|、\n]/u) : value
  if (!Array.isArray(items))
    return {
      problem: `must be a list of texts, or one text with commas between them; it is ${kindOf(value)}`,
    }
  const texts = items.flatMap((item) => {
    const read = readText(item)
    return 'problem' in read || read.value === null || tokens(read.value).length === 0 ? [] : [read.value]
  })
  const isChanged =
    isText || texts.length !== items.length || texts.some((text, index) => text !== items[index])
  return { value: texts.length === 0 ? null : texts, rule: isChanged ? 'list' : null }
}

const inOrder = (min: Limit | null, max: Limit | null): boolean =>
  min === null || max === null || differInCurrency(min, max) || min.value <= max.value

/** Whether both name a currency, and not the same one. */
export const differInCurrency = (
  one: { readonly currency: string | null },
  other: { readonly currency: string | null },
): boolean => one.currency !== null && other.currency !== null && one.currency !== other.currency

/** Once for each record. */
export const readCriteria = memoize((record: Readonly<Record<string, unknown>>): CriteriaReading => {
  const { found, ignored } = findCriteria(record)
  const problems: ReadingProblem[] = []
  const interpreted: Interpretation[] = []
  const take = <T>(
    field: CriterionField,
    read: (value: unknown) => Reading<T | null>,
    shown: (value: T) => Interpretation['as'],
  ) => {
    const taken = takeFirst<T>(found.get(field), { field, at: ['icp_criteria'], read, shown })
    problems.push(...taken.problems)
    interpreted.push(...taken.interpreted)
    return taken.value
  }
  const amount = (field: CriterionField) =>
    take(
      field,
      (value) => readLimit(value, false),
      ({ value }) => value,
    )
  const count = (field: CriterionField) => take(field, readCount, ({ value }) => value)
  for (const field of ['industries', 'regions'] as const)
    for (const { key, value } of found.get(field) ?? [])
      problems.push(...itemProblems(['icp_criteria', key], value))
  const list = (field: CriterionField) => take(field, readList, (items) => items.join(', ')) ?? []
  const criteria = {
    min_revenue: amount('min_revenue'),
    max_revenue: amount('max_revenue'),
    industries: list('industries'),
    min_employees: count('min_employees'),
    max_employees: count('max_employees'),
    regions: list('regions'),
  }
  const crossed = (field: CriterionField, message: string) =>
    problems.push({ path: ['icp_criteria', found.get(field)?.[0]?.key ?? field], message })
  if (!inOrder(criteria.min_revenue, criteria.max_revenue))
    crossed('max_revenue', 'must not be less than min_revenue')
  if (!inOrder(criteria.min_employees, criteria.max_employees))
    crossed('max_employees', 'must not be less than min_employees')
  return { criteria, problems, interpreted, ignored }
})
