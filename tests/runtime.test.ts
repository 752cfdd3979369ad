import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createRuntime, defineTool, type Tool } from '../src/runtime.ts'

const dir = mkdtempSync(join(tmpdir(), 'cugar-runtime-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const registry = `
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: intelligence, description: amber, outputs: { value: { type: string } }, cost: 1 }
profiles:
  demo:
    allowed_tools: [amber_work]
    approval_required: [execute]
    budget: { run: { calls: 5 } }
    timeout_seconds: 600
`
const amber = (run: () => Promise<{ value: string }>): Tool =>
  defineTool({
    name: 'amber_work',
    input: z.record(z.string(), z.unknown()),
    output: z.object({ value: z.string() }),
    run,
  })

test('a server listens, and answers about open runs, before any of them goes on', async () => {
  const { promise: called, resolve: call } = Promise.withResolvers<void>()
  const hangs = amber(() => {
    call()
    return new Promise(() => undefined)
  })
  const before = await createRuntime({ registry, dataDir: dir, tools: [hangs] })
  const request = { goal: 'amber', profile: 'demo', context: {}, planner: 'rules', tenant: 'default' }
  const { runId } = await before.engine.start(
    { ...request, limits: {}, idempotencyKey: null, traceparent: null },
    { id: 'operator', roles: ['operator'] },
  )
  await called
  await before.stop(0)

  const told: string[] = []
  const works = amber(async () => {
    told.push('the run goes on')
    return { value: 'a' }
  })
  const server = createServer()
  const runtime = await createRuntime({
    registry,
    dataDir: dir,
    tools: [works],
    onOpen: async (router) => {
      server.on('request', router)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      for (const path of ['/healthz', `/v1/runs/${runId}`, '/v1/runs?status=running']) {
        const { status } = await fetch(`http://127.0.0.1:${port}${path}`)
        told.push(`${path.replace(runId, 'ID')} ${status}`)
      }
    },
  })
  expect(runtime.recovered).toBe(1)
  const end = await runtime.engine.settled(runId, 200_000, new AbortController().signal)
  expect(end.status).toBe('succeeded')
  expect(told).toEqual(['/healthz 200', '/v1/runs/ID 200', '/v1/runs?status=running 200', 'the run goes on'])
  server.close()
  server.closeAllConnections()
  await runtime.stop()
}, 240_000)
