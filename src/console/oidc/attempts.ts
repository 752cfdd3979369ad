// What a browser keeps while somebody is at the identity provider: signed, good once, and for ten minutes.
import { z } from 'zod'
import { signedCookie } from '../signed-cookie.ts'

export const ATTEMPT_COOKIE = 'cugar_sign_in'
export const ATTEMPT_MS = 600_000
/** Attempts that were used lately; the oldest ones make room. */
const MOST_USED = 10_000

const attemptSchema = z.strictObject({
  state: z.string().min(1).max(200),
  nonce: z.string().min(1).max(200),
  verifier: z.string().min(1).max(200),
  /** Where to go on: an address within the console. */
  next: z.string().max(1000),
  at: z.int(),
})
export type PendingAttempt = z.output<typeof attemptSchema>

export type Attempts = {
  /** The value of its cookie. */
  readonly keep: (attempt: Omit<PendingAttempt, 'at'>) => string
  /** The attempt of this cookie, once; null: there is none, it is too old, was used, or is not ours. */
  readonly take: (cookieHeader: string | undefined) => PendingAttempt | null
}

export function createAttempts(secret: Buffer, clock: () => number): Attempts {
  const used = new Set<string>()
  const cookie = signedCookie(secret, { name: ATTEMPT_COOKIE, purpose: 'attempt', schema: attemptSchema })

  function isFirst(state: string): boolean {
    if (used.has(state)) return false
    used.add(state)
    const [oldest] = used
    if (used.size > MOST_USED && oldest !== undefined) used.delete(oldest)
    return true
  }
  return {
    keep: (attempt) => cookie.write({ ...attempt, at: clock() }),
    take: (header) => {
      const attempt = cookie.read(header)
      if (attempt === null || !isFirst(attempt.state)) return null
      return Math.abs(clock() - attempt.at) > ATTEMPT_MS ? null : attempt
    },
  }
}
