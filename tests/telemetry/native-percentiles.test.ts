// A real Prometheus that takes native histograms scrapes the product, and its percentiles lie in the native bucket of the
// exact ones, at a fifth of a millisecond, at five and at two seconds; so do the classic ones in theirs.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askPrometheus, freePort, launch, type Prometheus } from '../../bench/chaos/programs.ts'
import { formatOf } from '../../src/http/metrics.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import type { Views } from '../../src/projections/lists/views.ts'
import { nativeBound, nativeIndex } from '../../src/projections/metrics/native.ts'
import { recordRun, run, start, step } from '../projections/world.ts'
import { bucketOfPercentile } from './exact.ts'
import { until } from './traffic.ts'

const METRIC = 'cugar_tool_call_duration_seconds'
/** Milliseconds; each of another tool, so that its percentiles are its own. */
const AROUND = [
  { tool: 'score_account_fit', domain: 'intelligence', ms: 0.2 },
  { tool: 'qualify_opportunity', domain: 'qualification', ms: 5 },
  { tool: 'draft_outbound_message', domain: 'engagement', ms: 2000 },
] as const

/** A hundred durations from half of it to one and a half. */
const durationsAround = (ms: number): number[] =>
  Array.from({ length: 100 }, (_, index) => ms * (0.5 + ((index * 37) % 100) / 100))

async function serve(views: Views): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const format = formatOf(request.headers.accept ?? '')
    asked.push(format)
    const answer = format === 'protobuf' ? views.nativeMetrics() : views.metrics(format)
    void answer.then(({ contentType, body }) => response.setHeader('content-type', contentType).end(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

async function scraping(address: string, ...flags: readonly string[]): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-native-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const config = join(dir, 'prometheus.yml')
  const job = `{ job_name: sales, static_configs: [{ targets: ['${address}'] }] }`
  writeFileSync(config, `global: { scrape_interval: 3s, scrape_timeout: 3s }\nscrape_configs: [${job}]\n`)
  const own = `127.0.0.1:${await freePort()}`
  const program = launch('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=${own}`,
    ...flags,
  ])
  onTestFinished(program.stop)
  const prometheus = askPrometheus(`http://${own}`)
  await until('Prometheus is ready', () => prometheus.ready())
  await until('it is scraped', async () => {
    const [up] = await prometheus.instant('up and on (job) cugar_build_info')
    return up?.value === 1
  })
  return prometheus
}

test('percentiles of classic and of native histograms lie within one bucket of the exact ones', async () => {
  const journal = memoryJournal()
  for (const { tool, domain, ms } of AROUND)
    for (const [index, each] of durationsAround(ms).entries())
      await recordRun(
        journal,
        run({ runId: `run_${tool}_${index}`, at: Date.now(), steps: [step({ tool, domain, ms: each })] }),
      )
  const { views } = await start(journal, { now: Date.now })
  onTestFinished(() => views.stop())
  const { address, asked } = await serve(views)
  const features = 'native-histograms,exemplar-storage'
  const [classic, native] = await Promise.all([
    scraping(address),
    scraping(address, `--enable-feature=${features}`),
  ])
  expect(new Set(asked)).toEqual(new Set(['openmetrics', 'protobuf']))

  for (const { tool, ms } of AROUND)
    for (const q of [0.5, 0.95, 0.99]) {
      const only = `tool="${tool}",status="success"`
      const sorted = durationsAround(ms)
        .map((each) => each / 1000)
        .toSorted((a, b) => a - b)
      const [old] = await classic.instant(`histogram_quantile(${q}, sum by (le) (${METRIC}_bucket{${only}}))`)
      const { lower, upper } = bucketOfPercentile(sorted, { q, metric: METRIC, by: [] })
      expect(old?.value).toBeGreaterThanOrEqual(lower)
      expect(old?.value).toBeLessThanOrEqual(upper)

      const [fine] = await native.instant(`histogram_quantile(${q}, sum(${METRIC}{${only}}))`)
      const [first, last] = [sorted[q * 100 - 1] ?? 0, sorted[q * 100] ?? 0]
      expect(fine?.value).toBeGreaterThanOrEqual(nativeBound(nativeIndex(first) - 1))
      expect(fine?.value).toBeLessThanOrEqual(nativeBound(nativeIndex(last)))
    }
  const [count] = await native.instant(`sum(histogram_count(${METRIC}))`)
  expect(count?.value).toBe(300)
  const since = Date.now() / 1000 - 600
  const traces = await native.exemplars(METRIC, since)
  expect(traces.map(({ trace_id }) => trace_id)).toContain('0af7651916cd43dd8448eb211c80319c')
}, 120_000)
