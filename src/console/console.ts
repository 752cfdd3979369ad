// The window: pages for people, over the same door as every client. No rules here: what a page shows and does is what
// the API answers to the same person. Every change is a form that carries the token of its session.
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { PagesParts } from '../http/people/window.ts'
import type { Assets } from './assets.ts'
import { serveAssets } from './asset-route.ts'
import { loadAssets } from './assets.ts'
import { bareDocument, document, homeOf, PERSONAS } from './layout.ts'
import {
  RefusedError,
  type ApiCall,
  type ApiReply,
  type Page,
  type PageContext,
  type Person,
  type Refusal,
} from './page.ts'
import { pageOfForm, PAGES } from './pages.ts'
import { refusedPage, signInPage } from './pages/door.ts'
import type { Approvals } from './shapes.ts'
import { endedSessions, sessionSecret, type Ended } from './secret.ts'
import { oidcRoutes, providerName } from './oidc/routes.ts'
import { createStreams, type OpenStream, type Shown } from './stream.ts'
import { COOKIE, createSessions, type Session, type Sessions } from './session.ts'

/** What the console is given. */
export type ConsoleParts = PagesParts & {
  /** 32 bytes; see `SessionParts`. */
  readonly secret: Buffer
  readonly ended: Ended
}

type Door = ConsoleParts & { readonly sessions: Sessions; readonly assets: Assets }

const isSecure = (req: Request): boolean => req.protocol === 'https'

function setCookie(req: Request, res: Response, value: string): void {
  res.cookie(COOKIE, value, {
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(req),
    path: req.baseUrl || '/',
  })
}

function signalOf(res: Response, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, stopping])
}

const personIn = (door: Door, { id, groups }: Session): Person | null =>
  groups === undefined ? door.personOf(id) : door.memberOf(id, groups)

/** Who is here, with their session; null: they must sign in first. */
function whoIs(door: Door, req: Request, res: Response): { person: Person; session: Session } | null {
  const known = door.sessions.read(req.headers.cookie)
  const person = known ? personIn(door, known) : null
  if (known && person) {
    const renewed = door.sessions.renew(known)
    if (renewed !== null) setCookie(req, res, renewed)
    return { person, session: known }
  }
  if (door.isKeyed) return null
  // Without keys everybody is somebody: the requester, until they choose.
  const value = door.sessions.open(PERSONAS[0])
  setCookie(req, res, value)
  const session = door.sessions.read(`${COOKIE}=${value}`)
  const persona = door.personOf(PERSONAS[0])
  return session && persona ? { person: persona, session } : null
}

const formOf = (req: Request): URLSearchParams =>
  typeof req.body === 'string' ? new URLSearchParams(req.body) : new URLSearchParams()

function contextOf(
  door: Door,
  { req, res }: { req: Request; res: Response },
  who: { person: Person; session: Session },
): PageContext {
  const { person, session } = who
  const within = { req, res, principal: person, signal: () => signalOf(res, door.stopping) }
  const api = async (call: ApiCall): Promise<ApiReply> =>
    door.api(call, within).then(
      (body) => ({ ok: true, body }),
      (error: unknown) => {
        const { status, code, detail, errors = [] } = door.refusalOf(error, res)
        return { ok: false, refusal: { status, code, detail, errors } }
      },
    )
  const need = async (call: ApiCall): Promise<unknown> => {
    const reply = await api(call)
    if (reply.ok) return reply.body
    throw new RefusedError(reply.refusal)
  }
  return {
    person,
    isPersona: !door.isKeyed,
    base: req.baseUrl,
    here: req.method === 'GET' ? req.originalUrl : `${req.baseUrl}${req.path}`,
    csrf: door.sessions.csrf(session),
    params: Object.fromEntries(Object.entries(req.params).map(([name, value]) => [name, String(value)])),
    query: new URL(req.originalUrl, 'http://console').searchParams,
    form: formOf(req),
    now: door.clock(),
    api,
    need,
  }
}

const isOurs = (door: Door, session: Session, form: URLSearchParams): boolean =>
  door.sessions.isCsrf(session, form.get('_csrf') ?? '')

const FORGED: Refusal = {
  status: 403,
  code: 'FORBIDDEN',
  detail:
    'This form does not belong to your session any more. Go back, load the page again, and send it once more.',
  errors: [],
}

const shows =
  (door: Door, page: Page): RequestHandler =>
  async (req, res) => {
    const who = whoIs(door, req, res)
    door.announce(res, { path: page.path, person: who?.person ?? null })
    const { assets } = door
    if (who === null) {
      const isForm = page.method === 'post'
      const next = isForm ? `${req.baseUrl}${pageOfForm(page, req.path)}` : req.originalUrl
      const undone = isForm ? '&undone=1' : ''
      res.redirect(303, `${req.baseUrl}/sign-in?next=${encodeURIComponent(next)}${undone}`)
      return
    }
    const context = contextOf(door, { req, res }, who)
    const isAnswer = page.method === 'post'
    const frame = { section: page.section, assets, position: door.changes.position(), isAnswer }
    if (isAnswer && !isOurs(door, who.session, context.form)) {
      res
        .status(403)
        .type('html')
        .send(document(refusedPage(FORGED, context), context, frame))
      return
    }
    const view = await page.view(context).catch((error: unknown) => {
      if (error instanceof RefusedError) return refusedPage(error.refusal, context)
      throw error
    })
    if (view === 'sent') return
    // The way back leads to what a form said, as it was: a browser that may not keep it shows an error in its place.
    if (isAnswer) res.set('Cache-Control', 'private, no-cache')
    if ('to' in view) res.redirect(303, `${req.baseUrl}${view.to}`)
    else
      res
        .status(view.status ?? 200)
        .type('html')
        .send(document(view, context, frame))
  }

/** Only within the console: an address from elsewhere would be a way to lead people astray. */
const within = (next: string | null, base: string): string =>
  next !== null && /^\/(?![/\\])/.test(next) && next.startsWith(base) ? next : `${base}/`

function signInRoutes(router: Router, door: Door): void {
  const { sessions, assets } = door
  const ask = (req: Request, res: Response, failed: boolean): void => {
    door.announce(res, { path: '/sign-in', person: null })
    const { searchParams: asked } = new URL(req.originalUrl, 'http://console')
    const next = within(asked.get('next'), req.baseUrl)
    const provider = providerName(door.oidc)
    const view = signInPage({ base: req.baseUrl, next, failed, isUndone: asked.has('undone'), provider })
    res
      .status(failed ? 401 : 200)
      .type('html')
      .send(bareDocument(view, { base: req.baseUrl, assets }))
  }
  router.get('/sign-in', (req, res) => ask(req, res, false))
  router.post('/sign-in', (req, res) => {
    const form = formOf(req)
    const person = door.signIn(form.get('key')?.trim() ?? '')
    if (person === null) return ask(req, res, true)
    door.announce(res, { path: '/sign-in', person })
    setCookie(req, res, sessions.open(person.id))
    const next = within(form.get('next'), req.baseUrl)
    res.redirect(303, next === `${req.baseUrl}/` ? `${req.baseUrl}${homeOf(person)}` : next)
  })
  router.post('/sign-out', async (req, res) => {
    const who = whoIs(door, req, res)
    door.announce(res, { path: '/sign-out', person: who?.person ?? null })
    const form = formOf(req)
    if (who && isOurs(door, who.session, form))
      await (form.get('everywhere') === '1' ? sessions.endAll(who.session.id) : sessions.end(who.session))
    res.clearCookie(COOKIE, { path: req.baseUrl || '/' })
    // What was kept for the way back is for nobody who comes after.
    res.set('Clear-Site-Data', '"cache"')
    res.redirect(303, `${req.baseUrl}/sign-in`)
  })
  router.post('/persona', (req, res) => {
    const who = whoIs(door, req, res)
    door.announce(res, { path: '/persona', person: who?.person ?? null })
    const form = formOf(req)
    const chosen = form.get('persona') ?? ''
    if (!door.isKeyed && who && isOurs(door, who.session, form) && door.personOf(chosen))
      setCookie(req, res, sessions.open(chosen))
    res.redirect(303, within(form.get('next'), req.baseUrl))
  })
}

/** No page elsewhere sends our forms: not even the one that signs in, which has no session yet. */
const oursOnly: RequestHandler = (req, res, next) => {
  const isForeign = req.method === 'POST' && req.headers['sec-fetch-site'] === 'cross-site'
  if (isForeign) res.status(403).type('text/plain').send('This form was sent from another site.\n')
  else next()
}

/** Approvals that a page counts; more are shown as `100+`. */
const MOST_COUNTED = 100

async function countPending(api: PageContext['api']): Promise<string> {
  const query = { status: 'pending', limit: String(MOST_COUNTED) }
  const reply = await api({ method: 'get', path: '/v1/approvals', query })
  if (!reply.ok) return '0'
  const { items, next_cursor } = reply.body as Approvals
  return `${items.length}${next_cursor === null ? '' : '+'}`
}

/** null: there is none to watch, or it is not this person's to know of. */
async function watchedOf({ person, query, api }: PageContext): Promise<string | null> {
  const watch = query.get('watch')
  if (watch === null || person.limitedTo === undefined) return watch
  const { ok } = await api({ method: 'get', path: `/v1/runs/${encodeURIComponent(watch)}` })
  return ok ? watch : null
}

const shownOf = async (context: PageContext): Promise<Shown> => ({
  runs: context.query.has('runs'),
  approvals: context.query.has('approvals'),
  watch: await watchedOf(context),
})

function streamRoute(router: Router, door: Door, open: OpenStream): void {
  router.get('/stream', async (req, res) => {
    const who = whoIs(door, req, res)
    door.announce(res, { path: '/stream', person: who?.person ?? null })
    if (who === null) {
      res.status(401).end()
      return
    }
    const { person } = who
    const context = contextOf(door, { req, res }, who)
    const shown = await shownOf(context)
    open(res, {
      shown,
      sight: JSON.stringify([person.roles, person.limitedTo ?? null]),
      maySee: (tenant) => door.maySee(person, tenant),
      pending: () => countPending(context.api),
      signal: signalOf(res, door.stopping),
    })
  })
}

/** As `createConsole`, with its secret beside the journal. */
export const openConsole = async (parts: PagesParts, dataDir: string | null): Promise<Router> =>
  createConsole({
    ...parts,
    secret: await sessionSecret(dataDir),
    ended: await endedSessions(dataDir),
  })

const MOST_FORM = 1_048_576
const formOfAtMost = (limit: number): RequestHandler =>
  express.text({ type: 'application/x-www-form-urlencoded', limit })

/** The console as a router; what it does not know goes on to the API. */
export async function createConsole(parts: ConsoleParts): Promise<Router> {
  const sessions = createSessions({ secret: parts.secret, clock: parts.clock, ended: parts.ended })
  const door: Door = { ...parts, sessions, assets: await loadAssets() }
  const router = express.Router({ caseSensitive: true, strict: true })
  const form = formOfAtMost(MOST_FORM)
  router.use(oursOnly)
  serveAssets(router, door)
  streamRoute(router, door, createStreams(door.changes, door.stopping))
  router.post(['/sign-in', '/sign-out', '/persona'], form)
  signInRoutes(router, door)
  oidcRoutes(router, {
    ...door,
    open: (req, res, { id, groups }) => setCookie(req, res, sessions.open(id, groups)),
    within,
    secret: parts.secret,
  })
  for (const page of PAGES) {
    const path = page.path.replaceAll(/\{(\w+)\}/g, ':$1')
    if (page.method === 'get') router.get(path, shows(door, page))
    else router.post(path, page.bytes ? formOfAtMost(page.bytes) : form, shows(door, page))
  }
  return router
}
