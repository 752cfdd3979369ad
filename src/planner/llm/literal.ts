// A value that the plan of a model gives as a JSON text.
import { jsonPayload } from '../../events/digest.ts'

/** Names that lead to what every object has. */
const STRANGE: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
/** Deeper, nothing that a goal states is. */
const MOST_DEPTH = 50

/** Level by level, as one that is deep enough ends whoever follows it by calling itself. */
function isStrange(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    const objects = level.filter((one) => typeof one === 'object' && one !== null)
    if (objects.some((one) => Object.keys(one).some((key) => STRANGE.has(key)))) return true
    if (depth > MOST_DEPTH) return true
    level = objects.flatMap((one) => Object.values(one) as unknown[])
  }
  return false
}

/** The value, or why it can be none; null is none, as nobody can take from it. */
export function literalOf(json: string): { readonly value: unknown } | { readonly problem: string } {
  let value: unknown
  try {
    value = JSON.parse(json) as unknown
  } catch {
    return { problem: 'value must be a JSON text' }
  }
  if (value === null) return { problem: 'null is no value' }
  return isStrange(value) || jsonPayload(value) === null
    ? { problem: 'the value has what no value may have' }
    : { value }
}
