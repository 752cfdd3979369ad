// The way to the pages for people: they are loaded with the first one that is asked for.
import type { RequestHandler } from 'express'
import { localPrincipal } from '../callers/auth.ts'
import { principalOfGroups } from '../callers/groups.ts'
import { inProcess } from './in-process.ts'
import { reachesTenant } from '../callers/reach.ts'
import { presentKeys, principalById, principalOf } from '../callers/keys.ts'
import { refusalOf } from '../problem.ts'
import { localsOf, type DoorParts, type Route } from '../route.ts'
import type { Changes, PagesParts } from './window.ts'

/** All pages are one route in log and metrics. */
const PAGES_ROUTE = 'console'

const partsOf = (
  { logger, engine, keys, oidc = null, clock, stopping }: DoorParts,
  { table, changes }: Served,
): PagesParts => ({
  api: inProcess(table),
  changes,
  refusalOf: (error, res) => refusalOf(logger, error, res),
  signIn: (key) => (keys === null ? null : principalOf(presentKeys(keys), key, clock())),
  personOf: (id) =>
    keys === null ? localPrincipal(engine, id) : principalById(presentKeys(keys), id, clock()),
  memberOf: (id, groups) => (oidc === null ? null : principalOfGroups(id, groups, engine.registry())),
  oidc,
  signInFailed: (code) => logger.warn({ code }, 'a sign-in by way of the identity provider failed'),
  maySee: reachesTenant,
  isKeyed: keys !== null,
  announce: (res, { person }) => {
    const locals = localsOf(res)
    locals.route = PAGES_ROUTE
    locals.principal = person
  },
  clock,
  stopping,
})

/** What pages are served with. */
type Served = { readonly table: readonly Route[]; readonly changes: Changes }

/** Addresses that are the API's: they need no page. */
const isApi = (path: string): boolean =>
  path.startsWith('/v1/') || ['/metrics', '/healthz', '/readyz'].includes(path)

export function pagesOf(
  parts: DoorParts,
  served: Served,
  make: (window: PagesParts) => Promise<RequestHandler>,
): RequestHandler {
  let made: Promise<RequestHandler> | null = null
  return (req, res, next) => {
    if (isApi(req.path)) return next()
    made ??= make(partsOf(parts, served))
    made.then((pages) => pages(req, res, next), next)
  }
}
