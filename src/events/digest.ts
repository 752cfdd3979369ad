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

export const canonicalJson = (value: unknown): string => stableStringify(value) ?? 'null'

/** Before a run's first event: what its chain of hashes begins with. */
export const EMPTY_HASH = '0'.repeat(64)

/** SHA-256 of UTF-8 text, hex. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/**
 * The body of a value and its name; the value must be JSON (no cycles, functions or bigints). With a salt (hex) nobody
 * can recognise a text that is easy to guess by its digest, once the body and the salt are gone. '' is the plain digest.
 */
export function payloadOf(value: unknown, salt = ''): Payload {
  const body = canonicalJson(value)
  return { digest: `sha256:${sha256(salt + body)}`, body }
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
