// GET /metrics: what the views expose, as Prometheus text or as OpenMetrics, compressed for who takes it so.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Request } from 'express'
import { z } from 'zod'
import type { Views } from '../projections/lists/views.ts'
import { route, type Route, type TextAnswer } from './route.ts'

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

const compress = promisify(gzip)

/** A body of samples is a tenth when compressed; it is done beside the event loop. */
async function encoded(req: Request, body: string): Promise<Pick<TextAnswer, 'text' | 'headers'>> {
  const headers = { Vary: 'Accept, Accept-Encoding' }
  if (req.acceptsEncodings('gzip', 'identity') !== 'gzip') return { text: body, headers }
  return { text: await compress(body), headers: { ...headers, 'Content-Encoding': 'gzip' } }
}

export const metricRoutes = (views: Views): Route[] => [
  route({
    method: 'get',
    path: '/metrics',
    roles: ['metrics'],
    limitedKeys: 'refused',
    summary: 'Prometheus text, or OpenMetrics with exemplars when asked; gzip for who accepts it',
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
      return { status: 200, contentType, ...(await encoded(req, body)) }
    },
  }),
]
