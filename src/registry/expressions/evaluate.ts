// The value of an expression, true or false, for values that are there now. A value that is not there is never taken
// for false: whoever uses it without has() gets no answer. Pure.
import { EvaluationError, TypeError as CelTypeError } from '@marcbachmann/cel-js'
import { isRecord } from '../../events/json.ts'
import { readPath } from '../path.ts'
import { environmentOf, readExpression, type ValueReference } from './grammar.ts'

/** By name: the context, outputs of steps (an empty object where a step gave none), elements of lists. */
export type ExpressionValues = Readonly<Record<string, unknown>>

export type Evaluation =
  | { readonly ok: true; readonly holds: boolean }
  /** Why there is no answer, in words of ours and with the names that the expression uses, never with a value. */
  | { readonly ok: false; readonly message: string }

type Readied = {
  readonly run: (values: Record<string, unknown>) => unknown
  readonly references: readonly ValueReference[]
  readonly isProduct: boolean
}

/** Values in the values: one look at each is nothing, one at each pair is a second. */
const MOST_VALUES = 200_000
const MOST_VALUES_OF_PRODUCT = 3_000
const MOST_READIED = 500
/** A long text is as much work as many values. */
const CHARACTERS_OF_A_VALUE = 100

const OPEN = environmentOf(true)
const readied = new Map<string, Readied>()

function ready(text: string): Readied {
  const known = readied.get(text)
  if (known !== undefined) return known
  const read = readExpression(text)
  if (!read.ok) throw new TypeError('the expression was not checked')
  const parsed = OPEN.parse(text)
  const made: Readied = { run: (values) => parsed(values), ...read }
  if (readied.size >= MOST_READIED) readied.clear()
  readied.set(text, made)
  return made
}

/** How many values there are in a value, counted up to `most`. */
function countUpTo(value: unknown, most: number): number {
  const open: unknown[] = [value]
  let count = 0
  while (open.length > 0 && count <= most) {
    const one = open.pop()
    count += 1 + (typeof one === 'string' ? one.length / CHARACTERS_OF_A_VALUE : 0)
    if (Array.isArray(one)) for (const inner of one) open.push(inner)
    else if (isRecord(one)) open.push(...Object.values(one))
  }
  return count
}

const valueAt = (values: ExpressionValues, { root, path }: ValueReference): unknown =>
  path.length === 0 ? values[root] : readPath(values[root], path.join('.'))

const nameOf = ({ root, path }: ValueReference): string => [root, ...path].join('.')

/** The value that an error is about: the shortest that the place in the text is part of. */
const namedAt = (references: readonly ValueReference[], at: { start: number; end: number } | undefined) => {
  const around = references.filter(({ start, end }) => at !== undefined && start <= at.start && at.end <= end)
  return around.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0]
}

function whyNot(error: unknown, references: readonly ValueReference[]): string {
  if (!(error instanceof EvaluationError) && !(error instanceof CelTypeError)) throw error
  const at = error.range
  const named = namedAt(references, at)
  if (error.code === 'no_such_key' && named !== undefined)
    return `it uses ${nameOf(named)}, which is not there`
  if (error.code === 'division_by_zero') return 'it divides by zero'
  if (error.code === 'index_out_of_bounds') return 'it uses an element of a list that is not there'
  const within = references.filter(({ start, end }) => at !== undefined && at.start <= start && end <= at.end)
  const names = [...new Set((named === undefined ? within : [named]).map(nameOf))]
  if (names.length === 0) return 'its values do not fit together'
  return names.length === 1
    ? `${names[0]} is not of a type that fits there`
    : `${names.join(' and ')} do not fit together`
}

export function evaluateExpression(text: string, values: ExpressionValues): Evaluation {
  const { run, references, isProduct } = ready(text)
  const most = isProduct ? MOST_VALUES_OF_PRODUCT : MOST_VALUES
  const used = references.reduce((sum, one) => sum + countUpTo(valueAt(values, one), most), 0)
  if (used > most) return { ok: false, message: 'it would look at more values than an expression may' }
  const roots = new Set(references.map(({ root }) => root))
  const given = Object.fromEntries([...roots].map((root) => [root, values[root] ?? {}]))
  try {
    const holds = run(given)
    if (typeof holds !== 'boolean') return { ok: false, message: 'it is neither true nor false' }
    return { ok: true, holds }
  } catch (error) {
    return { ok: false, message: whyNot(error, references) }
  }
}

const MOST_SHOWN = 100

const shown = (value: unknown): unknown => {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return value.slice(0, MOST_SHOWN)
  return isRecord(value) ? 'an object' : (value ?? null)
}

/** What the values that it uses are, for people who ask why; null: not there. */
export const usedValues = (text: string, values: ExpressionValues): Readonly<Record<string, unknown>> =>
  Object.fromEntries(ready(text).references.map((one) => [nameOf(one), shown(valueAt(values, one))]))
