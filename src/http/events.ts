// GET /v1/runs/{run_id}/events: what happened in a run, as a list or live.
import { AppError } from '../errors.ts'
import { CONTROL_STREAM } from '../events/control.ts'
import { event, pageOf } from './answers.ts'
import { route, type Limits, type Parts, type Route } from './route.ts'
import { eventsHeaders, eventsQuery, runParams } from './schemas.ts'
import { eventStreams } from './stream.ts'

export const eventPage = pageOf(event)

async function checkExists({ journal }: Parts, runId: string): Promise<void> {
  const exists = runId !== CONTROL_STREAM && (await journal.read(runId)).length > 0
  if (!exists) throw new AppError('RUN_NOT_FOUND', { run_id: runId })
}

async function list(parts: Parts, runId: string, page: { after: number; limit: number }) {
  const events = await parts.journal.read(runId, page.after)
  const items = events.slice(0, page.limit)
  const last = items.at(-1)
  return { items, next_cursor: last && events.length > items.length ? String(last.seq) : null }
}

export function eventRoutes(parts: Parts, limits: Limits): Route[] {
  const streams = eventStreams(parts, limits)
  return [
    route({
      method: 'get',
      path: '/v1/runs/{run_id}/events',
      roles: ['viewer'],
      summary: 'The events of a run, in order; as a live stream until the run is over',
      params: runParams,
      query: eventsQuery,
      headers: eventsHeaders,
      answers: {
        200: {
          description: 'One page, or the stream: id is the seq, event the type, data the event.',
          schema: eventPage,
          other: { contentType: 'text/event-stream', instead: false },
        },
      },
      errors: ['RUN_NOT_FOUND', 'TOO_BUSY'],
      answer: async ({ params, query, headers, req, signal }) => {
        const runId = params.run_id
        await checkExists(parts, runId)
        const wanted = req.accepts(['application/json', 'text/event-stream'])
        const after = query.cursor ?? 0
        if (wanted !== 'text/event-stream' || req.method === 'HEAD') {
          return { status: 200, body: await list(parts, runId, { after, limit: query.limit }) }
        }
        const from = headers['last-event-id'] ?? after
        return { stream: (res) => streams.open({ runId, after: from, res, signal: signal() }) }
      },
    }),
  ]
}
