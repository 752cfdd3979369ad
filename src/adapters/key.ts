// The idempotency key of a call as it stands in a vendor's record, so that what was written is found again by it.
import { createHash } from 'node:crypto'

/** What all vendors take in a field that is looked up by its value, also within an address. */
const PLAIN = /^[A-Za-z0-9_/]{1,100}$/

/**
 * One to one, and readable where the key is one of a run: `run_5f/s1/2` stands as `run_5f-s1-2`. Any other key stands
 * as its digest.
 */
export function recordKey(idempotencyKey: string): string {
  if (PLAIN.test(idempotencyKey)) return idempotencyKey.replaceAll('/', '-')
  return `key-${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 48)}`
}
