// A collector of spans that takes them, or hangs.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Collector = {
  readonly endpoint: string
  /** Requests get no answer from now on. */
  readonly hang: () => void
  /** They get one again, those that wait too. */
  readonly answer: () => void
  readonly stop: () => Promise<void>
}

export async function startCollector(): Promise<Collector> {
  let hangs = false
  const waiting = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    request.resume()
    if (!hangs) return void response.end()
    waiting.add(response)
    response.once('close', () => waiting.delete(response))
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => {
      hangs = true
    },
    answer: () => {
      hangs = false
      for (const response of waiting) response.end()
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
