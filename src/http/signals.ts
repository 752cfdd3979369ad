// GET /v1/signals: the golden signals of a window.
import type { Views } from '../projections/lists/views.ts'
import { signalsReport } from './answers.ts'
import { route, type Route } from './route.ts'
import { signalsQuery } from './schemas.ts'

export const signalRoutes = (views: Views): Route[] => [
  route({
    method: 'get',
    path: '/v1/signals',
    roles: ['viewer'],
    limitedKeys: 'refused',
    summary: 'Golden signals, by profile and in all',
    query: signalsQuery,
    answers: { 200: { description: 'The signals.', schema: signalsReport } },
    errors: [],
    answer: async ({ query }) => ({ status: 200, body: await views.signals(query.window) }),
  }),
]
