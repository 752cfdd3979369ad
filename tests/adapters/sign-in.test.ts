// Vendors that a client's id and secret sign in to.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Double } from './doubles/double.ts'
import { openDynamics } from './doubles/dynamics.ts'
import { openSalesforce } from './doubles/salesforce.ts'
import { adapterWith, callOf, failureOf, toldBy } from './contract/reach.ts'

type Signed = Double & { readonly endSessions: () => void; readonly signIns: () => number }

describe.each<[string, () => Promise<Signed>, string]>([
  ['Salesforce', openSalesforce, 'SALESFORCE_CLIENT_SECRET'],
  ['Dynamics', openDynamics, 'DYNAMICS_CLIENT_SECRET'],
])('%s', (_name, open, secret) => {
  let double: Signed
  beforeAll(async () => {
    double = await open()
  })
  afterAll(() => double.server.close())

  test('is signed in to once, by however many ask at the same time', async () => {
    const adapter = await adapterWith(double.name, double.settings)
    const before = double.signIns()
    const asked = Array.from({ length: 20 }, () => adapter.getAccount(double.account.id, callOf()))
    for (const account of await Promise.all(asked)) expect(account?.account_id).toBe(double.account.id)
    await adapter.getAccount(double.account.id, callOf())
    expect(double.signIns() - before).toBe(1)
  })

  test('that ends a session fails one call, and the next one signs in anew', async () => {
    const adapter = await adapterWith(double.name, double.settings)
    await adapter.getAccount(double.account.id, callOf())
    double.endSessions()
    const before = double.server.requests.length
    expect(await failureOf(adapter.getAccount(double.account.id, callOf()))).toMatchObject({
      mode: 'system_unavailable',
      happened: 'no',
    })
    expect(double.server.requests.length - before).toBe(1)
    expect(await adapter.getAccount(double.account.id, callOf())).not.toBeNull()
  })

  test('that does not take the secret is asked once, and the secret is told to nobody', async () => {
    const adapter = await adapterWith(double.name, { ...double.settings, [secret]: 'wrong-secret' })
    const before = double.server.requests.length
    const error = await failureOf(adapter.getAccount(double.account.id, callOf()))
    expect(error).toMatchObject({ mode: 'policy_security', happened: 'no' })
    expect(double.server.requests.length - before).toBe(1)
    expect(toldBy(error)).not.toMatch(/wrong-secret|double.client.secret/)
  })

  test('that cannot sign anybody in now is a passing failure, with the time to wait', async () => {
    const adapter = await adapterWith(double.name, double.settings)
    double.server.fail({ kind: 'answer', status: 503, headers: { 'retry-after': '9' } })
    expect(await failureOf(adapter.getAccount(double.account.id, callOf()))).toMatchObject({
      mode: 'system_unavailable',
      retryAfterMs: 9000,
    })
    double.server.fail({ kind: 'reword', words: () => '{"token":"elsewhere"}' })
    expect(await failureOf(adapter.getAccount(double.account.id, callOf()))).toMatchObject({
      mode: 'agent_invalid_output',
      happened: 'no',
    })
    double.server.fail({ kind: 'lose' })
    expect(await failureOf(adapter.getAccount(double.account.id, callOf()))).toMatchObject({
      mode: 'system_network',
      happened: 'no',
    })
    expect(await adapter.getAccount(double.account.id, callOf())).not.toBeNull()
  })
})
