// GET /healthz: the process lives. GET /readyz: it can accept runs.
import { AppError } from '../errors.ts'
import { health, readiness } from './answers.ts'
import { route, type DoorParts, type Route } from './route.ts'

async function checkReady({ journal, views, stopping }: DoorParts, lagLimit: number): Promise<void> {
  if (stopping.aborted) throw new AppError('NOT_READY', { why: 'The process is shutting down.' })
  const [store] = await Promise.allSettled([journal.check()])
  if (store.status === 'rejected') {
    throw new AppError('NOT_READY', { why: 'The journal cannot be written.' }, { cause: store.reason })
  }
  const lag = views.lag()
  if (lag > lagLimit) throw new AppError('NOT_READY', { why: `The views are ${lag} events behind.` })
}

export const healthRoutes = (parts: DoorParts, lagLimit: number): Route[] => [
  route({
    method: 'get',
    path: '/healthz',
    roles: null,
    summary: 'The process is alive',
    answers: { 200: { description: 'It is.', schema: health } },
    errors: [],
    answer: () => ({ status: 200, body: { status: 'ok', version: parts.version } }),
  }),
  route({
    method: 'get',
    path: '/readyz',
    roles: null,
    summary: 'The process can accept runs: journal writable, registry loaded, views up to date',
    answers: { 200: { description: 'It can.', schema: readiness } },
    errors: ['NOT_READY'],
    answer: async () => {
      await checkReady(parts, lagLimit)
      const body = {
        status: 'ready',
        registry: parts.engine.registry().digest,
        position: parts.journal.position(),
        lag: parts.views.lag(),
      }
      return { status: 200, body }
    },
  }),
]
