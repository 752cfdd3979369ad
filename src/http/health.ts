// GET /healthz: the process lives. GET /readyz: it can accept runs.
import { AppError } from '../errors.ts'
import { health, readiness } from './answers.ts'
import { route, type DoorParts, type Route } from './route.ts'

type Check = () => Promise<void>

/** Probes have no rate limit: those that come while one looks share what it sees. */
function shared(check: Check): Check {
  let under: Promise<void> | null = null
  return () => {
    under ??= check().finally(() => {
      under = null
    })
    return under
  }
}

type Readiness = { readonly parts: DoorParts; readonly checkJournal: Check; readonly lagLimit: number }

async function checkReady({ parts: { views, stopping }, checkJournal, lagLimit }: Readiness): Promise<void> {
  if (stopping.aborted) throw new AppError('NOT_READY', { why: 'The process is shutting down.' })
  const [store] = await Promise.allSettled([checkJournal()])
  if (store.status === 'rejected') {
    throw new AppError('NOT_READY', { why: 'The journal cannot be written.' }, { cause: store.reason })
  }
  const lag = views.lag()
  if (lag > lagLimit) throw new AppError('NOT_READY', { why: `The views are ${lag} events behind.` })
}

export function healthRoutes(parts: DoorParts, lagLimit: number): Route[] {
  const checkJournal = shared(() => parts.journal.check())
  return [
    route({
      method: 'get',
      path: '/healthz',
      roles: null,
      limitedKeys: 'same',
      summary: 'The process is alive',
      answers: { 200: { description: 'It is.', schema: health } },
      errors: [],
      answer: () => ({ status: 200, body: { status: 'ok', version: parts.version } }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      roles: null,
      limitedKeys: 'same',
      summary: 'The process can accept runs: journal writable, registry loaded, views up to date',
      answers: { 200: { description: 'It can.', schema: readiness } },
      errors: ['NOT_READY'],
      answer: async () => {
        await checkReady({ parts, checkJournal, lagLimit })
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
}
