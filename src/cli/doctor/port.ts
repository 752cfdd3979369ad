// HOST and PORT: free, or served by the cugar server of these settings already.
import { createServer } from 'node:net'
import { z } from 'zod'
import type { Settings } from '../../config.ts'
import { bad, good, type Check } from './check.ts'
import { portHolder, type Holder } from './holder.ts'

/**
 * A server of ours that is busy is not another program: it makes its description when it is first asked. What never
 * answers is waited for as long, by a start that is refused for it, too.
 */
const PROBE_MS = 5000
/** Many programs say that they are well; only ours describes itself like this. */
const documentSchema = z.looseObject({
  info: z.looseObject({ title: z.literal('CUGAr-SALES'), version: z.string() }),
})

export type Listening = {
  /** Of the cugar server; null: it is another program. */
  readonly version: string | null
  /** null: not known. */
  readonly holder: Holder | null
}

async function versionAt({ host, port }: Settings): Promise<string | null> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/v1/openapi.json`
  const body = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS), redirect: 'error' })
    .then((response) => response.json())
    .catch(() => null)
  const described = documentSchema.safeParse(body)
  return described.success ? described.data.info.version : null
}

const listenCode = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })

export type PortState = { readonly code: string | null; readonly listening: Listening | null }

/** Who listens where these settings would. */
export async function lookAtPort(settings: Settings): Promise<PortState> {
  const code = await listenCode(settings.host, settings.port)
  if (code !== 'EADDRINUSE') return { code, listening: null }
  const [version, holder] = await Promise.all([versionAt(settings), portHolder(settings.port)])
  return { code, listening: { version, holder } }
}

const UNHEARD: Readonly<Record<string, string>> = {
  EACCES: 'this user may not: a port below 1024 needs more rights',
  EADDRNOTAVAIL: 'it is no address of this machine',
  ENOTFOUND: 'nobody knows that name',
  EAI_AGAIN: 'nobody knows that name now',
  EMFILE: 'this process may open no more files',
}

/** Why an address cannot be listened on, by the code of the system. */
export const unheard = (code: string): string => `cannot be listened on: ${UNHEARD[code] ?? code}`

const holderText = (holder: Holder | null): string =>
  holder === null ? '' : `: ${holder.program}, process ${holder.pid}`

/** `isOurs`: the server that listens has the data of these settings. */
export function examinePort({ host, port }: Settings, state: PortState, isOurs: boolean): Check {
  const address = `${host}:${port}`
  const { code, listening } = state
  if (code === null) return good('port', port === 0 ? 'any free one' : `${address} is free`)
  const advice = 'set PORT or HOST to another one'
  if (listening === null) return bad('port', `${address} ${unheard(code)}`, advice)
  const { version, holder } = listening
  if (version === null)
    return bad('port', `${address} is used by another program${holderText(holder)}`, advice)
  if (isOurs) return good('port', `${address} is served by cugar ${version}`)
  const other = `${address} is used by a cugar ${version} with other data${holderText(holder)}`
  return bad('port', other, `${advice}, or stop that server`)
}
