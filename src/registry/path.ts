// Reads a dotted path of a JSON value: own properties only, so that no path reaches a prototype.

/** The value at `a.b.c`; undefined when there is none. */
export function readPath(value: unknown, path: string): unknown {
  let at: unknown = value
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}
