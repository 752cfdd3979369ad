// Whether a value is kept as JSON as it is: what JSON would change without a word is found with its path, and how large
// it is at least is known before anything is written. Pure.

export type JsonFault = { readonly path: readonly string[]; readonly why: string }

const DEEPEST = 1000
const DATE_BYTES = 26

type Walk = {
  readonly most: number
  /** Bytes of its JSON so far: no fewer than these. */
  bytes: number
  readonly path: string[]
  /** What the present value lies in. */
  readonly above: Set<object>
  fault: JsonFault | null
}

/** Ends the walk. */
function found(walk: Walk, why: string): false {
  walk.fault ??= { path: [...walk.path], why }
  return false
}

function count(walk: Walk, bytes: number): boolean {
  walk.bytes += bytes
  return walk.bytes <= walk.most
}

function walkInto(walk: Walk, name: string, value: unknown): boolean {
  walk.path.push(name)
  const goesOn = walkValue(walk, value)
  if (goesOn) walk.path.pop()
  return goesOn
}

function walkList(walk: Walk, list: readonly unknown[]): boolean {
  for (let index = 0; index < list.length; index += 1) {
    if (!count(walk, 1) || !walkInto(walk, String(index), list[index])) return false
  }
  return true
}

function walkFields(walk: Walk, value: object): boolean {
  for (const [name, field] of Object.entries(value)) {
    // JSON leaves such a field out, and so does whoever reads it.
    if (field === undefined) continue
    if (!count(walk, name.length + 4) || !walkInto(walk, name, field)) return false
  }
  return true
}

function walkObject(walk: Walk, value: object): boolean {
  if (walk.above.has(value)) return found(walk, 'contains itself')
  if (walk.above.size >= DEEPEST) return found(walk, 'is nested too deeply')
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? found(walk, 'is an invalid date') : count(walk, DATE_BYTES)
  }
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return found(walk, 'has its own toJSON, which would change it')
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  if (kind !== 'Object' && kind !== 'Array') return found(walk, `is a ${kind}`)
  walk.above.add(value)
  // The other bracket is counted with the last of what stands within, as if it were its comma.
  const goesOn = count(walk, 1) && (Array.isArray(value) ? walkList(walk, value) : walkFields(walk, value))
  walk.above.delete(value)
  return goesOn
}

function walkValue(walk: Walk, value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return count(walk, value.length + 2)
    case 'number':
      return Number.isFinite(value) ? count(walk, 1) : found(walk, 'is not a finite number')
    case 'boolean':
      return count(walk, 4)
    case 'object':
      return value === null ? count(walk, 4) : walkObject(walk, value)
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      return found(walk, value === undefined ? 'is undefined' : `is a ${typeof value}`)
  }
}

/**
 * What JSON would change of a value, `too_large` where its JSON has more than `mostBytes`, or null: it may be written. A
 * valid date passes: it is kept as its ISO text. Throws what getters of the value throw.
 */
export function jsonFault(value: unknown, mostBytes: number): JsonFault | 'too_large' | null {
  const walk: Walk = { most: mostBytes, bytes: 0, path: [], above: new Set(), fault: null }
  if (walkValue(walk, value)) return null
  return walk.fault ?? 'too_large'
}
