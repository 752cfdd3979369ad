import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSettings, readEnvironment, readFlag, readSecret, type Environment } from '../src/config.ts'
import { AppError } from '../src/errors.ts'

function refusal(env: Environment): AppError {
  try {
    parseSettings(env)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the settings were accepted')
}

const DEFAULTS = {
  host: '127.0.0.1',
  port: 8000,
  dataDir: './data',
  databaseUrl: null,
  standby: false,
  registryFile: './registry.yaml',
  logLevel: 'info',
  otelEndpoint: null,
  otelFiles: {},
  sampling: { parentBased: true, ratio: 1 },
  tracing: {},
  keysFile: null,
  oidc: null,
  llm: null,
}

describe('settings', () => {
  test('need no variable at all, and an empty one is an absent one', () => {
    expect(parseSettings({})).toEqual(DEFAULTS)
    const names = 'HOST PORT DATA_DIR REGISTRY LOG_LEVEL DATABASE_URL STANDBY CUGAR_KEYS_FILE'.split(' ')
    expect(parseSettings(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(DEFAULTS)
  })

  test('take every variable', () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '0',
      DATA_DIR: '/var/lib/cugar',
      DATABASE_URL: 'postgres://cugar:p%40ss@db:5432/cugar?sslmode=verify-full',
      STANDBY: 'wait',
      REGISTRY: '/etc/cugar/registry.yaml',
      LOG_LEVEL: 'SILENT',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      CUGAR_KEYS_FILE: '/etc/cugar/keys.json',
      OIDC_ISSUER: 'https://login.example.com/realms/sales',
      OIDC_CLIENT_ID: 'cugar',
      OIDC_CLIENT_SECRET: 'quiet',
      OIDC_REDIRECT_URL: 'https://sales.example.com/cugar/sign-in/callback',
      OIDC_SCOPE: 'openid roles',
      OIDC_NAME_CLAIM: 'email',
      OIDC_GROUPS_CLAIM: 'https://example.com/roles',
      OPENAI_API_KEY: 'sk-1',
      OPENAI_BASE_URL: 'http://models:8080/v1',
      OPENAI_MODEL: 'gpt-4o-mini',
    }
    expect(parseSettings(env)).toEqual({
      host: '0.0.0.0',
      port: 0,
      dataDir: '/var/lib/cugar',
      databaseUrl: 'postgres://cugar:p%40ss@db:5432/cugar?sslmode=verify-full',
      standby: true,
      registryFile: '/etc/cugar/registry.yaml',
      logLevel: 'silent',
      otelEndpoint: 'http://collector:4318',
      otelFiles: {},
      sampling: { parentBased: true, ratio: 1 },
      tracing: {},
      keysFile: '/etc/cugar/keys.json',
      oidc: {
        issuer: 'https://login.example.com/realms/sales',
        clientId: 'cugar',
        clientSecret: 'quiet',
        redirectUrl: 'https://sales.example.com/cugar/sign-in/callback',
        scope: 'openid roles',
        nameClaim: 'email',
        groupsClaim: 'https://example.com/roles',
      },
      llm: { apiKey: 'sk-1', baseUrl: 'http://models:8080/v1', model: 'gpt-4o-mini' },
    })
  })

  test('that are wrong are all told at once, without their values', () => {
    const error = refusal({
      HOST: 'not a host',
      PORT: '65536',
      LOG_LEVEL: 'loud',
      STANDBY: 'true',
      DATABASE_URL: 'mysql://user:secret@db/x',
      OPENAI_API_KEY: 'sk-secret of two words',
      OPENAI_BASE_URL: 'http://user:secret@models',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
    })
    expect(error.code).toBe('SETTINGS_INVALID')
    expect(error.problems).toEqual([
      { path: 'HOST', message: 'must be an IP address or a host name' },
      { path: 'PORT', message: 'must be a whole number from 0 to 65535' },
      {
        path: 'DATABASE_URL',
        message: 'must be a URL like postgres://user:password@host/database, percent-encoded',
      },
      { path: 'STANDBY', message: 'must be wait, or not set' },
      { path: 'LOG_LEVEL', message: 'must be one of fatal, error, warn, info, debug, trace, silent' },
      { path: 'OTEL_EXPORTER_OTLP_ENDPOINT', message: 'must be a URL that starts with http:// or https://' },
      { path: 'OPENAI_API_KEY', message: 'must be visible ASCII characters' },
      { path: 'OPENAI_BASE_URL', message: 'must not contain a user or a password: set OPENAI_API_KEY' },
    ])
    expect(JSON.stringify(error.problems)).not.toContain('secret')
  })

  // A model that nobody can reach would be a setting that is ignored.
  test('of a language model are read, and its name alone is refused', () => {
    const alone = parseSettings({ OPENAI_BASE_URL: 'http://localhost:11434/v1' }).llm
    expect(alone).toEqual({ apiKey: null, baseUrl: 'http://localhost:11434/v1', model: null })
    expect(parseSettings({ OPENAI_API_KEY: 'sk-1' }).llm).toEqual({
      apiKey: 'sk-1',
      baseUrl: null,
      model: null,
    })
    expect(refusal({ OPENAI_MODEL: 'gpt-4o-mini' }).problems).toEqual([
      { path: 'OPENAI_MODEL', message: 'has no effect without OPENAI_API_KEY or OPENAI_BASE_URL' },
    ])
    expect(refusal({ OPENAI_BASE_URL: 'models' }).problems.map(({ path }) => path)).toEqual([
      'OPENAI_BASE_URL',
    ])
    const names = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL']
    expect(parseSettings(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(DEFAULTS)
  })

  test('of OpenTelemetry say where spans go, if they go at all', () => {
    const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
    const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/tenant/v1/traces' }
    expect(parseSettings({ ...base, ...traces }).otelEndpoint).toBe('https://traces.example/tenant')
    expect(parseSettings({ ...base, OTEL_TRACES_EXPORTER: 'none' }).otelEndpoint).toBeNull()
    expect(parseSettings({ ...base, OTEL_SDK_DISABLED: 'TRUE' }).otelEndpoint).toBeNull()
    const accepted = { ...base, OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }
    expect(parseSettings(accepted).otelEndpoint).toBe('http://collector:4318')
    const wrong = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318',
    }
    expect(refusal(wrong).problems.map(({ path }) => path)).toEqual(Object.keys(wrong))
  })

  test.each(['-1', '1.5', '8e3', '0x10', 'http', '99999', '1 2'])('refuse the port %s', (port) => {
    expect(refusal({ PORT: port }).problems).toMatchObject([{ path: 'PORT' }])
  })

  test.each([
    'postgres://db',
    'postgres://db/',
    'db/cugar',
    'host=db dbname=cugar',
    'postgres://cugar:12/34@db/cugar',
    'postgres://cugar:se/cret@db/cugar',
  ])('refuse the database %s', (url) => {
    expect(refusal({ DATABASE_URL: url }).problems).toMatchObject([{ path: 'DATABASE_URL' }])
  })

  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('let %s do without keys', (host) => {
    expect(parseSettings({ HOST: host }).host).toBe(host)
  })

  test.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.example.com', '1270.0.0.1'])(
    'ask for keys before anything listens on %s',
    (host) => {
      expect(refusal({ HOST: host }).problems).toEqual([
        { path: 'HOST', message: 'is reachable from outside: set CUGAR_KEYS_FILE, or use 127.0.0.1' },
      ])
      expect(parseSettings({ HOST: host, CUGAR_KEYS_FILE: 'keys.json' }).host).toBe(host)
    },
  )

  test('are accepted or refused with problems, whatever the environment holds', () => {
    const names = fc.constantFrom(
      'HOST',
      'PORT',
      'LOG_LEVEL',
      'OPENAI_BASE_URL',
      'DATABASE_URL',
      'CUGAR_KEYS_FILE',
      'OIDC_ISSUER',
      'OIDC_CLIENT_ID',
      'OIDC_REDIRECT_URL',
    )
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (env) => {
        const outcome = (): boolean => {
          try {
            return parseSettings(env).port >= 0
          } catch (error) {
            return error instanceof AppError && error.problems.length > 0
          }
        }
        expect(outcome()).toBe(true)
      }),
    )
  })
})

describe('the environment of this process', () => {
  const NAME = 'CUGAR_TEST_VARIABLE'
  const withValue = <T>(value: string, act: () => T): T => {
    process.env[NAME] = value
    try {
      return act()
    } finally {
      delete process.env[NAME]
    }
  }

  test('gives settings', () => {
    expect(readEnvironment()).toHaveProperty('dataDir')
  })

  test.each([
    ['true', true],
    ['1', true],
    ['TRUE', true],
    ['false', false],
    ['0', false],
    ['', false],
  ])('reads the flag %j as %s', (value, expected) => {
    expect(withValue(value, () => readFlag(NAME))).toBe(expected)
  })

  test('takes an unset flag as off and refuses one that is neither on nor off', () => {
    expect(readFlag(NAME)).toBe(false)
    expect(() => withValue('yes', () => readFlag(NAME))).toThrow(AppError)
  })

  test('gives a secret that is set and not empty', () => {
    expect(withValue('s3cret', () => readSecret(NAME))).toBe('s3cret')
    expect(withValue('', () => readSecret(NAME))).toBeUndefined()
    expect(readSecret(NAME)).toBeUndefined()
  })
})
