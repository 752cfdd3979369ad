// Starts the server and stops it: reads settings and files, builds the runtime, listens, and on a signal stops
// everything in reverse order. An error that it cannot go on after ends the process: whatever was acknowledged is in
// the journal.
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino, type Logger } from 'pino'
import type { Settings } from './config.ts'
import { AppError } from './errors.ts'
import { parseKeys } from './http/keys.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts'

export type Serving = {
  readonly runtime: Runtime
  readonly url: string
  readonly keyed: boolean
  readonly stop: () => Promise<void>
}

const readText = async (file: string, setting: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    const problems = [{ path: setting, message: `${file} cannot be read` }]
    throw new AppError('SETTINGS_INVALID', {}, { problems, cause })
  })

const listen = (server: Server, settings: Settings): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new TypeError('no TCP address'))
      else resolve(address)
    })
  })

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

/** A busy port or a forbidden address is a setting that is wrong. */
function listenError(settings: Settings, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`
  const problems = [{ path: 'PORT', message: `${settings.host}:${settings.port} ${why}` }]
  return new AppError('SETTINGS_INVALID', {}, { problems, cause })
}

/** The log of the process: one JSON line an entry, on standard output. */
export const createLogger = (settings: Settings): Logger => pino({ level: settings.logLevel, base: null })

/** Starts the server. Errors: SETTINGS_INVALID, REGISTRY_INVALID, DATA_DIR_LOCKED, DATABASE_LOCKED, JOURNAL_BROKEN. */
export async function serve(
  settings: Settings,
  logger: Logger,
  extra: Partial<RuntimeOptions> = {},
): Promise<Serving> {
  const read = (): Promise<string> => readText(settings.registryFile, 'REGISTRY')
  const keys =
    settings.keysFile === null ? null : parseKeys(await readText(settings.keysFile, 'CUGAR_KEYS_FILE'))
  const runtime = await createRuntime({
    registry: await read(),
    readRegistry: read,
    dataDir: settings.dataDir,
    databaseUrl: settings.databaseUrl,
    keys,
    logger,
    otelEndpoint: settings.otelEndpoint,
    onFailure: (error) => {
      logger.fatal({ code: error instanceof AppError ? error.code : 'INTERNAL', err: error }, 'cannot go on')
      process.exit(1)
    },
    ...extra,
  })
  const server = createServer(runtime.router)
  const address = await listen(server, settings).catch(async (error: unknown) => {
    await runtime.stop(0)
    throw listenError(settings, error)
  })
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await runtime.stop()
    server.closeAllConnections()
    await closed
  }
  return { runtime, url: urlOf(address), keyed: keys !== null, stop }
}

/** SIGHUP reads the registry again; a file with problems changes nothing and is reported. */
export function reloadOnHangup({ runtime }: Serving, logger: Logger): void {
  process.on('SIGHUP', () => {
    runtime.reload(null, { id: 'SIGHUP', roles: ['admin'] }).then(
      (diff) => logger.info({ diff }, 'registry reloaded'),
      (error: unknown) => {
        const problems = error instanceof AppError ? error.problems : []
        logger.error(
          { code: error instanceof AppError ? error.code : 'INTERNAL', problems },
          'registry not reloaded',
        )
      },
    )
  })
}
