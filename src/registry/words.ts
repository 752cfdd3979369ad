// What zod found, in words for the person who wrote the file; never the value itself.
import { z } from 'zod'
import type { Fault, Path } from './yaml.ts'

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
}

type Issue = z.core.$ZodRawIssue

const bound = (origin: string, limit: string, much: 'least' | 'most'): string => {
  if (origin === 'array') return `must have at ${much} ${limit} entries`
  if (origin !== 'string') return `must be at ${much} ${limit}`
  return limit === '1' && much === 'least' ? 'must not be empty' : `must have at ${much} ${limit} characters`
}

const knownKeys = (schema: unknown): readonly unknown[] => {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  const keys = schema instanceof z.ZodRecord ? schema.keyType : null
  return keys instanceof z.ZodEnum ? keys.options : []
}

/** For zod's `error`. */
export function plainWords(issue: Issue): string | undefined {
  if (issue.input === undefined && issue.code !== 'custom') return 'is required'
  if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'too_small') {
    const limit = String(issue.minimum)
    return issue.inclusive === false ? `must be more than ${limit}` : bound(issue.origin, limit, 'least')
  }
  if (issue.code === 'too_big') return bound(issue.origin, String(issue.maximum), 'most')
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => inner.message).join('; ')
  if (issue.code === 'unrecognized_keys')
    return `is not a known key; known are ${knownKeys(issue.inst).join(', ')}`
  return undefined
}

const faultsOf = (issue: z.core.$ZodIssue, path: Path): Fault[] => {
  const here = [...path, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
  if (issue.code !== 'unrecognized_keys') return [{ path: here, message: issue.message }]
  return issue.keys.map((key) => ({ path: [...here, key], message: issue.message }))
}

export type Checked<T> = { readonly value: T | null; readonly faults: readonly Fault[] }

/** The value as the schema sees it, or every fault with its path in the file. */
export function check<S extends z.ZodType>(schema: S, value: unknown, path: Path): Checked<z.output<S>> {
  // A start reads each entry once: code that zod would make for the next time costs more than it saves.
  const result = schema.safeParse(value, { error: plainWords, jitless: true })
  if (result.success) return { value: result.data, faults: [] }
  return { value: null, faults: result.error.issues.flatMap((issue) => faultsOf(issue, path)) }
}
