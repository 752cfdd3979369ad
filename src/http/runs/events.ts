// GET /v1/runs/{run_id}/events: what happened in a run, as a list or live.
import type { Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { StoredEvent } from '../../events/event.ts'
import { kindOf } from '../../events/stream.ts'
import { event, pageOf } from '../answers.ts'
import { reaches, type Owned } from '../callers/reach.ts'
import { pageAfter } from '../pages.ts'
import { route, type DoorParts, type Route } from '../route.ts'
import { eventsHeaders, eventsQuery, runParams } from '../schemas.ts'
import { eventStreams } from './stream.ts'
import type { StreamDoor } from '../sse.ts'

export const eventPage = pageOf(event)

const ownerOf = ([first]: readonly StoredEvent[]): Owned | null =>
  first?.type === 'run_started' ? { tenant: first.tenant, profile: first.data.profile } : null

/** Every event of the run so far, if the caller may know of it. Errors: RUN_NOT_FOUND. */
async function readAll(
  { journal }: DoorParts,
  runId: string,
  by: Principal,
): Promise<readonly StoredEvent[]> {
  const events = kindOf(runId) === 'run' ? await journal.read(runId) : []
  const owner = ownerOf(events)
  if (owner === null || !reaches(by, owner)) throw new AppError('RUN_NOT_FOUND', { run_id: runId })
  return events
}

function pageOfEvents(events: readonly StoredEvent[], after: number, limit: number) {
  const { items, lastKey } = pageAfter(events, ({ seq }) => seq, { after, limit })
  return { items, next_cursor: lastKey === null ? null : String(lastKey) }
}

const isOver = (events: readonly StoredEvent[], after: number): boolean => {
  const last = events.at(-1)
  return last?.type === 'run_finished' && last.seq <= after
}

export function eventRoutes(parts: DoorParts, door: StreamDoor): Route[] {
  const streams = eventStreams(parts.journal, door, parts.stopping)
  return [
    route({
      method: 'get',
      path: '/v1/runs/{run_id}/events',
      roles: ['viewer'],
      limitedKeys: 'own',
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
        204: { description: 'A stream that has nothing more to bring: the run is over.' },
      },
      errors: ['RUN_NOT_FOUND', 'TOO_BUSY'],
      answer: async ({ params, query, headers, principal, req, signal }) => {
        const runId = params.run_id
        const events = await readAll(parts, runId, principal)
        const wanted = req.accepts(['application/json', 'text/event-stream'])
        const cursor = query.cursor ?? 0
        if (wanted !== 'text/event-stream' || req.method === 'HEAD') {
          return { status: 200, body: pageOfEvents(events, cursor, query.limit) }
        }
        const after = headers['last-event-id'] ?? cursor
        if (isOver(events, after)) return { status: 204, body: undefined }
        return { stream: (res) => streams.open({ runId, after, res, signal: signal() }) }
      },
    }),
  ]
}
