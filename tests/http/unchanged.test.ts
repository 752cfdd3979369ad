import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { ERRORS } from '../../src/errors.ts'
import { problem } from '../../src/http/answers.ts'
import { createRuntime } from '../../src/runtime.ts'
import { BAD_REQUESTS } from './bad-request-table.ts'

const REGISTRY = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')

test('no bad request leaves a trace in the journal of the real runtime', async () => {
  const runtime = await createRuntime({
    registry: REGISTRY,
    dataDir: null,
    limits: { requestsPerSecond: 10_000 },
  })
  const server = createServer(runtime.router)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const before = runtime.journal.position()
  expect(BAD_REQUESTS.length).toBeGreaterThan(40)
  for (const { why, path, init, code } of BAD_REQUESTS) {
    const response = await fetch(base + path, init)
    const shown = problem.parse(await response.json())
    expect([why, response.status, shown.code]).toEqual([why, ERRORS[code].status, code])
  }
  const runs = (await (await fetch(`${base}/v1/runs`)).json()) as { items: unknown[] }
  expect(runs.items).toEqual([])
  expect(runtime.journal.position()).toBe(before)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await runtime.stop()
})
