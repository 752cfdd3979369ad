// A runtime that nobody has used yet: what rules and panels read of it is there, or the doctor knows why it is not.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { registryText } from '../../bench/load.ts'
import { askAt } from '../../src/cli/doctor/monitoring/ask.ts'
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

test.each([
  ['for less than two minutes may be without what is recorded once a minute', true, true],
  ['for longer may not', false, false],
])('a runtime that is scraped %s', async (_how, isYoung, ok) => {
  // A Prometheus that has every scraped series, and has recorded nothing of service levels.
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://double').searchParams.get('query') ?? ''
    const isMissing = query.includes('cugar_slo:bad') || (isYoung && query.includes('offset'))
    response.end(JSON.stringify({ data: { result: isMissing ? [] : [{ metric: {}, value: [0, '1'] }] } }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const check = await examineSeries(askAt(`http://127.0.0.1:${port}`, 'Prometheus'))
  expect(check.ok).toBe(ok)
  expect(check.detail).toContain('cugar_slo:bad:increase1h')
})
