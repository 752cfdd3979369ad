// Who is in front of the browser. With keys: whoever signed in with one, as long as that key is good. Without: the
// persona that was chosen. The cookie is signed and says who and since when, so that a restart ends no session; what it
// says is checked against the keys of now at every request.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Ended } from './secret.ts'
import { isSame, signature, signedCookie } from './signed-cookie.ts'

/** Since when it was not used, and since when it exists, milliseconds. */
const IDLE_MS = 8 * 3_600_000
const WHOLE_MS = 7 * 86_400_000
/** Of somebody whom an identity provider vouches for: it is asked again, as it may say something else by then. */
const VOUCHED_MS = 8 * 3_600_000
/** A cookie is written anew when it is older, so that not every answer carries one. */
const RENEW_MS = 300_000

export const COOKIE = 'cugar_session'

const sessionSchema = z.strictObject({
  /** Of the key, or the persona. */
  id: z.string().min(1).max(200),
  /** Makes two sessions of one person different. */
  nonce: z.string().min(1).max(50),
  since: z.int(),
  seen: z.int(),
  /** How often all sessions of this person had been ended by then; left out: a session of before that was counted. */
  ended: z.int().optional(),
  /** As an identity provider told them; left out: somebody with a key, or a persona. */
  groups: z.array(z.string()).optional(),
})
export type Session = z.output<typeof sessionSchema>

export type Sessions = {
  /** A new session, as the value of its cookie. */
  readonly open: (id: string, groups?: readonly string[]) => string
  /** null: none, ended, or not ours. */
  readonly read: (cookieHeader: string | undefined) => Session | null
  /** The cookie again, where it is time; null: it still does. */
  readonly renew: (session: Session) => string | null
  /** Must come with every change that a page of this session makes. */
  readonly csrf: (session: Session) => string
  readonly isCsrf: (session: Session, token: string) => boolean
  /** Ends this one, copies of its cookie included; resolves when a restart would not revive it. */
  readonly end: (session: Session) => Promise<void>
  /** Ends every session of this person that exists now; resolves when a restart would not revive them. */
  readonly endAll: (id: string) => Promise<void>
}

export type SessionParts = {
  /** 32 bytes; the same after a restart, or every session ends with the process. */
  readonly secret: Buffer
  /** Epoch milliseconds. */
  readonly clock: () => number
  readonly ended: Ended
}

export function createSessions({ secret, clock, ended }: SessionParts): Sessions {
  const cookie = signedCookie(secret, { name: COOKIE, purpose: 'session', schema: sessionSchema })
  // Counted, and not by time: a clock that is set back would let sessions live that were ended.
  const isEnded = ({ id, nonce, since, ended: then }: Session): boolean => {
    const all = ended.all(id)
    if (ended.one(nonce)) return true
    return then === undefined ? since <= (all?.at ?? -1) : then !== (all?.times ?? 0)
  }
  const csrf = ({ id, nonce }: Session): string => signature(secret, 'csrf', `${id}\n${nonce}`)
  return {
    open: (id, groups) => {
      const now = clock()
      const nonce = randomBytes(16).toString('base64url')
      const times = ended.all(id)?.times ?? 0
      const session = { id, nonce, since: now, seen: now, ended: times }
      return cookie.write({ ...session, ...(groups && { groups: [...groups] }) })
    },
    read: (header) => {
      const session = cookie.read(header)
      if (session === null) return null
      const now = clock()
      const longest = session.groups === undefined ? WHOLE_MS : VOUCHED_MS
      const isOver = Math.abs(now - session.seen) > IDLE_MS || now - session.since > longest
      return isOver || isEnded(session) ? null : session
    },
    renew: (session) =>
      clock() - session.seen > RENEW_MS ? cookie.write({ ...session, seen: clock() }) : null,
    csrf,
    isCsrf: (session, token) => isSame(csrf(session), token),
    end: ({ nonce }) => ended.noteOne(nonce),
    endAll: (id) => ended.noteAll(id, clock()),
  }
}
