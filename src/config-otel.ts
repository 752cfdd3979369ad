// OpenTelemetry's settings, under its own names: each is acted on, or refused where it would change nothing.
import { SAMPLE_ALL, type Sampling } from './events/sampling.ts'
import { given, urlOf, type Environment, type Refuse } from './environment.ts'

export type TracingLimits = {
  readonly exportTimeoutMs?: number
  readonly intervalMs?: number
  readonly maxQueuedSpans?: number
  readonly batchSpans?: number
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

export function samplingOf(env: Environment, refuse: Refuse): Sampling {
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

export function tracingOf(env: Environment, refuse: Refuse): TracingLimits {
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

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return null
  }
}

/** What a header may be called, and what HTTP carries as its value. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/

const isAttribute = (pair: string): boolean => {
  const [name = '', value = '', ...more] = pair.split('=')
  // Another = must be %3D, as the specification says: a value with one is thrown away, and all others with it.
  return pair.includes('=') && more.length === 0 && (decoded(name) ?? '') !== '' && decoded(value) !== null
}

const isHeader = (pair: string): boolean => {
  const [name = '', ...value] = pair.split('=')
  return TOKEN.test(decoded(name) ?? '') && HEADER_VALUE.test(decoded(value.join('=')) ?? '')
}

/** Lists of pairs, of which a wrong one would be left out without a word. Values may be secrets: none is told. */
const PAIRS: Readonly<Record<string, (pair: string) => boolean>> = {
  OTEL_RESOURCE_ATTRIBUTES: isAttribute,
  OTEL_EXPORTER_OTLP_HEADERS: isHeader,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: isHeader,
}

function checkPairs(env: Environment, refuse: Refuse): void {
  for (const [name, isPair] of Object.entries(PAIRS)) {
    const pairs = (given(env, name) ?? '').split(',').filter((pair) => pair.trim() !== '')
    const wrong = pairs.findIndex((pair) => !isPair(pair))
    if (wrong >= 0)
      refuse(name, `must be name=value, separated by commas and percent-encoded: number ${wrong + 1} is not`)
  }
}

const FILES = ['CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE']

/** Files that are read for requests to the collector, by the variable that names each; empty: nothing is exported. */
export function otelFilesOf(env: Environment): Readonly<Record<string, string>> {
  const names = ['', 'TRACES_'].flatMap((of) => FILES.map((name) => `OTEL_EXPORTER_OTLP_${of}${name}`))
  const files = names.map((name) => [name, given(env, name)] as const)
  const isOn = otelEndpointOf(env, () => undefined) !== null
  return Object.fromEntries(files.flatMap(([name, file]) => (isOn && file !== null ? [[name, file]] : [])))
}

/** Every other name of OpenTelemetry's would change nothing: whoever set it must know. */
export function refuseOtel(env: Environment, refuse: Refuse): void {
  checkPairs(env, refuse)
  // `yes` would leave on what somebody wants off.
  if (!['true', 'false'].includes(given(env, OFF)?.toLowerCase() ?? 'false'))
    refuse(OFF, 'must be true or false')
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

const OFF = 'OTEL_SDK_DISABLED'

export const isOtelOff = (env: Environment): boolean => given(env, OFF)?.toLowerCase() === 'true'

/** Where spans go, without the path of the signal. Standard names that would change it are acted on or refused. */
export function otelEndpointOf(env: Environment, refuse: Refuse): string | null {
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
