// Digests name content: the same value gives the same digest, whatever the order of its keys.
import { hash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'
import { NOT_PLAIN, sortedCopy } from './plain-copy.ts'

const stableStringify = configure({ strict: true, circularValue: TypeError })

export type Payload = {
  /** `sha256:<hex>` of the stream's salt and `body`. */
  readonly digest: string
  /** Canonical JSON (sorted keys). */
  readonly body: string
}

const libraryText = (value: unknown): string => stableStringify(value) ?? 'null'

/** The library's writer takes three times as long as a sorted copy with the engine's: it has only what is not plain. */
export function canonicalJson(value: unknown): string {
  const copy = sortedCopy(value)
  return copy === NOT_PLAIN ? libraryText(value) : JSON.stringify(copy)
}

/** The canonical text of a value, and the value that it gives back. */
function canonicalCopy(value: unknown): { readonly body: string; readonly copy: unknown } {
  const copy = sortedCopy(value)
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
  const copy = sortedCopy(value, mostBytes)
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
