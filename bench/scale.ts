// Does anything grow with the number of finished runs: start-up, lists, a scrape. The same journal with few and
// with many runs in it, measured through the real server.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import { createRuntime, type Runtime } from '../src/runtime.ts'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { crowd } from './crowd.ts'
import { inFolder } from './folder.ts'
import { REQUESTER, registryText } from './load.ts'

const ALWAYS = new AbortController().signal
const REQUESTS = 200

const start = async (dir: string): Promise<Runtime> => {
  const limits = { requestsPerSecond: 1_000_000 }
  return createRuntime({ registry: await registryText(), dataDir: dir, limits })
}

async function oneRun(runtime: Runtime): Promise<void> {
  const { runId } = await runtime.engine.start(
    {
      goal: 'is this deal qualified?',
      profile: 'technical',
      context: { opportunity: { opportunity_id: 'o-1', criteria: { budget: true } } },
      planner: 'rules',
      tenant: 'bench',
      limits: {},
      idempotencyKey: null,
      traceparent: null,
    },
    REQUESTER,
  )
  const { finished } = await runtime.engine.settled(runId, 60_000, ALWAYS)
  if (finished?.status !== 'succeeded') throw new Error('a run did not succeed')
}

async function fill(dir: string, runs: number): Promise<void> {
  const runtime = await start(dir)
  await crowd(128, runs, () => oneRun(runtime))
  await runtime.stop()
}

/** Milliseconds of a call over HTTP, median and P99 of many. */
async function timed(url: string): Promise<{ p50: number; p99: number }> {
  const histogram = createHistogram()
  for (let call = 0; call < REQUESTS; call += 1) {
    const begun = performance.now()
    const response = await fetch(url)
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    histogram.record(Math.max(1, Math.round((performance.now() - begun) * 1000)))
  }
  return { p50: histogram.percentile(50) / 1000, p99: histogram.percentile(99) / 1000 }
}

async function measure(dir: string, name: string): Promise<Figure[]> {
  const begun = performance.now()
  const runtime = await start(dir)
  const server = createServer(runtime.router)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ready = await fetch(`${base}/readyz`)
  if (!ready.ok) throw new Error('not ready')
  const startup = performance.now() - begun
  const figures = [figure(`${name}: start to ready`, startup, 'ms')]
  for (const path of [
    '/v1/runs?limit=50',
    '/v1/runs?status=succeeded&profile=technical&limit=50',
    '/metrics',
  ]) {
    const { p50, p99 } = await timed(base + path)
    figures.push(figure(`${name}: GET ${path} P50`, p50, 'ms'), figure(`${name}: GET ${path} P99`, p99, 'ms'))
  }
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
  await runtime.stop()
  return figures
}

export const bench: Bench = {
  name: 'scale',
  question: 'Are start-up, lists and scrapes as fast with many finished runs as with few?',
  settings: { few: 100, many: 100_000 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const figures: Figure[] = []
    for (const size of [setting(settings, 'few'), setting(settings, 'many')]) {
      await inFolder(async (dir) => {
        await fill(dir, size)
        figures.push(...(await measure(dir, `${size} runs`)))
      })
      progress(size === setting(settings, 'few') ? 0.1 : 1)
    }
    return { figures, curves: [] }
  },
}
