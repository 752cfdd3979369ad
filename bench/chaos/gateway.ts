// What stands between Prometheus and a server, as a proxy does: passes scrapes on, or stops doing so.
import { EventEmitter, once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'

/** `strange`: another program answers, with metrics of its own. */
export type GatewayMode = 'open' | 'strange'

export type Gateway = {
  readonly address: string
  readonly set: (mode: GatewayMode) => void
  /** Scrapes are missed until it goes on, whatever the mode is. */
  readonly pause: (isPaused: boolean) => void
  /** Resolves with the next scrape that has been passed on whole. */
  readonly scraped: () => Promise<void>
  readonly stop: () => Promise<void>
}

const STRANGE = '# TYPE proxy_up gauge\nproxy_up 1\n'

/** `target` is host:port. */
export async function gatewayTo(target: string): Promise<Gateway> {
  let mode: GatewayMode = 'open'
  let isPaused = false
  const passed = new EventEmitter()
  const server = createServer((request, response) => {
    if (isPaused) return void response.writeHead(503).end()
    if (mode === 'strange') return void response.setHeader('content-type', 'text/plain').end(STRANGE)
    const asked = get(`http://${target}${request.url ?? ''}`, (answer) => {
      response.writeHead(answer.statusCode ?? 502, {
        'content-type': answer.headers['content-type'] ?? 'text/plain',
      })
      answer.pipe(response)
      answer.once('end', () => passed.emit('scrape'))
      answer.on('error', () => response.destroy())
    })
    asked.on('error', () => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    })
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      mode = next
    },
    pause: (next) => {
      isPaused = next
    },
    scraped: async () => {
      await once(passed, 'scrape')
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
