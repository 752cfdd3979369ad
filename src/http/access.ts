// Every request is counted and logged by its route template: no path, query value, body, key or name.
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { HTTP_METHODS } from '../events/names.ts'
import type { HttpStats } from '../projections/metrics/live.ts'
import { localsOf } from './route.ts'

const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,128}$/
const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS)

const always = (): boolean => true

/** Gives the request its id and reports it once: when its answer is out, its stream has begun or its client left. */
export const access =
  (stats: HttpStats, logger: Logger): RequestHandler =>
  (req, res, next) => {
    const started = performance.now()
    const given = req.get('x-request-id') ?? ''
    const locals = localsOf(res)
    let reported = false
    locals.requestId = REQUEST_ID.test(given) ? given : randomUUID()
    locals.route = 'unknown'
    locals.principal = null
    locals.isStillAllowed = always
    locals.state = null
    // Not written where it is put: the engine would make it old at once, with the whole request.
    const report = (): void => {
      if (reported) return
      reported = true
      const method = METHODS.has(req.method) ? req.method : 'other'
      const seconds = (performance.now() - started) / 1000
      stats.request({ method, route: locals.route, code: res.statusCode, seconds })
      logger.info(
        { request_id: locals.requestId, method, route: locals.route, status: res.statusCode, seconds },
        'request',
      )
    }
    locals.report = report
    res.set('X-Request-Id', locals.requestId)
    res.set('Cache-Control', 'no-store')
    res.once('close', report)
    next()
  }
