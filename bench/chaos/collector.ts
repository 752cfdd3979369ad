// A collector of spans that takes them, takes its time, or hangs.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Collector = {
  readonly endpoint: string
  /** Requests get no answer from now on. */
  readonly hang: () => void
  /** Each gets its answer after so many milliseconds from now on. */
  readonly dawdle: (ms: number) => void
  /** They get one at once again, those that wait too. */
  readonly answer: () => void
  readonly stop: () => Promise<void>
}

export async function startCollector(): Promise<Collector> {
  let delayMs = 0
  const waiting = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    request.resume()
    if (delayMs === 0) return void response.end()
    waiting.add(response)
    const timer = Number.isFinite(delayMs) ? setTimeout(() => response.end(), delayMs) : undefined
    response.once('close', () => {
      clearTimeout(timer)
      waiting.delete(response)
    })
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => {
      delayMs = Number.POSITIVE_INFINITY
    },
    dawdle: (ms) => {
      delayMs = ms
    },
    answer: () => {
      delayMs = 0
      for (const response of waiting) response.end()
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
