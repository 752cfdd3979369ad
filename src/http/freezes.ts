// GET and POST /v1/freezes: which profiles and tenants accept no new runs, set and lifted by a person.
import type { z } from 'zod'
import type { Engine } from '../engine/engine.ts'
import { CONTROL_STREAM } from '../events/control.ts'
import type { Standing } from '../run/freeze.ts'
import { freeze as freezeAnswer, freezeLifted, pageOf } from './answers.ts'
import { textOrNull, timeOf } from './present.ts'
import { route, type Route } from './route.ts'
import { freezeBody } from './schemas.ts'

export const freezePage = pageOf(freezeAnswer)

async function present(engine: Engine, standing: Standing): Promise<z.input<typeof freezeAnswer>> {
  const { scope, key, cause, by, reason, at } = standing
  const why = reason === null ? null : await engine.payload(CONTROL_STREAM, reason)
  return { scope, key, cause, by, reason: textOrNull(why), at: timeOf(at) }
}

export const freezeRoutes = (engine: Engine): Route[] => [
  route({
    method: 'get',
    path: '/v1/freezes',
    roles: ['viewer', 'admin'],
    summary: 'Profiles and tenants that accept no new runs',
    answers: { 200: { description: 'All of them, the oldest first.', schema: freezePage } },
    errors: [],
    answer: async () => {
      const items = await Promise.all(engine.freezes().map((standing) => present(engine, standing)))
      return { status: 200, body: { items, next_cursor: null } }
    },
  }),
  route({
    method: 'post',
    path: '/v1/freezes',
    roles: ['admin'],
    summary: 'Refuses new runs of a profile or tenant; runs under way go on',
    body: freezeBody,
    answers: { 200: { description: 'As it stands; unchanged where it was frozen.', schema: freezeAnswer } },
    errors: ['UNKNOWN_PROFILE'],
    answer: async ({ body, principal }) => ({
      status: 200,
      body: await present(engine, await engine.freeze(body, principal)),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/freezes/lift',
    roles: ['admin'],
    summary: 'Lets a profile or tenant accept new runs again',
    body: freezeBody,
    answers: { 200: { description: 'Whether it was frozen.', schema: freezeLifted } },
    errors: ['UNKNOWN_PROFILE'],
    answer: async ({ body, principal }) => ({
      status: 200,
      body: { scope: body.scope, key: body.key, lifted: await engine.lift(body, principal) },
    }),
  }),
]
