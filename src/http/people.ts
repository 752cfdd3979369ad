// The way to the pages for people: they are loaded with the first one that is asked for.
import type { RequestHandler } from 'express'
import { localPrincipal } from './auth.ts'
import { changesOf } from './changes.ts'
import { inProcess } from './in-process.ts'
import { principalOf } from './keys.ts'
import { refusalOf } from './problem.ts'
import { localsOf, type DoorParts, type PagesParts, type Route } from './route.ts'

/** All pages are one route in log and metrics. */
const PAGES_ROUTE = 'console'

const partsOf = (parts: DoorParts, table: readonly Route[]): PagesParts => ({
  api: inProcess(table),
  changes: changesOf(parts.journal, parts.stopping),
  refusalOf: (error, res) => refusalOf(parts.logger, error, res),
  signIn: (key) => (parts.keys === null ? null : principalOf(parts.keys, key)),
  personOf: (id) => {
    if (parts.keys === null) return localPrincipal(parts.engine, id)
    const key = parts.keys.find((known) => known.id === id)
    return key ? { id: key.id, roles: key.roles } : null
  },
  maySee: () => true,
  isKeyed: parts.keys !== null,
  announce: (res, { person }) => {
    const locals = localsOf(res)
    locals.route = PAGES_ROUTE
    locals.principal = person
  },
  clock: parts.clock,
  stopping: parts.stopping,
})

/** Addresses that are the API's: they need no page. */
const isApi = (path: string): boolean =>
  path.startsWith('/v1/') || ['/metrics', '/healthz', '/readyz'].includes(path)

export function pagesOf(
  parts: DoorParts,
  table: readonly Route[],
  make: (window: PagesParts) => Promise<RequestHandler>,
): RequestHandler {
  let made: Promise<RequestHandler> | null = null
  return (req, res, next) => {
    if (isApi(req.path)) return next()
    made ??= make(partsOf(parts, table))
    made.then((pages) => pages(req, res, next), next)
  }
}
