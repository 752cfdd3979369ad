// A runtime that nobody has used yet: what rules and panels read of it is there, or the doctor knows why it is not.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { registryText } from '../../bench/load.ts'
import { askAt } from '../../src/cli/doctor/monitoring/ask.ts'
import { examineMonitoring } from '../../src/cli/doctor/monitoring/checks.ts'
import { examineSeries, metricsIn, whyMissing } from '../../src/cli/doctor/monitoring/series.ts'
import { shippedQueries, shippedRules } from '../../src/cli/doctor/monitoring/shipped.ts'
import { createRuntime } from '../../src/runtime.ts'

/** What Prometheus writes itself, and what is there once memory was collected. */
const OF_OTHERS = /^(up|scrape_duration_seconds|nodejs_gc_duration_seconds_sum)$/

test('every series that rules and panels read is scraped of it, or the doctor says why it is not there', async () => {
  const runtime = await createRuntime({ registry: await registryText(), dataDir: null })
  const server = createServer(runtime.router).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  // The second shows the first as a request.
  await scrape()
  const body = await scrape()
  server.close()
  await runtime.stop()
  const scraped = new Set(body.split('\n').map((line) => line.split(/[{ ]/)[0]))
  const rules = await shippedRules()
  const records = new Set(rules.map(({ name }) => name))
  const read = [...rules, ...(await shippedQueries())].flatMap(({ expr }) => metricsIn(expr))
  const raw = [...new Set(read)].filter((name) => !records.has(name) && !OF_OTHERS.test(name))
  expect(raw.length).toBeGreaterThan(80)
  expect(raw.filter((name) => !scraped.has(name) && whyMissing(name) === null)).toEqual([])
})

type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: [number, string] }

/** A Prometheus that answers each query with these. */
async function prometheusOf(answer: (query: string) => readonly Sample[]): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://double')
    const result = answer(searchParams.get('query') ?? '')
    const other = pathname.endsWith('/rules') ? { groups: [] } : { activeAlertmanagers: [] }
    response.end(JSON.stringify({ data: pathname.endsWith('/query') ? { result } : other }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
const sampleOf = (metric: Sample['metric'], value: string): Sample => ({ metric, value: [0, value] })

test.each([
  ['for less than two minutes may be without what is recorded once a minute', true, true],
  ['for longer may not', false, false],
])('a runtime that is scraped %s', async (_how, isYoung, ok) => {
  // A Prometheus that has every scraped series, and has recorded nothing of service levels.
  const url = await prometheusOf((query) => {
    const isMissing = query.includes('cugar_slo:bad') || (isYoung && query.includes('offset'))
    return isMissing ? [] : [sampleOf({}, '1')]
  })
  const check = await examineSeries(askAt(url, 'Prometheus'))
  expect(check.ok).toBe(ok)
  expect(check.detail).toContain('cugar_slo:bad:increase1h')
})

test('nothing is well of a Prometheus that scrapes no runtime, though some rules and panels have an answer without one', async () => {
  const url = await prometheusOf((query) => (query.includes('cugar_build_info') ? [] : [sampleOf({}, '1')]))
  const checks = await examineMonitoring({ prometheus: url })
  const wrong = checks.filter(({ ok }) => !ok).map(({ check }) => check)
  expect(wrong).toEqual(['targets', 'rules', 'series', 'records', 'panels', 'alertmanager'])
})

test('whoever does not answer is named, also where it never has and the rules do not know it', async () => {
  const targets = [
    sampleOf({ job: 'sales', instance: 'a:1' }, '1'),
    sampleOf({ job: 'sales', instance: 'b:1' }, '0'),
  ]
  const url = await prometheusOf((query) => (query.includes('up == 0') ? targets : []))
  const [, found] = await examineMonitoring({ prometheus: url })
  expect([found?.ok, found?.detail]).toEqual([false, 'does not answer: sales b:1'])
})
