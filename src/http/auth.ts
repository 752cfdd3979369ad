// Who calls, and may they? With keys: a bearer token. Without: this machine only, as `local`, or as whom
// X-Cugar-Actor names, so that requester and approver can be two people on one machine.
import type { RequestHandler } from 'express'
import type { Engine, Principal } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { ACTOR_PATTERN, ACTOR_RULE } from '../events/names.ts'
import { principalOf, type Keys } from './keys.ts'
import { localsOf, ROLES, type Role } from './route.ts'
import { invalid } from './validation.ts'

export const ACTOR_HEADER = 'x-cugar-actor'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

const bearer = (header: string | undefined): string | null =>
  /^Bearer ([!-~]+)$/i.exec(header ?? '')?.[1] ?? null

/** Everybody on this machine may do everything, the roles that profiles ask of approvers included. */
export function localPrincipal(engine: Engine, actor: string | undefined): Principal {
  if (actor !== undefined && !ACTOR_PATTERN.test(actor)) {
    throw invalid([{ path: `header.${ACTOR_HEADER}`, message: ACTOR_RULE }])
  }
  const asked = Object.values(engine.registry().profiles).map((profile) => profile.approvers.role)
  return { id: actor ?? 'local', roles: [...new Set([...ROLES, ...asked])] }
}

/** Finds out who calls; each route says whether they may. */
export const authenticate =
  (keys: Keys | null, engine: Engine): RequestHandler =>
  (req, res, next) => {
    const actor = req.get(ACTOR_HEADER)
    const locals = localsOf(res)
    if (keys === null) {
      locals.principal = localPrincipal(engine, actor)
      next()
      return
    }
    if (actor !== undefined) {
      throw invalid([{ path: `header.${ACTOR_HEADER}`, message: 'is not accepted where keys are set up' }])
    }
    const key = bearer(req.get('authorization'))
    locals.principal = key === null ? null : principalOf(keys, key)
    next()
  }

/** One of the roles is enough; no role contains another. null: open to everybody. */
export const isAllowed = (roles: readonly Role[] | null, principal: Principal | null): boolean =>
  roles === null || roles.some((role) => principal?.roles.includes(role))

/** Errors: UNAUTHENTICATED, FORBIDDEN. */
export const authorize =
  (roles: readonly Role[] | null): RequestHandler =>
  (req, res, next) => {
    const { principal } = localsOf(res)
    if (roles !== null && principal === null) {
      const sent = req.get('authorization') !== undefined
      res.set('WWW-Authenticate', sent ? 'Bearer error="invalid_token"' : 'Bearer')
      throw new AppError('UNAUTHENTICATED')
    }
    if (!isAllowed(roles, principal)) {
      throw new AppError('FORBIDDEN', { role: (roles ?? []).join(' or ') })
    }
    next()
  }

const fromElsewhere = (site: string | undefined, origin: string | undefined, host: string): boolean => {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase()
}

/**
 * Without keys a browser on this machine could be made to speak for a foreign page: by a name that is rebound to
 * 127.0.0.1, or by a post across origins. Errors: FORBIDDEN_HOST.
 */
export const loopbackOnly: RequestHandler = (req, _res, next) => {
  const host = req.get('host') ?? ''
  const changes = !SAFE_METHODS.has(req.method)
  if (
    !LOOPBACK.test(host) ||
    (changes && fromElsewhere(req.get('sec-fetch-site'), req.get('origin'), host))
  ) {
    throw new AppError('FORBIDDEN_HOST')
  }
  next()
}
