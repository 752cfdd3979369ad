// Everything at once: the runtime, Prometheus and Alertmanager as they are shipped, and runs that give them work.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { examineMonitoring } from '../../src/cli/doctor/monitoring/checks.ts'
import { annotationQueries, load, rulesOf, targetsOf, variableQueries } from '../dashboards/shipped.ts'
import { startCollector, type Collector } from '../projections/spans/collector.ts'
import { configure } from './configured.ts'
import {
  askPrometheus,
  freePort,
  launch,
  receive,
  type Labels,
  type Prometheus,
  type Program,
  type Receiver,
} from '../../bench/chaos/programs.ts'
import { recordedFiring } from './recorded.ts'
import { startProduct, type Product } from './product.ts'
import { driveOutside, MORE_OUTCOMES } from './outside-traffic.ts'
import { drive, OUTCOMES, run, until, type Page, type Run } from './traffic.ts'

/** Panels without data, and why: everything else must show something. */
const NOTHING_TO_SHOW: Readonly<Record<string, string>> = {
  'cugar-llm: P95 time to first chunk A': 'no answer comes in pieces: the client waits for the whole',
  'cugar-tools: Share of the limits A': 'no adapter of this test has limits',
}

/** Rules and notices have their own pace, and a busy machine is slower yet. */
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 })
const PATIENCE = { timeout: 110_000, interval: 500 }
const EXHAUSTED = 'CugarBudgetExhausted'
const REFUSED = 'CugarRegistryReloadFailed'
const shipped = load()
const since = Date.now() / 1000
const dir = mkdtempSync(join(tmpdir(), 'cugar-telemetry-'))
const stops: (() => Promise<void>)[] = []

let product: Product
let pager: Receiver
let collector: Collector
let prometheus: Prometheus
let prometheusUrl = ''
let programs: Readonly<Record<'prometheus' | 'alertmanager', Program>>

const kept = <T extends { readonly stop: () => Promise<void> }>(part: T): T => {
  stops.push(part.stop)
  return part
}

async function startPrograms(): Promise<void> {
  const [ports, alerts] = [await freePort(), await freePort()]
  const own = `127.0.0.1:${ports}`
  const alertmanager = `127.0.0.1:${alerts}`
  configure({
    dir,
    product: product.address,
    alertmanager,
    pager: pager.url,
    keys: { metrics: product.keyOf('metrics'), hooks: product.keyOf('hooks') },
  })
  programs = {
    alertmanager: kept(
      launch('prometheus-alertmanager', [
        `--config.file=${dir}/alertmanager.yml`,
        `--storage.path=${dir}/alertmanager`,
        `--web.listen-address=${alertmanager}`,
        '--cluster.listen-address=',
      ]),
    ),
    prometheus: kept(
      launch('prometheus', [
        `--config.file=${dir}/prometheus.yml`,
        `--storage.tsdb.path=${dir}/prometheus`,
        `--web.listen-address=${own}`,
        '--enable-feature=exemplar-storage',
      ]),
    ),
  }
  prometheusUrl = `http://${own}`
  prometheus = askPrometheus(prometheusUrl)
}

/** Counters that move before the first scrape have no increase. */
async function scraped(): Promise<void> {
  try {
    await until('Prometheus is ready', () => prometheus.ready())
    await until('the first scrape', async () => (await prometheus.instant('cugar_build_info')).length > 0)
  } catch (cause) {
    const targets = await prometheus.targets().catch(() => 'no answer')
    throw new Error(`Prometheus does not scrape: ${targets}\n${programs.prometheus.log()}`, { cause })
  }
}

beforeAll(async () => {
  pager = kept(await receive())
  collector = kept(await startCollector())
  product = kept(await startProduct(dir, collector.endpoint))
  await startPrograms()
  await scraped()
  await drive(product)
  await driveOutside(product)
}, 400_000)

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => {
    for (const [name, { log }] of Object.entries(programs)) console.error(`${name} says:\n${log()}`)
  })
})

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
  rmSync(dir, { recursive: true, force: true })
})

const VARIABLES: Readonly<Record<string, string>> = { __rate_interval: '1m', __range: '5m' }

/** As Grafana sends it when every variable says All. */
const filled = (expr: string): string =>
  expr.replaceAll(/\$([a-z_]\w*)/g, (_, name: string) => VARIABLES[name] ?? '.*')

const shows = async (expr: string): Promise<boolean> =>
  (await prometheus.range(filled(expr), since)).some((value) => Number.isFinite(value))

async function emptyOf(
  queries: readonly { readonly name: string; readonly expr: string }[],
): Promise<string[]> {
  const empty: string[] = []
  for (const { name, expr } of queries) if (!(await shows(expr))) empty.push(name)
  return empty.toSorted()
}

const panelTargets = shipped.boards.flatMap((board) =>
  targetsOf(board).map(({ panel, target }) => ({
    name: `${board.uid}: ${panel.title} ${target.refId}`,
    expr: target.expr,
    exemplar: target.exemplar === true,
  })),
)

type Notice = { readonly status: string; readonly labels: Readonly<Record<string, string>> }

/** What the pager was told of the exhausted budget. */
const noticesOf = (alertname: string): string[] =>
  pager.received
    .flatMap(({ body }) => (body as { alerts: Notice[] }).alerts)
    .filter(({ labels }) => labels['alertname'] === alertname)
    .map(({ status, labels }) => `${status} ${labels['budget']} ${labels['resource']} ${labels['severity']}`)

type Freeze = { readonly scope: string; readonly key: string; readonly cause: string; readonly by: string }

const freezes = async (): Promise<readonly Freeze[]> =>
  (await product.call<Page<Freeze>>('admin', '/v1/freezes')).items

const firingOf = (alertname: string) =>
  prometheus.instant(`ALERTS{alertname="${alertname}",alertstate="firing"}`)

const firing = async (): Promise<string[]> =>
  (await firingOf(EXHAUSTED)).map(({ metric }) => `${metric['budget']} ${metric['resource']}`)

describe('the runtime with Prometheus and Alertmanager as shipped', () => {
  test('Prometheus counts every run by how it ended, as the API lists them', async () => {
    const counted = async () =>
      Object.fromEntries(
        (await prometheus.instant('sum by (outcome) (cugar_runs_total) > 0')).map(({ metric, value }) => [
          metric['outcome'],
          value,
        ]),
      )
    const outcomes = Object.entries(OUTCOMES).map(
      ([name, count]) => [name, count + (MORE_OUTCOMES[name as keyof typeof MORE_OUTCOMES] ?? 0)] as const,
    )
    await expect.poll(counted, PATIENCE).toEqual(Object.fromEntries(outcomes))
    const { items } = await product.call<Page<Run>>('admin', '/v1/runs?limit=200')
    const over = outcomes.reduce((sum, [, count]) => sum + count, 0)
    expect(items).toHaveLength(over + 2)
    expect(items.filter(({ status }) => status === 'waiting')).toHaveLength(2)
  })

  test('the alert of a budget that is used up fires, reaches a webhook and freezes the tenant alone', async () => {
    await expect.poll(firing, PATIENCE).toEqual(['smb calls'])
    await expect.poll(() => noticesOf(EXHAUSTED), PATIENCE).toEqual(['firing smb calls critical'])
    await expect
      .poll(freezes, PATIENCE)
      .toMatchObject([{ scope: 'tenant', key: 'acme', cause: EXHAUSTED, by: 'hooks' }])
    await expect(run(product, 'smb', 'amber')).rejects.toThrow('FROZEN')
    const other = { profile: 'smb', goal: 'amber', tenant: 'globex' }
    expect(await product.call<Run>('operator', '/v1/runs?wait=30', other)).toMatchObject({
      status: 'succeeded',
    })
    const profile = { scope: 'profile', key: 'smb', reason: 'no more runs today' }
    await product.call('admin', '/v1/freezes', profile)
  })

  test('what it exports fires the same alerts by the shipped rules, whose minutes promtool need not wait for', async () => {
    const scrape = { text: await product.scrape(), at: Date.now() }
    const firing = [
      { alertname: EXHAUSTED, tenant: 'acme', budget: 'smb', resource: 'calls' },
      { alertname: 'CugarAdapterFallback', adapter: 'pipedrive' },
    ]
    expect(await recordedFiring(dir, scrape, firing)).toBe('exactly these')
  }, 400_000)

  test('scrapes that are missed end no alert, and begin none anew', async () => {
    const begun = () => prometheus.instant(`ALERTS_FOR_STATE{alertname="${EXHAUSTED}"}`)
    const missed = () => prometheus.instant('sum(count_over_time((up{job="sales"} == 0)[1m:1s]))')
    const before = await begun()
    expect(before).toHaveLength(1)
    product.setDeaf(true)
    await expect.poll(async () => (await missed())[0]?.value ?? 0, PATIENCE).toBeGreaterThan(4)
    expect(await prometheus.instant('cugar_budget_utilization_ratio')).toEqual([])
    expect(await firing()).toEqual(['smb calls'])
    product.setDeaf(false)
    await expect.poll(() => shows('cugar_budget_utilization_ratio'), PATIENCE).toBe(true)
    await until('it is scraped again', async () => (await prometheus.instant('cugar_build_info')).length > 0)
    expect(await begun()).toEqual(before)
    expect(noticesOf(EXHAUSTED).filter((notice) => notice.startsWith('resolved'))).toEqual([])
  })

  test('every panel and every variable of the dashboards has data', async () => {
    const unknown = Object.keys(NOTHING_TO_SHOW).filter((name) =>
      panelTargets.every((one) => one.name !== name),
    )
    expect(unknown).toEqual([])
    const frozen = { scope: 'profile', key: 'sales_manager', reason: 'shown as frozen' }
    await product.call('admin', '/v1/freezes', frozen)
    await expect.poll(() => emptyOf(panelTargets), PATIENCE).toEqual(Object.keys(NOTHING_TO_SHOW).toSorted())
    const variables = [...new Set(shipped.boards.flatMap(variableQueries))]
    expect(variables.length).toBeGreaterThan(5)
    const without: string[] = []
    for (const query of variables) {
      const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(filled(query)) ?? []
      if ((await prometheus.labelValues(label, selector)).length === 0) without.push(query)
    }
    expect(without).toEqual([])
    await product.call('admin', '/v1/freezes/lift', frozen)
  })

  test('every annotation of the dashboards is a query that Prometheus answers', async () => {
    const annotations = [...new Set(shipped.boards.flatMap(annotationQueries))]
    expect(annotations.length).toBeGreaterThan(1)
    for (const expr of annotations) await prometheus.range(filled(expr), since)
    expect(await shows(annotations.find((expr) => expr.startsWith('ALERTS')) ?? '')).toBe(true)
  })

  test('every rule evaluates, and every recording rule writes', async () => {
    const rules = await prometheus.rules()
    expect(rules).toHaveLength(rulesOf(shipped.recordings).length + rulesOf(shipped.alerts).length)
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([])
    const records = rulesOf(shipped.recordings).map(({ record, labels = {} }) => {
      const matchers = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
      const expr = matchers.length > 0 ? `${record}{${matchers.join(',')}}` : record
      return { name: expr, expr }
    })
    await expect.poll(() => emptyOf(records), PATIENCE).toEqual([])
  })

  test('the doctor finds every series, and asks every rule and panel', async () => {
    const checks = await examineMonitoring({ prometheus: prometheusUrl })
    const details = new Map(checks.map(({ check, ok, detail }) => [check, `${ok} ${detail}`]))
    expect(details.get('series')).toMatch(/^true /)
    expect(details.get('records')).toMatch(/^true \d+ of \d+ recording rules have something to write/)
    expect(details.get('panels')).toMatch(/^true \d+ of \d+ panel queries show something/)
    const names = Object.keys(NOTHING_TO_SHOW).map((name) => name.replace(/ [A-Z]$/, ''))
    const shown = (details.get('panels') ?? '').split('perhaps rightly: ')[1] ?? ''
    for (const name of names) expect(shown).toContain(name)
  })

  test('an exemplar of a graph leads to a run that exists, and to its span', async () => {
    const targets = panelTargets.filter(({ exemplar, name }) => exemplar && !(name in NOTHING_TO_SHOW))
    expect(targets.length).toBeGreaterThan(3)
    const { items } = await product.call<Page<Run>>('admin', '/v1/runs?limit=200')
    const traces = new Set(items.map(({ trace_id }) => trace_id))
    const isCollected = ({ trace_id, span_id }: Labels): boolean =>
      collector.spans.some(({ traceId, spanId }) => traceId === trace_id && spanId === span_id)
    for (const { name, expr } of targets) {
      const found = await prometheus.exemplars(filled(expr), since)
      expect({ name, exemplars: found.length }).not.toEqual({ name, exemplars: 0 })
      expect(found.filter(({ trace_id = '' }) => !traces.has(trace_id))).toEqual([])
      const missing = (): unknown[] => found.filter((exemplar) => !isCollected(exemplar))
      await expect.poll(missing, PATIENCE).toEqual([])
    }
  })

  test('a registry that is refused fires, and one that is loaded resolves', async () => {
    const fires = async (): Promise<boolean> => (await firingOf(REFUSED)).length > 0
    product.breakRegistry()
    await expect(product.call('admin', '/v1/registry/reload', {})).rejects.toThrow('REGISTRY_INVALID')
    await expect.poll(fires, PATIENCE).toBe(true)
    product.setSmbCalls(3)
    await product.call('admin', '/v1/registry/reload', {})
    await expect.poll(fires, PATIENCE).toBe(false)
  })

  test('with a higher limit the alert resolves, and only a person lifts the freeze', async () => {
    product.setSmbCalls(100)
    await product.call('admin', '/v1/registry/reload', {})
    for (const [scope, key] of Object.entries({ profile: 'smb', tenant: 'acme' }))
      await product.call('admin', '/v1/freezes/lift', { scope, key, reason: 'a higher limit' })
    await run(product, 'smb', 'amber')
    await expect.poll(firing, PATIENCE).toEqual([])
    await expect
      .poll(() => noticesOf(EXHAUSTED), PATIENCE)
      .toEqual(['firing smb calls critical', 'resolved smb calls critical'])
    expect(await freezes()).toEqual([])
  })

  test('two tenants through exhaust, freeze, lift, exhaust: each freezes for itself, and a lift holds', async () => {
    const ask = (tenant: string) =>
      product.call<Run>('operator', '/v1/runs?wait=30', { profile: 'smb', goal: 'amber', tenant })
    const exhaust = async (tenant: string): Promise<void> => {
      await until(`${tenant} is refused`, async () => (await ask(tenant)).status === 'failed')
    }
    const frozen = async () => (await freezes()).map(({ key }) => key).toSorted()
    const lift = (key: string) =>
      product.call('admin', '/v1/freezes/lift', { scope: 'tenant', key, reason: 'a call is made by hand' })
    const told = () =>
      pager.received
        .flatMap(({ body }) => (body as { alerts: Notice[] }).alerts)
        .filter(({ labels }) => labels['alertname'] === EXHAUSTED)
        .map(({ status, labels }) => `${status} ${labels['tenant']}`)
    const before = told().length
    product.setSmbCalls(6)
    await product.call('admin', '/v1/registry/reload', {})

    await exhaust('globex')
    await expect.poll(frozen, PATIENCE).toEqual(['globex'])
    await expect(ask('globex')).rejects.toThrow('FROZEN')
    expect((await ask('acme')).status).toBe('succeeded')

    await lift('globex')
    await exhaust('acme')
    await expect.poll(frozen, PATIENCE).toEqual(['acme'])
    // The alert about the other tenant fires still, and Alertmanager has said so once more beside this one.
    const alerted = (await firingOf(EXHAUSTED)).map(({ metric }) => metric['tenant'])
    expect(new Set(alerted)).toEqual(new Set(['acme', 'globex']))
    expect((await ask('globex')).status).toBe('failed')

    // A lift holds for the limit that it was said under: with another one, who uses it up is frozen again.
    await lift('acme')
    product.setSmbCalls(8)
    await product.call('admin', '/v1/registry/reload', {})
    await ask('globex')
    await ask('acme')
    await expect.poll(() => firing(), PATIENCE).toEqual([])
    await expect
      .poll(() => told().slice(before).toSorted(), PATIENCE)
      .toEqual(['firing acme', 'firing globex', 'resolved acme', 'resolved globex'])
    expect(await frozen()).toEqual([])

    await exhaust('globex')
    await exhaust('acme')
    await expect.poll(frozen, PATIENCE).toEqual(['acme', 'globex'])
  }, 400_000)
})
