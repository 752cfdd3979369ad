// Where two JSON values differ, path by path.
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../events/json.ts'

export type ValueDifference = {
  /** Dotted; empty: all of it. */
  readonly path: string
  /** null also where there is none. */
  readonly before: unknown
  readonly now: unknown
}

const keysOf = (one: object, other: object): string[] => [
  ...new Set([...Object.keys(one), ...Object.keys(other)]),
]

const at = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? ((value as Readonly<Record<string, unknown>>)[key] ?? null) : null

/** Every place at which they differ, in the order of the first one's keys. */
export function valueDifferences(before: unknown, now: unknown, path = ''): ValueDifference[] {
  if (isDeepStrictEqual(before, now)) return []
  const areLists = Array.isArray(before) && Array.isArray(now)
  if (!areLists && !(isRecord(before) && isRecord(now)))
    return [{ path, before: before ?? null, now: now ?? null }]
  return keysOf(before, now).flatMap((key) =>
    valueDifferences(at(before, key), at(now, key), path === '' ? key : `${path}.${key}`),
  )
}
