// Every name of OpenTelemetry's environment is acted on or refused: the names of its specification, one by one.
import { describe, expect, test } from 'vitest'
import { inspectSettings, parseSettings, type Environment } from '../src/config.ts'

const problemsOf = (env: Environment) => inspectSettings(env).problems
const EXPORT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

/** A value that is right for each name that is acted on. */
const HONOURED: Readonly<Record<string, string>> = {
  OTEL_SDK_DISABLED: 'false',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  OTEL_SERVICE_NAME: 'sales',
  OTEL_PROPAGATORS: 'tracecontext,baggage',
  OTEL_TRACES_SAMPLER: 'traceidratio',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_BSP_EXPORT_TIMEOUT: '2000',
  OTEL_BSP_MAX_QUEUE_SIZE: '100',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-tenant=a',
  OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
  OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
  OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/ca.pem',
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/etc/ca.pem',
  OTEL_EXPORTER_OTLP_CLIENT_KEY: '/etc/key.pem',
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/etc/key.pem',
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/etc/cert.pem',
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: '/etc/cert.pem',
}

/** Of the specification, and nothing that this program does. */
const REFUSED = [
  'OTEL_ENTITIES',
  'OTEL_LOG_LEVEL',
  'OTEL_CONFIG_FILE',
  'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_SPAN_EVENT_COUNT_LIMIT',
  'OTEL_SPAN_LINK_COUNT_LIMIT',
  'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_BLRP_EXPORT_TIMEOUT',
  'OTEL_BLRP_MAX_QUEUE_SIZE',
  'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_METRICS_EXEMPLAR_FILTER',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_METRIC_EXPORT_TIMEOUT',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_EXPORTER_PROMETHEUS_PORT',
  'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
  'OTEL_EXPORTER_ZIPKIN_TIMEOUT',
  'OTEL_EXPORTER_OTLP_INSECURE',
  'OTEL_EXPORTER_OTLP_TRACES_INSECURE',
  ...['METRICS', 'LOGS'].flatMap((signal) =>
    ['ENDPOINT', 'HEADERS', 'COMPRESSION', 'TIMEOUT', 'PROTOCOL', 'CERTIFICATE', 'CLIENT_KEY'].map(
      (name) => `OTEL_EXPORTER_OTLP_${signal}_${name}`,
    ),
  ),
]

/** Values that the specification allows, and that are not what is done here. */
const REFUSED_VALUES = [
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
  ['OTEL_TRACES_SAMPLER', 'xray'],
  ['OTEL_TRACES_SAMPLER_ARG', '0.5'],
  ['OTEL_TRACES_EXPORTER', 'console'],
  ['OTEL_METRICS_EXPORTER', 'otlp'],
  ['OTEL_LOGS_EXPORTER', 'otlp'],
  ['OTEL_PROPAGATORS', 'b3'],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'deflate'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '-1'],
  ['OTEL_SDK_DISABLED', 'yes'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'team=a=b'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'team=sales,=x'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'team=%E0%A4%A'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization='],
  ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-tenant=a,bad name=b'],
  ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-tenant=a%0Ab'],
  ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-tenant=%E0%A4%A'],
] as const

describe("OpenTelemetry's environment", () => {
  test.each(Object.entries(HONOURED))('%s is acted on', (name, value) => {
    expect(problemsOf({ ...EXPORT, [name]: value })).toEqual([])
  })

  test.each(REFUSED)('%s is refused, unless all of it is switched off', (name) => {
    expect(problemsOf({ ...EXPORT, [name]: '1' })).toEqual([
      { path: name, message: 'has no effect here: unset it' },
    ])
    expect(problemsOf({ ...EXPORT, [name]: '1', OTEL_SDK_DISABLED: 'true' })).toEqual([])
    expect(problemsOf({ ...EXPORT, [name]: '' })).toEqual([])
  })

  test.each(REFUSED_VALUES)('%s is not %s here', (name, value) => {
    expect(problemsOf({ ...EXPORT, [name]: value })).toMatchObject([{ path: name }])
  })

  test.each([
    ['always_on', undefined, { parentBased: false, ratio: 1 }],
    ['always_off', undefined, { parentBased: false, ratio: 0 }],
    ['traceidratio', '0.25', { parentBased: false, ratio: 0.25 }],
    ['parentbased_always_on', undefined, { parentBased: true, ratio: 1 }],
    ['parentbased_always_off', undefined, { parentBased: true, ratio: 0 }],
    ['parentbased_traceidratio', '0', { parentBased: true, ratio: 0 }],
  ])('the sampler %s with %s', (sampler, arg, sampling) => {
    const env = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: arg }
    expect(parseSettings(env).sampling).toEqual(sampling)
  })

  test.each([
    ['OTEL_RESOURCE_ATTRIBUTES', 'team=sales, region=eu%2Cuk,'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Basic dXNlcjpwYXNz==,x-tenant=a%20b'],
    ['OTEL_SDK_DISABLED', 'False'],
  ])('%s may be %s', (name, value) => {
    expect(problemsOf({ ...EXPORT, [name]: value })).toEqual([])
  })

  test('a header that is wrong is told by its number, and not by its value', () => {
    const problems = problemsOf({ ...EXPORT, OTEL_EXPORTER_OTLP_HEADERS: 'x-a=b,s3cret' })
    expect(problems).toMatchObject([{ message: expect.stringContaining('number 2') }])
    expect(JSON.stringify(problems)).not.toContain('s3cret')
  })

  test('files for the collector are known by their variables, and none where nothing is exported', () => {
    const files = { OTEL_EXPORTER_OTLP_CERTIFICATE: '/a.pem', OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/b.pem' }
    expect(parseSettings({ ...EXPORT, ...files }).otelFiles).toEqual(files)
    expect(parseSettings(files).otelFiles).toEqual({})
    expect(parseSettings({ ...EXPORT, ...files, OTEL_TRACES_EXPORTER: 'none' }).otelFiles).toEqual({})
  })

  test("the traces' own time limit goes before the general one", () => {
    const env = { OTEL_EXPORTER_OTLP_TIMEOUT: '9000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '4000' }
    expect(parseSettings(env).tracing).toEqual({ exportTimeoutMs: 4000 })
    const limits = { OTEL_BSP_SCHEDULE_DELAY: '500', OTEL_BSP_MAX_QUEUE_SIZE: '64' }
    expect(parseSettings(limits).tracing).toEqual({ intervalMs: 500, maxQueuedSpans: 64 })
  })
})
