// The page of signals beside a real Prometheus: each figure is asked for with the very query that the page shows, at the
// moment of the last scrape, and is the same figure; percentiles fall into the same bucket of the histogram.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as working } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'
import { askPrometheus, freePort, launch, type Program } from '../../bench/chaos/programs.ts'
import { SECS_HUMAN, SECS_TASK } from '../../src/projections/metrics/buckets.ts'
import { CallError, createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'
import { signalsReport } from '../../src/http/answers.ts'
import { duration, number, percent } from '../../src/console/words.ts'
import {
  domainQuery,
  MEASURED_OUTCOMES,
  signalQueries,
  type SignalQueries,
} from '../../src/console/parts/signal-queries.ts'
import { MEASURED } from '../../src/projections/outcome.ts'
import { until } from '../telemetry/traffic.ts'
import { post } from './product.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: once }
retry: { once: { strategy: linear, base_ms: 1, cap_ms: 1, jitter: 0, attempts: 1 } }
labels: { max_series: 10000 }
tools:
  dwell:
    { domain: intelligence, description: dwell, timeout_ms: 60000, cost: 1, outputs: { value: { type: string } },
      inputs: { ms: { type: number, required: true }, fails: { type: boolean } },
      binds: { ms: context.ms, fails: context.fails } }
  release:
    { domain: engagement, description: release, side_effects: propose, approval: { required: true }, cost: 1,
      inputs: { word: { type: string } }, binds: { word: context.word }, outputs: { value: { type: string } } }
profiles:
  fast: { allowed_tools: [dwell, release], timeout_seconds: 60, budget: { run: { calls: 9 }, tenant: { window: day, calls: 1000 } } }
  both:
    allowed_tools: [dwell, release]
    timeout_seconds: 60
    approvers: { quorum: 2, exclude_requester: true }
    budget: { run: { calls: 9 }, tenant: { window: day, calls: 100 } }
`

const output = z.object({ value: z.string() })
const tools = [
  defineTool({
    name: 'dwell',
    input: z.object({ ms: z.number(), fails: z.boolean().optional() }),
    output,
    run: async ({ ms, fails }) => {
      await working(ms)
      if (fails) throw new CallError('resource_not_found', 'There is no such record.', { happened: 'no' })
      return { value: 'done' }
    },
  }),
  defineTool({
    name: 'release',
    input: z.object({ word: z.string().optional() }),
    output,
    run: () => ({ value: 'a proposal' }),
  }),
]

/** What runs that succeed work for, in milliseconds: over many buckets, with a tail of one. */
const TAKES = [...Array.from({ length: 40 }, (_, index) => 3 + index * 4), 420, 640, 1300]

const dir = mkdtempSync(join(tmpdir(), 'cugar-signals-'))
const stops: (() => Promise<void>)[] = []
let runtime: Runtime
let url = ''
let prometheus: ReturnType<typeof askPrometheus>
let program: Program

async function serve(): Promise<string> {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null, tools })
  const server = createServer(runtime.router).listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => {
    await runtime.stop()
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function watch(address: string): Promise<void> {
  const own = `127.0.0.1:${await freePort()}`
  const config = `${dir}/prometheus.yml`
  const targets = `static_configs: [{ targets: ['${address}'] }]`
  writeFileSync(
    config,
    `global: { scrape_interval: 3s, scrape_timeout: 3s }\nscrape_configs: [{ job_name: cugar, ${targets} }]\n`,
  )
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${dir}/data`, `--web.listen-address=${own}`]
  program = launch('prometheus', args)
  stops.push(program.stop)
  prometheus = askPrometheus(`http://${own}`)
  await until('the first scrape', async () => {
    if (!(await prometheus.ready())) return false
    return (await prometheus.instant('cugar_build_info')).length > 0
  })
}

const runShape = z.object({
  status: z.string(),
  pending_approvals: z.array(z.object({ approval_id: z.string() })),
})

async function run(plan: object, context: object, profile = 'fast') {
  const body = { plan, context, profile, tenant: 'acme' }
  return runShape.parse(await post(`${url}/v1/runs?wait=60&until=person`, body, 'requester'))
}

const DWELL = { steps: [{ id: 'work', tool: 'dwell' }] }
const RELEASE = { steps: [{ id: 'letter', tool: 'release' }] }

/** Decided by as many as its profile asks for. */
async function decided(profile: string, decision: object): Promise<void> {
  const { pending_approvals } = await run(RELEASE, { word: 'x' }, profile)
  const [approval] = pending_approvals
  const decide = async (who: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', 'x-cugar-actor': who }
    const path = `${url}/v1/approvals/${approval?.approval_id}/decision`
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(decision) })
    expect(answer.status).toBe(200)
    return answer.json()
  }
  await decide('ann')
  if (profile === 'both') await decide('bob')
}

/** Two durations in milliseconds, in a higher bucket than what took `seconds`, however slow the machine has made that. */
function slowerThan(seconds: number): readonly number[] {
  const bound = SECS_TASK.find((each) => each * 0.99 > seconds) ?? 0
  return [bound * 1000 + 200, bound * 1000 + 400]
}

async function traffic(): Promise<number> {
  const ended = await Promise.all([...TAKES.map((ms) => run(DWELL, { ms })), run(DWELL, { ms: 30 }, 'both')])
  const slower = slowerThan((await report()).all.latency.p99 ?? 0)
  ended.push(...(await Promise.all(slower.map((ms) => run(DWELL, { ms, fails: true })))))
  await decided('fast', { decision: 'approve' })
  await decided('fast', { decision: 'deny', reason: 'no' })
  await decided('both', { decision: 'approve' })
  return ended.length + 3
}

let at = 0

beforeAll(async () => {
  const address = await serve()
  url = `http://${address}`
  await watch(address)
  const runs = await traffic()
  await until('every run is scraped', async () => {
    const [seen] = await prometheus.instant('sum(cugar_runs_total)')
    return seen?.value === runs
  })
  // At the instant of a scrape nothing is extrapolated beyond it.
  const [last] = await prometheus.instant('max(timestamp(cugar_build_info))')
  at = last?.value ?? 0
}, 180_000)

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
  rmSync(dir, { recursive: true, force: true })
})

const page = async (query: string): Promise<string> => (await fetch(`${url}/signals${query}`)).text()
const report = async () => signalsReport.parse(await (await fetch(`${url}/v1/signals?window=1h`)).json())

const escaped = (query: string): string =>
  query.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

async function asked(query: string): Promise<number | null> {
  const [found] = await prometheus.instant(query, at)
  return found === undefined || Number.isNaN(found.value) ? null : found.value
}

/** Edges of the bucket in which a value lies, each a hundredth wider: the page's own percentiles are that exact. */
function bucketOf(value: number, bounds: readonly number[]): { from: number; to: number } {
  const index = bounds.findIndex((bound) => value <= bound)
  const to = index < 0 ? Number.POSITIVE_INFINITY : (bounds[index] ?? 0)
  return { from: (bounds[(index < 0 ? bounds.length : index) - 1] ?? 0) * 0.99, to: to * 1.01 }
}

async function sameBucket(own: number | null, query: string, bounds: readonly number[]): Promise<void> {
  const told = (await asked(query)) ?? Number.NaN
  const { from, to } = bucketOf(told, bounds)
  expect({ query, told, own, isSame: own !== null && own >= from && own <= to }).toMatchObject({
    isSame: true,
  })
}

const near = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 9))

type Report = Awaited<ReturnType<typeof report>>

async function same(own: Report['all'], queries: SignalQueries): Promise<void> {
  expect(await asked(queries.runs)).toEqual(near(own.runs))
  expect(await asked(queries.success)).toEqual(near(own.success_rate))
  expect(await asked(queries.steps)).toEqual(near(own.mean_steps))
  expect(await asked(queries.budget)).toEqual(near(own.budget_utilisation))
  await sameBucket(own.latency.p50, queries.p50, SECS_TASK)
  await sameBucket(own.latency.p95, queries.p95, SECS_TASK)
  await sameBucket(own.latency.p99, queries.p99, SECS_TASK)
}

describe('signals', () => {
  test('are the same figure in Prometheus, by the queries of the page', async () => {
    onTestFailed(() => console.error(program.log()))
    const { all, by_domain: domains } = await report()
    const queries = signalQueries('1h', '')
    expect(MEASURED_OUTCOMES).toEqual(MEASURED)
    await same(all, queries)
    expect(await asked(queries.errors ?? '')).toEqual(near(all.tool_error_rate))
    // Runs that failed took longest: a percentile over every status is another figure.
    const everyStatus = queries.p99.replace('{status="success"}', '')
    expect(await asked(everyStatus)).toBeGreaterThan(all.latency.p99 ?? 0)
    expect(bucketOf((await asked(everyStatus)) ?? 0, SECS_TASK).from).toBeGreaterThan(all.latency.p99 ?? 0)
    expect(await asked(queries.decisions ?? '')).toEqual(near(all.approval_wait.count))
    await sameBucket(all.approval_wait.p95, queries.waits ?? '', SECS_HUMAN)
    const rates = await prometheus.instant(domainQuery('1h'), at)
    const told = Object.fromEntries(rates.map(({ metric, value }) => [metric['domain'], value]))
    for (const [domain, { tool_error_rate }] of Object.entries(domains))
      expect({ domain, rate: told[domain] }).toEqual({ domain, rate: near(tool_error_rate) })
    const html = await page('?window=1h')
    const shown = [queries.runs, queries.success, queries.p95, queries.errors, queries.steps, queries.waits]
    for (const query of [...shown, domainQuery('1h')]) expect(html).toContain(escaped(query ?? ''))
  })

  test('are the same of one profile', async () => {
    const { by_profile } = await report()
    const profiles = Object.entries(by_profile)
    expect(profiles.map(([name]) => name)).toEqual(['fast', 'both'])
    for (const [profile, own] of profiles) {
      const queries = signalQueries('1h', profile)
      await same(own, queries)
      expect(await page(`?window=1h&profile=${profile}`)).toContain(escaped(queries.p95))
    }
  })

  test('are what /v1/signals says, written for people', async () => {
    const { all } = await report()
    const html = await page('?window=1h')
    const seconds = (value: number | null): string => duration((value ?? 0) * 1000)
    const tiles = [...html.matchAll(/class="figure">\s*<b>([^<]*)<\/b/g)].map(([, text]) => text)
    expect(tiles).toEqual([
      percent(all.success_rate ?? 0),
      seconds(all.latency.p95),
      percent(all.tool_error_rate ?? 0),
      number(all.mean_steps ?? 0),
      seconds(all.approval_wait.p95),
      percent(all.budget_utilisation ?? 0),
    ])
    expect(html).toContain(`P50 ${seconds(all.latency.p50)}`)
    expect(html).toContain(seconds(all.latency.p99))
    expect(html).toContain(`${all.approval_wait.count} approvals`)
  })

  test('a point leads to the runs that began in it', async () => {
    const html = await page('?window=1h')
    const links = [...html.matchAll(/href="(\/runs\?since=[^"]+)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    )
    expect(links.length).toBeGreaterThan(0)
    const pages = await Promise.all(
      [...new Set(links)].map(async (href) => (await fetch(`${url}${href}`)).text()),
    )
    expect(pages.some((text) => text.includes('id="row-run_'))).toBe(true)
    expect(pages.every((text) => text.includes('At any time'))).toBe(true)
  })
})
