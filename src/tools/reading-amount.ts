// Amounts and counts of records: a number, or a text with one, within bounds. What stands for "nobody knows" is unknown;
// what cannot be read as one number is a problem, unless another key says it.
import { readNumber, type NumberReading } from './reading-number.ts'
import { isPlaceholder, kindOf, type Reading } from './reading.ts'

export type AmountBounds = {
  readonly min?: number
  readonly max?: number
  /** Between none and this there is nothing, as nobody works a millionth of the time. */
  readonly step?: number
  /** Whole things are counted, "1,250 accounts". */
  readonly isCount?: boolean
}

function wantedOf({ min, max }: AmountBounds): string {
  const bounds = [
    min === undefined ? '' : ` of at least ${min}`,
    max === undefined ? '' : ` of at most ${max}`,
  ]
  return `must be a number${bounds.filter(Boolean).join(' and')}, or a text with one`
}

const isWithin = (value: number, { min = -Infinity, max = Infinity, step = 0 }: AmountBounds): boolean =>
  Number.isFinite(value) && value >= min && value <= max && (value === 0 || Math.abs(value) >= step)

const CAME: Readonly<Record<Exclude<NumberReading['kind'], 'value'>, string>> = {
  unreadable: 'a text without one',
  ambiguous: 'a text that can be read in two ways',
  range: 'a text with more than one',
}

/** The number; null where nobody knows. Errors: what came is of another kind, out of bounds, or (`wanted`) not readable. */
export function readAmount(value: unknown, bounds: AmountBounds = {}): Reading<number | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  const isText = typeof value === 'string' && value.length <= 200
  const read = isText ? readNumber(value, { isCount: bounds.isCount ?? false }) : null
  if (read && read.kind !== 'value')
    return { value: null, rule: read.kind, wanted: `${wantedOf(bounds)}; it is ${CAME[read.kind]}` }
  const amount = read?.kind === 'value' ? read.value : value
  if (typeof amount !== 'number') return { problem: `${wantedOf(bounds)}; it is ${kindOf(value)}` }
  if (!isWithin(amount, bounds)) return { problem: `${wantedOf(bounds)}; it is another number` }
  return { value: amount, rule: read?.kind === 'value' ? read.rule : null }
}
