// Reads a dotted path of a JSON value: own properties only, so that no path reaches a prototype.

/** The value at `a.b.c`; undefined when there is none. */
export function readPath(value: unknown, path: string): unknown {
  let at: unknown = value
  // Name by name, without a list of them: most paths have one, and every call reads some.
  for (let begin = 0; begin <= path.length;) {
    const dot = path.indexOf('.', begin)
    const end = dot < 0 ? path.length : dot
    const name = path.slice(begin, end)
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
    begin = end + 1
  }
  return at
}
