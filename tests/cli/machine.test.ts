import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseClient } from '../../src/config.ts'
import { parseKeys } from '../../src/http/callers/keys.ts'
import { cugar, documents, file, folder, lines, REGISTRY, server, start } from './hand.ts'

/** A data directory with one finished run. */
async function played(): Promise<string> {
  const dir = folder()
  const scenario = file(
    'scenario.json',
    JSON.stringify({
      goal: 'Score the account',
      profile: 'demo',
      context: { account: {}, icp_criteria: {} },
    }),
  )
  const demo = await cugar(['demo', '--exit', '--file', scenario], { DATA_DIR: dir, PORT: '0' })
  expect(demo.code).toBe(0)
  return dir
}

/** Changes the store behind the program's back. */
function tamper(dir: string, sql: string): void {
  const db = new DatabaseSync(join(dir, 'journal.db'))
  db.exec(sql)
  db.close()
}

describe('cugar serve', () => {
  test('says where it listens, that it has no keys, where its data and metrics are, and SIGTERM ends it with 0', async () => {
    const dir = folder()
    const live = start(['serve'], { DATA_DIR: dir, PORT: '0' })
    const line = await live.remarked('listens')
    const [, url = ''] = /^cugar listens on (\S+); /.exec(line) ?? []
    expect(line).toBe(
      `cugar listens on ${url}; no keys: answering this machine only; data in ${dir}; 0 runs recovered; metrics at ${url}/metrics`,
    )
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const ended = await live.end('SIGTERM')
    expect(ended).toEqual({ code: 0, out: '', err: `${line}\n` })
  })

  test('Ctrl-C ends it with 0, a missing registry stops the start with 1', async () => {
    expect(await (await server()).end('SIGINT')).toMatchObject({ code: 0, err: '' })
    expect(await cugar(['serve'], { REGISTRY: '/nowhere.yaml', DATA_DIR: folder() })).toMatchObject({
      code: 1,
      err: expect.stringContaining('  REGISTRY: /nowhere.yaml cannot be read'),
    })
  })

  test('a hangup reads the registry again', async () => {
    const registry = file('registry.yaml', readFileSync(REGISTRY, 'utf8'))
    const live = start(['serve'], { DATA_DIR: folder(), PORT: '0', REGISTRY: registry, LOG_LEVEL: 'info' })
    await live.remarked('listens')
    writeFileSync(registry, readFileSync(REGISTRY, 'utf8').replace('cost: 0.3', 'cost: 0.4'))
    live.send('SIGHUP')
    expect(await live.said('registry reloaded')).toContain('normalize_account_record')
    const { code, out } = await live.end('SIGTERM')
    expect(code).toBe(0)
    // Standard output is the log alone: one JSON document a line, the start of the server among them.
    expect(documents(out)).toContainEqual(
      expect.objectContaining({ msg: 'listening', url: expect.stringMatching(/^http:/), recovered: 0 }),
    )
  })

  test('refuses to start with every problem of settings, keys and registry at once', async () => {
    const keys = file('keys.yaml', 'keys:\n  - { id: a b, sha256: x, roles: [viewer] }\n')
    const registry = file('registry.yaml', 'version: v1\n')
    const env = { PORT: 'x', LOG_LEVEL: 'loud', CUGAR_KEYS_FILE: keys, REGISTRY: registry }
    const { code, err } = await cugar(['serve'], env)
    expect(code).toBe(1)
    expect(lines(err).map((line) => line.trim().split(': ').slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining([
        'PORT must be a whole number from 0 to 65535',
        expect.stringMatching(/^LOG_LEVEL must/),
      ]),
    )
    for (const part of ['keys.0.id: ', 'keys.0.sha256: ', `${registry}: line 1`]) expect(err).toContain(part)
    const { out } = await cugar(['doctor', '--json'], env)
    const [{ checks } = { checks: [] }] = documents(out) as {
      checks: { check: string; problems: unknown[] }[]
    }[]
    const found = Object.fromEntries(checks.map(({ check, problems }) => [check, problems.length]))
    expect(found).toMatchObject({ settings: 2, keys: 2 })
    expect(found['registry']).toBeGreaterThan(0)
  })

  test('a busy port and data in use are told with each other and with what is wrong in the registry', async () => {
    const { url, dataDir } = await server()
    const { port } = new URL(url)
    const there = { PORT: port, DATA_DIR: dataDir }
    const inTheWay = [`PORT: 127.0.0.1:${port} is in use`, `DATA_DIR: Another process has ${dataDir} open`]
    const registry = file('registry.yaml', 'version: v1\n')
    const [twice, wrong, alone, waiting] = await Promise.all([
      cugar(['serve'], there),
      cugar(['serve'], { ...there, REGISTRY: registry }),
      cugar(['serve'], { PORT: '0', DATA_DIR: folder(), REGISTRY: registry }),
      cugar(['serve'], { ...there, STANDBY: 'wait', REGISTRY: registry }),
    ])
    for (const { code, err } of [twice, wrong]) {
      expect(code).toBe(1)
      for (const problem of inTheWay) expect(err).toContain(problem)
    }
    expect(twice.err).toMatch(/^cugar: SETTINGS_INVALID/)
    expect(wrong.err).toContain(`${registry}: line 1`)
    expect(alone.err).toMatch(/^cugar: REGISTRY_INVALID/)
    expect(waiting.err).toContain(inTheWay[0])
    expect(waiting.err).not.toContain('DATA_DIR')
  })

  test('registry check and doctor refuse what a start refuses: adapters and tools that are not installed', async () => {
    const shipped = readFileSync(REGISTRY, 'utf8')
    const registry = file(
      'registry.yaml',
      shipped
        .replace('domain: intelligence', 'domain: governance')
        .replace(
          /^adapters:\n/m,
          'adapters:\n  nowhere: { interface: crm, module: nowhere, enabled: true, secrets: [] }\n',
        ),
    )
    const env = { REGISTRY: registry, DATA_DIR: folder(), PORT: '0' }
    const problems = ['tools.normalize_account_record', 'adapters.nowhere']
    const answers = await Promise.all([
      cugar(['serve'], env),
      cugar(['registry', 'check', registry], env),
      cugar(['doctor'], env),
    ])
    for (const { code, out, err } of answers) {
      expect(code).toBe(1)
      for (const problem of problems) expect(out + err).toContain(problem)
    }
  })
})

describe('cugar verify', () => {
  test('finds nothing wrong with what a server wrote', async () => {
    const dir = await played()
    const { code, out, err } = await cugar(['verify'], { DATA_DIR: dir })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^hash chains: whole; \d+ events in 2 streams\nmetrics: equal to the journal up to event \d+\n$/,
    )
  })

  test('finds an event that was changed, and metrics that were', async () => {
    const dir = await played()
    tamper(
      dir,
      `UPDATE checkpoints SET state = replace(state, '{"demo":1,', '{"demo":2,') WHERE name = 'metrics'`,
    )
    const metrics = await cugar(['verify'], { DATA_DIR: dir })
    expect(metrics).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^metrics: cugar_runs_started_total\{profile="demo"\}: 2 and 1\n/),
    })
    tamper(dir, `UPDATE checkpoints SET state = 'x' WHERE name = 'metrics'`)
    const unreadable = await cugar(['verify'], { DATA_DIR: dir })
    expect(unreadable).toMatchObject({ code: 1, out: expect.stringMatching(/^metrics: .* cannot be read\n/) })
    tamper(
      dir,
      `UPDATE events SET body = replace(body, '"tool":"score_account_fit"', '"tool":"score_account_fat"')`,
    )
    const chain = await cugar(['verify', '--json'], { DATA_DIR: dir })
    expect(chain.code).toBe(1)
    expect(documents(chain.out)).toMatchObject([
      {
        chain: expect.arrayContaining([expect.objectContaining({ run_id: expect.stringMatching(/^run_/) })]),
      },
    ])
  })

  test('asks to stop the server first, and makes no journal where there is none', async () => {
    const { dataDir } = await server()
    expect(await cugar(['verify'], { DATA_DIR: dataDir })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/DATA_DIR_LOCKED: Another process has .* open. Stop it/),
    })
    const empty = folder()
    expect(await cugar(['verify'], { DATA_DIR: empty })).toEqual({
      code: 1,
      out: '',
      err: `cugar: NO_JOURNAL: there is no journal in ${empty}\n`,
    })
  })
})

const verdicts = (out: string) =>
  Object.fromEntries(
    documents(out)
      .flatMap(({ checks }) => checks as { check: string; ok: boolean }[])
      .map(({ check, ok }) => [check, ok]),
  )

describe('cugar doctor', () => {
  test('finds a fresh machine well, line by line', async () => {
    const { code, out } = await cugar(['doctor'], { DATA_DIR: join(folder(), 'data'), PORT: '0' })
    expect(code).toBe(0)
    expect(lines(out).map((line) => line.slice(0, 9))).toEqual(lines(out).map(() => 'ok       '))
    expect(out).toContain('journal: none yet')
  })

  test('finds a running server well, and opens the journal of a stopped one', async () => {
    const { dataDir, url, end } = await server()
    const env = { DATA_DIR: dataDir, PORT: new URL(url).port }
    const running = await cugar(['doctor'], env)
    expect(running).toMatchObject({ code: 0, out: expect.stringContaining('is served by cugar') })
    expect(await cugar(['doctor'], { DATA_DIR: dataDir, PORT: '0' })).toMatchObject({
      code: 1,
      out: expect.stringContaining('stop the process that uses it'),
    })
    await end('SIGTERM')
    expect(await cugar(['doctor'], env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('journal: opens, '),
    })
  })

  test('takes no other server for ours, and names what has the port', async () => {
    const other = createServer((_req, res) => res.end('{"status":"ok","version":"0.2.0"}'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const PORT = String((other.address() as AddressInfo).port)
    const holder = process.platform === 'linux' ? `: node, process ${process.pid}` : ''
    expect(await cugar(['doctor'], { DATA_DIR: folder(), PORT })).toMatchObject({
      code: 1,
      out: expect.stringContaining(`is used by another program${holder}`),
    })
    const { url } = await server()
    const beside = await cugar(['doctor'], { DATA_DIR: folder(), PORT: new URL(url).port })
    expect(beside).toMatchObject({ code: 1, out: expect.stringContaining('with other data') })
    expect(beside.out).toContain('journal: none yet')
  })

  test('names every problem and what to do', async () => {
    const dir = folder()
    chmodSync(dir, 0o500)
    const other = createServer((_req, res) => res.end('{}'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const PORT = String((other.address() as AddressInfo).port)
    const registry = file('registry.yaml', 'version: v1\n')
    const keys = file('keys.yaml', 'keys: []\n')
    const { code, out } = await cugar(['doctor', '--json'], {
      DATA_DIR: dir,
      PORT,
      REGISTRY: registry,
      CUGAR_KEYS_FILE: keys,
    })
    expect(code).toBe(1)
    expect(verdicts(out)).toMatchObject({
      node: true,
      settings: true,
      registry: false,
      keys: false,
      port: false,
      disk: true,
    })
    const settings = await cugar(['doctor'], { PORT: 'x' })
    expect(settings).toMatchObject({
      code: 1,
      out: expect.stringContaining('problem  settings: PORT must be'),
    })
    expect(await cugar(['doctor'], { OPENAI_MODEL: 'gpt-4o-mini' })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/problem {2}settings: OPENAI_MODEL has no effect without OPENAI_API_KEY/),
    })
  })
})

test('cugar keys new shows the key once, and an entry that the server takes', async () => {
  const { code, out, err } = await cugar(['keys', 'new', '--id', '7', '--roles', 'viewer,deal_desk'])
  expect(code).toBe(0)
  expect(err).toBe('deal_desk is no role of the API: it counts only where a profile asks it of approvers\n')
  expect(out.match(/cugar_[\w-]{43}/g)).toHaveLength(1)
  const [entry] = parseKeys(out.slice(out.indexOf('keys:')))
  expect(entry).toMatchObject({ id: '7', roles: ['viewer', 'deal_desk'] })
})

test('the server is the one of CUGAR_URL, or this machine at PORT', () => {
  expect(parseClient({})).toEqual({ url: 'http://127.0.0.1:8000', key: null })
  expect(parseClient({ PORT: '9000', CUGAR_KEY: 'k' })).toEqual({ url: 'http://127.0.0.1:9000', key: 'k' })
  expect(parseClient({ PORT: '0' }).url).toBe('http://127.0.0.1:8000')
  expect(parseClient({ CUGAR_URL: 'https://cugar.example/base' }).url).toBe('https://cugar.example/base')
})
