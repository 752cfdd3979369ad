// Starts the server and stops it: reads settings and files, builds the runtime, listens, and on a signal stops
// everything in reverse order. An error that it cannot go on after ends the process: whatever was acknowledged is in
// the journal.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino, type Logger } from 'pino'
import { readText as textOf } from './cli/file.ts'
import type { InspectedSettings, Settings } from './config.ts'
import { AppError, type ErrorCode } from './errors.ts'
import type { ProblemItem } from './events/problem.ts'
import type { KeysFile } from './http/callers/keys-file.ts'
import type { Keys } from './http/callers/keys.ts'
import { examineRegistry, type OwnParts } from './installation.ts'
import { watchLoop } from './loop-watch/watch.ts'
import { HANGUP } from './library/door.ts'
import { endProcess } from './process-ends.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts'

export type Serving = {
  readonly runtime: Runtime
  readonly url: string
  readonly keyed: boolean
  /** Reads the keys file at once, if it is another than before. */
  readonly lookAtKeys: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** In the words of the doctor. */
const readText = async (file: string, setting: string): Promise<string> =>
  textOf(file).catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : `${file} cannot be read`
    throw new AppError('SETTINGS_INVALID', {}, { problems: [{ path: setting, message }], cause })
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

/** Who has the port, as far as this user may know. */
async function whoListens(port: number): Promise<string> {
  const { portHolder } = await import('./cli/doctor/holder.ts')
  const holder = await portHolder(port)
  return holder === null ? '' : ` by ${holder.program}, process ${holder.pid}`
}

/** A busy port or a forbidden address is a setting that is wrong. */
async function listenError(settings: Settings, cause: unknown): Promise<AppError> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const { unheard } = await import('./cli/doctor/port.ts')
  const why = code === 'EADDRINUSE' ? `is in use${await whoListens(settings.port)}` : unheard(code)
  const problems = [{ path: 'PORT', message: `${settings.host}:${settings.port} ${why}` }]
  return new AppError('SETTINGS_INVALID', {}, { problems, cause })
}

/** The log of the process: one JSON line an entry, on standard output. */
export const createLogger = (settings: Settings): Logger => pino({ level: settings.logLevel, base: null })

type Attempt<T> = { readonly value: T | null; readonly problems: readonly ProblemItem[] }

const attempt = <T>(work: Promise<T>): Promise<Attempt<T>> =>
  work.then(
    (value) => ({ value, problems: [] }),
    (error: unknown) => {
      if (error instanceof AppError) return { value: null, problems: error.problems }
      throw error
    },
  )

async function readKeys(file: string | null): Promise<Keys | null> {
  if (file === null) return null
  const text = await readText(file, 'CUGAR_KEYS_FILE')
  const { parseKeys } = await import('./http/callers/keys.ts')
  return parseKeys(text)
}

/** The keys as their file has them, also after it has changed; null: there are none. */
async function keysOf(settings: Settings, first: Keys | null, logger: Logger): Promise<KeysFile | null> {
  if (first === null || settings.keysFile === null) return null
  const { watchKeys } = await import('./http/callers/keys-file.ts')
  return watchKeys(settings.keysFile, first, logger)
}

type DoorKeys = {
  readonly keys: Keys | null
  readonly keysFile: KeysFile | null
  readonly logger: Logger
}

/** The journal knows which keys there are, from the start on and whenever their file is another. */
async function tellKeys({ engine }: Runtime, { keys, keysFile, logger }: DoorKeys): Promise<void> {
  const { knownKeys } = await import('./http/callers/keys.ts')
  const tell = (now: Keys): Promise<void> => engine.access.keysAre(knownKeys(now))
  await tell(keys ?? [])
  keysFile?.observe((now) => {
    tell(now).catch((error: unknown) => logger.error({ err: error }, 'the journal was not told of the keys'))
  })
}

const ownPartsOf = ({ toolsDir, knowledgeDir, templatesDir }: Settings): OwnParts => ({
  ...(toolsDir !== undefined && { toolsDir }),
  ...(knowledgeDir !== undefined && { knowledgeDir }),
  ...(templatesDir !== undefined && { templatesDir }),
})

export type StartFiles = { readonly registry: string; readonly keys: Keys | null }

/**
 * The files that the settings name. Errors: SETTINGS_INVALID with every problem of the settings, of the keys and, beside
 * these, of the registry, a busy port and data that another process has; a registry that alone has problems is refused
 * by whoever takes it into force.
 */
export async function readStart({ settings, problems }: InspectedSettings): Promise<StartFiles> {
  const registry = await attempt(readText(settings.registryFile, 'REGISTRY'))
  const keys = await attempt(readKeys(settings.keysFile))
  // A line says nothing without its file.
  const inKeys = keys.problems.map(({ path, message }) => ({
    path: path === '' || path.startsWith('line ') ? `${settings.keysFile}: ${path}`.replace(/: $/, '') : path,
    message,
  }))
  const forCollector = await Promise.all(
    Object.entries(settings.otelFiles).map(([name, file]) => attempt(readText(file, name))),
  )
  const unread = forCollector.flatMap((one) => one.problems)
  const found = [...problems, ...unread, ...inKeys, ...registry.problems]
  if (found.length === 0 && registry.value !== null) return { registry: registry.value, keys: keys.value }
  const inRegistry = registry.value === null ? [] : await registryProblems(settings, registry.value)
  const { placeProblems } = await import('./cli/doctor/checks.ts')
  const inTheWay = await placeProblems(settings, new Set(problems.map(({ path }) => path)))
  throw new AppError('SETTINGS_INVALID', {}, { problems: [...found, ...inRegistry, ...inTheWay] })
}

async function registryProblems(settings: Settings, text: string): Promise<readonly ProblemItem[]> {
  const { problems } = await examineRegistry(text, ownPartsOf(settings))
  return problems.map(({ path, message }) => ({ path: `${settings.registryFile}: ${path}`, message }))
}

/** A start is refused for the first of these that it meets. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'SETTINGS_INVALID',
  'REGISTRY_INVALID',
  'DATA_DIR_LOCKED',
  'DATABASE_LOCKED',
])

/** With what to do about it. */
async function brokenJournal(error: AppError, { databaseUrl }: Settings): Promise<AppError> {
  const { withAdvice } = await import('./cli/doctor/advice.ts')
  return withAdvice(error, databaseUrl === null ? 'DATA_DIR' : 'DATABASE_URL')
}

const lockedBy = ({ code, params }: AppError, inTheWay: readonly ProblemItem[]): AppError =>
  new AppError(code, params, {
    problems: inTheWay.map(({ path, message }) => ({
      path,
      message: `${message}. Stop it, or set DATA_DIR to another folder.`,
    })),
  })

/** With what else is in the way, so that everything is corrected at once; alone, the refusal as it is. */
async function refusalOf(error: unknown, settings: Settings, registry: string): Promise<unknown> {
  if (!(error instanceof AppError)) return error
  if (error.code === 'JOURNAL_BROKEN') return brokenJournal(error, settings)
  if (!REFUSALS.has(error.code)) return error
  const inRegistry = await registryProblems(settings, registry)
  const { placeProblems } = await import('./cli/doctor/checks.ts')
  const inTheWay = await placeProblems(settings, new Set())
  const problems = [...inRegistry, ...inTheWay]
  // Alone, it is told with who has the data.
  if (problems.length === 1 && error.code === 'DATA_DIR_LOCKED') return lockedBy(error, inTheWay)
  if (inTheWay.length === 0 || problems.length < 2) return error
  return new AppError('SETTINGS_INVALID', {}, { problems, cause: error })
}

/** After an error that is told: what cannot be closed any more hides it no longer. */
const closing = (runtime: Runtime): Promise<void> => runtime.stop(0).catch(() => undefined)

/** Starts the server. Errors: SETTINGS_INVALID, REGISTRY_INVALID, DATA_DIR_LOCKED, DATABASE_LOCKED, JOURNAL_BROKEN. */
export async function serve(
  settings: Settings,
  logger: Logger,
  extra: Partial<RuntimeOptions> = {},
): Promise<Serving> {
  const { registry, keys } = await readStart({ settings, problems: [] })
  // A server is asked soon: its door is loaded before anybody waits for it.
  await import('./http/app.ts')
  const server = createServer()
  const { promise: listening, resolve: listensAt } = Promise.withResolvers<AddressInfo>()
  const keysFile = await keysOf(settings, keys, logger)
  const runtime = await createRuntime({
    registry,
    readRegistry: () => readText(settings.registryFile, 'REGISTRY'),
    ...ownPartsOf(settings),
    dataDir: settings.dataDir,
    databaseUrl: settings.databaseUrl,
    keys: keysFile?.keys ?? null,
    oidc: settings.oidc,
    logger,
    otelEndpoint: settings.otelEndpoint,
    tracing: { sampling: settings.sampling, ...settings.tracing },
    llm: settings.llm,
    onFailure: (error) => {
      logger.fatal({ code: error instanceof AppError ? error.code : 'INTERNAL', err: error }, 'cannot go on')
      endProcess(1)
    },
    onOpen: async (router) => {
      server.on('request', router)
      const address = await listen(server, settings).catch(async (error: unknown) => {
        throw await listenError(settings, error)
      })
      listensAt(address)
    },
    ...extra,
  }).catch(async (error: unknown) => {
    throw await refusalOf(error, settings, registry)
  })
  await tellKeys(runtime, { keys, keysFile, logger }).catch(async (error: unknown) => {
    server.close()
    keysFile?.stop()
    await closing(runtime)
    throw await refusalOf(error, settings, registry)
  })
  const unwatch = logger.isLevelEnabled('error') ? watchLoop() : null
  const stop = async (): Promise<void> => {
    await unwatch?.()
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await runtime.stop()
    server.closeAllConnections()
    keysFile?.stop()
    await closed
  }
  const lookAtKeys = async (): Promise<void> => keysFile?.look()
  return { runtime, url: urlOf(await listening), keyed: keys !== null, lookAtKeys, stop }
}

/** SIGHUP reads the registry and the keys again; a file with problems changes nothing and is reported. */
export function reloadOnHangup({ runtime, lookAtKeys }: Serving, logger: Logger): void {
  process.on('SIGHUP', () => {
    void lookAtKeys()
    runtime.reload(null, HANGUP).then(
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
