// What is wrong with an input, for whoever gave it: where, what is taken, and the kind of what came, never its text.
import type { z } from 'zod'
import { isRecord } from '../events/json.ts'
import type { ProblemItem } from '../events/problem.ts'
import { kindOf } from './reading.ts'

/** One of zod's, with its path below `input`. */
export type Issue = z.core.$ZodIssue

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be a time with its zone, as 2026-02-28T09:30:00Z',
  date: 'must be a date as 2026-02-28',
  time: 'must be a time of the day as 09:30:00',
  email: 'must be an e-mail address',
  url: 'must be a web address',
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', object: ' keys' }

const valueAt = (input: unknown, path: Issue['path']): unknown =>
  path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)] as unknown
    return isRecord(at) && Object.hasOwn(at, key) ? at[String(key)] : undefined
  }, input)

/** Zod's own words are for those who write the schema. */
function takenBy(issue: Issue): string {
  const isOwn = !/^(?:Invalid|Too (?:big|small))/.test(issue.message)
  if (isOwn) return issue.message
  if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_format') return FORMATS[issue.format] ?? `must be written as: ${issue.format}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'too_small' && issue.minimum === 1 && issue.origin !== 'number')
    return 'must not be empty'
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
  return issue.message
}

/** A message with the kind of what came, where it does not tell it yet. */
export const withKind = (message: string, came: unknown): string =>
  /; it is \S/u.test(message) ? message : `${message}; it is ${kindOf(came)}`

/** Every problem of an input, each with its path below it. */
export const unfitProblems = (issues: readonly Issue[], input: unknown): ProblemItem[] =>
  issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: withKind(takenBy(issue), valueAt(input, issue.path)),
  }))
