// The whole runtime on a real PostgreSQL server, as an operator has it: DATABASE_URL, and nothing else is different.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { clusterOfFile } from '../journal/cluster.ts'
import { PASSWORD } from '../journal/postgres-server.ts'
import { ACME, cugar, server, type Env, type Server } from './hand.ts'

const cluster = clusterOfFile()

/** Nothing of the URL is in it. */
function shown(text: string, url: string): string {
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), url]) expect(text).not.toContain(secret)
  return text
}

async function empty(): Promise<{ readonly url: string; readonly env: Env }> {
  const url = await cluster().create()
  return { url, env: { DATABASE_URL: url, PORT: '0', LOG_LEVEL: 'info' } }
}

const acme = parse(readFileSync(ACME, 'utf8')) as { goal: string; profile: string; context: object }

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': 'alice' },
    body: JSON.stringify(body),
  })

/** Starts the four-step flow; its run. */
async function start({ url }: Server): Promise<string> {
  const answer = (await (await post(`${url}/v1/runs`, acme)).json()) as { run_id: string }
  return answer.run_id
}

/** The approval that a run waits for, when it does. */
async function approvalOf({ url }: Server, runId: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`${url}/v1/approvals?status=pending`)
    const { items } = (await answer.json()) as { items: { approval_id: string; run_id: string }[] }
    const mine = items.find((item) => item.run_id === runId)
    if (mine) return mine.approval_id
  }
}

/** Approves what the run waits for, and follows it to its end. */
async function finish(live: Server, runId: string): Promise<void> {
  const approval = await approvalOf(live, runId)
  expect(await cugar(['approve', approval], { CUGAR_URL: live.url })).toMatchObject({ code: 0 })
  const headers = { accept: 'text/event-stream' }
  const events = await (await fetch(`${live.url}/v1/runs/${runId}/events`, { headers })).text()
  expect(events).toMatch(/"type":"run_finished".*"status":"succeeded"/)
}

test('runs wait for approval over a stop, go on after the start, and the metrics equal the journal', async () => {
  const { url, env } = await empty()
  const first = await server(env)
  const runs = await Promise.all([start(first), start(first), start(first)])
  await finish(first, runs[0] ?? '')
  await approvalOf(first, runs[1] ?? '')
  const ended = await first.end('SIGTERM')
  expect(ended.code).toBe(0)
  shown(`${ended.out}${ended.err}`, url)

  const next = await server(env)
  for (const runId of runs.slice(1)) await finish(next, runId)
  const text = shown(await (await fetch(`${next.url}/metrics`)).text(), url)
  const finished = text.split('\n').filter((line) => /^cugar_runs_total\{profile="demo".* [^0]/.test(line))
  expect(finished).toEqual(['cugar_runs_total{profile="demo",outcome="success"} 3'])
  expect(await cugar(['verify'], env)).toMatchObject({
    code: 1,
    err: expect.stringContaining('DATABASE_LOCKED: Another process has the journal in database'),
  })
  expect((await next.end('SIGTERM')).code).toBe(0)
  const verified = await cugar(['verify'], env)
  expect(verified).toMatchObject({ code: 0, err: '' })
  expect(verified.out).toMatch(/^hash chains: whole; \d+ events in 4 streams\nmetrics: equal to the journal/)
})

test('a server whose database is gone ends, and the next one takes up its runs', async () => {
  const { url, env } = await empty()
  const first = await server(env)
  const runId = await start(first)
  await approvalOf(first, runId)
  await cluster().crash()
  const ended = await first.ended()
  expect(ended.code).toBe(1)
  expect(shown(`${ended.out}${ended.err}`, url)).toContain('"code":"JOURNAL_BROKEN"')
  const refused = await cugar(['serve'], env)
  expect(refused.code).toBe(1)
  expect(shown(refused.err, url)).toContain('Start PostgreSQL')
  await cluster().start()
  const next = await server(env)
  await finish(next, runId)
  expect((await next.end('SIGTERM')).code).toBe(0)
  expect(await cugar(['verify'], env)).toMatchObject({ code: 0 })
})

test('the demo plays on it', async () => {
  const { url, env } = await empty()
  const demo = await cugar(['demo', '--exit'], env)
  expect(demo).toMatchObject({ code: 0, out: expect.stringContaining('steps executed: 4 of 4') })
  expect(shown(demo.out, url)).toContain(`data in PostgreSQL, localhost${new URL(url).pathname}\n`)
})

test('the doctor examines the server and the journal in it, and verify makes none', async () => {
  const { url, env } = await empty()
  const none = await cugar(['verify'], env)
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining('NO_JOURNAL: there is no journal in') })
  const healthy = await cugar(['doctor'], env)
  expect(healthy.code).toBe(0)
  expect(shown(healthy.out, url)).toMatch(
    /^ok {7}database: PostgreSQL, localhost\/\w+: version \d+.*, durable$/m,
  )
  expect(healthy.out).toContain('journal: none yet')
  const live = await server(env)
  expect(await cugar(['doctor'], env)).toMatchObject({
    code: 1,
    out: expect.stringContaining('or name another database in DATABASE_URL'),
  })
  expect(await cugar(['doctor'], { ...env, PORT: new URL(live.url).port })).toMatchObject({
    code: 0,
    out: expect.stringContaining('journal: in use by the running server'),
  })
  await live.end('SIGTERM')
  expect((await cugar(['doctor'], env)).out).toMatch(/journal: opens, \d+ event/)
  const [probe] = await cluster().run(url, 'SELECT count FROM cugar.probe')
  expect((await cugar(['doctor'], env)).code).toBe(0)
  expect(await cluster().run(url, 'SELECT count FROM cugar.probe')).toEqual([probe])
  const wrong = await cugar(['doctor'], { ...env, DATABASE_URL: cluster().urlOf('nowhere') })
  expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining('Create the database') })
  shown(wrong.out, url)
})

test('a damaged journal in it is told by what is wrong with it, by the doctor and by a start', async () => {
  const { url, env } = await empty()
  await (await server(env)).end('SIGTERM')
  const damages = [
    [
      'UPDATE cugar.schema_version SET version = 99',
      'start the version of cugar that wrote it, or a later one',
    ],
    ['DELETE FROM cugar.schema_version', 'then restore it from a backup, or set DATABASE_URL to a new one'],
    ['ALTER TABLE cugar.payloads RENAME TO gone', 'then restore it from a backup, or set DATABASE_URL'],
  ] as const
  for (const [damage, advice] of damages) {
    await cluster().run(url, damage)
    const [doctor, serve] = await Promise.all([cugar(['doctor'], env), cugar(['serve'], env)])
    expect(shown(doctor.out, url)).toContain(advice)
    expect(shown(serve.err, url)).toContain(advice)
    await cluster().run(url, 'DELETE FROM cugar.schema_version')
    await cluster().run(url, 'INSERT INTO cugar.schema_version VALUES (2)')
  }
})
