// The door itself: what every request passes, then the table of routes, then the problems.
import { isUtf8 } from 'node:buffer'
import express, { type Express, type Request, type RequestHandler, type Response, type Router } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import type { Principal } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { isRecord } from '../events/json.ts'
import { access } from './access.ts'
import { adapterRoutes } from './adapters/adapters.ts'
import { approvalList } from './runs/approval-list.ts'
import { approvalRoutes } from './runs/approvals.ts'
import { auditRoutes } from './audit.ts'
import { authenticate, authorize } from './callers/auth.ts'
import { askedWithin } from './callers/rate.ts'
import { batchRoutes } from './batches/batches.ts'
import { budgetRoutes } from './budgets.ts'
import { thisMachineOnly } from './callers/local.ts'
import { controlRoutes } from './control.ts'
import { eventRoutes } from './runs/events.ts'
import { freezeRoutes } from './freezes.ts'
import { healthRoutes } from './health.ts'
import { hookRoutes } from './hooks.ts'
import { liveRoute } from './live.ts'
import { metricRoutes } from './metrics.ts'
import { installedTools } from './control.ts'
import { openapiDocument, openapiRoute, serverErrorsOf } from './openapi.ts'
import { withTools } from './tool-schemas.ts'
import { planRoutes } from './runs/plans.ts'
import { changesOf } from './people/changes.ts'
import { pagesOf } from './people/people.ts'
import type { Changes } from './people/window.ts'
import { answerProblem } from './problem.ts'
import {
  DEFAULT_LIMITS,
  localsOf,
  type Answer,
  type DoorLimits,
  type DoorParts,
  type RawBody,
  type Route,
} from './route.ts'
import { runRoutes } from './runs/runs.ts'
import { streamDoor } from './sse.ts'
import { signalRoutes } from './signals.ts'
import { checkNesting, queryOf } from './validation.ts'

const NOBODY: Principal = { id: 'anonymous', roles: [] }

/** Every route, the document of all of them included. */
export function routeTable(
  parts: DoorParts,
  limits: DoorLimits,
  changes: Changes = changesOf(parts.journal, parts.stopping),
): Route[] {
  const streams = streamDoor(parts.http, limits)
  const routes = [
    ...runRoutes(parts),
    ...batchRoutes(parts),
    ...eventRoutes(parts, streams),
    liveRoute(parts, changes, streams),
    ...planRoutes(parts.engine),
    approvalList(parts),
    ...approvalRoutes(parts),
    ...budgetRoutes(parts),
    ...controlRoutes(parts),
    ...adapterRoutes(parts),
    ...freezeRoutes(parts.engine),
    ...hookRoutes(parts.engine),
    ...signalRoutes(parts.views),
    ...auditRoutes(parts),
    ...healthRoutes(parts, limits.lagEvents),
    ...metricRoutes(parts.views),
  ]
  const documentFor = ({ roles }: Principal) =>
    roles.length === 0 ? document : withTools(document, installedTools(parts.engine))
  const table: Route[] = [...routes, openapiRoute(documentFor)]
  const document = openapiDocument(table, parts.version)
  return table
}

const headersOf = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
})

const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Probes, and the scrapes of who may scrape: callers who ask too much must not make us look dead. */
const isWatch: (req: Request, res: Response) => boolean = ({ path }, res) =>
  PROBES.has(path) || (path === '/metrics' && localsOf(res).principal?.roles.includes('metrics') === true)

/** By key; without keys everybody is `local`, so by address. */
const limitRate = (parts: DoorParts, requestsPerSecond: number): RequestHandler =>
  rateLimit({
    windowMs: 1000,
    limit: requestsPerSecond,
    store: askedWithin(),
    skip: isWatch,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Addresses in headers are claims: they are not looked at.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    keyGenerator: (req, res) => {
      const { principal } = localsOf(res)
      return parts.keys !== null && principal !== null
        ? `key ${principal.id}`
        : `address ${ipKeyGenerator(req.ip ?? '')}`
    },
    handler: () => {
      throw new AppError('RATE_LIMITED', { seconds: 1 })
    },
  })

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0

const rawOnly =
  ({ contentTypes }: RawBody): RequestHandler =>
  (req, _res, next) => {
    if (hasBody(req) && !req.is([...contentTypes]))
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', { expected: contentTypes.join(', ') })
    next()
  }

const jsonOnly: RequestHandler = (req, _res, next) => {
  if (hasBody(req) && !req.is('application/json')) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', { expected: 'application/json' })
  }
  next()
}

const readRaw = ({ contentTypes, bytes }: RawBody): RequestHandler =>
  express.raw({ type: [...contentTypes], limit: bytes, inflate: false })

const parseJson = (limit: number): RequestHandler =>
  express.json({
    limit,
    inflate: false,
    verify: (_req, _res, body) => {
      if (!isUtf8(body)) throw Object.assign(new Error('not UTF-8'), { type: 'entity.not.utf8' })
    },
  })

/** Aborted when the client has gone, or at shutdown. */
function signalOf(res: Response, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  if (res.closed) gone.abort()
  return AbortSignal.any([gone.signal, stopping])
}

async function send(res: Response, answer: Answer): Promise<void> {
  if ('stream' in answer) await answer.stream(res)
  else if ('text' in answer)
    res
      .status(answer.status)
      .set(answer.headers ?? {})
      .type(answer.contentType)
      .send(answer.text)
  else
    res
      .status(answer.status)
      .set(answer.headers ?? {})
      .json(answer.body)
}

const below = (base: string, links: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(links).map(([name, link]) => [name, typeof link === 'string' ? `${base}${link}` : link]),
  )

/** For a door that stands below a path of another app: the answer with its own `links` and `Location` below `base`; '' changes nothing. */
function mountedAt(base: string, answer: Answer): Answer {
  if (base === '' || !('body' in answer)) return answer
  const { body, headers } = answer
  const links = isRecord(body) && isRecord(body['links']) ? { links: below(base, body['links']) } : {}
  // The paths of the OpenAPI document begin there, too.
  const servers = isRecord(body) && 'openapi' in body ? { servers: [{ url: base }] } : {}
  const location = headers?.['Location']
  return {
    ...answer,
    body: isRecord(body) ? { ...body, ...links, ...servers } : body,
    ...(headers && location !== undefined ? { headers: { ...headers, Location: `${base}${location}` } } : {}),
  }
}

const answers =
  (route: Route, stopping: AbortSignal): RequestHandler =>
  async (req, res) => {
    const body: unknown = route.raw === null ? (req.body ?? {}) : {}
    checkNesting(body)
    const answer = await route.answer({
      params: req.params,
      query: queryOf(req.originalUrl),
      headers: req.headers,
      body,
      principal: localsOf(res).principal ?? NOBODY,
      req,
      res,
      signal: () => signalOf(res, stopping),
    })
    await send(res, mountedAt(req.baseUrl, answer))
  }

const named =
  (path: string): RequestHandler =>
  (_req, res, next) => {
    localsOf(res).route = path
    next()
  }

const refuseMethod =
  (methods: readonly string[]): RequestHandler =>
  (_req, res) => {
    const allowed = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    res.set('Allow', allowed.join(', '))
    throw new AppError('METHOD_NOT_ALLOWED', { allowed: allowed.join(', ') })
  }

/** One express route for each path of the table. */
function register(
  router: Router,
  table: readonly Route[],
  { parts, limits }: { parts: DoorParts; limits: DoorLimits },
): void {
  const json = parseJson(limits.bodyBytes)
  for (const [path, routes] of Map.groupBy(table, (route) => route.path)) {
    const at = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1')).all(named(path))
    for (const route of routes) {
      const reading = route.raw === null ? [jsonOnly, json] : [rawOnly(route.raw), readRaw(route.raw)]
      const bodied = route.method === 'get' ? [] : reading
      at[route.method](authorize(route), ...bodied, answers(route, parts.stopping))
    }
    at.all(refuseMethod(routes.map((route) => route.method)))
  }
}

/** The door without its answer to problems: what is thrown, and what is unknown, goes to the caller's `next`. */
export function createRouter(parts: DoorParts, limits: DoorLimits): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.use(access(parts.http, parts.logger), headersOf)
  if (parts.keys === null) router.use(thisMachineOnly)
  router.use(authenticate(parts), limitRate(parts, limits.requestsPerSecond))
  const changes = changesOf(parts.journal, parts.stopping)
  const table = routeTable(parts, limits, changes)
  for (const route of table) {
    const method = route.method.toUpperCase()
    parts.http.expect({ method, route: route.path, codes: serverErrorsOf(route) })
  }
  if (parts.pages) router.use(pagesOf(parts, { table, changes }, parts.pages))
  register(router, table, { parts, limits })
  return router
}

/** The whole door as an Express app, to listen with or to mount in another app. */
export function createApp(parts: DoorParts): Express {
  const limits = { ...DEFAULT_LIMITS, ...parts.limits }
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', false)
  const router = createRouter(parts, limits)
  const answer = answerProblem(parts.logger, limits.bodyBytes)
  app.use((req, res) => {
    router(req, res, (thrown?: unknown) => {
      void answer(thrown ?? new AppError('ROUTE_NOT_FOUND', { method: req.method, path: req.path }), res)
    })
  })
  return app
}
