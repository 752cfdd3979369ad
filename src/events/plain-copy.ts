// Copies of plain values in one walk: whoever has one knows that JSON keeps it as it is, and shares it with nobody.

export const NOT_PLAIN = Symbol('not plain')
/** Deeper than any value of a run; a cycle ends here, too. */
export const DEEPEST = 64

type Walk = {
  readonly isSorted: boolean
  /** Lists and objects within others, at most. */
  readonly deepest: number
  /** How many bytes of JSON the copy may still have; no fewer than these are counted. */
  left: number
}

const hasRoom = (walk: Walk, bytes: number): boolean => (walk.left -= bytes) >= 0

/** The names of an object, and what is said of them once for all objects that have the same. */
type Names = {
  /** As the object has them. */
  readonly given: readonly string[]
  /** In the order of UTF-16 units. */
  readonly sorted: readonly string[]
  /** Of JSON, with the signs beside each; no fewer than these. */
  readonly bytes: number
  /** An object would not take it as its own. */
  readonly hasProto: boolean
  /** An object would put it first whatever the order of its keys. */
  readonly hasNumber: boolean
}

const isNumeral = (name: string): boolean => {
  const first = name.charCodeAt(0)
  return first >= 0x30 && first <= 0x39
}

const about = (given: readonly string[]): Names => ({
  given,
  sorted: given.toSorted(),
  bytes: given.reduce((bytes, name) => bytes + name.length + 4, 0),
  hasProto: given.includes('__proto__'),
  hasNumber: given.some(isNumeral),
})

const isSame = (one: readonly string[], other: readonly string[]): boolean => {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false
  return true
}

const PLACES = 512
/** Beyond these an object is a list by name, and no other has the same. */
const MOST_NAMES = 32
const MOST_BYTES = 1000

/**
 * Names that were seen last, each list in its one place. Values of a kind come again and again, and to sort their names
 * and look at each took as long as to copy them.
 */
const seen: (Names | undefined)[] = Array.from({ length: PLACES }, () => undefined)

function placeOf(names: readonly string[]): number {
  const first = names[0] ?? ''
  const last = names[names.length - 1] ?? ''
  const letters = (first.codePointAt(0) ?? 0) * 7 + (last.codePointAt(0) ?? 0) * 3
  return (names.length * 31 + first.length * 13 + last.length + letters) % PLACES
}

const NO_NAMES = about([])

function namesOf(value: object): Names {
  const given = Object.keys(value)
  if (given.length === 0) return NO_NAMES
  if (given.length > MOST_NAMES) return about(given)
  const place = placeOf(given)
  const known = seen[place]
  if (known !== undefined && isSame(known.given, given)) return known
  const names = about(given)
  if (names.bytes <= MOST_BYTES) seen[place] = names
  return names
}

/** NOT_PLAIN for what is not simply a JSON value, or has no room. */
function copyOf(value: unknown, depth: number, walk: Walk): unknown {
  if (typeof value === 'string') return hasRoom(walk, value.length + 2) ? value : NOT_PLAIN
  if (value === null || typeof value === 'boolean') return hasRoom(walk, 4) ? value : NOT_PLAIN
  // JSON knows no -0.
  if (typeof value === 'number') return Number.isFinite(value) && hasRoom(walk, 1) ? value + 0 : NOT_PLAIN
  if (typeof value !== 'object' || depth > walk.deepest || !hasRoom(walk, 1)) return NOT_PLAIN
  return Array.isArray(value) ? listOf(value, depth, walk) : objectOf(value, depth, walk)
}

function listOf(list: readonly unknown[], depth: number, walk: Walk): unknown {
  if ('toJSON' in list) return NOT_PLAIN
  const copy: unknown[] = []
  for (let index = 0; index < list.length; index += 1) {
    const one = hasRoom(walk, 1) ? copyOf(list[index], depth + 1, walk) : NOT_PLAIN
    if (one === NOT_PLAIN) return NOT_PLAIN
    copy.push(one)
  }
  return copy
}

/** An object of fields and nothing else; what its fields are is not said. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !(Symbol.toStringTag in value)
}

function objectOf(fields: object, depth: number, walk: Walk): unknown {
  if (!isPlainObject(fields)) return NOT_PLAIN
  const names = namesOf(fields)
  if (names.hasProto || (walk.isSorted && names.hasNumber) || !hasRoom(walk, names.bytes)) return NOT_PLAIN
  const copy: Record<string, unknown> = {}
  for (const name of walk.isSorted ? names.sorted : names.given) {
    const one = copyOf(fields[name], depth + 1, walk)
    if (one === NOT_PLAIN) return NOT_PLAIN
    copy[name] = one
  }
  return copy
}

/** A copy with its keys in order, or NOT_PLAIN for what JSON would not keep as it is, or what is larger as JSON. */
export const sortedCopy = (value: unknown, mostBytes = Infinity): unknown =>
  copyOf(value, 0, { isSorted: true, deepest: DEEPEST, left: mostBytes })

/** The same with its keys as they are, and lists and objects within others at most so `deep`. */
export const plainCopy = (value: unknown, deep: number): unknown =>
  copyOf(value, 0, { isSorted: false, deepest: deep, left: Infinity })
