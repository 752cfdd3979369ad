// The environment as typed settings: read here, once, and by nobody else. Used by main and cli; promises that what
// it returns is complete and valid, and otherwise to name every problem, never a value.
import { isIP } from 'node:net'
import { AppError } from './errors.ts'
import type { ProblemItem } from './events/problem.ts'
import {
  isOtelOff,
  otelEndpointOf,
  otelFilesOf,
  refuseOtel,
  samplingOf,
  tracingOf,
  type TracingLimits,
} from './config-otel.ts'
import { oidcOf, type OidcSettings } from './config-oidc.ts'
import { given, isLoopback, urlOf, type Environment, type Refuse } from './environment.ts'
import type { Sampling } from './events/sampling.ts'

export type { Environment } from './environment.ts'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type Settings = {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly dataDir: string
  /** PostgreSQL, with its password: never shown; null: the journal is in `dataDir`. */
  readonly databaseUrl: string | null
  /** Wait for another process to let the journal go, instead of refusing to start. */
  readonly standby: boolean
  readonly registryFile: string
  /** Folder of tools and adapters of one's own; left out: there is none. */
  readonly toolsDir?: string
  /** Folder of Markdown about one's own products and competitors; left out: the shipped sample stands in. */
  readonly knowledgeDir?: string
  /** Folder of message templates; left out: the shipped sample stands in. */
  readonly templatesDir?: string
  readonly logLevel: LogLevel
  /** OTLP over HTTP; null: spans are not exported. */
  readonly otelEndpoint: string | null
  /** Certificates and keys for the collector, by the variable that names each. */
  readonly otelFiles: Readonly<Record<string, string>>
  /** Of traces, by OTEL_TRACES_SAMPLER. */
  readonly sampling: Sampling
  /** OTEL_EXPORTER_OTLP_TIMEOUT and OTEL_BSP_*, as far as they are set; milliseconds and spans. */
  readonly tracing: TracingLimits
  /** Hashed API keys; null: no keys, loopback only. */
  readonly keysFile: string | null
  /** By whom people may be vouched for at the console; null: they sign in with keys. */
  readonly oidc: OidcSettings | null
  /** null: no language model is set up, and the registry alone plans. */
  readonly llm: LlmSettings | null
}

/** Of the language models, where no other server is set. */
export const PROVIDER_URL = 'https://api.openai.com/v1'

/** How a language model is reached. */
export type LlmSettings = {
  /** A secret: never shown, never logged; null: the server wants none. */
  readonly apiKey: string | null
  /** Of a compatible server; null: the provider's own. */
  readonly baseUrl: string | null
  /** In place of the model that a profile names; null: the profile's. */
  readonly model: string | null
}

const DEFAULT_PORT = 8000

function hostOf(env: Environment, refuse: Refuse): string {
  const host = given(env, 'HOST') ?? '127.0.0.1'
  if (isIP(host) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(host))
    refuse('HOST', 'must be an IP address or a host name')
  else if (!isLoopback(host) && given(env, 'CUGAR_KEYS_FILE') === null)
    refuse('HOST', 'is reachable from outside: set CUGAR_KEYS_FILE, or use 127.0.0.1')
  return host
}

function portOf(env: Environment, refuse: Refuse): number {
  const text = given(env, 'PORT') ?? String(DEFAULT_PORT)
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) refuse('PORT', 'must be a whole number from 0 to 65535')
  return port
}

function logLevelOf(env: Environment, refuse: Refuse): LogLevel {
  const text = (given(env, 'LOG_LEVEL') ?? 'info').toLowerCase()
  const level = LOG_LEVELS.find((known) => known === text)
  if (!level) refuse('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`)
  return level ?? 'info'
}

/** One database of one server; anything else in the path may be a piece of a password. */
function databaseUrlOf(env: Environment, refuse: Refuse): string | null {
  const text = given(env, 'DATABASE_URL')
  if (text === null) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !/^\/[^/@]+$/.test(url.pathname))
    refuse('DATABASE_URL', 'must be a URL like postgres://user:password@host/database, percent-encoded')
  return text
}

/** What a header can carry. */
const HEADER_TEXT = /^[!-~]{1,1000}$/

/** A setting is acted on or refused, never ignored. */
function llmOf(env: Environment, refuse: Refuse): LlmSettings | null {
  const apiKey = given(env, 'OPENAI_API_KEY')
  const baseUrl = urlOf(env, 'OPENAI_BASE_URL', refuse)
  const model = given(env, 'OPENAI_MODEL')
  if (apiKey !== null && !HEADER_TEXT.test(apiKey))
    refuse('OPENAI_API_KEY', 'must be visible ASCII characters')
  const url = baseUrl !== null && URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url !== null && (url.username !== '' || url.password !== ''))
    refuse('OPENAI_BASE_URL', 'must not contain a user or a password: set OPENAI_API_KEY')
  if (apiKey !== null || given(env, 'OPENAI_BASE_URL') !== null) return { apiKey, baseUrl, model }
  if (model !== null) refuse('OPENAI_MODEL', 'has no effect without OPENAI_API_KEY or OPENAI_BASE_URL')
  return null
}

function standbyOf(env: Environment, refuse: Refuse): boolean {
  const text = given(env, 'STANDBY')
  if (text !== null && text !== 'wait') refuse('STANDBY', 'must be wait, or not set')
  return text === 'wait'
}

type Folders = Pick<Settings, 'toolsDir' | 'knowledgeDir' | 'templatesDir'>

function foldersOf(env: Environment): Folders {
  const [toolsDir, knowledgeDir] = [given(env, 'TOOLS_DIR'), given(env, 'KNOWLEDGE_DIR')]
  const templatesDir = given(env, 'TEMPLATES_DIR')
  return {
    ...(toolsDir !== null && { toolsDir }),
    ...(knowledgeDir !== null && { knowledgeDir }),
    ...(templatesDir !== null && { templatesDir }),
  }
}

export type InspectedSettings = {
  /** To be used only where no problem has the name of its variable. */
  readonly settings: Settings
  /** Every one; `path` is the variable's name. */
  readonly problems: readonly ProblemItem[]
}

/** The settings as far as they can be read: for who looks at everything before it says what is wrong. */
export function inspectSettings(env: Environment): InspectedSettings {
  const problems: ProblemItem[] = []
  const refuse: Refuse = (path, message) => {
    problems.push({ path, message })
  }
  if (!isOtelOff(env)) refuseOtel(env, refuse)
  const settings: Settings = {
    host: hostOf(env, refuse),
    port: portOf(env, refuse),
    dataDir: given(env, 'DATA_DIR') ?? './data',
    databaseUrl: databaseUrlOf(env, refuse),
    standby: standbyOf(env, refuse),
    registryFile: given(env, 'REGISTRY') ?? './registry.yaml',
    ...foldersOf(env),
    logLevel: logLevelOf(env, refuse),
    otelEndpoint: otelEndpointOf(env, refuse),
    otelFiles: otelFilesOf(env),
    sampling: samplingOf(env, refuse),
    tracing: tracingOf(env, refuse),
    keysFile: given(env, 'CUGAR_KEYS_FILE'),
    oidc: oidcOf(env, refuse),
    llm: llmOf(env, refuse),
  }
  return { settings, problems }
}

/** Errors: SETTINGS_INVALID with every problem; `path` is the variable's name. */
export function parseSettings(env: Environment): Settings {
  const { settings, problems } = inspectSettings(env)
  if (problems.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems })
  return settings
}

/** Settings of this process. Errors: SETTINGS_INVALID. */
export const readEnvironment = (): Settings => parseSettings(process.env)

/** Settings of this process as far as they can be read, and every problem. */
export const inspectEnvironment = (): InspectedSettings => inspectSettings(process.env)

export type ClientSettings = {
  /** The server that the command line calls. */
  readonly url: string
  /** null: no key is sent; right for a server without keys. */
  readonly key: string | null
}

/** Errors: SETTINGS_INVALID with every problem. */
export function parseClient(env: Environment): ClientSettings {
  const problems: ProblemItem[] = []
  const refuse: Refuse = (path, message) => {
    problems.push({ path, message })
  }
  const key = given(env, 'CUGAR_KEY')
  if (key !== null && !HEADER_TEXT.test(key)) refuse('CUGAR_KEY', 'must be visible ASCII characters')
  const port = portOf(env, refuse) || DEFAULT_PORT
  const url = urlOf(env, 'CUGAR_URL', refuse) ?? `http://127.0.0.1:${port}`
  if (problems.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems })
  return { url, key }
}

/** How this process reaches a server. Errors: SETTINGS_INVALID. */
export const readClient = (): ClientSettings => parseClient(process.env)

/** A switch that the registry names: true or 1 is on; false, 0 or nothing is off. Errors: SETTINGS_INVALID. */
export function readFlag(name: string): boolean {
  const text = given(process.env, name)?.toLowerCase() ?? 'false'
  if (!['true', '1', 'false', '0'].includes(text)) {
    const problems = [{ path: name, message: 'must be true, 1, false or 0' }]
    throw new AppError('SETTINGS_INVALID', {}, { problems })
  }
  return text === 'true' || text === '1'
}

/** A secret that the registry names; undefined when it is not set. */
export const readSecret = (name: string): string | undefined => given(process.env, name) ?? undefined
