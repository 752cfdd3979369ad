import { memoize } from '../cache.ts'
import { isRecord } from '../events/json.ts'
import type { ProblemItem } from '../events/problem.ts'
import type { Field, FieldType } from './registry.ts'

/** Whether the value is of a declared type; the values of an enum are the caller's to compare. */
export function isOfType(type: FieldType, value: unknown): boolean {
  if (type === 'object') return isRecord(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value)
  if (type === 'integer') return Number.isSafeInteger(value)
  if (type === 'string' || type === 'boolean') return typeof value === type
  if (type === 'enum') return SCALARS.has(typeof value)
  return true
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean'])

const KINDS: Readonly<Record<FieldType, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  enum: 'one of the declared values',
  any: 'anything',
}

function problem(field: Field, value: unknown): string | null {
  // Absent and null are the same: both say that nothing is known.
  if (value === undefined || value === null) return field.required ? 'is required' : null
  if (field.type === 'enum' && !field.values.some((allowed) => allowed === value))
    return `must be one of ${field.values.join(', ')}`
  return isOfType(field.type, value) ? null : `must be ${KINDS[field.type]}`
}

/** Of a registry, which does not change: looked at for every call. */
const listOf = memoize((fields: Readonly<Record<string, Field>>) =>
  Object.entries(fields).map(([path, field]) => ({ path, field })),
)

/**
 * Every way in which a value breaks the declared inputs or outputs of a tool: required ones, types, values of
 * enums. `path` is the field's name. What is not declared is left to the tool's own schema.
 */
export function checkFields(fields: Readonly<Record<string, Field>>, value: unknown): ProblemItem[] {
  if (!isRecord(value)) return [{ path: '', message: 'must be an object' }]
  const problems: ProblemItem[] = []
  for (const { path, field } of listOf(fields)) {
    const message = problem(field, Object.hasOwn(value, path) ? value[path] : undefined)
    if (message !== null) problems.push({ path, message })
  }
  return problems
}
