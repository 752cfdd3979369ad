// Digests name content: the same value gives the same digest, whatever the order of its keys.
import { hash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'

const stableStringify = configure({ strict: true, circularValue: TypeError })

export type Payload = {
  /** `sha256:<hex>` of `body`. */
  readonly digest: string
  /** Canonical JSON (sorted keys). */
  readonly body: string
}

export const canonicalJson = (value: unknown): string => stableStringify(value) ?? 'null'

/** SHA-256 of UTF-8 text, hex. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** The body of a value and its name; the value must be JSON (no cycles, functions or bigints). */
export function payloadOf(value: unknown): Payload {
  const body = canonicalJson(value)
  return { digest: `sha256:${sha256(body)}`, body }
}

/** null where the value is not JSON: a number out of range (1e999 is read as Infinity), a cycle, a function. */
export function jsonPayload(value: unknown): Payload | null {
  try {
    return payloadOf(value)
  } catch {
    return null
  }
}

export const digestOf = (value: unknown): string => payloadOf(value).digest
