// GET and POST /v1/freezes: which profiles and tenants accept no new runs, set and lifted by a person.
import type { z } from 'zod'
import type { Engine, Principal } from '../engine/engine.ts'
import { CONTROL_STREAM } from '../events/control.ts'
import type { FreezeSubject, Standing } from '../run/freeze.ts'
import { freeze as freezeAnswer, freezeLifted, pageOf } from './answers.ts'
import { keyLimited, reachesAll, reachesProfile, reachesTenant } from './callers/reach.ts'
import { textOrNull, timeOf } from './present.ts'
import { route, type Route } from './route.ts'
import { freezeBody } from './schemas.ts'

export const freezePage = pageOf(freezeAnswer)

async function present(engine: Engine, standing: Standing): Promise<z.input<typeof freezeAnswer>> {
  const { scope, key, cause, by, reason, at } = standing
  const why = reason === null ? null : await engine.payload(CONTROL_STREAM, reason)
  return { scope, key, cause, by, reason: textOrNull(why), at: timeOf(at) }
}

/** Who is held up by a freeze may know of it. */
const isSeen = (by: Principal, { scope, key }: FreezeSubject): boolean =>
  scope === 'profile' ? reachesProfile(by, key) : reachesTenant(by, key)

/** A freeze of a profile holds up every tenant, and one of a tenant every profile. Errors: KEY_LIMITED. */
function checkWithin(by: Principal, subject: FreezeSubject): void {
  if (!isSeen(by, subject) || !reachesAll(by, subject.scope === 'profile' ? 'tenants' : 'profiles'))
    throw keyLimited(by)
}

export const freezeRoutes = (engine: Engine): Route[] => [
  route({
    method: 'get',
    path: '/v1/freezes',
    roles: ['viewer', 'admin'],
    limitedKeys: 'own',
    summary: 'Profiles and tenants that accept no new runs',
    answers: { 200: { description: 'All of them, the oldest first.', schema: freezePage } },
    errors: [],
    answer: async ({ principal }) => {
      const within = engine.freezes().filter((standing) => isSeen(principal, standing))
      const items = await Promise.all(within.map((standing) => present(engine, standing)))
      return { status: 200, body: { items, next_cursor: null } }
    },
  }),
  route({
    method: 'post',
    path: '/v1/freezes',
    roles: ['admin'],
    limitedKeys: 'own',
    summary: 'Refuses new runs of a profile or tenant; runs under way go on',
    body: freezeBody,
    answers: { 200: { description: 'As it stands; unchanged where it was frozen.', schema: freezeAnswer } },
    errors: ['UNKNOWN_PROFILE', 'UNKNOWN_TENANT', 'KEY_LIMITED'],
    answer: async ({ body, principal }) => {
      checkWithin(principal, body)
      return { status: 200, body: await present(engine, await engine.freeze(body, principal)) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/freezes/lift',
    roles: ['admin'],
    limitedKeys: 'own',
    summary: 'Lets a profile or tenant accept new runs again',
    body: freezeBody,
    answers: { 200: { description: 'Whether it was frozen.', schema: freezeLifted } },
    errors: ['UNKNOWN_PROFILE', 'UNKNOWN_TENANT', 'KEY_LIMITED'],
    answer: async ({ body, principal }) => {
      checkWithin(principal, body)
      const lifted = await engine.lift(body, principal)
      return { status: 200, body: { scope: body.scope, key: body.key, lifted } }
    },
  }),
]
