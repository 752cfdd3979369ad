// GET /v1/signals: the golden signals of a window, whole or in steps.
import type { Views } from '../projections/lists/views.ts'
import { signalsReport, signalsSeries } from './answers.ts'
import { route, type Route } from './route.ts'
import { timeOf } from './present.ts'
import { seriesQuery, signalsQuery } from './schemas.ts'

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
  route({
    method: 'get',
    path: '/v1/signals/series',
    roles: ['viewer'],
    limitedKeys: 'refused',
    summary: 'The same, one after the other: a point for each step of the window',
    query: seriesQuery,
    answers: { 200: { description: 'The points, oldest first.', schema: signalsSeries } },
    errors: [],
    answer: async ({ query }) => {
      const { points, stepSeconds } = await views.series(query)
      const items = points.map(({ at, ...signals }) => ({ at: timeOf(at), ...signals }))
      return { status: 200, body: { step_seconds: stepSeconds, items } }
    },
  }),
]
