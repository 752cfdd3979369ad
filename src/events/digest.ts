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
/** What an object would put first whatever the order of its keys, or would not take as its own. */
const STRANGE_KEY = /^(?:\d|__proto__$)/

/** A copy with its keys in order, or NOT_PLAIN for what is not simply a JSON value. */
function sortedCopy(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  // JSON knows no -0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : NOT_PLAIN
  if (typeof value !== 'object' || depth > DEEPEST) return NOT_PLAIN
  return Array.isArray(value) ? sortedList(value, depth) : sortedObject(value, depth)
}

function sortedList(list: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = []
  for (const item of list) {
    const one = sortedCopy(item, depth + 1)
    if (one === NOT_PLAIN) return NOT_PLAIN
    copy.push(one)
  }
  return copy
}

function sortedObject(value: object, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return NOT_PLAIN
  const fields = value as Readonly<Record<string, unknown>>
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(fields).sort()) {
    const one = STRANGE_KEY.test(key) ? NOT_PLAIN : sortedCopy(fields[key], depth + 1)
    if (one === NOT_PLAIN) return NOT_PLAIN
    copy[key] = one
  }
  return copy
}

const libraryText = (value: unknown): string => stableStringify(value) ?? 'null'

/** The library's writer takes three times as long as a sorted copy with the engine's: it has only what is not plain. */
export function canonicalJson(value: unknown): string {
  const copy = sortedCopy(value, 0)
  return copy === NOT_PLAIN ? libraryText(value) : JSON.stringify(copy)
}

/** The canonical text of a value, and the value that it gives back. */
function canonicalCopy(value: unknown): { readonly body: string; readonly copy: unknown } {
  const copy = sortedCopy(value, 0)
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
