import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Runtime } from '../../src/runtime.ts'

/** The runtime behind a server of its own; `close` stops both. */
export async function served(runtime: Pick<Runtime, 'router' | 'stop'>) {
  const server = createServer(runtime.router)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async (): Promise<void> => {
      await runtime.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
