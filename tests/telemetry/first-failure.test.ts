// The first server error of a route: a series that is born at 1 has no rate, so each is there before, as 0.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createRuntime } from '../../src/runtime.ts'
import { registryText } from '../../bench/load.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { load, targetsOf } from '../dashboards/shipped.ts'
import { openDoor } from '../http/door.ts'
import { start, valueOf } from '../projections/world.ts'
import { filled, prometheusOf } from './past.ts'

const SINCE = Math.floor(Date.now() / 60_000) * 60 - 7200
const REQUEST = 'cugar_http_requests_total{method="GET",route="/v1/runs/{run_id}"'
const FAILED = `${REQUEST},code="500"}`

const panel = load()
  .boards.flatMap(targetsOf)
  .find(({ panel: { title } }) => title === 'Server errors')

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>
}

test('the first scrape has every server error that the API documents as 0, of every route', async () => {
  const door = await openDoor()
  const document = (await (await door.get('/v1/openapi.json')).json()) as Document
  const documented = Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.keys(responses)
        .filter((code) => code.startsWith('5'))
        .map((code) => `{method="${method.toUpperCase()}",route="${route}",code="${code}"}`),
    ),
  )
  const runtime = await createRuntime({ registry: await registryText(), dataDir: null })
  const server = createServer(runtime.router).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const body = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  server.close()
  await runtime.stop()
  expect(documented.length).toBeGreaterThan(20)
  expect(documented.filter((series) => valueOf(body, `cugar_http_requests_total${series}`) !== 0)).toEqual([])
})

test('the first failure of a route shows on the dashboard', async () => {
  const { http, views } = await start(memoryJournal())
  const breaks = async (): Promise<never> => {
    throw new Error('a fault of ours')
  }
  const door = await openDoor({ http, engine: { state: breaks } })
  const { body: before } = await views.metrics('text')
  expect(valueOf(before, FAILED)).toBe(0)
  expect((await door.get('/v1/runs/run_0000000000000001')).status).toBe(500)
  const { body: after } = await views.metrics('text')
  expect(valueOf(after, FAILED)).toBe(1)
  await views.stop()
  const labels = { job: 'cugar', instance: 'one' }
  const prometheus = await prometheusOf([
    { body: before, at: SINCE, labels },
    { body: after, at: SINCE + 60, labels },
  ])
  const asked = filled(panel?.target.expr ?? '', { __rate_interval: '5m' })
  expect(await prometheus.instant(asked, SINCE + 61)).toEqual([{ metric: {}, value: 1 }])
})
