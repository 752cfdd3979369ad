// HOST and PORT: free, or served by cugar already.
import { createServer } from 'node:net'
import { z } from 'zod'
import type { Settings } from '../../config.ts'
import { bad, good, type Check } from './check.ts'

const PROBE_MS = 2000
const healthSchema = z.looseObject({ status: z.literal('ok'), version: z.string() })

/** Version of the cugar server that listens on these settings; null when none does. */
export async function serverAt({ host, port }: Settings): Promise<string | null> {
  if (port === 0) return null
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/healthz`
  const body = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS), redirect: 'error' })
    .then(
      (response) => response.json(),
      () => null,
    )
    .catch(() => null)
  const health = healthSchema.safeParse(body)
  return health.success ? health.data.version : null
}

const listenCode = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })

export async function examinePort({ host, port }: Settings, running: string | null): Promise<Check> {
  const address = `${host}:${port}`
  if (running !== null) return good('port', `${address} is served by cugar ${running}`)
  const code = await listenCode(host, port)
  if (code === null) return good('port', port === 0 ? 'any free one' : `${address} is free`)
  const why = code === 'EADDRINUSE' ? 'is used by another program' : `cannot be listened on (${code})`
  return bad('port', `${address} ${why}`, 'set PORT or HOST to another one')
}
