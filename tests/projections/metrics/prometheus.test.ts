// A real Prometheus scrapes the OpenMetrics text: what it cannot parse it refuses whole.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { recordRun, run, start } from '../world.ts'

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Serves the text and says when it was asked for again: the first answer has been taken in by then. */
async function exporter(body: string, contentType: string) {
  const again = Promise.withResolvers<void>()
  let scrapes = 0
  const server = createServer((_, response) => {
    scrapes += 1
    if (scrapes > 1) again.resolve()
    response.setHeader('content-type', contentType).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port, again: again.promise }
}

const configuration = (port: number): string => `
global: { scrape_interval: 3s, scrape_timeout: 3s }
scrape_configs:
  - job_name: cugar
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`

type Answer = { status: string; data: unknown }

test('a real Prometheus takes the OpenMetrics text whole, exemplars included', async () => {
  const journal = memoryJournal()
  await recordRun(journal, run({ planner: 'llm', at: Date.now() }))
  const { views } = await start(journal)
  const { body, contentType } = await views.metrics('openmetrics')
  await views.stop()
  const { server, port, again } = await exporter(body, contentType)
  const folder = mkdtempSync(join(tmpdir(), 'cugar-prometheus-'))
  const file = join(folder, 'prometheus.yml')
  writeFileSync(file, configuration(port))
  execFileSync('promtool', ['check', 'config', file])
  const own = await freePort()
  const prometheus = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${own}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: 'ignore' },
  )
  try {
    await again
    const ask = async (path: string): Promise<Answer> =>
      (await (await fetch(`http://127.0.0.1:${own}/api/v1/${path}`)).json()) as Answer
    const targets = await ask('targets')
    expect(targets.data).toMatchObject({ activeTargets: [{ health: 'up', lastError: '' }] })
    const runs = await ask(`query?query=${encodeURIComponent('sum(cugar_runs_total{outcome="success"})')}`)
    expect(runs.data).toMatchObject({ result: [{ value: [expect.anything(), '1'] }] })
    const since = Math.floor(Date.now() / 1000) - 600
    const traces = await ask(
      `query_exemplars?query=cugar_run_duration_seconds_bucket&start=${since}&end=${since + 1200}`,
    )
    expect(JSON.stringify(traces.data)).toContain('0af7651916cd43dd8448eb211c80319c')
  } finally {
    prometheus.kill()
    await once(prometheus, 'exit')
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  }
})
