import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseClient } from '../../src/config.ts'
import { parseKeys } from '../../src/http/keys.ts'
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
    const line = await live.said('listens')
    const [, url = ''] = /^cugar listens on (\S+); /.exec(line) ?? []
    expect(line).toBe(
      `cugar listens on ${url}; no keys: answering this machine only; data in ${dir}; 0 runs recovered; metrics at ${url}/metrics`,
    )
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const ended = await live.end('SIGTERM')
    expect(ended).toEqual({ code: 0, out: `${line}\n`, err: '' })
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
    await live.said('listens')
    writeFileSync(registry, readFileSync(REGISTRY, 'utf8').replace('cost: 0.3', 'cost: 0.4'))
    live.send('SIGHUP')
    expect(await live.said('registry reloaded')).toContain('normalize_account_record')
    expect((await live.end('SIGTERM')).code).toBe(0)
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
    expect(await cugar(['doctor'], { OPENAI_API_KEY: 'sk-1' })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/problem {2}settings: OPENAI_API_KEY has no effect, .* unset it/),
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
