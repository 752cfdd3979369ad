// What people know, as they write it: names and values, as YAML or JSON.
import { parse, stringify } from 'yaml'
import { isRecord } from '../events/json.ts'
import type { Refusal } from './page.ts'

export type Facts = Record<string, unknown>

/** null: it cannot be read as names and values. Aliases are no data of people's. A whole request is its context. */
export function readFacts(text: string): Facts | null {
  if (text.trim() === '') return {}
  const value = readValue(text)
  if (!isRecord(value)) return null
  return isRecord(value['context']) && typeof value['goal'] === 'string' ? value['context'] : value
}

/** One value; undefined: it cannot be read. */
export function readValue(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 }) as unknown
  } catch {
    return undefined
  }
}

/** As it would be written by hand. */
export const writeValue = (value: unknown): string =>
  value === undefined || value === null ? '' : stringify(value, { lineWidth: 0 }).trimEnd()

export const UNREADABLE: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'What is known must be names and values, as YAML or JSON; this cannot be read as that.',
  errors: [],
}
