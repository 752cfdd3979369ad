// The vendors over HTTP, before a whole runtime: what an operator changes, what is refused, what is audited.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import express from 'express'
import type { Adapter } from '../../src/adapters/adapter.ts'
import { adapter, adapterChecked, adaptersCompared } from '../../src/http/adapters/answers.ts'
import { createRuntime, defineAdapter } from '../../src/runtime.ts'
import { asJson, keyring, openDoor } from './door.ts'

const record = (name: string, more: object = {}) => ({
  account_id: 'a-1',
  name,
  industry: 'Retail',
  revenue: 5,
  employee_count: null,
  region: null,
  updated_at: '2026-01-01T00:00:00Z',
  ...more,
})
const north = defineAdapter({ name: 'north', interface: 'crm', getAccount: async () => record('Acme') })
const south = defineAdapter({
  name: 'south',
  interface: 'crm',
  getAccount: async (id) =>
    id === 'of-north' ? null : record('ACME Ltd', { updated_at: '2026-02-01T00:00:00Z' }),
})

const registry = readFileSync('registry.yaml', 'utf8').replace(
  /^adapters:$/m,
  'adapters:\n  north: { interface: crm, module: north, enabled: true, limits: { parallel: 2 } }\n  south: { interface: crm, module: south, enabled: true }',
)

async function product(first: Adapter = north) {
  const runtime = await createRuntime({ registry, dataDir: null, adapters: [first, south] })
  const server = createServer(express().use(runtime.router))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await runtime.stop()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const send = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-cugar-actor': 'olga' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { runtime, send }
}

it('an adapter is switched, listed, audited and measured by the name of who did it, and by why', async () => {
  const { send } = await product()
  const put = await send('PUT', '/v1/adapters/north', { enabled: false, reason: 'An incident at theirs' })
  expect([put.status, adapter.parse(await put.json())]).toMatchObject([
    200,
    {
      name: 'north',
      state: 'disabled',
      limits: { parallel: 2, per_second: null },
      changed: { by: 'olga', cause: 'person', reason: 'An incident at theirs' },
    },
  ])
  const list = await asJson(await send('GET', '/v1/adapters'))
  expect(adapter.array().parse(list['items'])[0]).toMatchObject({ name: 'north', state: 'disabled' })
  const audit = await asJson(await send('GET', '/v1/audit'))
  expect(audit['items']).toContainEqual(
    expect.objectContaining({
      kind: 'adapter',
      by: 'olga',
      action: 'enabled to disabled',
      subject: 'north',
      reason: 'An incident at theirs',
    }),
  )
  const metrics = await (await send('GET', '/metrics')).text()
  expect(metrics).toContain('cugar_adapter_state{adapter="north",state="disabled"} 1')
})

it('a change that changes nothing, that nobody can make, or of an adapter that is not there is refused', async () => {
  const { send } = await product()
  const refused = async (path: string, body: object) => {
    const response = await send('PUT', path, body)
    const { code, errors } = await asJson(response)
    return [response.status, code, ...(errors === undefined ? [] : [errors])]
  }
  expect(await refused('/v1/adapters/west', { enabled: true, reason: 'r' })).toMatchObject([
    404,
    'ADAPTER_NOT_FOUND',
  ])
  expect(await refused('/v1/adapters/hubspot', { enabled: true, reason: 'r' })).toMatchObject([
    422,
    'ADAPTER_UNUSABLE',
    [{ path: 'HUBSPOT_TOKEN' }],
  ])
  expect((await refused('/v1/adapters/north', { reason: 'r' }))[0]).toBe(400)
  expect((await refused('/v1/adapters/north', { enabled: true }))[0]).toBe(400)
})

describe('a check', () => {
  it('asks the vendor, and says what it asked', async () => {
    const { send } = await product()
    const response = await send('POST', '/v1/adapters/north/check')
    expect([response.status, adapterChecked.parse(await response.json())]).toMatchObject([
      200,
      { ok: true, operation: 'findAccounts', problem: null, adapter: { state: 'enabled' } },
    ])
  })
})

it('the same reading through several vendors shows each difference, how long they took and how fresh they are', async () => {
  const { send } = await product()
  const response = await send('POST', '/v1/adapters/compare', {
    operation: 'getAccount',
    input: 'a-1',
    adapters: ['north', 'south'],
  })
  const compared = adaptersCompared.parse(await response.json())
  expect(compared.agree).toBe(false)
  expect(compared.answers.map(({ adapter: name, updated_at }) => [name, updated_at])).toEqual([
    ['north', '2026-01-01T00:00:00Z'],
    ['south', '2026-02-01T00:00:00Z'],
  ])
  expect(compared.fields.filter(({ same }) => !same)).toEqual([
    { field: 'name', same: false, values: { north: 'Acme', south: 'ACME Ltd' } },
  ])
  const unknown = await send('POST', '/v1/adapters/compare', {
    operation: 'getAccount',
    input: 'a-1',
    adapters: ['hubspot'],
  })
  expect([unknown.status, (await asJson(unknown))['code']]).toEqual([422, 'ADAPTER_UNUSABLE'])
})

it('a vendor that has the record and one that has none do not agree', async () => {
  const { send } = await product()
  const asked = { operation: 'getAccount', input: 'of-north', adapters: ['north', 'south'] }
  const compared = adaptersCompared.parse(await asJson(await send('POST', '/v1/adapters/compare', asked)))
  expect(compared.answers.map(({ record: known, error }) => [known === null, error])).toEqual([
    [false, null],
    [true, null],
  ])
  expect(compared.agree).toBe(false)
})

it('a change of an adapter makes none of its calls undone: the list says what the metrics say', async () => {
  const { send } = await product()
  const figures = async () => {
    const list = await asJson(await send('GET', '/v1/adapters'))
    const [one] = adapter.array().parse(list['items'])
    const metrics = await (await send('GET', '/metrics')).text()
    const counted = /cugar_adapter_calls_total\{adapter="north",status="success"\} (\d+)/.exec(metrics)?.[1]
    return [one?.state, one?.calls?.success, Number(counted), one?.limits.parallel]
  }
  await send('POST', '/v1/adapters/north/check')
  expect(await figures()).toEqual(['enabled', 1, 1, 2])
  await send('PUT', '/v1/adapters/north', { enabled: false, reason: 'An incident' })
  expect(await figures()).toEqual(['disabled', 1, 1, 2])
  await send('PUT', '/v1/adapters/north', { enabled: true, reason: 'Over' })
  expect(await figures()).toEqual(['enabled', 1, 1, 2])
  await send('POST', '/v1/adapters/north/check')
  expect(await figures()).toEqual(['enabled', 2, 2, 2])
})

it('a change of an adapter lets no more calls out than its limits allow', async () => {
  const seen = { now: 0, most: 0, begun: 0 }
  const open: (() => void)[] = []
  const slow = defineAdapter({
    name: 'north',
    interface: 'crm',
    getAccount: async () => {
      seen.now += 1
      seen.begun += 1
      seen.most = Math.max(seen.most, seen.now)
      await new Promise<void>((resolve) => open.push(resolve))
      seen.now -= 1
      return record('Acme')
    },
  })
  const { send } = await product(slow)
  const asked = { adapters: ['north'], operation: 'getAccount', input: 'a', timeout_ms: 60_000 }
  const ask = async () =>
    adaptersCompared.parse(await asJson(await send('POST', '/v1/adapters/compare', asked))).answers[0]?.error
  const answers = [ask(), ask(), ask()]
  await vi.waitUntil(() => seen.begun === 2, { timeout: 55_000 })
  for (const change of [{ enabled: false }, { enabled: true }, { order: 1 }])
    await send('PUT', '/v1/adapters/north', { ...change, reason: 'Tried out' })
  answers.push(ask(), ask())
  const waiting = async () => {
    const list = await asJson(await send('GET', '/v1/adapters'))
    const found = adapter.array().parse(list['items'])
    return found.find(({ name }) => name === 'north')?.load
  }
  await vi.waitUntil(async () => (await waiting())?.waiting === 3, { timeout: 55_000 })
  expect(await waiting()).toMatchObject({ in_flight: 2, waiting: 3 })
  while (seen.begun < 5) {
    open.splice(0).forEach((end) => end())
    await new Promise((resolve) => setImmediate(resolve))
  }
  open.splice(0).forEach((end) => end())
  expect(await Promise.all(answers)).toEqual([null, null, null, null, null])
  expect(seen.most).toBe(2)
})

it('operators change adapters, viewers look at them', async () => {
  const { keys, bearer } = keyring(['viewer'], ['operator'])
  const door = await openDoor({ keys })
  const put = (headers: Record<string, string> | undefined) =>
    fetch(`${door.url}/v1/adapters/mock`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ enabled: false, reason: 'r' }),
    })
  expect((await put(bearer['operator'])).status).toBe(200)
  expect((await put(bearer['viewer'])).status).toBe(403)
  expect((await put(undefined)).status).toBe(401)
})
