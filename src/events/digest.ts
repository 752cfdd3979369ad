// Digests name content: the same value gives the same digest, whatever the order of its keys.
import { hash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'

const stableStringify = configure({ strict: true, circularValue: TypeError })

export type Payload = {
  /** `sha256:<hex>` of the stream's salt and `body`. */
  readonly digest: string
  /** Canonical JSON (sorted keys). */
  readonly body: string
}

const NOT_PLAIN = Symbol('not plain')
/** Deeper than any value of a run; a cycle ends here, too. */
const DEEPEST = 64

/** How many bytes of JSON a copy may still have; no fewer than these are counted. */
type Room = { left: number }

const hasRoom = (room: Room, bytes: number): boolean => (room.left -= bytes) >= 0

/** What an object would put first whatever the order of its keys, or would not take as its own. */
function isStrange(key: string): boolean {
  const first = key.charCodeAt(0)
  return (first >= 0x30 && first <= 0x39) || key === '__proto__'
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

/** A copy with its keys in order, or NOT_PLAIN for what is not simply a JSON value, or has no room. */
function sortedCopy(value: unknown, depth: number, room: Room): unknown {
  if (typeof value === 'string') return hasRoom(room, value.length + 2) ? value : NOT_PLAIN
  if (value === null || typeof value === 'boolean') return hasRoom(room, 4) ? value : NOT_PLAIN
  // JSON knows no -0.
  if (typeof value === 'number') return Number.isFinite(value) && hasRoom(room, 1) ? value + 0 : NOT_PLAIN
  if (typeof value !== 'object' || depth > DEEPEST || !hasRoom(room, 1)) return NOT_PLAIN
  return Array.isArray(value) ? sortedList(value, depth, room) : sortedObject(value, depth, room)
}

function sortedList(list: readonly unknown[], depth: number, room: Room): unknown {
  if ('toJSON' in list) return NOT_PLAIN
  const copy: unknown[] = []
  for (let index = 0; index < list.length; index += 1) {
    const one = hasRoom(room, 1) ? sortedCopy(list[index], depth + 1, room) : NOT_PLAIN
    if (one === NOT_PLAIN) return NOT_PLAIN
    copy.push(one)
  }
  return copy
}

function sortedObject(value: object, depth: number, room: Room): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  if ((prototype !== Object.prototype && prototype !== null) || Symbol.toStringTag in value) return NOT_PLAIN
  const fields = value as Readonly<Record<string, unknown>>
  const copy: Record<string, unknown> = {}
  for (const name of sortedNames(fields)) {
    const isPlain = !isStrange(name) && hasRoom(room, name.length + 4)
    const one = isPlain ? sortedCopy(fields[name], depth + 1, room) : NOT_PLAIN
    if (one === NOT_PLAIN) return NOT_PLAIN
    copy[name] = one
  }
  return copy
}

const libraryText = (value: unknown): string => stableStringify(value) ?? 'null'

/** The library's writer takes three times as long as a sorted copy with the engine's: it has only what is not plain. */
export function canonicalJson(value: unknown): string {
  const copy = sortedCopy(value, 0, { left: Infinity })
  return copy === NOT_PLAIN ? libraryText(value) : JSON.stringify(copy)
}

/** The canonical text of a value, and the value that it gives back. */
function canonicalCopy(value: unknown): { readonly body: string; readonly copy: unknown } {
  const copy = sortedCopy(value, 0, { left: Infinity })
  if (copy !== NOT_PLAIN) return { body: JSON.stringify(copy), copy }
  const body = libraryText(value)
  return { body, copy: JSON.parse(body) }
}

/** Before a run's first event: what its chain of hashes begins with. */
export const EMPTY_HASH = '0'.repeat(64)

/** SHA-256 of UTF-8 text, hex. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/**
 * The body of a value and its name; the value must be JSON (no cycles, functions or bigints). With a salt (hex) nobody
 * can recognise a text that is easy to guess by its digest, once the body and the salt are gone. '' is the plain digest.
 */
export const payloadOf = (value: unknown, salt = ''): Payload => payloadWith(canonicalJson(value), salt)

const payloadWith = (body: string, salt: string): Payload => ({
  digest: `sha256:${sha256(salt + body)}`,
  body,
})

/** A value as a store keeps it and gives it back, shared with nobody, and its payload. */
export type KeptValue = { readonly value: unknown; readonly payload: Payload }

/** `payloadOf` and what its body says; throws where the value is not JSON. */
export function copiedPayload(value: unknown, salt: string): KeptValue {
  const { body, copy } = canonicalCopy(value)
  return { value: copy, payload: payloadWith(body, salt) }
}

/**
 * The same in one walk, for a value that JSON keeps as it is and whose JSON is no larger than `mostBytes` as far as can
 * be told before it is written; null: look closer (`jsonFault`).
 */
export function plainPayload(value: unknown, salt: string, mostBytes: number): KeptValue | null {
  const copy = sortedCopy(value, 0, { left: mostBytes })
  return copy === NOT_PLAIN ? null : { value: copy, payload: payloadWith(JSON.stringify(copy), salt) }
}

/** The same; null where the value is not JSON. */
export function keptPayload(value: unknown, salt: string): KeptValue | null {
  try {
    return copiedPayload(value, salt)
  } catch {
    return null
  }
}

/** null where the value is not JSON: a number out of range (1e999 is read as Infinity), a cycle, a function. */
export function jsonPayload(value: unknown, salt = ''): Payload | null {
  try {
    return payloadOf(value, salt)
  } catch {
    return null
  }
}

export const digestOf = (value: unknown, salt = ''): string => payloadOf(value, salt).digest
