// The environment as typed settings: read here, once, and by nobody else. Used by main and cli; promises that what
// it returns is complete and valid, and otherwise to name every problem, never a value.
import { isIP, isIPv4 } from 'node:net'
import { AppError } from './errors.ts'
import type { ProblemItem } from './events/problem.ts'
import { SAMPLE_ALL, type Sampling } from './events/sampling.ts'

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
  readonly logLevel: LogLevel
  /** OTLP over HTTP; null: spans are not exported. */
  readonly otelEndpoint: string | null
  /** Of traces, by OTEL_TRACES_SAMPLER. */
  readonly sampling: Sampling
  /** OTEL_EXPORTER_OTLP_TIMEOUT and OTEL_BSP_*, as far as they are set; milliseconds and spans. */
  readonly tracing: TracingLimits
  /** Hashed API keys; null: no keys, loopback only. */
  readonly keysFile: string | null
}

export type TracingLimits = {
  readonly exportTimeoutMs?: number
  readonly intervalMs?: number
  readonly maxQueuedSpans?: number
  readonly batchSpans?: number
}

export type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_PORT = 8000

type Refuse = (path: string, message: string) => void

/** An empty variable is an absent one. */
const given = (env: Environment, name: string): string | null => env[name]?.trim() || null

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))

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

function urlOf(env: Environment, name: string, refuse: Refuse): string | null {
  const text = given(env, name)
  if (text === null) return null
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    refuse(name, 'must be a URL that starts with http:// or https://')
  return text
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

/** Settings of a language model planner, which this version does not have. */
const WITHOUT_PLANNER = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'] as const

/** A setting is acted on or refused, never ignored. */
function refuseUnread(env: Environment, refuse: Refuse): void {
  for (const name of WITHOUT_PLANNER)
    if (given(env, name) !== null)
      refuse(name, 'has no effect, because no language model planner is part of this version: unset it')
}

const OTLP_PATH = '/v1/traces'

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const
const PARENT_BASED = 'parentbased_'

function ratioOf(env: Environment, refuse: Refuse): number {
  const text = given(env, 'OTEL_TRACES_SAMPLER_ARG') ?? '1'
  const ratio = Number(text)
  if (!(ratio >= 0 && ratio <= 1)) refuse('OTEL_TRACES_SAMPLER_ARG', 'must be a number from 0 to 1')
  return ratio
}

function samplingOf(env: Environment, refuse: Refuse): Sampling {
  const text = given(env, 'OTEL_TRACES_SAMPLER')?.toLowerCase() ?? 'parentbased_always_on'
  const parentBased = text.startsWith(PARENT_BASED)
  const sampler = SAMPLERS.find((name) => name === (parentBased ? text.slice(PARENT_BASED.length) : text))
  const names = SAMPLERS.flatMap((name) => [name, `${PARENT_BASED}${name}`])
  if (sampler === undefined) refuse('OTEL_TRACES_SAMPLER', `must be one of ${names.join(', ')}`)
  const takesRatio = sampler === 'traceidratio'
  if (!takesRatio && given(env, 'OTEL_TRACES_SAMPLER_ARG') !== null)
    refuse('OTEL_TRACES_SAMPLER_ARG', 'has an effect only with traceidratio or parentbased_traceidratio')
  if (takesRatio) return { parentBased, ratio: ratioOf(env, refuse) }
  return { ...SAMPLE_ALL, parentBased, ratio: sampler === 'always_off' ? 0 : 1 }
}

function wholeOf(env: Environment, name: string, refuse: Refuse): number | undefined {
  const text = given(env, name)
  if (text === null) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) refuse(name, 'must be a whole number above 0')
  return Number(text)
}

/** The traces' own name goes before the general one. */
const LIMIT_NAMES = {
  exportTimeoutMs: [
    'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'OTEL_BSP_EXPORT_TIMEOUT',
  ],
  intervalMs: ['OTEL_BSP_SCHEDULE_DELAY'],
  maxQueuedSpans: ['OTEL_BSP_MAX_QUEUE_SIZE'],
  batchSpans: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
} as const satisfies Record<keyof TracingLimits, readonly string[]>

function tracingOf(env: Environment, refuse: Refuse): TracingLimits {
  const limits = Object.entries(LIMIT_NAMES).flatMap(([key, names]) => {
    const [value] = names.map((name) => wholeOf(env, name, refuse)).filter((each) => each !== undefined)
    return value === undefined ? [] : [[key, value]]
  })
  return Object.fromEntries(limits)
}

/** What OpenTelemetry's own packages act on: whom it is from, and how a request to the collector is made. */
const OTEL_KEPT: ReadonlySet<string> = new Set([
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  ...['', 'TRACES_'].flatMap((of) =>
    ['ENDPOINT', 'PROTOCOL', 'HEADERS', 'COMPRESSION', 'CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE'].map(
      (name) => `OTEL_EXPORTER_OTLP_${of}${name}`,
    ),
  ),
  'OTEL_SDK_DISABLED',
  'OTEL_TRACES_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  ...Object.values(LIMIT_NAMES).flat(),
])

/** Names that say again what is so anyhow. */
const OTEL_AS_IT_IS: Readonly<Record<string, readonly string[]>> = {
  OTEL_METRICS_EXPORTER: ['none', 'prometheus'],
  OTEL_LOGS_EXPORTER: ['none'],
  OTEL_PROPAGATORS: ['tracecontext', 'tracecontext,baggage'],
}

/** Every other name of OpenTelemetry's would change nothing: whoever set it must know. */
function refuseOtel(env: Environment, refuse: Refuse): void {
  for (const name of ['OTEL_EXPORTER_OTLP_COMPRESSION', 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION'])
    if (!['gzip', 'none'].includes(given(env, name) ?? 'none')) refuse(name, 'must be gzip or none')
  for (const name of Object.keys(env)) {
    const text = given(env, name)
    if (!name.startsWith('OTEL_') || text === null || OTEL_KEPT.has(name)) continue
    const allowed = Object.hasOwn(OTEL_AS_IT_IS, name) ? OTEL_AS_IT_IS[name] : undefined
    if (allowed === undefined) refuse(name, 'has no effect here: unset it')
    else if (!allowed.includes(text)) refuse(name, `must be ${allowed.join(' or ')}`)
  }
}

const isOtelOff = (env: Environment): boolean => given(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true'

/** Where spans go, without the path of the signal. Standard names that would change it are acted on or refused. */
function otelEndpointOf(env: Environment, refuse: Refuse): string | null {
  for (const name of ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'])
    if ((given(env, name) ?? 'http/protobuf') !== 'http/protobuf') refuse(name, 'must be http/protobuf')
  const exporter = given(env, 'OTEL_TRACES_EXPORTER') ?? 'otlp'
  if (exporter !== 'otlp' && exporter !== 'none') refuse('OTEL_TRACES_EXPORTER', 'must be otlp or none')
  const base = urlOf(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', refuse)
  const ofTraces = urlOf(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', refuse)
  if (ofTraces !== null && !ofTraces.endsWith(OTLP_PATH))
    refuse('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `must end with ${OTLP_PATH}`)
  const isOff = exporter === 'none' || isOtelOff(env)
  return isOff ? null : (ofTraces?.slice(0, -OTLP_PATH.length) ?? base)
}

function standbyOf(env: Environment, refuse: Refuse): boolean {
  const text = given(env, 'STANDBY')
  if (text !== null && text !== 'wait') refuse('STANDBY', 'must be wait, or not set')
  return text === 'wait'
}

const toolsDirOf = (toolsDir: string | null): Pick<Settings, 'toolsDir'> =>
  toolsDir === null ? {} : { toolsDir }

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
  refuseUnread(env, refuse)
  if (!isOtelOff(env)) refuseOtel(env, refuse)
  const settings: Settings = {
    host: hostOf(env, refuse),
    port: portOf(env, refuse),
    dataDir: given(env, 'DATA_DIR') ?? './data',
    databaseUrl: databaseUrlOf(env, refuse),
    standby: standbyOf(env, refuse),
    registryFile: given(env, 'REGISTRY') ?? './registry.yaml',
    ...toolsDirOf(given(env, 'TOOLS_DIR')),
    logLevel: logLevelOf(env, refuse),
    otelEndpoint: otelEndpointOf(env, refuse),
    sampling: samplingOf(env, refuse),
    tracing: tracingOf(env, refuse),
    keysFile: given(env, 'CUGAR_KEYS_FILE'),
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
  if (key !== null && !/^[!-~]{1,1000}$/.test(key)) refuse('CUGAR_KEY', 'must be visible ASCII characters')
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
