// GET /metrics: what the views expose, as Prometheus text or as OpenMetrics.
import { z } from 'zod'
import type { Views } from '../projections/lists/views.ts'
import { route, type Route } from './route.ts'

/** Highest weight that an Accept header gives one of these types, parameters but `q` aside. */
function weightOf(accept: string, types: readonly string[]): number {
  const weights = accept.split(',').flatMap((entry) => {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return types.includes(type) ? [quality === undefined ? 1 : Number(quality.slice(2))] : []
  })
  return Math.max(0, ...weights)
}

export function formatOf(accept: string): 'text' | 'openmetrics' {
  const openmetrics = weightOf(accept, ['application/openmetrics-text'])
  return openmetrics > 0 && openmetrics >= weightOf(accept, ['text/plain', 'text/*', '*/*'])
    ? 'openmetrics'
    : 'text'
}

export const metricRoutes = (views: Views): Route[] => [
  route({
    method: 'get',
    path: '/metrics',
    roles: ['metrics'],
    summary: 'Prometheus text, or OpenMetrics with exemplars when asked',
    answers: {
      200: {
        description: 'The exposition.',
        schema: z.string(),
        other: { contentType: 'text/plain', instead: true },
      },
    },
    errors: [],
    answer: async ({ req }) => {
      const { contentType, body } = await views.metrics(formatOf(req.get('accept') ?? ''))
      return { status: 200, text: body, contentType }
    },
  }),
]
