// The identity provider: what people are sent to it with, and whom it says they are when they come back. The library
// checks signatures, times, issuer and audience; nothing of what it gets is kept but a name and groups.
import { createHash } from 'node:crypto'
import type { Configuration } from 'openid-client'
import type { OidcSettings } from '../../config-oidc.ts'
import { ACTOR_PATTERN, isOurName } from '../../events/names.ts'

/** What the browser keeps while somebody is at the provider. */
export type Attempt = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Whom the provider says somebody is. */
export type Identity = { readonly id: string; readonly groups: readonly string[] }

export type Departure = { readonly to: string; readonly attempt: Attempt }

export type Provider = {
  /** Where to send somebody. Rejects when the provider cannot be reached. */
  readonly depart: (redirectUrl: string) => Promise<Departure>
  /** `returned`: the address that the browser came back to. Rejects with whatever is wrong with it. */
  readonly arrive: (returned: URL, attempt: Attempt) => Promise<Identity>
}

const TIMEOUT_SECONDS = 10
const MOST_GROUPS = 200
const LONGEST_GROUP = 200
/** A cookie has 4 kB for all of it. */
const MOST_GROUP_CHARACTERS = 1500

/** Only what may be a group's name; whoever is in more than a cookie can hold has the first ones. */
function groupsOf(claim: unknown): string[] {
  const all: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  const names = all.filter((one) => typeof one === 'string' && one !== '' && one.length <= LONGEST_GROUP)
  const groups: string[] = []
  let characters = 0
  for (const one of names.slice(0, MOST_GROUPS)) {
    characters += String(one).length
    if (characters <= MOST_GROUP_CHARACTERS) groups.push(String(one))
  }
  return groups
}

/** As the journal may name somebody: where the provider's own name is no name here, one that is made of it. */
function idOf(claim: unknown, issuer: string): string {
  const text = typeof claim === 'string' || typeof claim === 'number' ? String(claim) : ''
  if (text === '') throw new Error('the provider does not say who this is')
  if (ACTOR_PATTERN.test(text) && !isOurName(text)) return text
  return `oidc-${createHash('sha256').update(`${issuer}\n${text}`).digest('hex').slice(0, 32)}`
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const oidc = await import('openid-client')
  const execute = [oidc.enableNonRepudiationChecks]
  if (issuer.startsWith('http:')) execute.push(oidc.allowInsecureRequests)
  return oidc.discovery(
    new URL(issuer),
    clientId,
    clientSecret ?? undefined,
    clientSecret === null ? oidc.None() : undefined,
    { execute, timeout: TIMEOUT_SECONDS },
  )
}

export function oidcProvider(settings: OidcSettings): Provider {
  let known: Promise<Configuration> | null = null
  /** Asked for when it is needed, and again after it could not be had: a provider that is down stops no start. */
  function configuration(): Promise<Configuration> {
    known ??= discover(settings).catch((error: unknown) => {
      known = null
      throw error
    })
    return known
  }

  return {
    depart: async (redirectUrl) => {
      const oidc = await import('openid-client')
      const config = await configuration()
      const attempt = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      }
      const to = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: settings.scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      })
      return { to: to.href, attempt }
    },
    arrive: async (returned, { state, nonce, verifier }) => {
      const oidc = await import('openid-client')
      const config = await configuration()
      const tokens = await oidc.authorizationCodeGrant(config, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new Error('the provider does not say who this is')
      const { nameClaim, groupsClaim } = settings
      const isWhole = claims[nameClaim] !== undefined && claims[groupsClaim] !== undefined
      const asks = !isWhole && config.serverMetadata().userinfo_endpoint !== undefined
      const more = asks ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) : {}
      const all: Readonly<Record<string, unknown>> = { ...more, ...claims }
      return { id: idOf(all[nameClaim], settings.issuer), groups: groupsOf(all[groupsClaim]) }
    },
  }
}
