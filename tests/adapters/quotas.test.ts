// What each vendor says of its limits with its answers is shown, measured and obeyed: by the whole product, against the
// double of each.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { adapter as adapterSchema, adaptersCompared } from '../../src/http/adapters/answers.ts'
import { createRuntime } from '../../src/runtime.ts'
import { asJson } from '../http/door.ts'
import { adapterWith } from './contract/reach.ts'
import { openDynamics } from './doubles/dynamics.ts'
import { openHubspot } from './doubles/hubspot.ts'
import { openPipedrive } from './doubles/pipedrive.ts'
import { openSalesforce } from './doubles/salesforce.ts'

/** `used`: headers of an answer after which the vendor takes no more, and what they say. */
const VENDORS = [
  {
    open: openHubspot,
    used: {
      'x-hubspot-ratelimit-remaining': '0',
      'x-hubspot-ratelimit-max': '190',
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
    },
    told: { window: 'burst', remaining: 0, limit: 190, reset_ms: 10_000 },
  },
  {
    open: openSalesforce,
    used: { 'sforce-limit-info': 'api-usage=5000/5000' },
    told: { window: 'day', remaining: 0, limit: 5000, reset_ms: null },
  },
  {
    open: openPipedrive,
    used: { 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '80', 'x-ratelimit-reset': '2' },
    told: { window: 'burst', remaining: 0, limit: 80, reset_ms: 2000 },
  },
  {
    open: openDynamics,
    used: { 'x-ms-ratelimit-burst-remaining-xrm-requests': '0' },
    told: { window: 'burst', remaining: 0, limit: null, reset_ms: null },
  },
] as const

const shipped = readFileSync('registry.yaml', 'utf8')

async function product(open: (typeof VENDORS)[number]['open']) {
  const double = await open()
  const { name } = double
  // The double's own settings stand in it already.
  const registry = shipped.replace(
    new RegExp(`(\\n {2}${name}:\\n(?: {4}.*\\n)*)`),
    `\n  ${name}: { interface: crm, module: ${name}, enabled: true }\n`,
  )
  const adapters = [await adapterWith(name, double.settings)]
  const runtime = await createRuntime({ registry, dataDir: null, adapters })
  const server = createServer(express().use(runtime.router))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await runtime.stop()
    await double.server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const send = (path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const ask = async (timeout_ms = 10_000) => {
    const asked = { adapters: [name], operation: 'getAccount', input: double.account.id, timeout_ms }
    return adaptersCompared.parse(await asJson(await send('/v1/adapters/compare', asked))).answers[0]
  }
  const shown = async () => {
    const { items } = await asJson(await send('/v1/adapters'))
    return adapterSchema
      .array()
      .parse(items)
      .find((one) => one.name === name)
  }
  const metrics = async (): Promise<string> => (await send('/metrics')).text()
  return { double, name, ask, shown, metrics }
}

describe.each(VENDORS)('the limits that the vendor of $open.name says', ({ open, used, told }) => {
  test('are shown with every answer, and no call leaves that it would refuse', async () => {
    const { double, name, ask, shown, metrics } = await product(open)
    expect(await shown()).toMatchObject({ quotas: [] })
    // Before a vendor has said anything nothing is said of it: 0 left would be a lie.
    expect(await metrics()).not.toMatch(/^cugar_adapter_(?:quota|limit)_\w+\{/m)
    expect(await ask()).toMatchObject({ error: null })
    const first = (await shown())?.quotas.map(({ window, remaining, limit, reset_ms }) => ({
      window,
      remaining,
      limit,
      resetMs: reset_ms,
    }))
    expect(first).toEqual(double.quota.told)
    const [quota] = first ?? []
    expect(await metrics()).toContain(
      `cugar_adapter_quota_remaining{adapter="${name}",window="${quota?.window}"} ${quota?.remaining}`,
    )

    const windows = (await metrics()).match(/^cugar_adapter_quota_remaining\{.*$/gm) ?? []
    expect(windows).toHaveLength(double.quota.told.length)

    double.server.fail({ kind: 'answer', status: 404, headers: used, text: '{}' })
    await ask()
    const before = double.server.requests.length
    // The window is far from over when nobody waits any more.
    expect(await ask(200)).toMatchObject({ error: { mode: 'resource_rate_limited' } })
    expect(double.server.requests.length).toBe(before)
    const now = await shown()
    expect(now?.quotas).toContainEqual({ ...told, at: expect.any(String) })
    expect(now?.load?.paused_ms).toBeGreaterThan(0)
    expect(now?.calls?.refused).toBe(1)
    // One that does not say how many it takes in all has no share.
    const share = `cugar_adapter_quota_ratio{adapter="${name}",window="${told.window}"} 1`
    expect((await metrics()).includes(share)).toBe(told.limit !== null)
  })
})
