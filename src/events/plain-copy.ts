// Copies of plain values in one walk: whoever has one knows that JSON keeps it as it is, and shares it with nobody.

export const NOT_PLAIN = Symbol('not plain')
/** Deeper than any value of a run; a cycle ends here, too. */
const DEEPEST = 64

type Walk = {
  readonly isSorted: boolean
  /** Lists and objects within others, at most. */
  readonly deepest: number
  /** How many bytes of JSON the copy may still have; no fewer than these are counted. */
  left: number
}

const hasRoom = (walk: Walk, bytes: number): boolean => (walk.left -= bytes) >= 0

/** What an object would not take as its own, or would put first whatever the order of its keys. */
function isStrange(key: string, { isSorted }: Walk): boolean {
  const first = key.charCodeAt(0)
  return (isSorted && first >= 0x30 && first <= 0x39) || key === '__proto__'
}

/** In the order of UTF-16 units, as `sort()` has it. Objects have few fields: sorting in place takes half the time. */
function sortedNames(value: object): string[] {
  const names = Object.keys(value)
  if (names.length > 16) return names.sort()
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at] ?? ''
    let before = at - 1
    for (let other = names[before]; other !== undefined && other > name; other = names[before]) {
      names[before + 1] = other
      before -= 1
    }
    names[before + 1] = name
  }
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
  const copy: Record<string, unknown> = {}
  for (const name of walk.isSorted ? sortedNames(fields) : Object.keys(fields)) {
    const isPlain = !isStrange(name, walk) && hasRoom(walk, name.length + 4)
    const one = isPlain ? copyOf(fields[name], depth + 1, walk) : NOT_PLAIN
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
