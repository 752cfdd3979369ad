// Checks what came in against the schemas: every problem in one answer, and never a value repeated.
import type { Traceparent } from '../events/sampling.ts'
import type { z } from 'zod'
import { memoize } from '../cache.ts'
import { AppError } from '../errors.ts'
import { plainReader } from '../events/checks/plain-reader.ts'
import { NOT_PLAIN } from '../events/plain-copy.ts'
import { problemsOf, type ProblemItem } from '../events/problem.ts'
import { AUTO_PLANNER } from '../registry/names.ts'
import type { Registry } from '../registry/registry.ts'

const MAX_PROBLEMS = 50
const MAX_TEXT = 300
/** No request needs a deeper body, and one could exhaust the stack of functions that visit every level. */
export const MAX_DEPTH = 64

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

/** What is wrong with a plan has one code, whether its shape or what it says is wrong. */
const isOfPlan = ({ path }: ProblemItem): boolean => path === 'plan' || path.startsWith('plan.')

/** Refuses with every problem (at most 50, each cut to 300 characters). */
export const invalid = (problems: readonly ProblemItem[]): AppError =>
  new AppError(
    problems.length > 0 && problems.every(isOfPlan) ? 'PLAN_INVALID' : 'INVALID_REQUEST',
    {},
    {
      problems: problems
        .slice(0, MAX_PROBLEMS)
        .map(({ path, message }) => ({ path: cut(path), message: cut(message) })),
    },
  )

type Part = 'path' | 'query' | 'header' | 'body'

/** Paths into the body stand alone, those into other parts carry its name: `goal`, `query.limit`. */
const locate = (part: Part, item: ProblemItem): ProblemItem => {
  if (part === 'body') return item
  return { ...item, path: item.path === '' ? part : `${part}.${item.path}` }
}

/** What came in is JSON or texts, and nearly always right. */
const readerOf = memoize((schema: z.ZodType) => ({ read: plainReader(schema, 'ours') }))

/** The parsed parts. Errors: INVALID_REQUEST with the problems of all parts, PLAN_INVALID where all are a plan's. */
export function checked(
  schemas: Readonly<Record<Part, z.ZodType>>,
  values: Readonly<Record<Part, unknown>>,
): Record<Part, unknown> {
  const problems: ProblemItem[] = []
  const parsed = (part: Part): unknown => {
    const read = readerOf(schemas[part]).read(values[part])
    if (read !== NOT_PLAIN) return read
    const result = schemas[part].safeParse(values[part])
    if (result.success) return result.data
    problems.push(...problemsOf(result.error).map((item) => locate(part, item)))
    return undefined
  }
  const output = {
    path: parsed('path'),
    query: parsed('query'),
    header: parsed('header'),
    body: parsed('body'),
  }
  if (problems.length > 0) throw invalid(problems)
  return output
}

/** Errors: INVALID_REQUEST where a planner is asked for that the registry does not name. */
export function checkPlanner(asked: string, { planners }: Pick<Registry, 'planners'>): void {
  const known = [AUTO_PLANNER, ...planners]
  if (!known.includes(asked))
    throw invalid([{ path: 'planner', message: `must be one of ${known.join(', ')}` }])
}

/** Query parameters by name. Errors: INVALID_REQUEST where one is given twice. */
export function queryOf(url: string): Record<string, string> {
  const start = url.indexOf('?')
  const pairs = start === -1 ? [] : [...new URLSearchParams(url.slice(start + 1))]
  const names = pairs.map(([name]) => name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0) {
    throw invalid(twice.map((name) => ({ path: `query.${name}`, message: 'is given more than once' })))
  }
  return Object.fromEntries(pairs)
}

/** Errors: INVALID_REQUEST for a body nested too deep, with a key that names a prototype, or a number out of range. */
export function checkNesting(body: unknown): void {
  let level: unknown[] = [body]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      throw invalid([{ path: '', message: `is nested deeper than ${MAX_DEPTH} levels` }])
    }
    if (level.some((value) => typeof value === 'number' && !Number.isFinite(value))) {
      throw invalid([{ path: '', message: 'has a number that is out of range' }])
    }
    const containers = level.filter((value) => typeof value === 'object' && value !== null)
    if (containers.some((value) => Object.hasOwn(value, '__proto__'))) {
      throw invalid([{ path: '', message: 'has a key named __proto__' }])
    }
    level = containers.flatMap((value) => Object.values(value))
  }
}

const TRACEPARENT =
  /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/

/** The caller's trace; null where the header is absent or not valid (https://www.w3.org/TR/trace-context/). */
export function traceparentOf(header: string | undefined): Traceparent | null {
  const groups = TRACEPARENT.exec(header ?? '')?.groups
  if (!groups) return null
  const { version = '', trace = '', span = '', flags = '', rest } = groups
  const known = version !== 'ff' && !(version === '00' && rest !== undefined)
  const zero = /^0+$/.test(trace) || /^0+$/.test(span)
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return known && !zero ? { traceId: trace, spanId: span, ...(!isSampled && { isSampled }) } : null
}
