// Who calls, and may they? With keys: a bearer token. Without: this machine only, as `local`, or as whom
// X-Cugar-Actor names, so that requester and approver can be two people on one machine.
import { isDeepStrictEqual } from 'node:util'
import type { RequestHandler } from 'express'
import type { Engine, Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import { ACTOR_PATTERN, ACTOR_RULE, isOurName, OUR_NAME_RULE, ROLES } from '../../events/names.ts'
import { keyLimited } from './reach.ts'
import { presentKeys, principalOf } from './keys.ts'
import { localsOf, type DoorParts, type Route } from '../route.ts'
import { invalid } from '../validation.ts'

export const ACTOR_HEADER = 'x-cugar-actor'

const bearer = (header: string | undefined): string | null =>
  /^Bearer ([!-~]+)$/i.exec(header ?? '')?.[1] ?? null

/** Everybody on this machine may do everything, the roles that profiles ask of approvers included. */
export function localPrincipal(engine: Engine, actor: string | undefined): Principal {
  if (actor !== undefined && !ACTOR_PATTERN.test(actor)) {
    throw invalid([{ path: `header.${ACTOR_HEADER}`, message: ACTOR_RULE }])
  }
  if (actor !== undefined && isOurName(actor)) {
    throw invalid([{ path: `header.${ACTOR_HEADER}`, message: OUR_NAME_RULE }])
  }
  const asked = Object.values(engine.registry().profiles).map((profile) => profile.approvers.role)
  return { id: actor ?? 'local', roles: [...new Set([...ROLES, ...asked])] }
}

/** Finds out who calls; each route says whether they may. */
export const authenticate =
  ({ keys, engine, clock }: Pick<DoorParts, 'keys' | 'engine' | 'clock'>): RequestHandler =>
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
    const find = (): Principal | null => (key === null ? null : principalOf(presentKeys(keys), key, clock()))
    locals.principal = find()
    // Asked again while a long answer is under way: a key may have been revoked, or have expired, since.
    const isStillAllowed = (): boolean => isDeepStrictEqual(find(), locals.principal)
    locals.isStillAllowed = isStillAllowed
    next()
  }

type Guarded = Pick<Route, 'roles' | 'byApprovers' | 'limitedKeys'>

/**
 * One of the roles is enough; no role contains another. Where approvers of any profile may come in, the route itself
 * asks for the role that the profile names. Errors: FORBIDDEN, KEY_LIMITED.
 */
export function checkAllowed(
  { roles, byApprovers, limitedKeys }: Guarded,
  principal: Principal | null,
): void {
  if (roles !== null && !byApprovers && !roles.some((role) => principal?.roles.includes(role))) {
    throw new AppError('FORBIDDEN', { role: roles.join(' or ') })
  }
  if (limitedKeys === 'refused' && principal?.limitedTo !== undefined) throw keyLimited(principal)
}

/** As `checkAllowed`, for who calls over the wire. Errors: UNAUTHENTICATED, and its own. */
export const authorize =
  (guarded: Guarded): RequestHandler =>
  (req, res, next) => {
    const { principal } = localsOf(res)
    if (guarded.roles !== null && principal === null) {
      const sent = req.get('authorization') !== undefined
      res.set('WWW-Authenticate', sent ? 'Bearer error="invalid_token"' : 'Bearer')
      throw new AppError('UNAUTHENTICATED')
    }
    checkAllowed(guarded, principal)
    next()
  }
