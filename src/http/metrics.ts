// GET /metrics: what the views expose, as Prometheus text, as OpenMetrics or as protocol buffers, compressed for who
// takes it so.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Request } from 'express'
import { z } from 'zod'
import type { Views } from '../projections/lists/views.ts'
import { route, type Route, type TextAnswer } from './route.ts'

export type MetricsFormat = 'text' | 'openmetrics' | 'protobuf'

const PROTO = 'io.prometheus.client.metricfamily'

type Accepted = {
  readonly type: string
  readonly weight: number
  readonly parameters: ReadonlyMap<string, string>
}

function acceptedIn(accept: string): readonly Accepted[] {
  return accept.split(',').map((entry) => {
    const [type = '', ...rest] = entry.split(';').map((part) => part.trim().toLowerCase())
    const parameters = new Map(
      rest.map((part) => {
        const [name = '', value = ''] = part.split('=')
        return [name.trim(), value.trim().replaceAll('"', '')] as const
      }),
    )
    const quality = parameters.get('q')
    return { type, parameters, weight: quality === undefined ? 1 : Number(quality) }
  })
}

/** Other messages, and other ways to put them one behind the other, are not ours. */
const isOurProto = ({ type, parameters }: Accepted): boolean =>
  type === 'application/vnd.google.protobuf' &&
  parameters.get('proto') === PROTO &&
  parameters.get('encoding') === 'delimited'

/** What the scraper gives most weight to; of what weighs the same, the one that says most. */
export function formatOf(accept: string): MetricsFormat {
  const accepted = acceptedIn(accept)
  const weightOf = (isIt: (each: Accepted) => boolean): number =>
    Math.max(0, ...accepted.filter(isIt).map(({ weight }) => weight))
  const text = weightOf(({ type }) => ['text/plain', 'text/*', '*/*'].includes(type))
  const openmetrics = weightOf(({ type }) => type === 'application/openmetrics-text')
  const protobuf = weightOf(isOurProto)
  if (protobuf > 0 && protobuf >= Math.max(openmetrics, text)) return 'protobuf'
  return openmetrics > 0 && openmetrics >= text ? 'openmetrics' : 'text'
}

const compress = promisify(gzip)

/** A body of samples is a tenth when compressed; it is done beside the event loop. */
async function encoded(req: Request, body: string | Buffer): Promise<Pick<TextAnswer, 'text' | 'headers'>> {
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
    summary:
      'Prometheus text; when asked, OpenMetrics with exemplars, or protocol buffers with native histograms; gzip for who accepts it',
    answers: {
      200: {
        description: 'The exposition.',
        schema: z.string(),
        other: { contentType: 'text/plain', instead: true },
      },
    },
    errors: [],
    answer: async ({ req }) => {
      const format = formatOf(req.get('accept') ?? '')
      const { contentType, body } = await (format === 'protobuf'
        ? views.nativeMetrics()
        : views.metrics(format))
      return { status: 200, contentType, ...(await encoded(req, body)) }
    },
  }),
]
