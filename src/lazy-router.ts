// The HTTP door of a runtime, loaded and built with the first request: a program that only calls the engine does without
// Express and the log's writer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'
import type { DoorParts } from './http/route.ts'

/** A request as Node or Express hands it on; every one is answered. */
export type Router = (request: IncomingMessage, response: ServerResponse) => void

export type LazyParts = Omit<DoorParts, 'logger'> & {
  /** null: nothing is logged. */
  readonly logger: DoorParts['logger'] | null
  /** The door cannot be built: a bug of ours. */
  readonly onFailure: (error: unknown) => void
}

async function open({ logger, ...parts }: LazyParts): Promise<Express> {
  const { createApp } = await import('./http/app.ts')
  const { pino } = await import('pino')
  return createApp({ ...parts, logger: logger ?? pino({ level: 'silent' }) })
}

export function lazyRouter(parts: LazyParts): Router {
  let opening: Promise<void> | null = null
  let app: Express | null = null
  return (request, response) => {
    if (app !== null) {
      app(request, response)
      return
    }
    opening ??= open(parts).then((opened) => {
      app = opened
    })
    opening.then(() => app?.(request, response)).catch(parts.onFailure)
  }
}
