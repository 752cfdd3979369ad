// How people sign in through an identity provider: the settings, each acted on or refused.
import { given, isLoopback, urlOf, type Environment, type Refuse } from './environment.ts'

/** Where the provider sends people back to, below the console's own address. */
export const CALLBACK_PATH = '/sign-in/callback'

/** An identity provider that speaks OpenID Connect, and this program as its client. */
export type OidcSettings = {
  readonly issuer: string
  readonly clientId: string
  /** A secret: never shown, never logged; null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null
  /** Of the console, as browsers reach it; null: as the request says it. */
  readonly redirectUrl: string | null
  readonly scope: string
  /** The claim that names a person: unique, and not the person's to change. */
  readonly nameClaim: string
  readonly groupsClaim: string
}

const CLAIM = /^[\w.:/-]{1,200}$/
const SCOPE = /^[!-~]+( [!-~]+)*$/

const NAMES = [
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_REDIRECT_URL',
  'OIDC_SCOPE',
  'OIDC_NAME_CLAIM',
  'OIDC_GROUPS_CLAIM',
] as const

/** Tokens and people go over this address: outside this machine only encrypted. */
function safeUrl(env: Environment, name: string, refuse: Refuse): string | null {
  const text = urlOf(env, name, refuse)
  const url = text !== null && URL.canParse(text) ? new URL(text) : null
  if (url === null) return text
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    refuse(name, 'must start with https://, but for this machine')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    refuse(name, 'must have no user, password, query or fragment')
  return text
}

function claimOf(env: Environment, name: string, refuse: Refuse): string | null {
  const text = given(env, name)
  if (text !== null && !CLAIM.test(text)) refuse(name, 'must be the name of a claim')
  return text
}

function scopeOf(env: Environment, refuse: Refuse): string {
  const text = given(env, 'OIDC_SCOPE') ?? 'openid profile email'
  if (!SCOPE.test(text) || !text.split(' ').includes('openid'))
    refuse('OIDC_SCOPE', 'must be scopes with one space between them, openid among them')
  return text
}

function redirectOf(env: Environment, refuse: Refuse): string | null {
  const text = safeUrl(env, 'OIDC_REDIRECT_URL', refuse)
  if (text !== null && !text.endsWith(CALLBACK_PATH))
    refuse('OIDC_REDIRECT_URL', `must end with ${CALLBACK_PATH}, below the console's address`)
  return text
}

/** null: people sign in with keys alone. */
export function oidcOf(env: Environment, refuse: Refuse): OidcSettings | null {
  const issuer = safeUrl(env, 'OIDC_ISSUER', refuse)
  if (issuer === null) {
    for (const name of NAMES) if (given(env, name) !== null) refuse(name, 'has no effect without OIDC_ISSUER')
    return null
  }
  const clientId = given(env, 'OIDC_CLIENT_ID')
  if (clientId === null) refuse('OIDC_CLIENT_ID', 'is needed with OIDC_ISSUER')
  if (given(env, 'CUGAR_KEYS_FILE') === null)
    refuse('OIDC_ISSUER', 'needs CUGAR_KEYS_FILE: without keys everybody on this machine has every role')
  return {
    issuer,
    clientId: clientId ?? '',
    clientSecret: given(env, 'OIDC_CLIENT_SECRET'),
    redirectUrl: redirectOf(env, refuse),
    scope: scopeOf(env, refuse),
    nameClaim: claimOf(env, 'OIDC_NAME_CLAIM', refuse) ?? 'sub',
    groupsClaim: claimOf(env, 'OIDC_GROUPS_CLAIM', refuse) ?? 'groups',
  }
}
