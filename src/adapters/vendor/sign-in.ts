// How an adapter shows a vendor who it is: a token that was given, or one that is fetched with a client's id and secret
// and kept until it ends. Nothing of it is ever told.
import { z } from 'zod'
import { CallError } from '../../run/failure.ts'
import { limitedFetch } from '../../limited-fetch.ts'
import { retryAfter } from '../../run/retry-after.ts'
import { networkFailure } from './network.ts'
import { refusal } from './refusal.ts'
import type { VendorSettings } from './settings.ts'

/** `isFresh`: the vendor has just given it, or nobody can get another. */
export type Token = { readonly text: string; readonly isFresh: boolean }

export type SignIn = {
  /** Errors: CallError. */
  readonly token: () => Promise<Token>
  /** This one was refused: the next one is fetched, unless another call has done so meanwhile. */
  readonly forget: (text: string) => void
}

/** A token that somebody put into the settings: there is no other. */
export const givenToken = (text: string): SignIn => ({
  token: () => Promise.resolve({ text, isFresh: true }),
  forget: () => {},
})

const answerSchema = z.looseObject({
  access_token: z.string().regex(/^[!-~]{1,8000}$/),
  expires_in: z.coerce.number().positive().optional(),
})

export type ClientCredentials = {
  /** `adapter.signIn`. */
  readonly name: string
  readonly url: string
  readonly form: Readonly<Record<string, string>>
  /** Seconds that a token is good for, where the answer does not say it. */
  readonly lifeS: number
}

/** Of the sign-in itself; a caller who has less time leaves earlier. */
const MOST_MS = 30_000
/** A token is not used in its last minute. */
const MARGIN_S = 60

async function fetchToken({ name, url, form, lifeS }: ClientCredentials): Promise<[string, number]> {
  const response = await limitedFetch(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
    signal: AbortSignal.timeout(MOST_MS),
  }).catch((error: unknown) => {
    throw networkFailure(name, error, 'no')
  })
  const body: unknown = await response.json().catch(() => null)
  // 400 is what the standard answers to a client that it does not know.
  const known = response.status === 400 ? { mode: 'policy_security' as const } : {}
  if (!response.ok)
    throw refusal(name, response.status, { retryAfterMs: retryAfter(response.headers, Date.now()), ...known })
  const read = answerSchema.safeParse(body)
  if (!read.success)
    throw new CallError('agent_invalid_output', `${name}: the answer has no token.`, { happened: 'no' })
  const { access_token: text, expires_in: seconds = lifeS } = read.data
  return [text, performance.now() + Math.max(0, seconds - MARGIN_S) * 1000]
}

/** OAuth 2, client credentials. Callers at the same time wait for one and the same token. */
export function clientCredentials(credentials: ClientCredentials): SignIn {
  let kept: { readonly text: string; readonly until: number } | null = null
  let asking: Promise<string> | null = null
  const ask = (): Promise<string> => {
    asking ??= fetchToken(credentials)
      .then(([text, until]) => {
        kept = { text, until }
        return text
      })
      .finally(() => {
        asking = null
      })
    return asking
  }
  return {
    token: async () => {
      if (kept !== null && kept.until > performance.now()) return { text: kept.text, isFresh: false }
      return { text: await ask(), isFresh: true }
    },
    forget: (text) => {
      if (kept?.text === text) kept = null
    },
  }
}

export type SignInSettings = {
  /** The variable of a token that somebody else gets. */
  readonly token: string
  /** The variables without which no token can be fetched. */
  readonly parts: readonly string[]
  /** What they are, as people say it. */
  readonly words: string
  /** `values`: of the parts, in their order. */
  readonly credentials: (values: readonly string[]) => ClientCredentials
}

/** With the token that was given, or with the client's own words: one of the two, and all of it. */
export function signInOf(read: VendorSettings, { token, parts, words, credentials }: SignInSettings): SignIn {
  const given = read.text(token)
  const values = parts.map((name) => read.text(name))
  const missing = parts.filter((_name, at) => values[at] === null)
  if (given !== null && missing.length < parts.length) read.refuse(token, `must not be set beside ${words}`)
  if (given === null)
    for (const name of missing) read.refuse(name, `must be set, or ${token} instead of ${words}`)
  return given === null
    ? clientCredentials(credentials(values.map((value) => value ?? '')))
    : givenToken(given)
}
