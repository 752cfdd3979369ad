import { parseRegistry } from '../../src/registry/parse.ts'
import type { Registry } from '../../src/registry/registry.ts'

/** The registry of a text that must be good. */
export function parsed(text: string): Registry {
  const result = parseRegistry(text)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.registry
}
