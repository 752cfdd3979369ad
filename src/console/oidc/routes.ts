// Signing in by way of an identity provider: there with a state, a nonce and a challenge that this browser alone has
// the other halves of; back with a code, for which the provider says who it is.
import type { Request, Response, Router } from 'express'
import { CALLBACK_PATH, type OidcSettings } from '../../config-oidc.ts'
import type { PagesParts } from '../../http/people/window.ts'
import type { Assets } from '../assets.ts'
import { bareDocument, homeOf } from '../layout.ts'
import { notVouchedPage, onwardPage } from '../pages/door.ts'
import type { View } from '../page.ts'
import { ATTEMPT_COOKIE, ATTEMPT_MS, createAttempts, type Attempts } from './attempts.ts'
import { oidcProvider, type Identity, type Provider } from './provider.ts'

export type OidcParts = Pick<PagesParts, 'oidc' | 'memberOf' | 'announce' | 'signInFailed' | 'clock'> & {
  readonly assets: Assets
  /** Signs what the browser keeps meanwhile. */
  readonly secret: Buffer
  readonly open: (req: Request, res: Response, who: Identity) => void
  /** An address within the console; what leads elsewhere becomes its first page. */
  readonly within: (next: string | null, base: string) => string
}

type Way = OidcParts & {
  readonly settings: OidcSettings
  readonly provider: Provider
  readonly attempts: Attempts
}

/** As the sign-in page names it; null: there is none. */
export const providerName = (oidc: OidcSettings | null): string | null =>
  oidc === null ? null : new URL(oidc.issuer).hostname

const UNREACHABLE =
  'The identity provider does not answer. Try again in a moment; with an API key you can sign in without it.'
const REFUSED = 'The identity provider did not let you in, or you did not agree.'
const GONE =
  'This sign-in is not one that this browser has begun in the last ten minutes, or it was used already. Begin again.'
const DOUBTED =
  'What the identity provider says does not hold. Begin again; if it stays so, whoever runs this server finds the reason in its log.'
const UNKNOWN =
  'The identity provider knows you, but no group of yours has a role here. Whoever runs this server gives groups their roles below groups: of registry.yaml.'

/** Of OAuth's own answers and of the library's errors, both from closed sets; nothing that somebody could have written. */
function codeOf(error: unknown): string {
  const facts: { error?: unknown; code?: unknown } = typeof error === 'object' && error !== null ? error : {}
  const found = [facts.error, facts.code].find((one) => typeof one === 'string' && /^\w{1,60}$/.test(one))
  return typeof found === 'string' ? found : 'unknown'
}

const redirectUrlOf = (req: Request, { redirectUrl }: OidcSettings): string =>
  redirectUrl ?? `${req.protocol}://${req.get('host') ?? ''}${req.baseUrl}${CALLBACK_PATH}`

const queryOf = (req: Request): URLSearchParams => new URL(req.originalUrl, 'http://console').searchParams

function show(
  way: Way,
  { req, res }: { req: Request; res: Response },
  view: View & { status: number },
): void {
  res
    .status(view.status)
    .type('html')
    .send(bareDocument(view, { base: req.baseUrl, assets: way.assets }))
}

async function leave(way: Way, req: Request, res: Response): Promise<void> {
  const { provider, attempts, settings, within } = way
  way.announce(res, { path: '/sign-in/start', person: null })
  const next = within(queryOf(req).get('next'), req.baseUrl)
  try {
    const { to, attempt } = await provider.depart(redirectUrlOf(req, settings))
    res.cookie(ATTEMPT_COOKIE, attempts.keep({ ...attempt, next: next.slice(0, 1000) }), {
      httpOnly: true,
      // The browser must bring it along when the provider sends it back.
      sameSite: 'lax',
      secure: req.protocol === 'https',
      path: `${req.baseUrl}/sign-in`,
      maxAge: ATTEMPT_MS,
    })
    res.redirect(303, to)
  } catch (error) {
    way.signInFailed(codeOf(error))
    show(way, { req, res }, { ...notVouchedPage(UNREACHABLE, { base: req.baseUrl }), status: 502 })
  }
}

async function comeBack(way: Way, req: Request, res: Response): Promise<void> {
  const { provider, attempts, settings } = way
  way.announce(res, { path: CALLBACK_PATH, person: null })
  const attempt = attempts.take(req.headers.cookie)
  res.clearCookie(ATTEMPT_COOKIE, { path: `${req.baseUrl}/sign-in` })
  const refuse = (why: string, status: number): void =>
    show(way, { req, res }, { ...notVouchedPage(why, { base: req.baseUrl }), status })
  if (attempt === null) return refuse(GONE, 400)
  const returned = new URL(redirectUrlOf(req, settings))
  returned.search = queryOf(req).toString()
  const identity = await provider.arrive(returned, attempt).catch((error: unknown) => {
    const code = codeOf(error)
    way.signInFailed(code)
    return code
  })
  if (identity === 'access_denied') return refuse(REFUSED, 403)
  if (typeof identity === 'string') return refuse(DOUBTED, 400)
  const person = way.memberOf(identity.id, identity.groups)
  if (person === null) return refuse(UNKNOWN, 403)
  way.announce(res, { path: CALLBACK_PATH, person })
  way.open(req, res, identity)
  const home = `${req.baseUrl}/`
  const next = attempt.next === home ? `${req.baseUrl}${homeOf(person)}` : attempt.next
  // A page and no redirect: the browser sends the strict cookie only where our own page led it.
  show(way, { req, res }, { ...onwardPage(next), status: 200 })
}

export function oidcRoutes(router: Router, parts: OidcParts): void {
  const { oidc: settings, secret, clock } = parts
  if (settings === null) return
  const way = {
    ...parts,
    settings,
    provider: oidcProvider(settings),
    attempts: createAttempts(secret, clock),
  }
  router.get('/sign-in/start', (req, res) => leave(way, req, res))
  router.get(CALLBACK_PATH, (req, res) => comeBack(way, req, res))
}
